"""Decide what a command does to an account. Pure: values in, postings out.

Every decision settles the account first, posts, and says whether the card looks different.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from loyalty import account as accounts
from loyalty.account import Account, Entry, EntryKind, Posting
from loyalty.card import visible
from loyalty.instants import microseconds
from loyalty.order import Context, Order, Posted
from loyalty.settle import bucket, settle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.program import Program


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """Make the ledger hold what this order, as it stands now, is worth.

    ``program`` is the version that the order's context names (the current one when it has none).
    """

    order: Order
    program: Program
    actor: str


@dataclass(frozen=True, slots=True)
class RedeemReward:
    """Spend points on a reward; ``id`` is the till's own id of this redemption."""

    fact: str
    reward: str
    actor: str


Command = RecordOrder | RedeemReward


@dataclass(frozen=True, slots=True)
class Decision:
    """What to commit.

    ``entry`` is None when nothing is posted. ``answer`` is what the caller is told, and what a
    repeat of the same fact is told again. ``order`` is the new head, for RecordOrder.
    """

    account: Account
    entry: Entry | None
    answer: Mapping[str, Any]
    order: Order | None = None


def decide(program: Program, account: Account, command: Command, now: datetime) -> Decision:
    """Decide on a command.

    Parameters
    ----------
    program
        The current version of the program.
    account
        As read; not settled.
    now
        Aware UTC instant.
    """
    draft = _Draft(account)
    draft.post_all(settle(account, now))
    if isinstance(command, RecordOrder):
        return _record_order(program, draft, command, now)
    return _redeem(program, draft, command, now)


class _Draft:
    """The account as it looks after the postings made so far."""

    def __init__(self, account: Account) -> None:
        self.before = account
        self.account = account
        self.postings: list[Posting] = []

    def post(self, posting: Posting) -> None:
        if posting.amount:
            self.postings.append(posting)
            self.account = accounts.post(self.account, posting)

    def post_all(self, postings: tuple[Posting, ...]) -> None:
        for posting in postings:
            self.post(posting)

    def close(
        self,
        *,
        program: Program,
        kind: EntryKind,
        fact: str,
        actor: str,
        answer: Mapping[str, Any],
        now: datetime,
        order: Order | None = None,
    ) -> Decision:
        """Turn the postings into one entry and say whether the card changed."""
        if not self.postings:
            return Decision(self.before, None, answer, order)
        entry = accounts.chain(
            self.before,
            kind=kind,
            at=microseconds(now),
            fact=fact,
            actor=actor,
            program_version=program.version,
            postings=tuple(self.postings),
        )
        changed = visible(program, self.account) != visible(program, self.before)
        after = replace(
            accounts.append(self.before, entry),
            revision=self.before.revision + 1,
            card_version=self.before.card_version + (1 if changed else 0),
        )
        return Decision(after, entry, answer, order)


def _record_order(program: Program, draft: _Draft, command: RecordOrder, now: datetime) -> Decision:
    order = command.order
    # A till's clock may run ahead; nothing happened later than now.
    context = order.context or Context(command.program.version, min(order.occurred_at, now))
    total = order.total
    worth = _worth(command.program, total)
    change = 0
    for pot in sorted({*worth, *order.posted.units}):
        units = worth.get(pot, Fraction(0)) - order.posted.units.get(pot, Fraction(0))
        change += _post_units(command.program, draft, pot, units, context)
    kind: EntryKind = "earn" if total >= order.posted.spend else "reverse"
    visits = 1 if total > 0 else 0
    draft.post(Posting(kind, "", "spend", total - order.posted.spend))
    draft.post(Posting(kind, "", "visits", visits - order.posted.visits))
    settled = replace(
        order,
        context=context,
        posted=Posted(worth, total, visits),
        revision=order.revision + 1,
    )
    fact = f"order#{order.key.source}#{order.key.id}#{settled.revision}"
    return draft.close(
        program=program,
        kind=kind,
        fact=fact,
        actor=command.actor,
        answer={"points": change},
        now=now,
        order=settled,
    )


def _worth(program: Program, total: int) -> dict[str, Fraction]:
    """Return the exact units that an order of that total is worth, per pot."""
    worth: dict[str, Fraction] = {}
    for rule in program.earning:
        units = Fraction(total * rule.points, rule.per_amount)
        worth[rule.pot] = worth.get(rule.pot, Fraction(0)) + units
    return {pot: units for pot, units in worth.items() if units}


def _post_units(
    program: Program, draft: _Draft, pot_id: str, units: Fraction, context: Context
) -> int:
    """Post a change in exact units: whole points move, the rest stays as remainder."""
    if not units:
        return 0
    cause: EntryKind = "earn" if units > 0 else "reverse"
    remainder = draft.account.pot(pot_id).remainder
    points = floor(remainder + units)
    draft.post(Posting(cause, pot_id, "remainder", units - points))
    rule = program.pot(pot_id)
    home = bucket(program, rule, context.occurred_at) if rule else accounts.NEVER
    if points > 0:
        _grant(draft, pot_id, points, home)
    elif points < 0:
        _take_back(draft, pot_id, -points, home)
    return points


def _grant(draft: _Draft, pot_id: str, points: int, home: int) -> None:
    """Debt is paid first; the rest becomes spendable."""
    paid = min(points, draft.account.pot(pot_id).debt)
    draft.post(Posting("earn", pot_id, "debt", -paid))
    draft.post(Posting("earn", pot_id, "lot", points - paid, home))


def _take_back(draft: _Draft, pot_id: str, points: int, home: int) -> None:
    """Take from the bucket it was granted to, then from the others; what is spent is owed."""
    lots = sorted(draft.account.pot(pot_id).lots, key=lambda lot: (lot[0] != home, lot[0]))
    for lot, amount in lots:
        taken = min(amount, points)
        draft.post(Posting("reverse", pot_id, "lot", -taken, lot))
        points -= taken
    draft.post(Posting("reverse", pot_id, "debt", points))


def _redeem(program: Program, draft: _Draft, command: RedeemReward, now: datetime) -> Decision:
    reward = program.reward(command.reward)
    if reward is None:
        raise LookupError(command.reward)
    pot = draft.account.pot(reward.pot)
    if pot.balance < reward.price:
        answer = {
            "outcome": "declined",
            "reason": "insufficient_balance",
            "balance": pot.balance,
            "price": reward.price,
        }
        return Decision(draft.before, None, answer)
    left = reward.price
    for lot, amount in pot.lots:
        spent = min(amount, left)
        draft.post(Posting("redeem", reward.pot, "lot", -spent, lot))
        left -= spent
    balance = draft.account.pot(reward.pot).balance
    answer = {"outcome": "redeemed", "balance": balance, "price": reward.price}
    return draft.close(
        program=program,
        kind="redeem",
        fact=command.fact,
        actor=command.actor,
        answer=answer,
        now=now,
    )
