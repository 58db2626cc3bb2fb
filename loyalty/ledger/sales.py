"""Use cases of orders: record a report, quote a basket, claim a parked order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from loyalty.core import limits
from loyalty.core import supply as supplied
from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder, gives_back
from loyalty.core.decide.spending import most_points
from loyalty.core.discount import discount, taken_off
from loyalty.core.double import MOST_NAMED, apart, is_double, is_furthest
from loyalty.core.draft import Draft
from loyalty.core.order import Order, OrderKey, OrderReport, dated, merge
from loyalty.core.settle import settle
from loyalty.core.trace import Step
from loyalty.ledger import deeds, supply
from loyalty.ledger.buyers import matches
from loyalty.refusals import Busy, Refusal
from loyalty.store import commit, order_lists, reading
from loyalty.store.commit import Change, Moved, OrderExists

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.part import Part
    from loyalty.ledger.books import Books
    from loyalty.ledger.referral_rewards import ReferralRewards
    from loyalty.ledger.told_twice import ToldTwice
    from loyalty.program.rules import Program, Reward
    from loyalty.store.order_lists import OrderPage

CLAIMABLE = timedelta(seconds=commit.PARKED_SECONDS)


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What became of a report.

    ``result``: ``recorded``, ``parked`` (nobody matched), ``unchanged`` (repeat, or too late).
    ``points`` is the change that this report made. ``conflict``: one version came with two
    contents. ``double``: the id belongs to another order, so this one is kept apart from it,
    under ``key``; or it may be a visit that counts already, and counts nothing for now. ``full``:
    the account cannot hold it, so it counts nothing yet.
    """

    result: Literal["recorded", "parked", "unchanged"]
    member: str | None
    key: OrderKey
    points: int = 0
    conflict: bool = False
    double: bool = False
    full: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What a basket would do, and why.

    Attributes
    ----------
    points, balance
        What it would earn in all pots, and the first pot's balance then.
    percent, discount
        Basis points off the bill that the member has now, and what that comes to, minor units.
    most_points, worth
        Points that may pay for the bill now, and the minor units that they pay.
    rewards
        Ids of what can be had now.
    steps, program
        Why it would earn that, and the version of the program that says so.
    why_discount, why_payable
        The same of the discount, and of what points may pay.
    """

    points: int
    balance: int
    percent: int
    discount: int
    most_points: int
    worth: int
    rewards: tuple[str, ...]
    steps: tuple[Step, ...]
    program: Program
    why_discount: Step
    why_payable: Step


class Sales:
    """Orders on their way into the ledger."""

    def __init__(
        self,
        books: Books,
        referral_rewards: ReferralRewards,
        told_twice: ToldTwice | None = None,
    ) -> None:
        self._books = books
        self._referral_rewards = referral_rewards
        self._told_twice = told_twice

    def record_order(self, report: OrderReport, now: datetime) -> OrderOutcome:
        """Fold one report into its order and post the difference to whoever bought.

        Raises
        ------
        Refusal
            Busy: nothing happened, or all but what follows for a referral; report again.
        """
        outcome = self._record(report, now)
        if outcome.member:
            self._referral_rewards.settle(report.key.program, outcome.member, now)
        return outcome

    def _record(self, report: OrderReport, now: datetime) -> OrderOutcome:
        # An order is first assumed to be new: reading what is mostly not there would cost more
        # than being told by the transaction.
        stored: Order | None = None
        key, parts = report.key, dated(report, now)
        for _ in self._books.attempts():
            try:
                key, stored = self._place(key, stored, report, parts, now)
            except (Moved, OrderExists):
                stored = self._order(key)
                continue
            new = Order(key, report.currency, now, report.occurred_at)
            merged = merge(stored or new, *parts, hints=report.hints, location=report.location)
            double = is_double(key)
            if stored and stored.context and not stored.full and merged.order == stored:
                return OrderOutcome(
                    "unchanged", stored.member, key, conflict=merged.conflict, double=double
                )
            # Also when nothing else is new: a contact may have been confirmed meanwhile.
            order, account = self._buyer(merged.order, _seeker(report.actor), now)
            if stored and order == stored and _posted(stored):
                return OrderOutcome(
                    "unchanged", stored.member, key, conflict=merged.conflict, double=double
                )
            twice = account is not None and self._is_told_twice(order, account, now)
            try:
                outcome = (
                    self._keep_apart(order, now)
                    if twice
                    else self._commit_order(order, account, report.actor, now)
                )
            except OrderExists as exists:
                stored = exists.order or self._order(key)
            except Moved:
                stored = self._order(key)
            else:
                return replace(outcome, conflict=merged.conflict, double=double or twice)
        raise Busy

    def _is_told_twice(self, order: Order, account: Account, now: datetime) -> bool:
        return self._told_twice is not None and self._told_twice(order, account, now)

    def _keep_apart(self, order: Order, now: datetime) -> OrderOutcome:
        """Write an order that may be a visit which counts already: nobody's, until it is said."""
        apart = replace(order, member=None, void=True, revision=order.revision + 1)
        commit.commit_apart(self._books.tables, apart, now)
        return OrderOutcome("parked", None, order.key)

    def _place(
        self,
        key: OrderKey,
        stored: Order | None,
        report: OrderReport,
        parts: tuple[Part, ...],
        now: datetime,
    ) -> tuple[OrderKey, Order | None]:
        """Return where a report belongs, and what is stored there; doubles are noted on the way.

        Each time one step further away from the plain id. Raises Moved and OrderExists.
        """
        while (
            stored and not is_furthest(key) and (other := self._apart(stored, report, parts, now))
        ):
            if other.id not in stored.doubles:
                known = (*stored.doubles, other.id)[-MOST_NAMED:]
                first = replace(stored, doubles=known, revision=stored.revision + 1)
                commit.commit_double(self._books.tables, first, other, now)
            key, stored = other, self._order(other)
        return key, stored

    def _apart(
        self, stored: Order, report: OrderReport, parts: tuple[Part, ...], now: datetime
    ) -> OrderKey | None:
        """Return under which other key a report belongs; None where it is of this order."""
        customer = None
        if stored.member and not {*report.hints} <= {*stored.hints}:
            # Also of an order that counts for nothing: who is named may have bought another thing.
            unnamed = replace(stored, void=False, member=None, hints=report.hints)
            named, account = self._buyer(unnamed, _seeker(report.actor), now)
            known = (stored.member, *stored.former)
            if account and not any(
                self._books.same_member(stored.key.program, one, named.member or "")
                for one in known
            ):
                customer = named.member
        if stored.doubles and not report.hints:
            # A day far away tells less than the very instant of a double that is known.
            double = self._double_of(stored, parts)
            if double is not None:
                return double
        return apart(stored, report, parts, customer)

    def _double_of(self, stored: Order, parts: tuple[Part, ...]) -> OrderKey | None:
        """Return the double that a report is of that names nobody: the one sold at its instant."""
        instants = {part.occurred for part in parts if part.occurred}
        if instants & {part.occurred for part in stored.parts}:
            return None
        for name in stored.doubles:
            key = replace(stored.key, id=name)
            double = self._order(key)
            if double and instants & {part.occurred for part in double.parts}:
                return key
        return None

    def quote(self, report: OrderReport, member: str, now: datetime) -> Quote | None:
        """Say what a report would do for a member, and change nothing; None: no such member."""
        program_id = report.key.program
        account = self._books.account(program_id, member)
        if account is None:
            return None
        program = self._books.programs.current(program_id)
        new = Order(report.key, report.currency, now, report.occurred_at)
        order = merge(self._order(report.key) or new, *dated(report, now)).order
        command = self.command(order, report.actor, now)
        rules = command.program
        decision = decide(program, account, command, now)
        before = Draft(program, account, now)
        settle(before)
        standing = order.context.level if order.context else before.account.level
        percent, level = discount(rules, standing)
        off = taken_off(order.total, percent)
        named = {"level": level.name} if level else {}
        spends = limits.may_redeem(program, before.account, now) and not account.closed
        most = most_points(program, before, order.total) if spends else 0
        money = program.points_as_money
        worth = most * money.amount // money.points if money else 0
        return Quote(
            points=decision.answer["points"],
            balance=decision.answer["balance"],
            percent=percent,
            discount=off,
            most_points=most,
            worth=worth,
            rewards=tuple(
                reward.id
                for reward in program.rewards
                if spends
                and before.account.pot(reward.pot).available >= reward.price
                and self._there(before, reward)
            ),
            steps=decision.trace,
            program=rules,
            why_discount=Step(
                "discount",
                {"amount": order.total, "basis_points": percent, "discount": off, **named},
            ),
            why_payable=Step(
                "pays", {"pot": money.pot if money else "", "points": most, "amount": worth}
            ),
        )

    def _there(self, draft: Draft, reward: Reward) -> bool:
        program, member = draft.program, draft.account.member
        read = supply.of_reward(self._books.tables, program, reward.id, member)
        there = supplied.now_there(draft, supplied.of_reward(reward.id), read)
        return supplied.refusal(program, reward, there, draft.now) is None

    def claim_order(self, key: OrderKey, card_code: str, actor: str, now: datetime) -> OrderOutcome:
        """Give a parked order to the member whose card was scanned.

        Claiming it again with the same card changes nothing.

        Raises
        ------
        Refusal
            ``order_not_found`` (never reported, or parked for more than 30 days),
            ``card_not_found`` (also where its membership has ended), ``order_taken`` or busy.
            Nothing happened.
        """
        member = self._books.by_code(key.program, card_code, actor, now)
        if member is None:
            raise _card_not_found()
        return self.claim_for(key, member, actor, now)

    def claim_for(self, key: OrderKey, member: str, actor: str, now: datetime) -> OrderOutcome:
        """Give a parked order to a member; as ``claim_order``."""
        for _ in self._books.attempts():
            order = self._order(key)
            if order is None or order.void:
                raise _order_not_found()
            if order.member and self._books.same_member(key.program, order.member, member):
                self._referral_rewards.settle(key.program, member, now)
                return OrderOutcome("unchanged", member, key)
            if order.member is not None:
                detail = "The order counts for another member already."
                raise Refusal("conflict", "order_taken", detail)
            if now - order.first_seen >= CLAIMABLE:
                raise _order_not_found()
            account = self._books.account(key.program, member)
            if account is None or account.closed:
                raise _card_not_found()
            try:
                theirs = replace(order, member=member)
                outcome = self._commit_order(theirs, account, actor, now, claimed=True)
            except (OrderExists, Moved):
                continue
            self._referral_rewards.settle(key.program, member, now)
            return outcome
        raise Busy

    def parked_orders(
        self,
        program: str,
        limit: int,
        now: datetime,
        cursor: str = "",
        times: tuple[int, int] | None = None,
    ) -> OrderPage:
        """Return orders that wait for their member, oldest first; at most ``limit``.

        ``times``: first heard of between these instants (µs since 1970), both included.

        Raises
        ------
        Refusal
            ``invalid_cursor``.
        """
        oldest = int((now - CLAIMABLE).timestamp()) + 1
        since, before = _seconds(times, now)
        span = max(since, oldest), before
        return order_lists.parked(self._books.tables, program, cursor, limit, *span)

    def possible_doubles(
        self,
        program: str,
        limit: int,
        now: datetime,
        cursor: str = "",
        times: tuple[int, int] | None = None,
    ) -> OrderPage:
        """Return orders kept apart from the first one of their id; as ``parked_orders``."""
        return order_lists.doubles(
            self._books.tables, program, cursor, limit, *_seconds(times, now)
        )

    def count_paid(self, key: OrderKey, actor: str, now: datetime) -> None:
        """Bring an order up to date that somebody's card has just paid for.

        It may have been parked until then; and what was refunded before, or rung up for less, gives
        back its part of what was spent now, as it would have after.

        Raises
        ------
        Refusal
            Busy; the redemption stands, and the order is brought up to date when that is repeated.
        """
        for _ in self._books.attempts():
            order = self._order(key)
            if order is None:
                return
            if not _posted(order):
                report = OrderReport(key, order.currency, order.occurred_at, (), (), actor)
                self.record_order(report, now)
                return
            if not gives_back(order, self.command(order, actor, now).program):
                return
            order, account = self._buyer(order, _seeker(actor), now)
            try:
                self._commit_order(order, account, actor, now)
            except (Moved, OrderExists):
                continue
            return
        raise Busy

    def count_again(self, key: OrderKey, actor: str, now: datetime) -> None:
        """Post what an order is worth now that a coupon has lowered it, or no longer does."""
        for _ in self._books.attempts():
            order = self._order(key)
            account = self._books.account(key.program, order.member or "") if order else None
            if order is None or account is None or order.context is None:
                return
            if order.context.lowered == len(order.lowered):
                return
            try:
                self._commit_order(order, account, actor, now)
            except (OrderExists, Moved):
                continue
            self._referral_rewards.settle(key.program, account.member, now)
            return
        raise Busy

    def _commit_order(
        self,
        order: Order,
        account: Account | None,
        actor: str,
        now: datetime,
        *,
        claimed: bool = False,
    ) -> OrderOutcome:
        """Commit the order as it stands, or park it while it is nobody's.

        ``claimed``: somebody has said whose it is, and a line of that is kept.
        """
        if account is None:
            parked = replace(order, member=None, revision=order.revision + 1)
            commit.commit_parked(self._books.tables, parked)
            return OrderOutcome("parked", None, order.key)
        current = self._books.programs.current(order.key.program)
        command = self.command(order, actor, now)
        decision = decide(current, account, command, now)
        change = Change(account, decision)
        line = deeds.claimed(current, change, order.key, actor, now) if claimed else []
        commit.commit_order(self._books.tables, change, now, line)
        full = decision.order is not None and decision.order.full
        points = decision.answer["points"]
        return OrderOutcome("recorded", order.member, order.key, points, full=full)

    def command(self, order: Order, actor: str, now: datetime) -> RecordOrder:
        """Return the command with the rules of the day on which the order happened."""
        program, programs = order.key.program, self._books.programs
        rules = programs.in_force(program, order.instant(now))
        known = order.context
        before = programs.version(program, known.program_version) if known else None
        return RecordOrder(order, rules, actor, before)

    def _buyer(
        self, order: Order, seeker: str | None, now: datetime
    ) -> tuple[Order, Account | None]:
        """Return the order as its buyer's, and their account; as nobody's where there is none.

        Who has left buys nothing any more: such an order waits for another card. Only what
        counted, or was paid with points, before they left stays theirs.
        """
        program = order.key.program
        if order.void and not (order.context or (order.member and order.spent)):
            # Whatever is told of it, it is no sale, and so nobody's.
            return replace(order, member=None), None
        if order.member:
            account = self._books.account(program, order.member)
            if order.context or order.spent or (account and not account.closed):
                return order, account
        for member in matches(self._books, program, order.hints, seeker, now):
            account = self._books.account(program, member)
            if account and not account.closed:
                return replace(order, member=member), account
        return replace(order, member=None), None

    def _order(self, key: OrderKey) -> Order | None:
        return reading.read_order(self._books.tables, key)


def _seeker(actor: str) -> str | None:
    """Return who is counted for short codes of no card: keys, which are told whether one fits."""
    return actor if actor.startswith("key:") else None


def _card_not_found() -> Refusal:
    detail = "No card of this program has that code."
    return Refusal("invalid", "card_not_found", detail, pointer="/card_code")


def _order_not_found() -> Refusal:
    detail = "No such order was reported, or it was parked for more than 30 days."
    return Refusal("not_found", "order_not_found", detail)


def _posted(order: Order) -> bool:
    """Tell whether nothing is left to do for an order as it is stored."""
    if order.full:
        return False
    return bool(order.context) or not order.member or order.total <= 0


def _seconds(times: tuple[int, int] | None, now: datetime) -> tuple[int, int]:
    """Return both ends in seconds, which the index knows; the last is not after now."""
    latest = int(now.timestamp())
    if times is None:
        return 0, latest
    return times[0] // 1_000_000, min(times[1] // 1_000_000, latest)
