"""What owners do with coupons: make, change and stop them, and see how they are used."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from loyalty.access import coupon_code
from loyalty.core.coupon import ENDLESS, MOST_CODES, Coupon
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, coupon_book, supplies
from loyalty.store.audit_log import Changed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program

Reason = Literal["bad_code", "code_taken"]
"""Why another system's code is not taken in."""
_AT_ONCE = 20
"""Codes in one transaction, each two items."""
MOST = 1000
"""Coupons of one program, stopped ones too."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A coupon, how often it was used, and how often it still may be; None where nothing limits."""

    coupon: Coupon
    used: int
    left: int | None


class Offers:
    """The use cases of coupons as things that an owner configures."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def every(self, program: str) -> list[Offered]:
        """Return all coupons of a program, by their ids."""
        found = coupon_book.every(self._books.tables, program)
        return [self._offered(program, one) for one in found]

    def one(self, program: str, coupon: str) -> Offered:
        """Return one; raises Refusal ``not_found``."""
        found = coupon_book.read(self._books.tables, program, coupon)
        if found is None:
            raise Refusal("not_found", "not_found")
        return self._offered(program, found)

    def make(self, program_id: str, coupon: Coupon, by: str, now: datetime) -> Offered:
        """Make a coupon. The same once more, by whoever got no answer, is answered alike.

        Raises
        ------
        Refusal
            ``coupon_exists``, ``word_taken``, ``too_many_coupons``, or what contradicts the
            program: ``unknown_pot``, ``unknown_reward``; or busy. Nothing was made.
        """
        tables = self._books.tables
        self._check(self._books.programs.current(program_id), coupon)
        for _ in self._books.attempts():
            others = coupon_book.every(tables, program_id)
            same = next((one for one in others if one.id == coupon.id), None)
            if same is not None:
                if replace(same, number=0) == replace(coupon, number=0):
                    return self._offered(program_id, same)
                detail = "There is a coupon of that id, or there was: choose another one."
                raise Refusal("conflict", "coupon_exists", detail, pointer="/id")
            if len(others) >= MOST:
                raise Refusal("too_many", "too_many_coupons", f"A program has {MOST} at most.")
            if coupon.word and coupon_book.named(tables, program_id, coupon.word):
                detail = "Another coupon has that word, or had it: choose another one."
                raise Refusal("conflict", "word_taken", detail, pointer="/word")
            made = coupon
            if not coupon.word:
                made = replace(coupon, number=max((one.number for one in others), default=0) + 1)
            left = ENDLESS if made.uses is None else made.uses
            stock = supplies.setting(tables, program_id, made.counted_as, None, left)
            line = self._line(program_id, by, "coupon.made", None, made, now)
            writes = [*coupon_book.making(program_id, made), *(stock or ()), line]
            if coupon_book.written(tables, writes):
                return self._offered(program_id, made)
        raise Busy

    def change(
        self, program_id: str, seen: Coupon, after: Coupon, by: str, now: datetime
    ) -> Offered:
        """Change a coupon as it was seen; what it gives, its word and its id stay.

        ``codes`` may only rise: who has printed a code can hand it out. ``uses`` says how often it
        may be used in all, with the uses that there were.

        Raises
        ------
        Refusal
            ``fewer_codes``, ``fewer_uses``, ``precondition_failed`` or busy. Nothing happened.
        """
        if seen.foreign and after.codes != seen.codes:
            detail = "How many codes there are follows from those that were taken in."
            raise Refusal("conflict", "codes_of_its_own", detail, pointer="/codes")
        if after.codes < seen.codes:
            detail = f"{seen.codes} codes may be printed already; stop the coupon instead."
            raise Refusal("conflict", "fewer_codes", detail, pointer="/codes")
        tables = self._books.tables
        for _ in self._books.attempts():
            current = coupon_book.read(tables, program_id, seen.id)
            if current is None or current.revision != seen.revision:
                raise changed_meanwhile()
            writes = [coupon_book.changing(program_id, after)]
            if after.uses != seen.uses:
                there = supplies.read_stock(tables, program_id, seen.counted_as)
                taken = there.taken if there else 0
                left = ENDLESS if after.uses is None else after.uses - taken
                if left < 0:
                    detail = f"It was used {taken} times already."
                    raise Refusal("conflict", "fewer_uses", detail, pointer="/uses")
                before = there.left if there else None
                stock = supplies.setting(tables, program_id, seen.counted_as, before, left)
                if stock is None:
                    continue
                writes += stock
            line = self._line(program_id, by, "coupon.changed", seen, after, now)
            if coupon_book.written(tables, [*writes, line]):
                return self._offered(program_id, replace(after, revision=after.revision + 1))
        raise Busy

    def take_in(
        self, program_id: str, coupon_id: str, typed: Sequence[str], by: str, now: datetime
    ) -> TakenIn:
        """Take another system's codes into a coupon that is made for them; each is good once.

        In the order in which they come, a few at a time: what was interrupted is sent once more.

        Raises
        ------
        Refusal
            ``not_found``, ``codes_of_its_own`` (the coupon makes its codes, or is a word), or busy.
        """
        kept = [coupon_code.foreign(one) for one in typed]
        refused: dict[int, Reason] = {at: "bad_code" for at, one in enumerate(kept) if one is None}
        fresh: dict[str, int] = {}
        known = 0
        for at, one in enumerate(kept):
            if one is None:
                continue
            known += one in fresh
            fresh.setdefault(one, at)
        added = 0
        names = list(fresh)
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            more, same, taken = self._take_in(program_id, coupon_id, some, by, now)
            added, known = added + more, known + same
            for one in taken:
                refused[fresh[one]] = "code_taken"
        return TakenIn(added, known, tuple(sorted(refused.items())))

    def _take_in(
        self, program: str, coupon_id: str, names: list[str], by: str, now: datetime
    ) -> tuple[int, int, list[str]]:
        """Return how many were taken in, how many were there, and which are another coupon's."""
        tables = self._books.tables
        for _ in self._books.attempts():
            seen = coupon_book.read(tables, program, coupon_id)
            if seen is None:
                raise Refusal("not_found", "not_found")
            if not seen.foreign:
                detail = "Only a coupon that is made for another system's codes takes some in."
                raise Refusal("conflict", "codes_of_its_own", detail)
            places = coupon_book.placed_many(tables, program, names)
            new = [one for one in names if one not in places]
            taken = [one for one, (owner, _) in places.items() if owner != coupon_id]
            if not new:
                return 0, len(places) - len(taken), taken
            if seen.codes + len(new) > MOST_CODES:
                detail = f"A coupon has {MOST_CODES} codes at most."
                raise Refusal("too_many", "too_many_codes", detail)
            after = replace(seen, codes=seen.codes + len(new))
            writes = [coupon_book.changing(program, after)]
            for at, one in enumerate(new, seen.codes + 1):
                writes += coupon_book.taking_in(program, coupon_id, one, at)
            line = self._line(program, by, "coupon.changed", seen, after, now)
            if coupon_book.written(tables, [*writes, line]):
                return len(new), len(places) - len(taken), taken
        raise Busy

    def _check(self, program: Program, coupon: Coupon) -> None:
        if coupon.pot and program.pot(coupon.pot) is None:
            detail = f"The program has no pot {coupon.pot}."
            raise Refusal("invalid", "unknown_pot", detail, pointer="/gives/pot")
        if coupon.reward and program.reward(coupon.reward) is None:
            known = ", ".join(one.id for one in program.rewards) or "none"
            detail = f"The program has no such reward; it has: {known}."
            raise Refusal("invalid", "unknown_reward", detail, pointer="/gives/reward")
        if coupon.number == 0 and not (coupon.word or coupon.codes or coupon.foreign):
            detail = "Give it a word, or say how many single-use codes there are."
            raise Refusal("invalid", "word_or_codes", detail, pointer="/word")

    def _offered(self, program: str, coupon: Coupon) -> Offered:
        there = supplies.read_stock(self._books.tables, program, coupon.counted_as)
        used, left = (there.taken, max(0, there.left)) if there else (0, 0)
        return Offered(coupon, used, None if coupon.uses is None else left)

    def _line(  # noqa: PLR0917
        self,
        program: str,
        by: str,
        what: str,
        before: Coupon | None,
        after: Coupon,
        now: datetime,
    ) -> Any:
        change = Changed(
            program=program,
            at=now,
            by=by,
            what=what,
            which=after.id,
            before=asdict(before) if before else {},
            after=asdict(after),
            revision=after.revision,
        )
        return audit_log.put(change)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of another system's codes.

    ``known``: they were there already, or twice in what was sent. ``refused``: which of those sent
    (from 0), and why: ``bad_code``, ``code_taken`` (another coupon's).
    """

    added: int
    known: int
    refused: tuple[tuple[int, Reason], ...]


def changed_meanwhile() -> Refusal:
    """Return the refusal of a change to what was changed since it was looked at."""
    detail = "It was changed meanwhile: look at what is there now, and change that."
    return Refusal("conflict", "precondition_failed", detail)


def codes(books: Books, program: str, coupon: Coupon, first: int, count: int) -> list[str]:
    """Return so many single-use codes of a coupon, from that serial number on, as people read them.

    Our own are worked out, not kept: the same ones each time.
    """
    last = min(coupon.codes, first + count - 1)
    if coupon.foreign:
        return coupon_book.foreign(books.tables, program, coupon.id, first, last)
    return [
        coupon_code.shown(coupon_code.code(books.tokens, program, coupon.number, serial))
        for serial in range(first, last + 1)
    ]
