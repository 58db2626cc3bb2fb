"""Decide on spending: rewards, points as money, holds that are captured or released."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core import limits, supply
from loyalty.core.calendar import month
from loyalty.core.decide.order import give_back, touch
from loyalty.core.draft import Decision
from loyalty.core.order import Spent
from loyalty.core.settle import MINUTE, let_go, let_go_of_rest, settle
from loyalty.core.supply import UNREAD, Supply
from loyalty.core.trace import Step
from loyalty.program.rules import ONE

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.draft import Draft
    from loyalty.core.order import Order
    from loyalty.program.rules import Program

HOLD_NOT_OPEN = "hold_not_open"
"""Why the end of a hold is declined that is over, or that nobody has heard of yet."""


MOST_ON_ORDER = 50
"""Redemptions on one order: more would be a till gone wrong, and an order's head stays small."""

TOO_MANY_ON_ORDER = "too_many_on_order"


@dataclass(frozen=True, slots=True)
class Price:
    """What is to be spent: a reward, or points as money on a bill (minor units)."""

    reward: str | None = None
    points: int = 0
    bill: int = 0


@dataclass(frozen=True, slots=True)
class Redeem:
    """Spend at once. ``order`` is the head that it pays for, if the till named one."""

    fact: str
    price: Price
    actor: str
    order: Order | None = None
    supply: Supply = UNREAD


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """Reserve value under the hold's name; it lapses when nobody captures or releases it."""

    fact: str
    hold: str
    price: Price
    actor: str
    supply: Supply = UNREAD


@dataclass(frozen=True, slots=True)
class CaptureHold:
    """Spend what a hold reserves, or part of it; the rest is released.

    ``bill`` is the one that the hold was placed for, 0 where it was for a reward.
    """

    fact: str
    hold: str
    actor: str
    points: int | None = None
    order: Order | None = None
    bill: int = 0


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """Let go of what a hold reserves."""

    fact: str
    hold: str
    actor: str


@dataclass(frozen=True, slots=True)
class ReturnSpent:
    """Undo a redemption: what of ``spent`` did not go back yet goes back to its lots.

    ``at`` and ``program`` tell when it was made and by which version: it does not count against
    the limits of its period any more. ``order`` is the head that it paid for, if any, ``reward``
    what was had for it.
    """

    fact: str
    spent: Spent
    actor: str
    at: datetime
    program: Program
    order: Order | None = None
    reward: str | None = None


def redeem(draft: Draft, command: Redeem) -> Decision:
    """Decide on spending at once."""
    asked = _asked(draft, command.price, command.supply)
    if isinstance(asked, Decision):
        return asked
    pot, points = asked
    if _is_full(command.order):
        return declined(draft, TOO_MANY_ON_ORDER, price=points)
    lots = draft.spend("redeem", pot, points)
    limits.count_redemption(draft, "redeem", 1, draft.now)
    supply.take(draft, "redeem", command.price.reward)
    touch(draft, "redeem", month(draft.now, draft.program.zone))
    answer = {
        "outcome": "redeemed",
        "balance": draft.account.balance(pot),
        "price": points,
        "lots": [list(lot) for lot in lots],
        "pot": pot,
        **_by(draft, command.actor),
    }
    if command.price.reward is not None:
        answer["reward"] = command.price.reward
    reward = draft.program.reward(command.price.reward or "")
    used = (supply.of_reward(reward.id), int(reward.stocked)) if reward else None
    used = used if supply.counted(reward) else None
    order = _paid(command.order, Spent(pot, lots, bill=command.price.bill), used)
    if order is not None:
        answer["order"] = [order.key.source, order.key.id]
    return draft.close(
        kind="redeem", fact=command.fact, actor=command.actor, answer=answer, order=order
    )


def place_hold(draft: Draft, command: PlaceHold) -> Decision:
    """Decide on reserving; the answer names the deadline in seconds since 1970."""
    asked = _asked(draft, command.price, command.supply)
    if isinstance(asked, Decision):
        return asked
    pot, points = asked
    # One customer stands at one till: whoever copied a card's code cannot hold beside them.
    if draft.account.holds:
        return declined(draft, "another_hold_open", price=points)
    lots = draft.spend("hold", pot, points)
    for bucket, amount in lots:
        draft.post("hold", pot, "held", amount, bucket, ref=command.hold)
    deadline = int(draft.now.timestamp()) + draft.program.hold_minutes * MINUTE
    draft.post("hold", "", "hold", deadline, ref=command.hold)
    limits.take_room(draft, command.hold)
    supply.take(draft, "hold", command.price.reward, command.hold)
    answer = {
        "outcome": "held",
        "available": draft.account.pot(pot).available,
        "price": points,
        "expires_at": deadline,
        **_by(draft, command.actor),
    }
    if command.price.reward is None:
        answer["bill"] = command.price.bill
    else:
        answer["reward"] = command.price.reward
    return draft.close(kind="hold", fact=command.fact, actor=command.actor, answer=answer)


