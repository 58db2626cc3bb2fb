"""Decide on an order: post the difference between what it should have moved and what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from loyalty.core import inactivity, limits, tier_review, tiers
from loyalty.core.calendar import at, month, month_start
from loyalty.core.earning import worth
from loyalty.core.order import Context, Posted
from loyalty.core.settle import settle
from loyalty.core.trace import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.core.account import Cause
    from loyalty.core.draft import Decision, Draft
    from loyalty.core.earning import Worth
    from loyalty.core.order import Order, Spent
    from loyalty.program.rules import Program

_DAY = 24 * 3600
BOUGHT = "bought"
"""Counter of orders that are a purchase for whoever brought this friend; of all time."""

OLDEST = timedelta(days=45)
"""How far back an order may be dated: the time to claim it, and a till's time offline."""


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """Make the ledger hold what this order, as it stands now, is worth.

    ``program`` is the version that the order's context names (the current one when it has none).
    """

    order: Order
    program: Program
    actor: str


def record_order(draft: Draft, command: RecordOrder) -> Decision:
    """Decide; the answer is ``{"points", "balance"}`` of the first pot, ``points`` the change."""
    order = command.order
    context = order.context or freeze(draft, command.program, order)
    total = order.total
    found = worth(command.program, order, context)
    steps = (*found.steps, *_carried(draft, order, found))
    cause: Cause = "earn" if total >= order.posted.spend else "reverse"
    held_units = dict(found.units)
    change = 0
    for pot in sorted({*found.units, *order.posted.units}):
        difference = found.units.get(pot, Fraction(0)) - order.posted.units.get(pot, Fraction(0))
        points, forgiven = _post_units(draft, command.program, pot, difference, context)
        change += points
        if forgiven:
            held_units[pot] = held_units.get(pot, Fraction(0)) + forgiven
    visits = 1 if total > 0 else 0
    _post_figures(draft, command, context, total, visits)
    earns = bool(found.units) - any(units > 0 for units in order.posted.units.values())
    limits.count_order(draft, command.program, cause, earns, context.occurred_at)
    spent = tuple(_return_spent(draft, command.program, one, order.kept) for one in order.spent)
    tier_review.review(draft, int(draft.now.timestamp()))
    # A late report may have brought value whose time is over already.
    settle(draft)
    # Until an order counts it takes up no room under caps and limits, is promised none, and may
    # still turn out to be somebody else's.
    counts = order.context is not None or total > 0
    settled = replace(
        order,
        context=context if counts else None,
        posted=Posted(held_units, total, visits),
        spent=spent,
        revision=order.revision + 1,
        entry=draft.before.seq + 1 if counts and draft.postings else order.entry,
    )
    pots = draft.program.pots
    answer = {
        "points": change,
        "balance": draft.account.balance(pots[0].id) if pots else 0,
    }
    return draft.close(
        kind=cause,
        fact=f"order#{order.key.source}#{order.key.id}#{settled.revision}",
        actor=command.actor,
        answer=answer,
        trace=steps,
        order=settled,
    )


def _carried(draft: Draft, order: Order, found: Worth) -> Iterator[Step]:
    """Say where what earlier orders left of a point makes one more."""
    for pot, units in found.units.items():
        points = floor(draft.account.pot(pot).remainder + units)
        if pot not in order.posted.units and points != floor(units):
            yield Step("carried", {"pot": pot, "points": points})


def freeze(draft: Draft, program: Program, order: Order) -> Context:
    """Return what every later version of the order is computed with."""
    # A till's clock may run ahead, and nothing happened later than now. What happened too long
    # ago counts as of the oldest day allowed, so that it is not expired before it is told.
    occurred_at = max(min(order.occurred_at, draft.now), draft.now - OLDEST)
    return Context(
        program_version=program.version,
        occurred_at=occurred_at,
        level=draft.account.level,
        rooms=limits.rooms(program, draft.account, occurred_at),
        refused="membership_ended"
        if draft.account.closed
        else limits.refusal(program, draft.account, occurred_at),
    )


def _post_units(
    draft: Draft, program: Program, pot: str, units: Fraction, context: Context
) -> tuple[int, int]:
    """Post a change in exact units: whole points move, the rest stays as remainder.

    Return the points that moved, and those that were not taken back but forgiven.
    """
    if not units:
        return 0, 0
    cause: Cause = "earn" if units > 0 else "reverse"
    points = floor(draft.account.pot(pot).remainder + units)
    draft.post(cause, pot, "remainder", units - points)
    limits.count_earned(draft, program, cause, pot, units, context.occurred_at)
    forgiven = 0
    if points > 0:
        draft.grant(cause, pot, points, context.occurred_at)
    elif points < 0:
        missing = take_back(draft, pot, -points, draft.home(pot, context.occurred_at))
        forgiven = owe(draft, program, "reverse", pot, missing)
    number = month(context.occurred_at, draft.program.zone) if program.tiers else 0
    draft.post(cause, "", "earned", points + forgiven, at=number)
    return points + forgiven, forgiven


