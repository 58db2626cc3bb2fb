"""Acts of staff on orders: move a sale to its right member, forget a double, keep another sale."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.core.decide import decide
from loyalty.core.order import Posted
from loyalty.ledger import deeds
from loyalty.ledger.books import Answer, member_not_found
from loyalty.ledger.buyers import matches
from loyalty.refusals import Busy, Refusal
from loyalty.store import commit, reading
from loyalty.store.commit import Change, FactExists, Moved

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.order import Order, OrderKey
    from loyalty.ledger.act import Act
    from loyalty.ledger.books import Books
    from loyalty.ledger.referral_rewards import ReferralRewards
    from loyalty.ledger.sales import Sales
    from loyalty.store.commit import FactWrite
    from loyalty.store.tables import Write


class OrderActs:
    """Acts on orders, each once per idempotency key of whoever does it."""

    def __init__(self, books: Books, sales: Sales, referral_rewards: ReferralRewards) -> None:
        self._books = books
        self._sales = sales
        self._referral_rewards = referral_rewards

    def move(self, act: Act, key: OrderKey, member: str, now: datetime) -> Answer:
        """Give a sale to the member whose it is: ``{"outcome": "moved", "taken", "given"}``.

        All that it had earned leaves whoever had it, as a full refund would take it, and the right
        member has what they would have had; what is told of the order later follows them.

        Raises
        ------
        Refusal
            ``order_not_found`` (never reported, nobody's yet, or no sale), ``member_not_found``
            (also who has left), ``same_member``, ``order_paid_with_points`` (undo that first),
            ``limit_reached``, ``id_reused`` or busy; nothing happened.
        """
        fact = act.fact("move", key.source, key.id, member)
        for _ in self._books.attempts():
            if self._books.stored_answer(fact) is not None:
                return self._settled(key, self._books.replay(fact), now)
            order = self._order(key)
            if order.void or order.member is None:
                raise _order_not_found()
            giver = self._books.account(key.program, order.member)
            taker = self._books.account(key.program, member)
            if taker is None or taker.closed or giver is None:
                raise member_not_found(member)
            if taker.member == giver.member:
                detail = "The sale is this member's already."
                raise Refusal("conflict", "same_member", detail)
            answer = self._moved(act, fact, order, (giver, taker), now)
            if answer is not None:
                return self._settled(key, answer, now)
        raise Busy

    def forget(self, act: Act, key: OrderKey, now: datetime) -> Answer:
        """Let an order count for nothing, now and later: ``{"outcome": "forgotten", "taken"}``.

        Raises
        ------
        Refusal
            ``order_not_found``, ``order_paid_with_points``, ``limit_reached``, ``id_reused`` or
            busy; nothing happened.
        """
        fact = act.fact("forget", key.source, key.id)
        for _ in self._books.attempts():
            if self._books.stored_answer(fact) is not None:
                return self._settled(key, self._books.replay(fact), now)
            order = self._order(key)
            owner = self._books.account(key.program, order.member) if order.member else None
            changes, guards, taken = self._voided(order, owner, act, now)
            answer = {"outcome": "forgotten", "taken": taken}
            guards += [
                commit.drop_double(key),
                *self._lines(act, "forget", order, owner, changes, now),
            ]
            done = self._commit(fact, answer, changes, guards, now)
            if done is not None:
                return self._settled(key, done, now)
        raise Busy

    def keep(self, act: Act, key: OrderKey, now: datetime) -> Answer:
        """Say that a possible double is a sale of its own: it is listed no more, and counts.

        Raises
        ------
        Refusal
            ``order_not_found``, ``limit_reached``, ``id_reused`` or busy; nothing happened.
        """
        fact = act.fact("keep", key.source, key.id)
        for _ in self._books.attempts():
            if self._books.stored_answer(fact) is not None:
                return self._counted(key, act, self._books.replay(fact), now)
            order = self._order(key)
            owner = self._books.account(key.program, order.member) if order.member else None
            lines = self._lines(act, "keep", order, owner, [], now)
            guards = [commit.drop_double(key), *lines]
            # One that counts for nothing is listed only until somebody has said what it is.
            if order.void and commit.is_listed_double(self._books.tables, key):
                good = replace(order, void=False, revision=order.revision + 1)
                guards += commit.change_order(good, order.revision)
            done = self._commit(fact, {"outcome": "kept"}, [], guards, now)
            if done is not None:
                return self._counted(key, act, done, now)
        raise Busy

    def _counted(self, key: OrderKey, act: Act, answer: Answer, now: datetime) -> Answer:
        """Let a sale that was kept count for whom it names; a repeat comes here, too."""
        order = reading.read_order(self._books.tables, key)
        if order is None or order.void or order.member:
            return answer
        for member in matches(self._books, key.program, order.hints, None, now):
            account = self._books.account(key.program, member)
            if account is not None and not account.closed:
                self._sales.claim_for(key, member, f"key:{act.key}", now)
                break
        return answer

    def _moved(
        self,
        act: Act,
        fact: FactWrite,
        order: Order,
        who: tuple[Account, Account],
        now: datetime,
    ) -> Answer | None:
        """Take the order from one account and post it to the other; None where something moved."""
        giver, taker = who
        left = self._take(order, giver, act, now)
        gone = left.decision.order or order
        fresh = replace(
            gone,
            member=taker.member,
            void=False,
            context=None,
            posted=Posted(),
            entry=0,
            spent=(),
            # As it was posted: their entries stay with whoever they were then.
            former=tuple(dict.fromkeys((*order.former, order.member or giver.member))),
            forgiven=_added(order.forgiven, gone.posted.units),
        )
        program = self._books.programs.current(act.program)
        command = self._sales.command(fresh, f"key:{act.key}", now)
        arrived = decide(program, taker, command, now)
        head = arrived.order or fresh
        taken = -int(left.decision.answer["points"])
        answer = {"outcome": "moved", "taken": taken, "given": arrived.answer["points"]}
        changes = [
            Change(giver, replace(left.decision, order=None)),
            Change(taker, replace(arrived, order=None)),
        ]
        guards = [
            *commit.change_order(head, order.revision),
            *self._lines(act, "move", order, giver, changes, now),
        ]
        return self._commit(fact, answer, changes, guards, now)

    def _voided(
        self, order: Order, owner: Account | None, act: Act, now: datetime
    ) -> tuple[list[Change], list[Write], int]:
        """Return what makes an order no sale: its account's change, its head, points taken."""
        _unpaid(order)
        if owner is None or order.context is None:
            # It has not counted for anybody yet, and never will.
            void = replace(order, void=True, member=None, revision=order.revision + 1)
            return [], commit.change_order(void, order.revision), 0
        left = self._take(order, owner, act, now)
        void = left.decision.order or order
        change = Change(owner, replace(left.decision, order=None))
        taken = -int(left.decision.answer["points"])
        return [change], commit.change_order(void, order.revision), taken

    def _take(self, order: Order, owner: Account, act: Act, now: datetime) -> Change:
        """Decide on an order as no sale of its owner's."""
        _unpaid(order)
        program = self._books.programs.current(act.program)
        command = self._sales.command(replace(order, void=True), f"key:{act.key}", now)
        return Change(owner, decide(program, owner, command, now))

    def _lines(  # noqa: PLR0917
        self,
        act: Act,
        kind: str,
        order: Order,
        owner: Account | None,
        changes: list[Change],
        now: datetime,
    ) -> list[Write]:
        """Return the counts against limits, and a line with each member whom it is about."""
        program = self._books.programs.current(act.program)
        writes = deeds.within_limits(self._books, program, act, now)
        named = {"source": order.key.source, "order": order.key.id}
        whose = owner.member if owner else None
        for change in changes:
            before: dict[str, Any] = dict(deeds.standing(program, change.before, now))
            after: dict[str, Any] = deeds.standing(program, change.decision.account, now)
            before |= {**named, "member": whose}
            after |= {**named, "member": None if kind == "forget" else changes[-1].before.member}
            member = change.before.member
            writes += deeds.recorded(act, kind, member, before, after, now)
        if not changes:
            about = {**named, "member": whose}
            writes += deeds.recorded(act, kind, whose or "", about, about, now)
        return writes

    def _commit(
        self,
        fact: FactWrite,
        answer: dict[str, Any],
        changes: list[Change],
        guards: Iterable[Write],
        now: datetime,
    ) -> Answer | None:
        try:
            commit.commit_fact(
                self._books.tables, fact, answer, changes=changes, now=now, guards=guards
            )
        except FactExists as exists:
            return self._books.replay(fact, exists.stored)
        except Moved:
            return None
        return Answer(answer, replayed=False)

    def _settled(self, key: OrderKey, answer: Answer, now: datetime) -> Answer:
        """Let referrals follow; a repeat comes here too, as the first may have got no further."""
        order = reading.read_order(self._books.tables, key)
        for member in (*order.former, *([order.member] if order.member else [])) if order else ():
            self._referral_rewards.settle(key.program, member, now)
        return answer

    def _order(self, key: OrderKey) -> Order:
        order = reading.read_order(self._books.tables, key)
        if order is None:
            raise _order_not_found()
        return order


def _unpaid(order: Order) -> None:
    """Refuse an order that points or a reward have paid for: these are of whoever had them."""
    if any(one.returned < one.points for one in order.spent):
        detail = "Points or a reward paid for this sale; undo that first."
        raise Refusal("conflict", "order_paid_with_points", detail)


def _added(before: Mapping[str, Fraction], more: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Return what former members keep: what was forgiven before, and now."""
    none = Fraction(0)
    summed = {pot: before.get(pot, none) + more.get(pot, none) for pot in sorted({*before, *more})}
    return {pot: units for pot, units in summed.items() if units}


def _order_not_found() -> Refusal:
    detail = "No such order was reported, or it is nobody's."
    return Refusal("not_found", "order_not_found", detail)
