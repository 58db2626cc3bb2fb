"""Decide on an order: post the difference between what it should have moved and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from loyalty.core import caps, inactivity, limits, personal, tier_review, tiers
from loyalty.core.calendar import at, month, month_start
from loyalty.core.changing import changed
from loyalty.core.earning import worth
from loyalty.core.order import Context, Posted
from loyalty.core.settle import settle
from loyalty.core.trace import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from loyalty.core.account import Account, Cause
    from loyalty.core.draft import Decision, Draft
    from loyalty.core.order import Order, Spent
    from loyalty.program.rules import Program

_DAY = 24 * 3600
ACCOUNT_FULL = "account_full"
"""Why something is not given: sums of the account would be out of bounds."""

BOUGHT = "bought"
"""Counter of orders that are a purchase for whoever brought this friend; of all time."""


@dataclass(frozen=True, slots=True)
class RecordOrder:
    """Make the ledger hold what this order, as it stands now, is worth.

    ``program`` is the version in force when the order happened, ``posted_by`` the one that it was
    last posted with, where that is another.
    """

    order: Order
    program: Program
    actor: str
    posted_by: Program | None = None


@dataclass(frozen=True, slots=True)
class _Side:
    """By which rules and when an order happened: as it was posted, or as it is to be posted."""

    program: Program
    occurred_at: datetime

    def dated(self, draft: Draft) -> int:
        """Return the month that figures are posted in; 0 where the rules look at no months."""
        return month(self.occurred_at, draft.program.zone) if self.program.tiers else 0


@dataclass(frozen=True, slots=True)
class _Move:
    """From where to where an order's posting goes; both alike where neither day nor rules moved."""

    before: _Side
    after: _Side

    @property
    def stays(self) -> bool:
        """Tell whether only the difference has to be posted."""
        same = self.before.program.version == self.after.program.version
        return same and self.before.occurred_at == self.after.occurred_at


