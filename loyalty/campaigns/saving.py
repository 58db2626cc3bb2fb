"""Saving together: what an owner sets as a goal, whom it is for, and what a group is given for it.

A goal is reached in one transaction that no account of its members has moved in, and each of them
is then told with what they are given, in one transaction each: so it happens once, whoever looks,
however often. Whoever dies between is followed by the bell of the next sale, or by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from loyalty import words
from loyalty.campaigns import codes, reading, savings_goal, segment
from loyalty.core import saving
from loyalty.core.decide.grants import Grant
from loyalty.core.instants import microseconds
from loyalty.core.news import News, newest
from loyalty.core.saving import LAST_STAGE
from loyalty.ledger.books import fingerprint
from loyalty.ledger.saving_groups import SavingGroups, dearest, goal_of, look, told_now
from loyalty.refusals import Busy, FieldRefusal, Refusal
from loyalty.store import (
    audit_log,
    campaign_book,
    campaign_marks,
    commit,
    membership,
    saving_book,
)
from loyalty.store import (
    cursor as cursors,
)
from loyalty.store.audit_log import Changed
from loyalty.store.commit import FactWrite, Moved
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.saving_book import KeptGoal
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.campaigns.profile import Profile
    from loyalty.campaigns.savings_goal import Known, Prize
    from loyalty.core.account import Account
    from loyalty.core.saving import Goal, Group
    from loyalty.ledger.books import Books
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

MOST: Final = 20
"""Goals of a program."""
PAGE: Final = 50
TOLD_DAYS: Final = 30
"""How long a card says that a goal is reached."""
DUE_AT_ONCE: Final = 25
_DAY: Final = 86_400
_FIXED: Final = ("counts", "target", "begins", "ends", "least", "prizes", "audience")
"""What groups have begun by: it stays as it was. What a prize costs its owner is no part of it."""


@dataclass(frozen=True, slots=True)
class Mine:
    """A goal on the page of a card: the member's group, and what the others are called.

    ``names`` are those who let theirs be read; ``others`` counts all but the member. ``full``: they
    may join a group, and begin none.
    """

    goal: Goal
    group: Group | None
    names: tuple[str, ...] = ()
    others: int = 0
    full: bool = False


class Savings:
    """Goals that members save for together, as owners name them and members reach them."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._groups = SavingGroups(books)

    # For owners

    def all(self, program: str) -> list[KeptGoal]:
        """Return all goals, by id."""
        found = saving_book.read_goals(self._books.tables, program)
        return [told_now(self._books, program, one) for one in found]

    def one(self, program: str, name: str) -> KeptGoal:
        """Return a goal. Raises ``savings_goal_not_found``."""
        kept = saving_book.read_goal(self._books.tables, program, name)
        if kept is None:
            raise Refusal("not_found", "savings_goal_not_found", "There is no such goal.")
        return told_now(self._books, program, kept)

    def put(self, program: str, sent: KeptGoal, actor: str, now: datetime) -> KeptGoal:
        """Name a goal, or change one; the same again changes nothing.

        ``sent.version`` is that which was seen, 0 for none.

        Raises
        ------
        Refusal
            ``invalid_savings_goal``, ``too_many_savings_goals``, ``savings_goal_begun``,
            ``precondition_failed``.
        """
        tables, rules = self._books.tables, self._books.programs.current(program)
        before = saving_book.read_goal(tables, program, sent.id)
        if (before.version if before else 0) != sent.version:
            raise changed_meanwhile()
        document = savings_goal.judged(sent.document, rules, now, fresh=before is None)
        self._judge_coupons(program, document)
        if before is not None:
            self._judge_promised(program, sent.id, document)
            before = told_now(self._books, program, before)
        after = KeptGoal(sent.id, document, sent.version + 1)
        if before is not None and before.document == after.document:
            return before
        if before is None and len(self.all(program)) >= MOST:
            said = f"A program has at most {MOST} of them."
            raise Refusal("conflict", "too_many_savings_goals", said)
        changed = before is not None and _fixed(before.document) != _fixed(document)
        if changed and saving_book.read_groups(tables, program, sent.id, "", 1):
            said = "Groups have begun by what was said: make another goal."
            raise Refusal("conflict", "savings_goal_begun", said)
        told = dict(before.document) if before else {}, dict(document)
        line = Changed(program, now, actor, "savings_goal.put", sent.id, *told, after.version)
        writes = [
            saving_book.put_goal(program, after),
            campaign_book.listen(program),
            audit_log.put(line),
        ]
        if not written(tables, *writes):
            raise changed_meanwhile()
        return after

    def groups(
        self, program: str, name: str, cursor: str, limit: int
    ) -> tuple[Goal, list[Group], str | None]:
        """Return a page of a goal's groups as they were counted last, and where to go on.

        Raises ``savings_goal_not_found``, ``invalid_cursor``.
        """
        goal = goal_of(self.one(program, name))
        after = cursors.read(cursor, saving.CODE) if cursor else ""
        found = saving_book.read_groups(self._books.tables, program, name, after, limit + 1)
        shown = found[:limit]
        following = cursors.written(shown[-1].id) if len(found) > limit else None
        return goal, shown, following

    def taken(self, program: str, name: str) -> int:
        """Return how many groups have a place: those that save, and those that have got there."""
        return saving_book.places_taken(self._books.tables, program, name)[0]

    # For members

    def mine(self, program: str, member: str, now: datetime) -> list[Mine]:
        """Return the goals that a member saves for, or may begin to save for, as they stand now."""
        tables = self._books.tables
        kept = self.all(program)
        if not kept:
            return []
        groups, found = saving_book.groups_of(tables, program, member), list[Mine]()
        free = [one.id for one in kept if one.id not in groups]
        profile = self._profile(program, member, kept, now) if free else None
        for one in kept:
            goal = goal_of(one)
            if one.id in groups:
                group = saving_book.read_group(tables, program, one.id, groups[one.id])
                if group is not None:
                    found.append(self._shown(program, member, goal, group))
            elif goal.open and goal.is_on(now.timestamp()) and profile is not None:
                known = savings_goal.read(one, self._books.programs.current(program))
                if known is not None and segment.fits(known.audience, profile):
                    full = bool(goal.places) and self.taken(program, goal.id) >= goal.places
                    found.append(Mine(goal, None, full=full))
        return found

    def behind(self, program: str, goal: str, name: str) -> tuple[Goal, Group]:
        """Return what an invitation leads to. Raises ``..._not_found``."""
        return self._groups.goal(program, goal), self._groups.one(program, goal, name)

    def begin(
        self, program: str, member: str, goal: str, name: str, now: datetime, *, shows: bool
    ) -> Group:
        """Begin a group under an id that nobody has.

        Raises
        ------
        Refusal
            As ``SavingGroups.begin``; ``not_for_you``.
        """
        kept = self._for(program, member, goal, now)
        return self._groups.begin(program, goal_of(kept), member, name, now, shows=shows)

    def join(
        self, program: str, member: str, goal: str, name: str, now: datetime, *, shows: bool
    ) -> Group:
        """Accept an invitation. Raises as ``SavingGroups.join``; ``not_for_you``."""
        kept = self._for(program, member, goal, now)
        group = self._groups.join(program, goal_of(kept), member, name, now, shows=shows)
        # There may be enough of them by now.
        self.advance(program, goal, name, now)
        return group

    def leave(self, program: str, member: str, goal: str, now: datetime) -> None:
        """Leave a group; what it was to be given is given before. Raises busy."""
        name = saving_book.group_of(self._books.tables, program, member, goal)
        if name:
            self.advance(program, goal, name, now)
        self._groups.leave(program, member, goal, now)

    # What follows from sales

    def heard(self, program: str, member: str, now: datetime) -> int:
        """Count what a member's last entries bring to their groups; return how many were told."""
        mine = saving_book.groups_of(self._books.tables, program, member)
        return sum(self.advance(program, goal, name, now) for goal, name in mine.items())

    def tick(self, now: datetime) -> int:
        """Look at the groups that are due, should a bell have been lost; return how many."""
        found = saving_book.due(self._books.tables, int(now.timestamp()), DUE_AT_ONCE)
        failed: Exception | None = None
        for program, goal, name in found:
            try:
                self.advance(program, goal, name, now, looked=True)
            except Exception as error:  # noqa: BLE001 - raised below, when all had their turn
                failed = failed or error
        if failed is not None:
            raise failed
        return len(found)

    def advance(
        self, program: str, goal: str, name: str, now: datetime, *, looked: bool = False
    ) -> int:
        """Count a group anew, let it reach its goal, and tell its cards; return how many were told.

        ``looked``: the clock has asked, and asks again later.

        Raises
        ------
        Busy
            Others write there all the time; ask again.
        """
        tables, rules = self._books.tables, self._books.programs.current(program)
        kept = saving_book.read_goal(tables, program, goal)
        known = None
        if kept is not None:
            known = savings_goal.read(told_now(self._books, program, kept), rules)
        for _ in self._books.attempts():
            before = saving_book.read_group(tables, program, goal, name)
            if before is None:
                return 0
            if known is None:
                # The program has lost what the goal names: tomorrow somebody may have mended it.
                later = replace(before, version=before.version + 1)
                tomorrow = int(now.timestamp()) + _DAY
                if not looked or self._written(
                    [saving_book.put_group(program, later, tomorrow)], now
                ):
                    return 0
                continue
            after, guards = self._after(program, known, before, now)
            moved = replace(after, version=before.version) != before
            if moved or looked:
                after = replace(after, version=before.version + 1)
                put = saving_book.put_group(program, after, look(known.goal, after, now))
                if not self._written([put, *guards], now):
                    continue
            owed = after.untold(known.goal)
            return sum(self._tell(program, known, name, one.member, now) for one in owed)
        raise Busy

    def _after(
        self, program: str, known: Known, group: Group, now: datetime
    ) -> tuple[Group, list[Write]]:
        """Return a group as the ledger says, and what has to be unmoved where it is there."""
        found = [self._books.account(program, one.member) for one in group.parts]
        after = self._groups.fresh(program, known.goal, group)
        there = [one for one in found if one is not None and not one.closed]
        if not saving.is_there(known.goal, after) or len(there) < len(group.parts):
            # Somebody may just be leaving: then it is looked at without them.
            return after, []
        # Accounts were read before entries, and are as they were read: so all of it is true at one
        # moment. Their cards ring.
        prize = self._prize(program, known, after, now)
        made = saving.arrived(after, prize, microseconds(now))
        return made, [commit.told(one, now) for one in there]

    def _prize(self, program: str, known: Known, group: Group, now: datetime) -> int:
        """Return the number of what a group is given: the first that is for such as them."""
        members = [one.member for one in group.parts]
        asked = reading.asked(self._books.tables, program, *(one.who for one in known.prizes))
        profiles = reading.profiles(self._books, program, members, asked, now)
        return next(
            (
                number
                for number, one in enumerate(known.prizes)
                if savings_goal.is_for(one, members, profiles)
            ),
            len(known.prizes) - 1,
        )

    def _tell(self, program: str, known: Known, name: str, member: str, now: datetime) -> bool:
        """Tell one card how far its group has come, with what it is given at the end: once."""
        goal, tables = known.goal, self._books.tables
        for _ in self._books.attempts():
            group = saving_book.read_group(tables, program, goal.id, name)
            part = group.part(member) if group else None
            if group is None or part is None or part.said >= group.stage(goal):
                return False
            account = self._books.account(program, member)
            stage = group.stage(goal)
            after = saving.told(group, member, stage)
            put = saving_book.put_group(program, after, look(goal, after, now))
            if account is None or account.closed:
                # Who has just left is told nothing; they are out of it in a moment.
                return False
            prize = known.prizes[group.prize] if stage == LAST_STAGE else None
            mine = prize is not None and (prize.to == "each" or group.parts[0].member == member)
            if mine and prize is not None and prize.points and account.paused:
                # Nothing can be given to a paused card: it is once the card is good again.
                return False
            code = codes.next_code(
                self._books, program, prize.coupon if prize is not None and mine else ""
            )
            if code is None:
                # There is none left: it is looked for again until the owner has seen to it.
                return False
            said = _news(known, stage, prize, code.text if mine else "", now, self._books, program)
            marks = campaign_marks.read(tables, program, account.member)
            news = [one for one in marks.news if one.id != said.id and one.until > said.at]
            guards = [
                put,
                campaign_marks.change(
                    program, account.member, marks, replace(marks, news=newest((*news, said)))
                ),
                *(code.taking(program, prize.coupon) if prize is not None and mine else ()),
            ]
            if prize is not None and mine and prize.points:
                if self._given(program, known, group, account, prize, guards, now):
                    return True
                continue
            if self._written([*guards, commit.told(account, now)], now):
                return True
        raise Busy

    def _given(  # noqa: PLR0917
        self,
        program: str,
        known: Known,
        group: Group,
        account: Account,
        prize: Prize,
        guards: list[Write],
        now: datetime,
    ) -> bool:
        """Give points together with all that tells of them; False where something has moved."""
        source, which = f"saving-{known.goal.id}", f"{group.id}:{account.member}"
        fact = FactWrite(program, "gift", source, which, fingerprint("gift", which))
        command = Grant(
            "gift", f"gift#{source}#{which}", prize.pot, prize.points, f"saving:{known.goal.id}"
        )
        tried = False

        def once(_: Change) -> Iterable[Write]:
            nonlocal tried
            if tried:
                raise Busy
            tried = True
            return guards

        try:
            answer = self._books.once(
                fact, program, account.member, lambda _: command, now, guards=once,
                passing=("membership_paused",),
            )  # fmt: skip
            return not answer.replayed and answer.body["outcome"] == "given"
        except Busy:
            return False

    def _shown(self, program: str, member: str, goal: Goal, group: Group) -> Mine:
        fresh = self._groups.fresh(program, goal, group)
        others = [one for one in fresh.parts if one.member != member]
        named = []
        for one in others:
            person = membership.read_member(self._books.tables, program, one.member)
            if one.shows and person is not None and person.first_name:
                named.append(person.first_name)
        return Mine(goal, fresh, tuple(named), len(others))

    def _for(self, program: str, member: str, name: str, now: datetime) -> KeptGoal:
        kept = self.one(program, name)
        known = savings_goal.read(kept, self._books.programs.current(program))
        profile = self._profile(program, member, [kept], now)
        if known is None or profile is None or not segment.fits(known.audience, profile):
            raise Refusal("conflict", "not_for_you", "This goal is for others.")
        return kept

    def _profile(
        self, program: str, member: str, kept: Iterable[KeptGoal], now: datetime
    ) -> Profile | None:
        rules = self._books.programs.current(program)
        known = [savings_goal.read(one, rules) for one in kept]
        trees = [one.audience for one in known if one is not None]
        asked = reading.asked(self._books.tables, program, *trees)
        return next(iter(reading.profiles(self._books, program, [member], asked, now)), None)

    def _judge_promised(self, program: str, name: str, document: Mapping[str, Any]) -> None:
        """Raise ``invalid_savings_goal`` where a budget does not pay what groups may be given."""
        budget = document.get("budget")
        taken = self.taken(program, name) if budget is not None else 0
        promised = taken * dearest(document)
        if budget is not None and promised > budget:
            said = f"{taken} groups have begun, which may be given {promised} together."
            fault = FieldRefusal("/budget", "promised", said)
            raise Refusal("invalid", "invalid_savings_goal", fields=[fault])

    def _judge_coupons(self, program: str, document: Mapping[str, Any]) -> None:
        faults = [
            FieldRefusal(
                f"/prizes/{number}/coupon", "unknown_coupon", "There is no such coupon with codes."
            )
            for number, one in enumerate(document["prizes"])
            if one.get("coupon") and not codes.there_is(self._books, program, one["coupon"])
        ]
        if faults:
            raise Refusal("invalid", "invalid_savings_goal", fields=faults)

    def _written(self, writes: list[Write], now: datetime) -> bool:
        try:
            commit.commit_guarded(self._books.tables, None, writes, now)
        except Moved:
            return False
        return True


def _fixed(document: Mapping[str, Any]) -> dict[str, Any]:
    prizes = [
        {name: value for name, value in one.items() if name != "cost"} for one in document["prizes"]
    ]
    return {name: document[name] for name in _FIXED} | {"prizes": prizes}


def _news(  # noqa: PLR0917
    known: Known,
    stage: int,
    prize: Prize | None,
    code: str,
    now: datetime,
    books: Books,
    program: str,
) -> News:
    """Return what a card says of the way so far: the same piece, as it goes on."""
    goal, second = known.goal, int(now.timestamp())
    texts = {}
    for language in books.programs.current(program).languages:
        what = goal.names[language]
        said = prize.texts.get(language, "") if prize else ""
        texts[language] = words.phrase(
            language, f"saving.{stage}", what=what, prize=said.replace("{coupon}", code)
        ).strip()
    until = second + TOLD_DAYS * _DAY if stage == LAST_STAGE else max(goal.ends, second + _DAY)
    return News(f"saving#{goal.id}", "message", second, until, texts, {})
