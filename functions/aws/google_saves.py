"""Who holds a card in Google Wallet: marks made by clicks, and what Google reports afterwards.

A mark begins with the click on the button. Google's callbacks add to it, in any order and more than
once; only the newest counts, by the message's own time. Updates end when the newest word is that
the card was removed *and* Google says that nobody has it any more, since a card removed from one
phone may be held on another. A lost callback never ends them.

A click keeps them going, because its save is about to come; but whoever has the card already and
clicks again causes no save. So a click counts for as long as its save link is good. Where a removal
was the newest word by then, or nobody could look into one, Google is asked with the card's next
change who has it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.store import directory, google_saves
from loyalty.store.google_saves import SaveEvent
from loyalty.store.tables import Cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from loyalty.store.google_saves import SaveMark, Standing
    from loyalty.store.tables import Tables
    from passes.google.callback import Callback

_ATTEMPTS = 5
_DAY = 86_400
CLICK_SECONDS = 3600 + 300
"""How long a click's save may yet come: its link's lifetime, and the time of a callback."""
NONCE_SECONDS = 7 * _DAY
"""How long a nonce is kept after its message's end; expired messages are refused anyhow."""


class StillChanging(Exception):  # noqa: N818
    """Others wrote the same mark each time. Google's repetition is the retry."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of a callback.

    Attributes
    ----------
    owner
        Program and member; None when no card of ours has this id.
    new
        False for a repetition, which changed nothing.
    returned
        The card is held again after updates had ended: it has to be brought up to date.
    """

    owner: tuple[str, str] | None
    new: bool
    returned: bool = False


class TableGoogleSaves:
    """Remembers which members hold, or are about to save, their card in Google Wallet."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def mark(self, program: str, member: str, now: datetime) -> None:
        """Remember a click, before the object is made: from then on updates are sent."""
        second = int(now.timestamp())
        for left in reversed(range(_ATTEMPTS)):
            found = google_saves.read_mark(self._tables, program, member)
            clicked = replace(found, gone=0, pending=second)
            try:
                google_saves.put_mark(self._tables, program, member, clicked)
            except Cancelled:
                if not left:
                    raise
            else:
                return

    def is_marked(self, program: str, member: str) -> bool:
        """Tell whether updates are wanted."""
        return bool(self.marked([(program, member)]))

    def marked(self, members: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
        """Return those of these (program, member) for whom updates are wanted."""
        return google_saves.updated(self._tables, members)

    def standing(self, members: Iterable[tuple[str, str]], now: datetime) -> Standing:
        """Return who is known, who is updated, and of whom Google is to be asked first."""
        return google_saves.standing(self._tables, members, int(now.timestamp()) - CLICK_SECONDS)

    def settle(self, program: str, member: str, now: datetime, *, held: bool) -> bool:
        """Keep what Google said of an unsettled card; False when others wrote meanwhile."""
        found = google_saves.read_mark(self._tables, program, member)
        if not may_end(found, int(now.timestamp())) or not found.pending:
            return False
        try:
            google_saves.put_mark(
                self._tables, program, member, replace(found, gone=int(not held), pending=0)
            )
        except Cancelled:
            return False
        return True

    def record(
        self, callback: Callback, serial: str, now: datetime, is_held: Callable[[], bool | None]
    ) -> Recorded:
        """Count a verified callback once, and decide whether updates go on.

        Parameters
        ----------
        serial
            The object's id without the issuer.
        is_held
            Asks Google whether anybody has the object; None when it cannot tell now. Called only
            when updates might end.

        Raises
        ------
        StillChanging
            Nothing was written; the callback may come again.
        OutcomeUnknown
            It may have been written; the callback may come again.
        """
        owner = directory.find(self._tables, "serial", serial)
        if owner is None:
            return Recorded(None, new=False)
        seconds = int(now.timestamp())
        event = SaveEvent(
            nonce=callback.nonce,
            kind=callback.kind,
            at=seconds,
            order=callback.expires,
            nonce_ends=callback.expires // 1000 + NONCE_SECONDS,
        )
        for _ in range(_ATTEMPTS):
            before = google_saves.read_mark(self._tables, *owner)
            after = folded(before, callback.kind, callback.expires)
            held = is_held() if may_end(after, seconds) else True
            gone = held is False
            after = replace(after, gone=int(gone))
            if held is None:
                after = replace(after, pending=seconds)
            written = google_saves.record(self._tables, *owner, event, after)
            if written == "repeated":
                return Recorded(owner, new=False)
            if written == "written":
                return Recorded(owner, new=True, returned=bool(before.gone) and not gone)
        raise StillChanging("the mark of a Google card was written by others meanwhile")


def folded(mark: SaveMark, kind: str, at: int) -> SaveMark:
    """Return a mark with one callback more: the same in whichever order callbacks come.

    Of two of the same instant the save counts, because a wrong update costs less than a missing
    one.
    """
    if kind == "save":
        # Whoever clicked has the card by now.
        after = replace(mark, saves=mark.saves + 1, pending=0)
    else:
        after = replace(mark, removals=mark.removals + 1)
    if (at, kind == "save") > (mark.at, mark.last == "save"):
        after = replace(after, at=at, last=kind)
    return after


def may_end(mark: SaveMark, now: int) -> bool:
    """Tell whether updates may end: the newest word is a removal, and nobody is about to save."""
    return mark.last == "del" and mark.pending < now - CLICK_SECONDS
