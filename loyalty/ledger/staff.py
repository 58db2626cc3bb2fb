"""Use cases of staff and owners on accounts: adjust, give, transfer, merge, pause."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core.decide import decide
from loyalty.core.decide.grants import Adjust, Grant, Leave, Pause, Receive
from loyalty.core.draft import Draft
from loyalty.core.instants import instant
from loyalty.core.settle import settle
from loyalty.ledger import deeds, looking
from loyalty.ledger.books import Answer, member_not_found
from loyalty.ledger.timeline import UNDO_WITHIN, moved_value, undo_of
from loyalty.refusals import Busy, Refusal
from loyalty.store import commit, contact_book, membership, reading
from loyalty.store.commit import Change, FactExists, FactWrite, Moved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.tables import Write

_BY_HAND = frozenset({"gift", "adjust"})
"""Kinds of facts that somebody may take back."""
_ATTEMPTS = 20
"""How often it is tried to take one thing back that was spent meanwhile."""


@dataclass(frozen=True, slots=True)
class MergePreview:
    """Balances by pot of two members, and of the one that they would become.

    ``after`` is None, and ``reason`` says why, where they cannot become one.
    """

    old: Mapping[str, int]
    into: Mapping[str, int]
    after: Mapping[str, int] | None
    reason: str | None


class Staff:
    """Acts of people, each once per idempotency key of theirs."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def adjust(  # noqa: PLR0917
        self,
        act: Act,
        member: str,
        pot: str,
        points: int,
        now: datetime,
        also: tuple[tuple[str, int], ...] = (),
    ) -> Answer:
        """Set a mistake right by that many points, more or less.

        ``also`` are (pot, points) of further pots: all of it happens at once, as one entry, or
        nothing does.

        Raises
        ------
        Refusal
            ``unknown_pot``, ``same_pot``, ``member_not_found``, ``limit_reached``, ``id_reused`` or
            busy; nothing happened.
        """
        command = Adjust(f"adjust#{act.key}#{act.id}", pot, points, f"key:{act.key}", also)
        return self._act(act, "adjust", member, command, now)

    def give(  # noqa: PLR0917
        self,
        act: Act,
        member: str,
        pot: str,
        points: int,
        now: datetime,
        also: tuple[tuple[str, int], ...] = (),
    ) -> Answer:
        """Give points or stamps, at least one; raises as ``adjust``, ``also`` as there."""
        for one in (points, *(more for _, more in also)):
            _at_least_one(one)
        fact = f"gift#{act.key}#{act.id}"
        command = Grant("gift", fact, pot, points, f"key:{act.key}", also)
        return self._act(act, "gift", member, command, now)

    def take_back(self, act: Act, member: str, seq: int, now: datetime) -> Answer:
        """Undo what the same key has given or set right a moment ago, as one adjustment; once.

        Raises
        ------
        Refusal
            ``entry_not_found``, ``not_yours``, ``too_late``, ``limit_reached`` or busy; nothing
            happened.
        """
        account = self._books.account(act.program, member)
        entry = next(
            iter(reading.read_entries_below(self._books.tables, act.program, member, seq + 1, 1)),
            None,
        )
        # A list of who has become another one shows the other's entries, by their own numbers.
        became = account is None or account.member != member
        if (
            became
            or entry is None
            or entry.seq != seq
            or entry.fact.partition("#")[0] not in _BY_HAND
        ):
            raise Refusal("not_found", "entry_not_found", "Nothing was given by that entry.")
        if entry.actor != f"key:{act.key}":
            raise Refusal("forbidden", "not_yours", "Somebody else has done it.")
        (pot, points), *also = (
            (pot, -points) for pot, points in sorted(moved_value(entry.postings).items())
        )
        asked = [part for one in ((pot, points), *also) for part in one]
        once, before = act, None
        for attempt in range(_ATTEMPTS):
            once = replace(act, id=undo_of(member, seq, attempt))
            before = self._books.stored_answer(once.fact("adjust", member, *asked))
            # What was spent then may be there again.
            if before is None or before.get("outcome") != "declined":
                break
        if before is None and now - instant(entry.at) > UNDO_WITHIN:
            raise Refusal("conflict", "too_late", "The time to undo it is over.")
        return self.adjust(once, member, pot, points, now, tuple(also))

    def pause(self, act: Act, member: str, now: datetime, *, paused: bool) -> Answer:
        """Let a card neither earn nor spend, or let it again (``paused`` False).

        Raises
        ------
        Refusal
            ``member_not_found``, ``limit_reached``, ``id_reused`` or busy; nothing happened.
        """
        kind = "pause" if paused else "resume"
        command = Pause(f"{kind}#{act.key}#{act.id}", f"key:{act.key}", paused)
        fact = act.fact(kind, member)
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        program = self._books.programs.current(act.program)
        deeds.within_limits(self._books, program, act, now)

        def guards(change: Change) -> list[Write]:
            before = {"paused": bool(change.before.paused)}
            line = deeds.recorded(act, kind, member, before, {"paused": paused}, now)
            return [*deeds.within_limits(self._books, program, act, now), *line]

        return self._books.once(fact, act.program, member, lambda _: command, now, guards=guards)

    def transfer(  # noqa: PLR0917
        self, act: Act, giver: str, receiver: str, pot: str, points: int, now: datetime
    ) -> Answer:
        """Move value, at least one point, from one member to another; its expiry moves along."""
        _at_least_one(points)
        name = f"transfer#{act.key}#{act.id}"
        leaving = Leave("transfer", name, f"key:{act.key}", pot, points)
        fact = act.fact("transfer", giver, receiver, pot, points)
        return self._move(act, fact, (giver, receiver), leaving, now)

    def merge(
        self,
        act: Act,
        old: str,
        into: str,
        now: datetime,
        *,
        guards: Callable[[], Iterable[Write]] = tuple,
    ) -> Answer:
        """Make one member of two: all value and figures move, the old card becomes void.

        Later messages about the old member's orders count for the new one. ``guards`` are further
        conditional writes, made anew for each attempt.
        """
        leaving = Leave("merge", f"merge#{act.key}#{act.id}", f"key:{act.key}")
        return self._move(act, act.fact("merge", old, into), (old, into), leaving, now, guards)

    def merged(self, program_id: str, old: str, into: str, now: datetime) -> MergePreview:
        """Return what two members have, and what the one they would become has; nothing is done.

        Raises
        ------
        Refusal
            ``member_not_found`` or ``same_member``.
        """
        program = self._books.programs.current(program_id)
        giver = self._books.account(program_id, old)
        receiver = self._books.account(program_id, into)
        if giver is None or receiver is None or giver.member == receiver.member:
            raise _not_two((old, into), giver, receiver)
        leaving = Leave("merge", "merge#preview", "")
        changes, answer = _moved(program, giver, receiver, leaving, now)
        after = changes[1].decision.account if changes else None
        return MergePreview(
            old=deeds.standing(program, giver, now),
            into=deeds.standing(program, receiver, now),
            after=deeds.standing(program, after, now) if after else None,
            reason=None if changes else str(answer.get("reason", "")),
        )

    def _act(
        self, act: Act, kind: str, member: str, command: Adjust | Grant, now: datetime
    ) -> Answer:
        values = (command.pot, command.points), *command.also
        pots = [pot for pot, _ in values]
        fact = act.fact(kind, member, *(part for value in values for part in value))
        # Repeats come first: who has given already may have reached a limit by it.
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        program = self._books.programs.current(act.program)
        self._known_pots(program, pots)
        points = sum(abs(points) for _, points in values)
        try:
            deeds.within_limits(self._books, program, act, now, points)
        except Refusal as refusal:
            who = f"key:{act.key}"
            looking.declined(self._books, act.program, who, member, kind, refusal.code, now)
            raise

        def guards(change: Change) -> list[Write]:
            before = deeds.standing(program, change.before, now, *pots)
            after = {pot: change.decision.account.balance(pot) for pot in pots}
            line = deeds.recorded(act, kind, member, before, after, now)
            return [*deeds.within_limits(self._books, program, act, now, points), *line]

        return self._books.once(fact, act.program, member, lambda _: command, now, guards=guards)

    def _known_pots(self, program: Program, pots: list[str]) -> None:
        for number, pot in enumerate(pots):
            pointer = f"/also/{number - 1}/pot" if number else "/pot"
            if program.pot(pot) is None:
                detail = f"The program has no pot {pot}."
                raise Refusal("invalid", "unknown_pot", detail, pointer=pointer)
            if pot in pots[:number]:
                detail = f"The pot {pot} is named twice: say once how much."
                raise Refusal("invalid", "same_pot", detail, pointer=pointer)

    def _move(  # noqa: PLR0917
        self,
        act: Act,
        fact: FactWrite,
        who: tuple[str, str],
        leaving: Leave,
        now: datetime,
        guards: Callable[[], Iterable[Write]] = tuple,
    ) -> Answer:
        """Commit leaving one account and arriving at another in one transaction."""
        old, into = who
        program = self._books.programs.current(act.program)
        for _ in self._books.attempts():
            giver, receiver = (
                self._books.account(act.program, old),
                self._books.account(act.program, into),
            )
            if giver is None or receiver is None or giver.member == receiver.member:
                if self._books.stored_answer(fact) is not None:
                    return self._books.replay(fact)
                raise _not_two(who, giver, receiver)
            changes, answer = _moved(program, giver, receiver, leaving, now)
            try:
                more = self._lines(act, program, changes, leaving, now) if changes else []
            except Refusal:
                # Who has done it already may have reached a limit by it.
                if self._books.stored_answer(fact) is not None:
                    return self._books.replay(fact)
                raise
            if changes and leaving.pot is None:
                more += [*self._redirect(giver, receiver), *guards()]
            try:
                commit.commit_fact(
                    self._books.tables, fact, answer, changes=changes, now=now, guards=more
                )
            except FactExists as exists:
                return self._books.replay(fact, exists.stored)
            except Moved:
                continue
            return Answer(answer, replayed=False)
        raise Busy

    def _lines(
        self, act: Act, program: Program, changes: list[Change], leaving: Leave, now: datetime
    ) -> list[Write]:
        """Return what an act on two members leaves behind, a line with each."""
        writes = deeds.within_limits(self._books, program, act, now)
        pots = (leaving.pot,) if leaving.pot else ()
        for change, other in zip(changes, reversed(changes), strict=True):
            before: dict[str, Any] = deeds.standing(program, change.before, now, *pots)
            after: dict[str, Any] = {
                pot: change.decision.account.balance(pot)
                for pot in sorted({*before, *change.decision.account.pots, *pots})
            }
            side = "to" if change is changes[0] else "from"
            after[side] = other.before.member
            writes += deeds.recorded(act, leaving.cause, change.before.member, before, after, now)
        return writes

    def _redirect(self, old: Account, into: Account) -> list[Write]:
        """Let the old member's contacts lead to the new one, proved or not as they were."""
        tables, program = self._books.tables, old.program
        member = membership.read_member(tables, program, old.member)
        if member is None:
            return []
        known = set(contact_book.read_contacts_of(tables, program, old.member))
        if member.contact:
            known.add(self._books.tokens.contact_key(program, member.contact))
        # Who they were is kept with the member they are now; the void card needs no name.
        writes: list[Write] = [
            membership.change_member(member, member.forgotten()),
            membership.remember_merged(program, old.member, into.member),
        ]
        for contact in sorted(known):
            writes += contact_book.redirect(tables, program, contact, old.member, into.member)
        return writes


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


def _not_two(who: tuple[str, str], giver: Account | None, receiver: Account | None) -> Refusal:
    """Refuse an act on two members that are not two."""
    if giver is None or receiver is None:
        return member_not_found(who[0] if giver is None else who[1])
    detail = "A member cannot give to, or be merged into, themselves."
    return Refusal("conflict", "same_member", detail)


def _at_least_one(points: int) -> None:
    if points < 1:
        raise ValueError("what is given is at least one point")