def capture_hold(draft: Draft, command: CaptureHold) -> Decision:
    """Decide on spending what is reserved; never more than that, and once."""
    hold = draft.account.holds.get(command.hold)
    if hold is None:
        return declined(draft, HOLD_NOT_OPEN)
    pot = hold.lots[0][0]
    points = hold.amount(pot) if command.points is None else command.points
    if points < 0:
        raise ValueError("what is captured is at least 0")
    if points > hold.amount(pot):
        return declined(draft, "more_than_held", price=points, balance=hold.amount(pot))
    if _is_full(command.order):
        return declined(draft, TOO_MANY_ON_ORDER, price=points)
    if not points:
        supply.let_go(draft, "capture", hold)
    spent = []
    left = points
    for name, bucket, amount in hold.lots:
        part = min(amount, left)
        draft.post("capture", name, "held", -part, bucket, ref=command.hold)
        left -= part
        spent += [(bucket, part)] if part else []
    if command.hold in draft.account.holds:
        let_go_of_rest(draft, command.hold)
    settle(draft)
    touch(draft, "capture", month(draft.now, draft.program.zone))
    lots = tuple(spent)
    answer = {
        "outcome": "captured",
        "balance": draft.account.balance(pot),
        "price": points,
        "lots": [list(lot) for lot in lots],
        "pot": pot,
    }
    used = supply.reserved(hold)
    order = _paid(command.order, Spent(pot, lots, bill=command.bill), used)
    if order is not None:
        answer["order"] = [order.key.source, order.key.id]
    return draft.close(
        kind="capture", fact=command.fact, actor=command.actor, answer=answer, order=order
    )


def release_hold(draft: Draft, command: ReleaseHold) -> Decision:
    """Decide on letting go of what is reserved."""
    hold = draft.account.holds.get(command.hold)
    if hold is None:
        return declined(draft, HOLD_NOT_OPEN)
    pot = hold.lots[0][0]
    let_go(draft, command.hold)
    settle(draft)
    answer = {"outcome": "released", "available": draft.account.pot(pot).available}
    return draft.close(kind="release", fact=command.fact, actor=command.actor, answer=answer)


def return_spent(draft: Draft, command: ReturnSpent) -> Decision:
    """Decide on undoing a redemption; a refund of the order it paid for came first, in part."""
    spent, order = command.spent, command.order
    if order is not None:
        paid = [one for one in order.spent if (one.pot, one.lots) == (spent.pot, spent.lots)]
        spent = paid[0] if paid else spent
        rest = list(order.spent)
        if paid:
            rest.remove(spent)
        order = replace(order, spent=tuple(rest), revision=order.revision + 1)
    points = sum(amount for _, amount in spent.lots) - spent.returned
    give_back(draft, spent, points)
    limits.count_redemption(draft, "return", -1, command.at, command.program)
    if points:
        # A refund of the whole order has given the reward back already.
        supply.give_back(draft, "return", command.program, command.reward)
    settle(draft)
    answer = {
        "outcome": "returned",
        "points": points,
        "balance": draft.account.balance(spent.pot),
    }
    return draft.close(
        kind="return", fact=command.fact, actor=command.actor, answer=answer, order=order
    )


def most_points(program: Program, draft: Draft, bill: int) -> int:
    """Return how many points may pay for a bill now; 0 where the program has no such thing."""
    rule = program.points_as_money
    if rule is None:
        return 0
    share = bill * rule.share // ONE
    most = min(share * rule.points // rule.amount, draft.account.pot(rule.pot).available)
    return most if most >= rule.minimum else 0


def declined(draft: Draft, reason: str, **values: Any) -> Decision:
    """Return the refusal; nothing is posted, and it is final for whoever asked."""
    answer = {"outcome": "declined", "reason": reason, **values}
    return Decision(draft.before, None, answer, (Step("declined", answer),))


def _by(draft: Draft, actor: str) -> dict[str, Any]:
    """Return what undoing will ask: whose it was, who did it, when and by which rules."""
    return {
        "member": draft.account.member,
        "by": actor,
        "at": int(draft.now.timestamp()),
        "program": draft.program.version,
    }


def _asked(draft: Draft, price: Price, there: Supply) -> tuple[str, int] | Decision:
    """Return pot and points that a price comes to, or why not."""
    program = draft.program
    reward = None
    if price.reward is None:
        asked = _money(draft, price)
        if isinstance(asked, Decision):
            return asked
        pot, points = asked
    else:
        reward = program.reward(price.reward)
        if reward is None:
            raise LookupError(price.reward)
        pot, points = reward.pot, reward.price
    available = draft.account.pot(pot).available
    refused = None
    if available < points:
        refused = "insufficient_balance"
    elif not limits.may_redeem(program, draft.account, draft.now):
        refused = "limit"
    elif reward is not None:
        there = supply.now_there(draft, supply.of_reward(reward.id), there)
        refused = supply.refusal(program, reward, there, draft.now)
    if refused is not None:
        return declined(draft, refused, balance=available, price=points)
    return pot, points


def _money(draft: Draft, price: Price) -> tuple[str, int] | Decision:
    """Return pot and points of what is to pay a part of a bill, or why it cannot."""
    rule = draft.program.points_as_money
    if rule is None:
        return declined(draft, "points_are_no_money", price=price.points)
    if price.points < rule.minimum:
        return declined(draft, "below_minimum", price=price.points, balance=None)
    if price.points * rule.amount > price.bill * rule.share // ONE * rule.points:
        return declined(draft, "above_share", price=price.points, balance=None)
    return rule.pot, price.points


def _is_full(order: Order | None) -> bool:
    return order is not None and len(order.spent) >= MOST_ON_ORDER


def _paid(order: Order | None, spent: Spent, used: tuple[str, int] | None) -> Order | None:
    """Return the order's head with what was spent on it, and what it is counted as."""
    if order is None:
        return None
    if used is not None:
        spent = replace(spent, used=used[0], together=used[1])
    return replace(order, spent=(*order.spent, spent), revision=order.revision + 1)
