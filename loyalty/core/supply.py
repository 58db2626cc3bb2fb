"""What may be had only so often: rewards in stock or limited per member, and coupons.

Who has had what is no figure of an account, which would grow with everything that ever was on
offer. It is posted, with measure ``used``: ``ref`` says of what, ``at`` whether it is counted for
everybody together (``TOGETHER``), for the member alone (0), or is one of a kind (``ONCE``). In the
same transaction the store keeps both sums (``loyalty.store.supplies``), so that each of them is the
sum of these postings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.calendar import runs

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Cause, Hold
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Program, Reward

_REWARD = "reward:"

TOGETHER = 1
"""``at`` of what is counted for everybody together, and for the member."""

ONCE = 2
"""``at`` of one thing that is had once or not at all: a single-use code."""

NOT_NOW = "reward_not_now"
ALL_HAD = "reward_all_had"
OUT_OF_STOCK = "out_of_stock"


@dataclass(frozen=True, slots=True)
class Supply:
    """How much is left for everybody, and how often this member has had it; as read."""

    left: int = 0
    had: int = 0


UNREAD = Supply()
"""Where nothing is counted, nothing has to be read."""


def of_reward(reward: str) -> str:
    """Return what a reward is counted as."""
    return _REWARD + reward


def counted(reward: Reward | None) -> bool:
    """Tell whether it matters how often a reward was had."""
    return reward is not None and (reward.stocked or reward.per_member is not None)


def refusal(program: Program, reward: Reward, supply: Supply, now: datetime) -> str | None:
    """Return why a reward cannot be had now, whatever is in the account; None where it can."""
    if not runs(reward, now, program.zone):
        return NOT_NOW
    if reward.per_member is not None and supply.had >= reward.per_member:
        return ALL_HAD
    return OUT_OF_STOCK if reward.stocked and supply.left < 1 else None


def now_there(draft: Draft, what: str, read: Supply) -> Supply:
    """Return what there is after what came due: a hold that has lapsed has given it back."""
    used = [one for one in draft.postings if one.measure == "used" and one.ref == what]
    return Supply(
        left=read.left - sum(int(one.amount) for one in used if one.at == TOGETHER),
        had=read.had + sum(int(one.amount) for one in used),
    )


def take(draft: Draft, cause: Cause, reward_id: str | None, hold: str = "") -> None:
    """Count a reward that is had, or reserved by a hold."""
    reward = draft.program.reward(reward_id) if reward_id else None
    if reward is None or not counted(reward):
        return
    what, together = of_reward(reward.id), int(reward.stocked)
    draft.post(cause, "", "used", 1, at=together, ref=what)
    if hold:
        draft.post(cause, "", "room", 1, at=together, ref=f"{hold}#{what}")


def give_back(draft: Draft, cause: Cause, program: Program, reward_id: str | None) -> None:
    """Count a reward that is given back, if the program's version that gave it counted it."""
    reward = program.reward(reward_id) if reward_id else None
    if reward is not None and counted(reward):
        draft.post(cause, "", "used", -1, at=int(reward.stocked), ref=of_reward(reward.id))


def reserved(hold: Hold) -> tuple[str, int] | None:
    """Return what a hold has reserved of what there is only so much of: of what, and ``at``."""
    return next((one for one in hold.room if one[0].startswith(_REWARD)), None)


def let_go(draft: Draft, cause: Cause, hold: Hold) -> None:
    """Count what a hold has reserved as given back."""
    found = reserved(hold)
    if found is not None:
        draft.post(cause, "", "used", -1, at=found[1], ref=found[0])
