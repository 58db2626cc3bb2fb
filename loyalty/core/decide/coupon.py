"""Decide on coupons: a code is used, or its use is undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core import coupon as coupons
from loyalty.core import supply
from loyalty.core.decide.order import owe, take_back
from loyalty.core.decide.spending import declined
from loyalty.core.settle import settle

if TYPE_CHECKING:
    from loyalty.core.coupon import Presented
    from loyalty.core.draft import Decision, Draft
    from loyalty.core.order import Order


@dataclass(frozen=True, slots=True)
class UseCoupon:
    """Use a code, with a bill of so many minor units if there is one.

    ``order`` is the head of what it lowers, or is used with, if the till named one.
    """

    fact: str
    shown: Presented
    bill: int
    actor: str
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """What the use of a code has done, as its answer kept it."""

    coupon: str
    code: str
    pot: str = ""
    points: int = 0
    bucket: int = 0
    reward: str = ""
    together: int = 0


@dataclass(frozen=True, slots=True)
class UndoCoupon:
    """Undo the use of a code, which is good again: what it gave is taken back, or owed."""

    fact: str
    used: Used
    name: str
    actor: str
    order: Order | None = None


def use_coupon(draft: Draft, command: UseCoupon) -> Decision:
    """Decide on using a code; a decline names its reason, and changes nothing."""
    shown, order = command.shown, command.order
    one = shown.coupon
    of_reward = supply.now_there(draft, supply.of_reward(one.reward), shown.of_reward)
    shown = replace(shown, of_reward=of_reward)
    reason = coupons.refusal(draft.program, shown, command.bill, draft.now)
    if reason is None and order is not None:
        if one.lowers and order.lowered:
            reason = "another_coupon"
        elif len(order.lowered) >= coupons.MOST_ON_ORDER:
            reason = "too_many_on_order"
    if reason is not None:
        return declined(draft, reason, coupon=one.id, minimum=one.minimum)
    draft.post("coupon", "", "used", 1, at=supply.TOGETHER, ref=one.counted_as)
    code = one.code_of(shown.serial) if shown.serial else ""
    if code:
        draft.post("coupon", "", "used", 1, at=supply.ONCE, ref=code)
    bucket = 0
    if one.points:
        _, bucket = draft.home(one.pot, draft.now)
        draft.credit("coupon", one.pot, one.points, bucket)
    reward = draft.program.reward(one.reward) if one.reward else None
    counted = supply.counted(reward)
    if reward is not None:
        supply.take(draft, "coupon", reward.id)
    answer: dict[str, Any] = {
        "outcome": "redeemed",
        "coupon": one.id,
        "name": dict(one.name),
        "points": one.points,
        "pot": one.pot,
        "balance": draft.account.balance(one.pot) if one.pot else None,
        "discount": one.discount(command.bill) if one.lowers else 0,
        "reward": one.reward,
        "code": code,
        "bucket": bucket,
        "counted": counted,
        "together": int(reward.stocked) if reward is not None else 0,
        "member": draft.account.member,
        "by": command.actor,
        "at": int(draft.now.timestamp()),
    }
    if order is not None:
        answer["order"] = [order.key.source, order.key.id]
        more = (command.fact,) if one.lowers else ()
        lowered = (*order.lowered, *more)
        order = replace(order, lowered=lowered, revision=order.revision + 1)
    return draft.close(
        kind="coupon", fact=command.fact, actor=command.actor, answer=answer, order=order
    )


def undo_coupon(draft: Draft, command: UndoCoupon) -> Decision:
    """Decide on undoing the use of a code."""
    used, order = command.used, command.order
    draft.post("reverse", "", "used", -1, at=supply.TOGETHER, ref=used.coupon)
    if used.code:
        draft.post("reverse", "", "used", -1, at=supply.ONCE, ref=used.code)
    if used.reward:
        draft.post("reverse", "", "used", -1, at=used.together, ref=supply.of_reward(used.reward))
    if used.points:
        missing = take_back(draft, used.pot, used.points, (0, used.bucket))
        owe(draft, draft.program, "reverse", used.pot, missing)
    settle(draft)
    if order is not None:
        kept = tuple(one for one in order.lowered if one != command.name)
        order = replace(order, lowered=kept, revision=order.revision + 1)
    answer = {
        "outcome": "returned",
        "points": used.points,
        "balance": draft.account.balance(used.pot) if used.pot else None,
    }
    return draft.close(
        kind="return", fact=command.fact, actor=command.actor, answer=answer, order=order
    )
