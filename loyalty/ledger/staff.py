"""Use cases of staff and owners on accounts: adjust, give, transfer, merge."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from loyalty.core.calendar import period
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Adjust, Grant, Leave, Receive
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.ledger.books import Answer, member_not_found
from loyalty.refusals import Busy, Refusal
from loyalty.store import commit, membership
from loyalty.store.commit import Change, FactExists, FactWrite, Moved

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program, StaffLimits
    from loyalty.store.tables import Write


class Staff:
    """Acts of people, each once per idempotency key of theirs."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def adjust(self, act: Act, member: str, pot: str, points: int, now: datetime) -> Answer:
        """Set a mistake right by that many points, more or less.

        Raises
        ------
        Refusal
            ``unknown_pot``, ``member_not_found``, ``limit_reached``, ``id_reused`` or busy; nothing
            happened.
        """
        command = Adjust(f"adjust#{act.key}#{act.id}", pot, points, f"key:{act.key}")
        return self._act(act, "adjust", member, command, abs(points), now)

    def give(self, act: Act, member: str, pot: str, points: int, now: datetime) -> Answer:
        """Give points or stamps, at least one; raises as ``adjust``."""
        _at_least_one(points)
        fact = f"gift#{act.key}#{act.id}"
        command = Grant("gift", fact, pot, points, f"key:{act.key}")
        return self._act(act, "gift", member, command, points, now)

    def transfer(  # noqa: PLR0917
        self, act: Act, giver: str, receiver: str, pot: str, points: int, now: datetime
    ) -> Answer:
        """Move value, at least one point, from one member to another; its expiry moves along."""
        _at_least_one(points)
        name = f"transfer#{act.key}#{act.id}"
        leaving = Leave("transfer", name, f"key:{act.key}", pot, points)
        fact = act.fact("transfer", giver, receiver, pot, points)
        return self._move(fact, (act.program, giver, receiver), leaving, now)

    def merge(self, act: Act, old: str, into: str, now: datetime) -> Answer:
        """Make one member of two: all value and figures move, the old card becomes void.

        Later messages about the old member's orders count for the new one.
        """
        leaving = Leave("merge", f"merge#{act.key}#{act.id}", f"key:{act.key}")
        return self._move(act.fact("merge", old, into), (act.program, old, into), leaving, now)

    def _act(  # noqa: PLR0917
        self,
        act: Act,
        kind: str,
        member: str,
        command: Adjust | Grant,
        points: int,
        now: datetime,
    ) -> Answer:
        fact = act.fact(kind, member, command.pot, command.points)
        # Repeats come first: who has given already may have reached a limit by it.
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        program = self._books.programs.current(act.program)
        if program.pot(command.pot) is None:
            detail = f"The program has no pot {command.pot}."
            raise Refusal("invalid", "unknown_pot", detail, pointer="/pot")
        self._staff_guards(program, act, points, now)

        def guards() -> list[Write]:
            note = membership.put_note(act.program, member, (kind, act.key, act.id), act.reason)
            return [*self._staff_guards(program, act, points, now), note]

        return self._books.once(fact, act.program, member, lambda _: command, now, guards=guards)

    def _staff_guards(self, program: Program, act: Act, points: int, now: datetime) -> list[Write]:
        """Count what a key gives against its shift and month; refuse what is too much."""
        limits: StaffLimits = program.staff
        if points > limits.at_once:
            raise _limit_reached("at_once", limits.at_once)
        writes: list[Write] = []
        for length, name, most in (
            ("day", "per_shift", limits.per_shift),
            ("month", "per_month", limits.per_month),
        ):
            number = period(now, program.zone, length)  # type: ignore[arg-type]
            given = membership.read_given(self._books.tables, act.program, act.key, length, number)
            following = (given or 0) + points
            if following > most:
                raise _limit_reached(name, most)
            writes.append(
                membership.count_given(act.program, act.key, (length, number), given, following)
            )
        return writes

    def _move(
        self, fact: FactWrite, who: tuple[str, str, str], leaving: Leave, now: datetime
    ) -> Answer:
        """Commit leaving one account and arriving at another in one transaction."""
        program_id, old, into = who
        program = self._books.programs.current(program_id)
        for _ in self._books.attempts():
            giver, receiver = (
                self._books.account(program_id, old),
                self._books.account(program_id, into),
            )
            if giver is None or receiver is None:
                stored = self._books.stored_answer(fact)
                if stored is not None:
                    return self._books.replay(fact)
                raise member_not_found(old if giver is None else into)
            if giver.member == receiver.member:
                if self._books.stored_answer(fact) is not None:
                    return self._books.replay(fact)
                detail = "A member cannot give to, or be merged into, themselves."
                raise Refusal("invalid", "same_member", detail)
            changes, answer = _moved(program, giver, receiver, leaving, now)
            guards = self._redirect(changes, giver, receiver) if leaving.pot is None else []
            try:
                commit.commit_fact(
                    self._books.tables, fact, answer, changes=changes, now=now, guards=guards
                )
            except FactExists as exists:
                return self._books.replay(fact, exists.stored)
            except Moved:
                continue
            return Answer(answer, replayed=False)
        raise Busy

    def _redirect(self, changes: list[Change], old: Account, into: Account) -> list[Write]:
        """Let the old member's contact lead to the new one."""
        member = membership.read_member(self._books.tables, old.program, old.member)
        contact = member.contact if member else None
        if not changes or member is None or contact is None:
            return []
        pseudonym = self._books.tokens.contact_key(old.program, contact)
        # Who they were is kept with the member they are now; the void card needs no name.
        return [
            membership.redirect_contact(old.program, pseudonym, old.member, into.member),
            membership.change_member(member, member.forgotten()),
        ]


def _moved(
    program: Program, giver: Account, receiver: Account, leaving: Leave, now: datetime
) -> tuple[list[Change], dict[str, Any]]:
    """Decide both sides; nothing moves when the first is refused."""
    settled = Draft(program, giver, now)
    settle(settled)
    left = decide(program, giver, leaving, now)
    if left.entry is None:
        return [], dict(left.answer)
    merged = settled.account if leaving.pot is None else None
    lots = tuple((pot, at, bucket, amount) for pot, at, bucket, amount in left.answer["lots"])
    arriving = Receive(leaving.cause, leaving.fact, leaving.actor, lots, merged)
    arrived = decide(program, receiver, arriving, now)
    if arrived.answer.get("outcome") == "declined":
        return [], dict(arrived.answer)
    if leaving.pot is None:
        left = replace(left, account=replace(left.account, successor=receiver.member))
    answer = {"outcome": "moved", "points": sum(amount for *_, amount in lots)}
    return [Change(giver, left), Change(receiver, arrived)], answer


def _limit_reached(limit: str, most: int) -> Refusal:
    """Refuse what a key may not give: `limit` is ``at_once``, ``per_shift`` or ``per_month``."""
    return Refusal("too_many", "limit_reached", f"The limit {limit} of this program is {most}.")


def _at_least_one(points: int) -> None:
    if points < 1:
        raise ValueError("what is given is at least one point")