def take_back(draft: Draft, pot_id: str, points: int, granted: tuple[int, int]) -> int:
    """Take value back where it was granted (activation, bucket), then elsewhere.

    Return what is spent already: it is to be owed, or forgiven.
    """
    active, home = granted
    pot = draft.account.pot(pot_id)
    own = [one for one in pot.pending if one[:2] == (active, home)]
    own += [(0, bucket, amount) for bucket, amount in pot.lots if bucket == home]
    others = [one for one in pot.pending if one not in own]
    others += [(0, bucket, amount) for bucket, amount in pot.lots if bucket != home]
    for starts, bucket, amount in own + others:
        taken = min(amount, points)
        draft.post("reverse", pot_id, "pending" if starts else "lot", -taken, bucket, at=starts)
        points -= taken
    return points


def owe(draft: Draft, program: Program, cause: Cause, pot_id: str, points: int) -> int:
    """Let points be owed, or return them as forgiven, by the program's policy."""
    if program.debt == "forgive":
        return points
    draft.post(cause, pot_id, "debt", points)
    return 0


def _post_figures(
    draft: Draft, command: RecordOrder, context: Context, total: int, visits: int
) -> None:
    """Post what tiers, reports and activity look at.

    Monthly figures only if the order's own program had tiers: what was never counted in a month
    must not be taken away from it.
    """
    order, program = command.order, command.program
    cause: Cause = "earn" if total >= order.posted.spend else "reverse"
    number = month(context.occurred_at, draft.program.zone)
    dated = number if program.tiers else 0
    draft.post(cause, "", "spend", total - order.posted.spend, at=dated)
    came = visits - order.posted.visits
    draft.post(cause, "", "visits", came, at=dated)
    if program.referral:
        least = max(1, program.referral.minimum)
        bought = (total >= least) - (order.posted.spend >= least)
        draft.post(cause, "", "counter", bought, ref=BOUGHT)
    if came > 0:
        touch(draft, cause, number)
        if draft.program.tiers and draft.program.tiers.quiet_months:
            draft.post(cause, "", "counter", 1, at=number, ref=tiers.VISIT)


def touch(draft: Draft, cause: Cause, number: int) -> None:
    """Note that the member was active in a month, where value ends for want of that."""
    active = inactivity.ACTIVE
    if inactivity.matters(draft.program) and draft.account.latest(active) != number:
        draft.post(cause, "", "counter", 1, at=number, ref=active)


def _return_spent(draft: Draft, program: Program, spent: Spent, kept: Fraction) -> Spent:
    """Give back what was spent on an order, in proportion to what of it was paid back.

    Cumulative: what stays spent is worked out on the order as it is, rounded up. Where a refund
    is taken back, its share is spent again.
    """
    whole = sum(amount for _, amount in spent.lots)
    back = whole - ceil(whole * kept) - spent.returned
    if back >= 0:
        give_back(draft, spent, back)
        return replace(spent, returned=spent.returned + back)
    forgiven = _spend_again(draft, program, spent, -back)
    return replace(spent, returned=spent.returned + back + forgiven)


def _spend_again(draft: Draft, program: Program, spent: Spent, points: int) -> int:
    """Take what was given back last from where it went, else elsewhere; return what is forgiven."""
    for home, part in _returned(spent, spent.returned - points, points):
        left = part
        lots = draft.account.pot(spent.pot).lots
        for bucket, amount in sorted(lots, key=lambda lot: (lot[0] != home, lot)):
            taken = min(amount, left)
            draft.post("redeem", spent.pot, "lot", -taken, bucket)
            left -= taken
        points -= part - left
    return owe(draft, program, "redeem", spent.pot, points)


def give_back(draft: Draft, spent: Spent, points: int) -> None:
    """Return value to the lots it came from, the last to expire first.

    Where their time is over, or nearly so, it lives on for as long as the program says.
    """
    zone = draft.program.zone
    days = draft.program.returned_value_days
    least = int(draft.now.timestamp()) + days * _DAY
    for bucket, part in _returned(spent, spent.returned, points):
        home = bucket
        if days and bucket < least:
            # Months' ends keep the number of lots small.
            home = month_start(month(at(least), zone) + 1, zone)
        draft.credit("return", spent.pot, part, home)


def _returned(spent: Spent, after: int, points: int) -> list[tuple[int, int]]:
    """Return the lots of so many points of what is given back, once ``after`` points went back."""
    found = []
    for bucket, amount in sorted(spent.lots, reverse=True):
        passed = min(after, amount)
        after -= passed
        part = min(amount - passed, points)
        points -= part
        found += [(bucket, part)] if part else []
    return found