def record_order(draft: Draft, command: RecordOrder) -> Decision:
    """Decide; the answer is ``{"points", "balance"}`` of the first pot, ``points`` the change."""
    order = command.order
    standing = draft.account
    context = freeze(draft, command.program, order)
    move = _move(command, context)
    total = order.total
    found = worth(command.program, order, context)
    steps = [Step(ACCOUNT_FULL)] if order.full else list(found.steps)
    spend = order.spend
    cause: Cause = "earn" if spend >= order.posted.spend else "reverse"
    applied = order.context.personal if order.context else ()
    own = personal.count(draft, cause, applied, context.personal, found.brought)
    context = changed(context, personal=own)
    held_units = dict(found.units)
    change = 0
    for pot in sorted({*found.units, *order.posted.units}):
        before = order.posted.units.get(pot, Fraction(0))
        after = found.units.get(pot, Fraction(0))
        posted = _post_units(draft, move, pot, before, after)
        change += posted.points
        if posted.forgiven:
            held_units[pot] = after + posted.forgiven
        steps += _cut_off(draft, move.after, pot, after)
        if pot not in order.posted.units:
            steps += _carried(standing, pot, posted.credited)
    visits = 1 if total > 0 else 0
    _post_figures(draft, order, move, spend, visits)
    earned = any(units > 0 for units in order.posted.units.values())
    _count_order(draft, cause, move, earned=earned, earns=bool(found.units))
    spent = tuple(_return_spent(draft, command.program, order, one) for one in order.spent)
    for before_it, after_it in zip(order.spent, spent, strict=True):
        _count_used(draft, before_it, after_it)
    tier_review.undo(draft, standing)
    tier_review.review(draft, int(draft.now.timestamp()))
    # A late report may have brought value whose time is over already.
    settle(draft)
    # Until an order counts it takes up no room under caps and limits, is promised none, and may
    # still turn out to be somebody else's.
    counts = order.context is not None or total > 0
    settled = changed(
        order,
        context=context if counts else None,
        posted=Posted(held_units, spend, visits),
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


def freeze(draft: Draft, program: Program, order: Order) -> Context:
    """Return what the order is computed with.

    When it happened and the rules of that day follow from its parts, so that every arrival of them
    ends the same. What depends on other orders is kept as it was when this one first counted.
    """
    occurred_at = order.instant(draft.now)
    known = order.context
    applied = known.personal if known else ()
    own = personal.applying(draft.account, applied, program, occurred_at)
    if known is not None:
        return changed(
            known,
            program_version=program.version,
            occurred_at=occurred_at,
            lowered=len(order.lowered),
            personal=own,
        )
    return Context(
        program_version=program.version,
        occurred_at=occurred_at,
        level=draft.account.level,
        refused=_refused(program, draft.account, occurred_at),
        lowered=len(order.lowered),
        personal=own,
    )


def _refused(program: Program, account: Account, occurred_at: datetime) -> str | None:
    if account.closed:
        return "membership_ended"
    if account.paused:
        return "membership_paused"
    return limits.refusal(program, account, occurred_at)


def _move(command: RecordOrder, context: Context) -> _Move:
    after = _Side(command.program, context.occurred_at)
    known = command.order.context
    if known is None:
        return _Move(after, after)
    return _Move(_Side(command.posted_by or command.program, known.occurred_at), after)


def _cut_off(draft: Draft, side: _Side, pot: str, units: Fraction) -> Iterator[Step]:
    """Say where caps of periods leave less of the order than it is worth."""
    program = side.program
    links = caps.chain(program, draft.account, pot, -units, side.occurred_at, draft.now)
    left = -links[-1].credited if links else units
    if left >= units:
        return
    values: dict[str, Any] = {"pot": pot, "points": floor(left)}
    if len(links) == 1:
        # Of several caps nobody could say in a few words which one has cut off what.
        values |= {"cap": links[0].cap.points, "period": links[0].cap.period}
    yield Step("cap", values)


def _carried(standing: Account, pot: str, credited: Fraction) -> Iterator[Step]:
    """Say where what earlier orders left of a point makes one more."""
    points = floor(standing.pot(pot).remainder + credited)
    if points != floor(credited):
        yield Step("carried", {"pot": pot, "points": points})


@dataclass(frozen=True, slots=True)
class _PostedUnits:
    """What a change of worth came to: points, those forgiven, and exact units after caps."""

    points: int = 0
    forgiven: int = 0
    credited: Fraction = Fraction(0)


def _post_units(
    draft: Draft, move: _Move, pot: str, before: Fraction, after: Fraction
) -> _PostedUnits:
    """Post a change in exact units: whole points move, the rest stays as remainder."""
    program, occurred_at = move.after.program, move.after.occurred_at
    if move.stays and before == after:
        return _PostedUnits()
    cause: Cause = "earn" if after > before else "reverse"
    remainder = draft.account.pot(pot).remainder
    taken = 0
    if move.stays:
        credited = caps.count(draft, program, cause, pot, after - before, occurred_at)
    else:
        old = move.before
        back = -caps.count(draft, old.program, cause, pot, -before, old.occurred_at)
        new = caps.count(draft, program, cause, pot, after, occurred_at)
        credited = new - back
        taken = -floor(remainder - back)
        given = floor(remainder - back + taken + new)
        _rehome(draft, cause, pot, min(taken, given), old.occurred_at, occurred_at)
    points = floor(remainder + credited)
    draft.post(cause, pot, "remainder", credited - points)
    forgiven = 0
    if points > 0:
        draft.grant(cause, pot, points, occurred_at)
    elif points < 0:
        # What the order is worth less lies where it was: only what it keeps has moved.
        missing = take_back(draft, pot, -points, draft.home(pot, move.before.occurred_at))
        forgiven = owe(draft, program, "reverse", pot, missing)
        # What is forgiven stays credited, and takes its room.
        caps.count(draft, program, cause, pot, Fraction(forgiven), occurred_at)
    moved, figures = points + forgiven, (move.before.dated(draft), move.after.dated(draft))
    if figures[0] == figures[1]:
        taken = 0
    draft.post(cause, "", "earned", -taken, at=figures[0])
    draft.post(cause, "", "earned", taken + moved, at=figures[1])
    return _PostedUnits(moved, forgiven, credited)


def _rehome(  # noqa: PLR0917
    draft: Draft, cause: Cause, pot: str, points: int, before: datetime, after: datetime
) -> None:
    """Move value that is still there to where it would be, had it been granted at its instant."""
    home, new = draft.home(pot, before), draft.home(pot, after)
    if home == new:
        return
    active, bucket = home
    there = draft.account.pot(pot)
    waiting = sum(n for at, until, n in there.pending if (at, until) == home)
    spendable = dict(there.lots).get(bucket, 0)
    pending = min(points, waiting)
    lot = min(points - pending, spendable)
    draft.post(cause, pot, "pending", -pending, bucket, at=active)
    draft.post(cause, pot, "lot", -lot, bucket)
    draft.grant(cause, pot, pending + lot, after)


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


def _post_figures(draft: Draft, order: Order, move: _Move, spend: int, visits: int) -> None:
    """Post what tiers, reports and activity look at.

    Monthly figures only if the order's own program had tiers: what was never counted in a month
    must not be taken away from it.
    """
    posted = order.posted
    cause: Cause = "earn" if spend >= posted.spend else "reverse"
    before, after = move.before.dated(draft), move.after.dated(draft)
    for measure, was, now in (("spend", posted.spend, spend), ("visits", posted.visits, visits)):
        if before == after:
            draft.post(cause, "", measure, now - was, at=after)  # type: ignore[arg-type]
        else:
            draft.post(cause, "", measure, -was, at=before)  # type: ignore[arg-type]
            draft.post(cause, "", measure, now, at=after)  # type: ignore[arg-type]
    bought = _bought(move.after.program, spend) - _bought(move.before.program, posted.spend)
    draft.post(cause, "", "counter", bought, ref=BOUGHT)
    number = month(move.after.occurred_at, draft.program.zone)
    moved = number != month(move.before.occurred_at, draft.program.zone)
    if visits > posted.visits or (visits and moved):
        touch(draft, cause, number)
        if draft.program.tiers and draft.program.tiers.quiet_months:
            draft.post(cause, "", "counter", 1, at=number, ref=tiers.VISIT)


def _bought(program: Program, spend: int) -> int:
    """Return 1 where an order is a purchase for whoever brought this friend."""
    rule = program.referral
    return int(rule is not None and spend >= max(1, rule.minimum))


def _count_order(draft: Draft, cause: Cause, move: _Move, *, earned: bool, earns: bool) -> None:
    """Count the order against limits and cool-downs, where it happened."""
    before, after = move.before, move.after
    if move.stays:
        limits.count_order(draft, after.program, cause, earns - earned, after.occurred_at)
    else:
        limits.count_order(draft, before.program, cause, -int(earned), before.occurred_at)
        limits.count_order(draft, after.program, cause, int(earns), after.occurred_at)


def touch(draft: Draft, cause: Cause, number: int) -> None:
    """Note that the member was active in a month, where value ends for want of that."""
    active = inactivity.ACTIVE
    if inactivity.matters(draft.program) and draft.account.latest(active) != number:
        draft.post(cause, "", "counter", 1, at=number, ref=active)


def gives_back(order: Order, program: Program) -> bool:
    """Tell whether something of what was spent on an order is still to be given back."""
    return any(_still_to_return(order, program, spent) > 0 for spent in order.spent)


def _still_to_return(order: Order, program: Program, spent: Spent) -> int:
    """Return how much more of what was spent goes back; below zero it is spent again.

    Cumulative: what stays spent is worked out on the order as it is, rounded up. Where a refund
    is taken back, its share is spent again.
    """
    stays = ceil(spent.points * _stays(order, program, spent))
    return spent.points - stays - spent.returned


def _stays(order: Order, program: Program, spent: Spent) -> Fraction:
    """Return which part of what was spent stays spent: what the order keeps of what it paid for.

    A bill that became smaller needs fewer points, unless the till says that they paid for it. Tills
    that cannot say so (vendors': points are a discount there) ring up what was left to pay.
    """
    bill = order.bill
    if not spent.bill or bill.rung_up is None:
        return bill.kept
    rule, basket = program.points_as_money, order.basket
    paid = [one for one in order.spent if one.bill and one.pot == spent.pot]
    points = sum(one.points for one in paid)
    # Who pays a second time is asked for what is left: the largest bill is the whole one.
    whole = max(one.bill for one in paid)
    pays = Fraction(points * rule.amount, rule.points) if rule is not None else Fraction(0)
    if pays and basket is not None and basket.points_paid:
        told = basket.points_paid / pays
        part = max(Fraction(bill.rung_up, whole), told)
    else:
        part = bill.rung_up / max(Fraction(1), whole - pays)
    return bill.kept * min(Fraction(1), part)


def _return_spent(draft: Draft, program: Program, order: Order, spent: Spent) -> Spent:
    """Give back what was spent on an order, in proportion to what of it was paid back."""
    back = _still_to_return(order, program, spent)
    if back >= 0:
        give_back(draft, spent, back)
        return changed(spent, returned=spent.returned + back)
    forgiven = _spend_again(draft, program, spent, -back)
    return changed(spent, returned=spent.returned + back + forgiven)


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


def _count_used(draft: Draft, before: Spent, after: Spent) -> None:
    """Count a reward as given back once all of its price is, and as had where that is undone."""
    came_back = int(before.returned < before.points) - int(after.returned < after.points)
    if after.used and came_back:
        cause: Cause = "return" if came_back > 0 else "redeem"
        draft.post(cause, "", "used", -came_back, at=after.together, ref=after.used)


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
