"""Reading how much there is of what is about to be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core import supply
from loyalty.core.supply import UNREAD, Supply
from loyalty.store import membership, supplies

if TYPE_CHECKING:
    from loyalty.core.coupon import Coupon
    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables


def of_coupon(tables: Tables, program: str, coupon: Coupon, member: str) -> Supply:
    """Return how often a coupon may still be used, and how often a member has used it.

    Read it after the member's account, as ``of_reward``.
    """
    had = 0
    if coupon.per_member is not None:
        people = (member, *membership.read_merged(tables, program, member))
        had = supplies.read_had(tables, program, people, coupon.counted_as)
    return Supply(left=supplies.read_left(tables, program, coupon.counted_as, member), had=had)


def of_reward(tables: Tables, program: Program, reward_id: str | None, member: str) -> Supply:
    """Return how much of a reward there is for a member; nothing is read where nothing is counted.

    Read it after the member's account: whoever takes one of it moves the account, so that the
    account as it was read vouches for how often they have had it.
    """
    reward = program.reward(reward_id) if reward_id else None
    if reward is None or not supply.counted(reward):
        return UNREAD
    what = supply.of_reward(reward.id)
    had = 0
    if reward.per_member is not None:
        # Whoever was two people may have it as often as one.
        people = (member, *membership.read_merged(tables, program.id, member))
        had = supplies.read_had(tables, program.id, people, what)
    return Supply(
        left=supplies.read_left(tables, program.id, what, member) if reward.stocked else 0,
        had=had,
    )
