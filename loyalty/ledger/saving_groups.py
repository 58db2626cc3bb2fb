"""Groups that save together: beginning one, joining, leaving, and counting what each has brought.

What a group may be given, and to whom it is open, is decided above (``loyalty.campaigns.saving``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from loyalty.core import saving
from loyalty.core.saving import Goal, Part
from loyalty.ledger.books import member_not_found
from loyalty.program.by_language import fitted, worded
from loyalty.refusals import Busy, Refusal
from loyalty.store import commit, reading, saving_book
from loyalty.store.commit import Moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from loyalty.core.account import Account, Entry
    from loyalty.core.saving import Group
    from loyalty.ledger.books import Books
    from loyalty.store.saving_book import KeptGoal
    from loyalty.store.tables import Write

_DAY: Final = 86_400
_SOON: Final = 60
_PAGE: Final = 100


def told_now(books: Books, program: str, kept: KeptGoal) -> KeptGoal:
    """Return a goal as it is told by now: in the languages that its program speaks."""
    languages = books.programs.current(program).languages
    return replace(kept, document=worded(kept.document, languages, fitted))


def goal_of(kept: KeptGoal) -> Goal:
    """Return what a goal's document says of counting; whom it is for and what it gives, does not.

    The document lies as it was judged: its times are seconds.
    """
    said: Mapping[str, Any] = kept.document
    return Goal(
        id=kept.id,
        names=said["name"],
        texts=said["text"],
        counts=said["counts"],
        target=said["target"],
        begins=said["begins"],
        ends=said["ends"],
        least=said["least"],
        most=said["most"],
        open=said["open"],
        version=kept.version,
        places=places_of(said),
    )


def dearest(said: Mapping[str, Any]) -> int:
    """Return what a group is given at most, minor units, as its owner says what that costs."""
    return max(
        (
            int(one.get("cost") or 0)
            * (min(one["largest"], said["most"]) if one["to"] == "each" else 1)
            for one in said["prizes"]
        ),
        default=0,
    )


def places_of(said: Mapping[str, Any]) -> int:
    """Return how many groups may begin by a goal's document; 0 for any number. Pure.

    By a budget as many as it pays the dearest prize of, whatever each will be given.
    """
    most, budget, each = said.get("groups"), said.get("budget"), dearest(said)
    paid = budget // each if budget is not None and each else None
    return min((one for one in (most, paid) if one is not None), default=0)


def look(goal: Goal, group: Group, now: datetime) -> int:
    """Return when a group is to be looked at, should no bell ring; 0: never. Pure."""
    second = int(now.timestamp())
    if group.untold(goal):
        return second + _SOON
    if group.reached or second >= goal.ends + _DAY:
        return 0
    return second + _DAY


class SavingGroups:
    """What members do with their groups."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def goal(self, program: str, name: str) -> Goal:
        """Return a goal. Raises ``savings_goal_not_found``."""
        kept = saving_book.read_goal(self._books.tables, program, name)
        if kept is None:
            raise Refusal("not_found", "savings_goal_not_found", "There is no such goal.")
        return goal_of(told_now(self._books, program, kept))

    def one(self, program: str, goal: str, name: str) -> Group:
        """Return a group. Raises ``group_not_found``."""
        found = saving_book.read_group(self._books.tables, program, goal, name)
        if found is None:
            raise Refusal("not_found", "group_not_found", "There is no such group.")
        return found

    def begin(
        self,
        program: str,
        goal: Goal,
        member: str,
        name: str,
        now: datetime,
        *,
        shows: bool,
    ) -> Group:
        """Begin a group; whoever is in one already has that one.

        Raises
        ------
        Refusal
            ``savings_goal_closed``, ``savings_goal_full``, ``member_not_found``, or busy.
        """

        def made(part: Part) -> tuple[Group, list[Write]]:
            group = saving.begun(goal, name, part, now.timestamp())
            taken = saving_book.places_taken(self._books.tables, program, goal.id)
            saving.judge_places(goal, taken[0])
            return group, [saving_book.take_place(program, goal.id, taken, goal.places)]

        return self._come_in(program, goal, member, made, now, shows=shows)

    def join(
        self,
        program: str,
        goal: Goal,
        member: str,
        name: str,
        now: datetime,
        *,
        shows: bool,
    ) -> Group:
        """Join a group; whoever is in it already is told so.

        Raises
        ------
        Refusal
            ``group_not_found``, ``in_another_group``, ``group_full``, ``group_done``,
            ``savings_goal_closed``, ``member_not_found``, or busy.
        """

        def made(part: Part) -> tuple[Group, list[Write]]:
            before = self.one(program, goal.id, name)
            return saving.joined(goal, before, part, now.timestamp()), []

        mine = self._come_in(program, goal, member, made, now, shows=shows)
        if mine.id != name:
            raise Refusal("conflict", "in_another_group", "Leave the other group first.")
        return mine

    def _come_in(
        self,
        program: str,
        goal: Goal,
        member: str,
        made: Callable[[Part], tuple[Group, list[Write]]],
        now: datetime,
        *,
        shows: bool,
    ) -> Group:
        """Return the group that a member is in for a goal: theirs, or what ``made`` returns."""
        for _ in self._books.attempts():
            account = self._open(program, member)
            mine = self._mine(program, account.member, goal.id)
            if mine is not None:
                return mine
            after, more = made(Part(account.member, account.seq, shows, since=account.seq))
            if self._entered(program, goal, after, account, now, *more):
                return after
        raise Busy

    def leave(self, program: str, member: str, goal: str, now: datetime) -> None:
        """Take a member out of their group of a goal; what they have brought stays. Again is fine.

        Raises
        ------
        Busy
            They are still in it.
        """
        tables = self._books.tables
        for _ in self._books.attempts():
            name = saving_book.group_of(tables, program, member, goal)
            kept = saving_book.read_goal(tables, program, goal)
            if not name or kept is None:
                return
            before = saving_book.read_group(tables, program, goal, name)
            writes = [saving_book.leave(program, member, goal, name)]
            if before is not None and before.part(member) is not None:
                after = saving.left(self.fresh(program, goal_of(kept), before), member)
                after = replace(after, version=before.version + 1)
                writes += self._put(program, goal_of(kept), after, now)
            if self._written(writes, now):
                return
        raise Busy

    def release(self, program: str, member: str, now: datetime) -> None:
        """Take a member who is about to be forgotten out of every group. Raises as ``leave``."""
        for goal in saving_book.groups_of(self._books.tables, program, member):
            self.leave(program, member, goal, now)

    def fresh(self, program: str, goal: Goal, group: Group) -> Group:
        """Return a group as the ledger says that it stands; nothing is written."""
        if group.reached:
            return group
        entries = {
            one.member: tuple(self._entries(program, one.member, one.upto)) for one in group.parts
        }
        return saving.counted(goal, group, entries)

    def unite(self, program: str, old: str, into: str, now: datetime) -> list[Write]:
        """Return the writes by which one member is another in all groups of theirs.

        Where the other is in a group of that goal already, what was brought stays where it was.
        """
        tables = self._books.tables
        theirs = saving_book.groups_of(tables, program, old)
        account = self._books.account(program, into) if theirs else None
        if account is None:
            return []
        mine = saving_book.groups_of(tables, program, into)
        writes: list[Write] = []
        for name, group in theirs.items():
            writes.append(saving_book.leave(program, old, name, group))
            before = saving_book.read_group(tables, program, name, group)
            if before is None:
                continue
            goal = self.goal(program, name)
            fresh = self.fresh(program, goal, before)
            if mine.get(name, group) == group:
                after = saving.became(fresh, old, into, account.seq)
                if name not in mine:
                    writes.append(saving_book.enter(program, into, name, group))
            else:
                after = saving.left(fresh, old)
            after = replace(after, version=before.version + 1)
            writes += self._put(program, goal, after, now)
        return writes

    def _put(self, program: str, goal: Goal, group: Group, now: datetime) -> list[Write]:
        """Return the writes of a group that somebody has left; an empty one gives up its place."""
        writes = [saving_book.put_group(program, group, look(goal, group, now))]
        if group.gives_up:
            taken = saving_book.places_taken(self._books.tables, program, goal.id)
            writes += saving_book.free_place(program, goal.id, taken)
        return writes

    def _entries(self, program: str, member: str, upto: int) -> Iterable[Entry]:
        while True:
            page = reading.read_entries_after(self._books.tables, program, member, upto, _PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            upto = page[-1].seq

    def _open(self, program: str, member: str) -> Account:
        account = self._books.account(program, member)
        if account is None or account.closed:
            raise member_not_found(member)
        return account

    def _mine(self, program: str, member: str, goal: str) -> Group | None:
        name = saving_book.group_of(self._books.tables, program, member, goal)
        return saving_book.read_group(self._books.tables, program, goal, name) if name else None

    def _entered(
        self, program: str, goal: Goal, group: Group, account: Account, now: datetime, *more: Write
    ) -> bool:
        """Write a group that a member has come into, if their account is as it was read.

        So the number of their last entry is right, and nobody comes in who is just leaving.
        """
        writes = [
            saving_book.put_group(program, group, look(goal, group, now)),
            saving_book.enter(program, account.member, goal.id, group.id),
            commit.told(account, now),
            *more,
        ]
        return self._written(writes, now)

    def _written(self, writes: list[Write], now: datetime) -> bool:
        try:
            commit.commit_guarded(self._books.tables, None, writes, now)
        except Moved:
            return False
        return True
