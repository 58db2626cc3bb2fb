"""Who holds a card in Google Wallet: marks made by clicks, and what Google reports afterwards.

A mark begins with the click on the button. Google's callbacks add to it, in any order and more than
once; only the newest counts, by the message's own time. Updates end when the newest word is that
the card was removed *and* Google says that nobody has it any more, since a card removed from one
phone may be held on another. A lost callback never ends them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.store import items
from loyalty.store.tables import Absent, Cancelled, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from loyalty.store.tables import Condition, Item, Tables
    from passes.google.callback import Callback

_ATTEMPTS = 5
_DAY = 86_400
NONCE_SECONDS = 7 * _DAY
"""How long a nonce is kept after its message's end; expired messages are refused anyhow."""
EVENT_SECONDS = 400 * _DAY
"""How long an event is kept: a year can be compared with the one before."""


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

    def mark(self, program: str, member: str) -> None:
        """Remember a click, before the object is made: from then on updates are sent."""
        key = items.google_key(program, member)
        for left in reversed(range(_ATTEMPTS)):
            found = self._tables.get(key)
            clicked = {**_of(found), "gone": 0, "pending": 1}
            try:
                self._tables.write(Put(key, _next(clicked), _unchanged(found)))
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
        found = self._tables.get_many(items.google_key(*member) for member in members)
        return {items.owner(key.pk) for key, item in found.items() if not item.get("gone")}

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
        found = self._tables.get(items.directory_key("serial", serial))
        if found is None:
            return Recorded(None, new=False)
        program, member = owner = found["program"], found["member"]
        key = items.google_key(program, member)
        seconds = int(now.timestamp())
        nonce = Put(
            items.google_nonce_key(callback.nonce),
            {"m": member, "ttl": callback.expires // 1000 + NONCE_SECONDS},
            Absent(),
        )
        event = Put(
            items.google_event_key(program, now.date(), callback.nonce),
            {
                "k": callback.kind,
                "m": member,
                "at": seconds,
                "e": callback.expires,
                "ttl": seconds + EVENT_SECONDS,
            },
        )
        for _ in range(_ATTEMPTS):
            before = self._tables.get(key)
            after = folded(_of(before), callback.kind, callback.expires)
            gone = may_end(after) and is_held() is False
            after["gone"] = int(gone)
            try:
                self._tables.write(nonce, event, Put(key, _next(after), _unchanged(before)))
            except Cancelled as cancelled:
                if cancelled.reasons[0].kind == "condition":
                    return Recorded(owner, new=False)
                continue
            returned = bool(before and before.get("gone")) and not gone
            return Recorded(owner, new=True, returned=returned)
        raise StillChanging("the mark of a Google card was written by others meanwhile")


def folded(mark: Mapping[str, Any], kind: str, at: int) -> Item:
    """Return a mark with one callback more: the same in whichever order callbacks come.

    Of two of the same instant the save counts, because a wrong update costs less than a missing
    one.
    """
    after = dict(mark)
    after["saves" if kind == "save" else "removals"] += 1
    if (at, kind == "save") > (after["at"], after["last"] == "save"):
        after["at"], after["last"] = at, kind
    if kind == "save":
        after["pending"] = 0  # whoever clicked has the card by now
    return after


def may_end(mark: Mapping[str, Any]) -> bool:
    """Tell whether updates may end: the newest word is a removal, and nobody is about to save."""
    return mark["last"] == "del" and not mark["pending"]


def _of(found: Item | None) -> Item:
    """Return what a mark says, with what it lacks."""
    empty = {"saves": 0, "removals": 0, "at": 0, "last": "", "gone": 0, "pending": 0, "change": 0}
    return {name: (found or {}).get(name, value) for name, value in empty.items()}


def _next(mark: Item) -> Item:
    return {**mark, "change": mark["change"] + 1}


def _unchanged(found: Item | None) -> Condition:
    return Absent() if found is None else Equals("change", found["change"])
