"""An invitation to something with places: who comes, who waits for a place, who does not. Pure.

The guest book counts. A place is taken or given back by a book of the next version, so that of
answers that race each other no more than there are places become a yes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

State = Literal["asked", "coming", "waiting", "no"]
"""Of who is invited: has not answered, has a place, waits for one, does not come."""

SCORES: Final[Mapping[State, int]] = {"no": 0, "coming": 1, "waiting": 2}
"""What an answer is to a segment's ``last_score``."""

MOST_PLACES: Final = 10_000
MOST_CHANGES: Final = 40
"""Answers of one member to one invitation."""
USUAL_LENGTH: Final = 3 * 3600
"""Seconds of what is not said when it ends."""

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What somebody is invited to.

    Attributes
    ----------
    begins, ends, closes
        Seconds since 1970; from ``closes`` on nobody can say yes any more.
    place
        Id of the location; empty where that is not said.
    waits
        Whether who finds no place may wait for one.
    """

    titles: Mapping[str, str]
    places: int
    begins: int
    ends: int
    closes: int
    place: str = ""
    waits: bool = True


@dataclass(frozen=True, slots=True)
class GuestBook:
    """How many have answered what.

    Attributes
    ----------
    number
        What the last yes was called: it is the order in which places are given.
    off
        The second since 1970 at which it was called off; 0 where it was not.
    """

    places: int
    coming: int = 0
    waiting: int = 0
    refused: int = 0
    number: int = 0
    version: int = 0
    off: int = 0


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation of one member, and their answer.

    Attributes
    ----------
    id
        Of it among the member's (:func:`name_of`).
    texts
        What was said, the member's fields filled in; empty where nobody can read it any more.
    number
        Of the yes in the guest book; 0 without one.
    asked, changed, changes
        When it was sent and answered last (µs), and how often it was answered.
    told
        Up to which change others have been told of it.
    """

    program: str
    member: str
    id: str
    campaign: str
    terms: Terms
    texts: Mapping[str, str]
    asked: int
    state: State = "asked"
    number: int = 0
    changed: int = 0
    changes: int = 0
    told: int = 0
    version: int = 1

    @property
    def holds(self) -> bool:
        """Tell whether a place is taken or waited for."""
        return self.state in {"coming", "waiting"}

    def may_say_yes(self, now: int) -> bool:
        """Tell whether a yes can be said at an instant (µs)."""
        in_time = now < self.terms.closes * _SECOND and self.changes < MOST_CHANGES
        return in_time and not self.holds

    def may_say_no(self, now: int) -> bool:
        """Tell whether a no can be said at an instant (µs)."""
        ends = self.terms.begins if self.holds else self.terms.closes
        # A place is given back however often its holder has changed their mind.
        return now < ends * _SECOND and self.state != "no"


@dataclass(frozen=True, slots=True)
class Coming:
    """What a card says of a place that is taken: what, when (seconds since 1970) and where."""

    id: str
    at: int
    ends: int
    location: str
    titles: Mapping[str, str]


def name_of(campaign: str) -> str:
    """Return the id of a campaign's invitation among a member's: 16 hexadecimal digits."""
    return hashlib.sha256(f"{campaign}\ninvitation".encode()).hexdigest()[:16]


def full(book: GuestBook) -> bool:
    """Tell whether a yes finds no place: all are taken, or somebody waits for the free one."""
    return book.coming >= book.places or book.waiting > 0


def answered(before: Invited, book: GuestBook, now: int, *, yes: bool) -> tuple[Invited, GuestBook]:
    """Return an invitation with an answer, and the book with it; the same again changes nothing.

    Raises
    ------
    Refusal
        ``invitation_closed``: it is too late for that; ``invitation_full``: no place is free, and
        nobody may wait for one.
    """
    if before.holds if yes else before.state == "no":
        return before, book
    if book.off:
        raise Refusal("conflict", "invitation_closed", "It was called off.")
    if not (before.may_say_yes if yes else before.may_say_no)(now):
        raise Refusal("conflict", "invitation_closed", "It is too late for this answer.")
    after = replace(before, changed=now, changes=before.changes + 1, version=before.version + 1)
    book = _without(before, replace(book, version=book.version + 1))
    if not yes:
        return replace(after, state="no", number=0), replace(book, refused=book.refused + 1)
    number = book.number + 1
    if not full(book):
        taken = replace(book, coming=book.coming + 1, number=number)
        return replace(after, state="coming", number=number), taken
    if not before.terms.waits:
        raise Refusal("conflict", "invitation_full", "All places are taken.")
    waits = replace(book, waiting=book.waiting + 1, number=number)
    return replace(after, state="waiting", number=number), waits


def left(before: Invited, book: GuestBook) -> GuestBook:
    """Return the book without somebody who is forgotten."""
    return _without(before, replace(book, version=book.version + 1))


def called_off(book: GuestBook, second: int) -> GuestBook:
    """Return the book of what does not take place: nobody answers any more, and nobody moves up."""
    return replace(book, off=second, version=book.version + 1)


def let_go(before: Invited, book: GuestBook, now: int) -> tuple[Invited, GuestBook]:
    """Return a guest of what was called off without their place, and the book with it."""
    after = replace(
        before,
        state="no",
        number=0,
        changed=now,
        changes=before.changes + 1,
        version=before.version + 1,
    )
    book = _without(before, replace(book, version=book.version + 1))
    return after, replace(book, refused=book.refused + 1)


def has_room(book: GuestBook) -> bool:
    """Tell whether who waits first can have a place."""
    return book.coming < book.places and book.waiting > 0 and not book.off


def moved_up(before: Invited, book: GuestBook, now: int) -> tuple[Invited, GuestBook]:
    """Return who has waited first with a place, and the book with it.

    The book keeps its version: it moves up with what has made room.
    """
    after = replace(
        before,
        state="coming",
        changed=now,
        changes=before.changes + 1,
        version=before.version + 1,
    )
    return after, replace(book, coming=book.coming + 1, waiting=book.waiting - 1)


def resized(book: GuestBook, places: int) -> GuestBook:
    """Return the book with another number of places: nobody who comes loses theirs."""
    return replace(book, places=places, version=book.version + 1)


def ahead(coming: Sequence[Coming], second: int) -> Coming | None:
    """Return the next that is not over at that second."""
    there = [one for one in coming if one.ends > second]
    return min(there, key=lambda one: (one.at, one.id), default=None)


def _without(before: Invited, book: GuestBook) -> GuestBook:
    if before.state == "coming":
        return replace(book, coming=book.coming - 1)
    if before.state == "waiting":
        return replace(book, waiting=book.waiting - 1)
    if before.state == "no":
        return replace(book, refused=book.refused - 1)
    return book
