"""Settle an account: apply everything that has come due by itself.

Every decision begins with it, so nothing depends on when a job ran. Things happen in the order of
their instants; of one instant, value activates before other value expires before tiers move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core import inactivity, limits, tier_review
from loyalty.core.calendar import month, month_start

if TYPE_CHECKING:
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Program

MINUTE = 60


def settle(draft: Draft) -> None:
    """Post all that is due at the draft's ``now``."""
    now = int(draft.now.timestamp())
    while (second := _next(draft)) is not None and second <= now:
        _activate(draft, second)
        _expire(draft, second)
        _lapse(draft, second)
        _month_begins(draft, second)
        inactivity.begin(draft, second)
    _start_reviews(draft)


def reviewed_monthly(program: Program) -> bool:
    """Tell whether anything of this program can change just because a month begins."""
    moving = program.tiers is not None and program.tiers.down != "never"
    return moving or inactivity.matters(program)


def _next(draft: Draft) -> int | None:
    """Return the second of the earliest thing that may be due."""
    account = draft.account
    seconds = [hold.deadline for hold in account.holds.values()]
    for pot in account.pots.values():
        seconds += [pot.lots[0][0]] if pot.lots else []
        seconds += [pot.pending[0][0]] if pot.pending else []
    if account.reviewed and reviewed_monthly(draft.program):
        seconds.append(month_start(account.reviewed + 1, draft.program.zone))
    return min(seconds, default=None)


def _activate(draft: Draft, second: int) -> None:
    for name, pot in sorted(draft.account.pots.items()):
        for active, bucket, amount in pot.pending:
            if active <= second:
                draft.post("activate", name, "pending", -amount, bucket, at=active)
                draft.credit("activate", name, amount, bucket)


def _expire(draft: Draft, second: int) -> None:
    """Take lots away: spendable before their bucket's first second, gone at it."""
    for name, pot in sorted(draft.account.pots.items()):
        for bucket, amount in pot.lots:
            if bucket <= second:
                draft.post("expire", name, "lot", -amount, bucket)


def _lapse(draft: Draft, second: int) -> None:
    """Let go of holds that nobody captured; what has expired meanwhile expires now."""
    for name, hold in sorted(draft.account.holds.items()):
        if hold.deadline <= second:
            let_go(draft, name)


def let_go(draft: Draft, name: str) -> None:
    """Return what a hold reserves to the lots it came from; no redemption came of it."""
    limits.free(draft, "release", draft.account.holds[name])
    let_go_of_rest(draft, name)


def let_go_of_rest(draft: Draft, name: str) -> None:
    """Return what a hold still reserves to the lots it came from."""
    hold = draft.account.holds[name]
    for pot, bucket, amount in hold.lots:
        draft.post("release", pot, "held", -amount, bucket, ref=name)
        draft.credit("release", pot, amount, bucket)
    for limit, number in hold.room:
        draft.post("release", "", "room", -1, at=number, ref=f"{name}#{limit}")
    draft.post("release", "", "hold", -hold.deadline, ref=name)


def _month_begins(draft: Draft, second: int) -> None:
    account = draft.account
    if not account.reviewed or not reviewed_monthly(draft.program):
        return
    if month_start(account.reviewed + 1, draft.program.zone) > second:
        return
    draft.post("settle", "", "reviewed", 1)
    inactivity.end(draft)
    tier_review.review(draft, second)


def _start_reviews(draft: Draft) -> None:
    """Remember the month from which on reviews are due, once something was posted."""
    if not draft.account.reviewed and reviewed_monthly(draft.program):
        number = month(draft.now, draft.program.zone)
        draft.post("settle", "", "reviewed", number)
