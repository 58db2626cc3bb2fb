"""Hold what is counted beside the ledger against it, and make it what the ledger says.

Causes, prize draws and guest books keep sums of their own, so that a page needs not add up what
thousands have done. Each is written in one transaction with what it counts; after a restore the
two may be of different moments. This goes through everybody's entries: it is for mending, not for
every night.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from loyalty.core import draw as drawing
from loyalty.core import saving
from loyalty.core.cause import Collected
from loyalty.core.draw import Ticket
from loyalty.ledger.drawing_prizes import ticket_of
from loyalty.ledger.saving_groups import goal_of, look
from loyalty.refusals import Busy
from loyalty.store import (
    campaign_book,
    carrying_together,
    cause_book,
    draw_book,
    invitation_book,
    member_index,
    reading,
    saving_book,
)
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from loyalty.core.account import Entry
    from loyalty.core.draw import Draw
    from loyalty.core.invitation import State
    from loyalty.core.saving import Group
    from loyalty.ledger.books import Books

_PAGE: Final = 100
_YES: Final[tuple[State, State]] = ("coming", "waiting")
_Tickets = dict[str, dict[str, Ticket]]


class Recounting:
    """What mends sums that are kept beside the ledger."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def program(self, program: str, now: datetime) -> list[str]:
        """Make a program's sums right; return what each was and is, by the name of what it is of.

        Raises
        ------
        Busy
            Somebody gives, enters or answers at this moment; ask again.
        """
        tables = self._books.tables
        said = [*self._guest_books(program), *self._groups(program, now)]
        causes = {
            one.id: cause_book.collected(tables, program, one.id)
            for one in cause_book.read_all(tables, program)
        }
        draws = draw_book.read_all(tables, program)
        # Read before what they are held against: whoever enters meanwhile moves them.
        standings = {one.id: draw_book.standing(tables, program, one.id) for one in draws}
        still = [one for one in draws if standings[one.id].state == "open"]
        if not causes and not still:
            return said
        given, tickets = self._from_ledger(program, still)
        for name, before in causes.items():
            right = Collected(*given[name])
            if right != before:
                if not written(tables, cause_book.mend(program, name, before, right)):
                    raise Busy
                said.append(f"cause {name}: {_points(before)} were counted, {_points(right)} are")
        for one in still:
            said += self._tickets(program, one, tickets[one.id], standings[one.id].entries)
        return said

    def faults(self, program: str) -> list[str]:
        """Return what does not hold and cannot be mended: a list that is not the published one."""
        draws = draw_book.read_all(self._books.tables, program)
        return [fault for one in draws for fault in self._list(program, one)]

    def _from_ledger(
        self, program: str, draws: Sequence[Draw]
    ) -> tuple[dict[str, tuple[int, int]], _Tickets]:
        """Return what causes were given, in how many gifts, and who has what in these draws."""
        points, gifts = Counter[str](), Counter[str]()
        tickets: _Tickets = {one.id: {} for one in draws}
        for member in self._members(program):
            entries = reading.read_entries(self._books.tables, program, member)
            spent = Counter[str]()
            for what, on, amount in self._spent(entries):
                if what == "cause":
                    points[on] += amount
                    gifts[on] += 1
                else:
                    spent[on] += amount
            last = self._books.account(program, member)
            if last is None or last.closed:
                continue  # whoever has left is in no draw that is open
            for one in draws:
                if one.purchases is not None:
                    tickets[one.id][member] = ticket_of(one, Ticket(0), entries)
                elif spent[one.id]:
                    tickets[one.id][member] = Ticket(spent[one.id] // one.price)
        found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
        found |= {name: (points[name], gifts[name]) for name in points}
        return found, tickets

    def _spent(self, entries: Sequence[Entry]) -> Iterator[tuple[str, str, int]]:
        """Yield what points were given away for: ``cause`` or ``draw``, its id, how many."""
        for entry in entries:
            if entry.fact.partition("#")[0] not in {"cause", "draw"}:
                continue
            fact = reading.read_fact_of(self._books.tables, entry)
            if fact is not None:
                what, _, on = str(fact.answer["on"]).partition(":")
                yield what, on, int(fact.answer["points"])

    def _members(self, program: str) -> Iterator[str]:
        cursor: str | None = ""
        while cursor is not None:
            page = member_index.page(self._books.tables, program, cursor, _PAGE)
            yield from (one.id for one in page.members)
            cursor = page.next

    def _tickets(
        self, program: str, one: Draw, wanted: dict[str, Ticket], counted: int
    ) -> list[str]:
        """Make what members have in an open draw what the ledger says, and their sum with it."""
        tables, said = self._books.tables, list[str]()
        found = dict(draw_book.tickets(tables, program, one.id))
        for member in sorted(found.keys() | wanted.keys()):
            before, now = found.get(member), wanted.get(member)
            if _same(before, now):
                continue
            if not written(tables, draw_book.mend(program, one.id, member, before, now)):
                raise Busy
            had, has = (each.entries if each else 0 for each in (before, now))
            said.append(f"draw {one.id}: {member} had {had} entries, and has {has}")
        total = sum(each.entries for each in wanted.values())
        if counted != total:
            if not written(tables, draw_book.mend_sum(program, one.id, counted, total)):
                raise Busy
            said.append(f"draw {one.id}: {counted} entries were counted, {total} are")
        return said

    def _list(self, program: str, one: Draw) -> list[str]:
        """Hold a fixed list against the hash that was published: it is never changed."""
        fixed = draw_book.standing(self._books.tables, program, one.id).fixed
        if fixed is None:
            return []
        entries = draw_book.entrants(self._books.tables, program, one.id)
        named = {drawing.pseudonym(program, one.id, who): each for who, each in entries.items()}
        if drawing.hashed(drawing.listed(named)) == fixed.hash:
            return []
        return [f"draw {one.id}: its list is not the one whose hash was published"]

    def _groups(self, program: str, now: datetime) -> list[str]:
        """Make what members have brought to their groups what their entries say."""
        tables, said = self._books.tables, list[str]()
        for kept in saving_book.read_goals(tables, program):
            goal = goal_of(kept)
            for group in carrying_together.groups(tables, program, kept.id):
                after = saving.recounted(goal, group, self._entries_of(program, group))
                if after is group:
                    continue
                put = saving_book.put_group(program, after, look(goal, after, now))
                if not written(tables, put):
                    raise Busy
                where = f"group {kept.id} {group.id}"
                if after.amount == group.amount:
                    said.append(f"{where}: what is bought from now on counts again")
                else:
                    said.append(f"{where}: {group.amount} were counted, {after.amount} are")
        return said

    def _entries_of(self, program: str, group: Group) -> dict[str, tuple[Entry, ...]]:
        """Return the entries of those members of a group who are there."""
        tables = self._books.tables
        there = (
            one.member
            for one in group.parts
            if reading.read_account(tables, program, one.member) is not None
        )
        return {one: tuple(reading.read_entries(tables, program, one)) for one in there}

    def _guest_books(self, program: str) -> list[str]:
        """Hold how many come and wait against the lines of who does."""
        tables, said = self._books.tables, list[str]()
        for one in campaign_book.read_all(tables, program):
            before = invitation_book.read_book(tables, program, one.id)
            if before is None:
                continue
            coming, waiting = (
                sum(1 for _ in invitation_book.all_guests(tables, program, one.id, state))
                for state in _YES
            )
            if (before.coming, before.waiting) == (coming, waiting):
                continue
            now = replace(before, coming=coming, waiting=waiting, version=before.version + 1)
            if not written(tables, invitation_book.put_book(program, one.id, now)):
                raise Busy
            had = f"{before.coming} came and {before.waiting} waited"
            said.append(f"guests of {one.id}: {had}, and {coming} come and {waiting} wait")
        return said


def _same(before: Ticket | None, now: Ticket | None) -> bool:
    """Tell whether a ticket holds what it should, and counts on behind it."""
    if before is None or now is None:
        return before is now or (
            before is None and now is not None and not now.amount + now.entries
        )
    same = (before.entries, before.amount) == (now.entries, now.amount)
    return same and before.upto <= now.upto


def _points(one: Collected) -> str:
    return f"{one.points} in {one.gifts} gifts"
