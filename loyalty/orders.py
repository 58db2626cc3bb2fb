"""Use cases of orders: record a report, quote a basket, claim a parked order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from loyalty.books import Books, Busy, CardNotFound, fingerprint
from loyalty.decide import decide
from loyalty.decide_grants import Grant
from loyalty.decide_order import RecordOrder
from loyalty.decide_spending import most_points
from loyalty.draft import Draft
from loyalty.order import Order, OrderKey, Part, merge
from loyalty.settle import settle
from loyalty.store import commit, items
from loyalty.store.commit import Change, FactExists, FactWrite, Moved

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.account import Account
    from loyalty.decide import Command
    from loyalty.trace import Step

CLAIMABLE = timedelta(seconds=commit.PARKED_SECONDS)


class OrderNotFound(LookupError):  # noqa: N818
    """No such order was reported, or it was parked for more than 30 days."""


class OrderTaken(Exception):  # noqa: N818
    """The order belongs to another member already."""


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One message about parts of an order, from whichever door.

    ``hints`` say who bought: ``code:<reference>`` or ``contact:<pseudonym>``.
    """

    key: OrderKey
    currency: str
    occurred_at: datetime
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What became of a report.

    ``result``: ``recorded``, ``parked`` (nobody matched), ``unchanged`` (repeat, or too late).
    ``points`` is the change that this report made. ``conflict``: one version came with two
    contents.
    """

    result: str
    member: str | None
    points: int = 0
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """What a basket would do: points, discount and usable points in figures, and why."""

    points: int
    balance: int
    discount: int
    most_points: int
    rewards: tuple[str, ...]
    steps: tuple[Step, ...]


class Orders(Books):
    """Orders on their way into the ledger."""

    def record_order(self, report: OrderReport, now: datetime) -> OrderOutcome:
        """Fold one report into its order and post the difference to whoever bought.

        Raises
        ------
        Busy
            Nothing happened, or only half of a referral; report again.
        """
        outcome = self._record(report, now)
        if outcome.member:
            self._reward_referral(report.key.program, outcome.member, report.key, now)
        return outcome

    def _record(self, report: OrderReport, now: datetime) -> OrderOutcome:
        # An order is first assumed to be new: reading what is mostly not there would cost more
        # than being told by the transaction.
        stored: Order | None = None
        for _ in self._attempts():
            new = Order(report.key, report.currency, now, report.occurred_at)
            merged = merge(stored or new, *report.parts, hints=report.hints)
            order = merged.order
            if order.member is None:
                # Also when nothing else is new: a contact may have been confirmed meanwhile.
                order = replace(order, member=self._match(order.key.program, order.hints))
            if stored and order == stored and _posted(stored):
                return OrderOutcome("unchanged", stored.member, conflict=merged.conflict)
            try:
                outcome = self._commit_order(order, report.actor, now)
            except FactExists as exists:
                stored = items.to_order(exists.item) if exists.item else self._order(report.key)
            except Moved:
                stored = self._order(report.key)
            else:
                return replace(outcome, conflict=merged.conflict)
        raise Busy

    def quote(self, report: OrderReport, member: str, now: datetime) -> Quote | None:
        """Say what a report would do for a member, and change nothing; None: no such member."""
        program_id = report.key.program
        account = self._account(program_id, member)
        if account is None:
            return None
        program = self._programs.current(program_id)
        new = Order(report.key, report.currency, now, report.occurred_at)
        order = merge(self._order(report.key) or new, *report.parts).order
        decision = decide(program, account, RecordOrder(order, program, report.actor), now)
        before = Draft(program, account, now)
        settle(before)
        level = program.level(before.account.level)
        percent = program.discount.basis_points if program.discount else 0
        percent = level.discount if level and level.discount else percent
        return Quote(
            points=decision.answer["points"],
            balance=decision.answer["balance"],
            discount=order.total * percent // 10_000,
            most_points=most_points(program, before, order.total),
            rewards=tuple(
                reward.id
                for reward in program.rewards
                if before.account.pot(reward.pot).available >= reward.price
            ),
            steps=decision.trace,
        )

    def claim_order(self, key: OrderKey, card_code: str, actor: str, now: datetime) -> OrderOutcome:
        """Give a parked order to the member whose card was scanned.

        Claiming it again with the same card changes nothing.

        Raises
        ------
        OrderNotFound, CardNotFound, OrderTaken, Busy
        """
        member = self._by_code(key.program, card_code)
        if member is None:
            raise CardNotFound
        for _ in self._attempts():
            order = self._order(key)
            if order is None:
                raise OrderNotFound
            if order.member == member:
                self._reward_referral(key.program, member, key, now)
                return OrderOutcome("unchanged", member)
            if order.member is not None:
                raise OrderTaken
            if now - order.first_seen >= CLAIMABLE:
                raise OrderNotFound
            try:
                outcome = self._commit_order(replace(order, member=member), actor, now)
            except (FactExists, Moved):
                continue
            self._reward_referral(key.program, member, key, now)
            return outcome
        raise Busy

    def parked_orders(self, program: str, limit: int, now: datetime) -> list[Order]:
        """Return orders that wait for their member, oldest first; at most ``limit``."""
        seconds = int(now.timestamp())
        oldest = int((now - CLAIMABLE).timestamp()) + 1
        keys = self._tables.waiting(items.parked(program), seconds, limit, oldest)
        found = self._tables.get_many(keys)
        orders = [items.to_order(found[key]) for key in keys if key in found]
        return [
            order for order in orders if order.member is None and now - order.first_seen < CLAIMABLE
        ]

    def _order_paid(self, key: OrderKey, actor: str, now: datetime) -> None:
        """Count an order that was parked until somebody's card paid for it."""
        order = self._order(key)
        if order is not None and not _posted(order):
            report = OrderReport(key, order.currency, order.occurred_at, (), (), actor)
            self.record_order(report, now)

    def _commit_order(self, order: Order, actor: str, now: datetime) -> OrderOutcome:
        """Commit the order as it stands, or park it while it has no member."""
        program_id = order.key.program
        account = self._account(program_id, order.member) if order.member else None
        if account is None:
            parked = replace(order, member=None, revision=order.revision + 1)
            commit.commit_parked(self._tables, parked)
            return OrderOutcome("parked", None)
        current = self._programs.current(program_id)
        frozen = order.context
        rules = self._programs.version(program_id, frozen.program_version) if frozen else current
        decision = decide(current, account, RecordOrder(order, rules, actor), now)
        commit.commit_order(self._tables, Change(account, decision), now)
        return OrderOutcome("recorded", order.member, decision.answer["points"])

    def _match(self, program: str, hints: tuple[str, ...]) -> str | None:
        """Return the member that the hints name; a card says more than a contact."""
        for hint in sorted(hints):
            kind, _, name = hint.partition(":")
            if kind == "code":
                member = self._by_reference(program, name)
            else:
                item = self._tables.get(items.contact_key(program, name))
                # A contact that nobody has proved to own must not collect for anyone.
                member = item["member"] if item and item["verified"] else None
            if member:
                return member
        return None

    def _order(self, key: OrderKey) -> Order | None:
        return commit.read_order(self._tables, key)

    def _reward_referral(self, program_id: str, friend: str, key: OrderKey, now: datetime) -> None:
        """Reward both sides once the friend has bought; two facts, each once for ever."""
        rule = self._programs.current(program_id).referral
        if rule is None:
            return
        member = self._tables.get(items.member_key(program_id, friend))
        referrer = member.get("rf") if member else None
        order = self._order(key) if referrer else None
        if not referrer or order is None or order.total < max(1, rule.minimum):
            return
        for side, receiver, points, friends in (
            ("friend", friend, rule.friend, 0),
            ("referrer", referrer, rule.referrer, 1),
        ):
            name = f"{side}#{friend}"
            fact = FactWrite(
                items.fact_key(program_id, "referral", side, friend),
                fingerprint("referral", name, receiver),
            )
            command = Grant("referral", f"referral#{name}", rule.pot, points, "program", friends)
            if self._stored_answer(fact) is None and self._account(program_id, receiver):
                self._once(fact, program_id, receiver, partial(_same, command), now)


def _posted(order: Order) -> bool:
    """Tell whether nothing is left to do for an order as it is stored."""
    return bool(order.context) or not order.member or order.total <= 0


def _same(command: Command, _: Account) -> Command:
    return command
