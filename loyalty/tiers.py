"""Status levels: up at once, down never, by a step or to what fits, after grace.

Whether a member qualifies is a question of whole months, so it can only change with an order or
at the start of a month; both end in a review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.account import Month
from loyalty.calendar import MONTHS_IN_A_YEAR, at, month, month_start

if TYPE_CHECKING:
    from loyalty.account import Account
    from loyalty.draft import Draft
    from loyalty.program import Level, Program, Tiers

QUIET = "quiet"
"""Counter of steps down for want of visits, by month."""

VISIT = "visit"
"""Counter of visits, by month."""


def review(draft: Draft, second: int) -> None:
    """Bring the tier to what it should be at that second (since 1970)."""
    tiers = draft.program.tiers
    if tiers is None:
        return
    number = month(at(second), draft.program.zone)
    account = draft.account
    target = qualifying(tiers, account, number)
    if target > account.level and not stepped_down(account):
        draft.post("tier", "", "level", target - account.level)
        draft.post("tier", "", "deadline", -account.deadline)
    elif target >= account.level or tiers.down == "never":
        draft.post("tier", "", "deadline", -account.deadline)
    else:
        _fall(draft, tiers, target, number, second)
    _quieten(draft, tiers, number)


def qualifying(tiers: Tiers, account: Account, number: int) -> int:
    """Return the highest level that the account qualifies for in a month."""
    if tiers.window == "lifetime":
        figures = Month(account.spend, account.visits, account.earned)
    else:
        first = number - tiers.rolling_months
        if tiers.window == "calendar_year":
            first = number - number % MONTHS_IN_A_YEAR
        found = [one for at_month, one in account.months.items() if first <= at_month <= number]
        figures = Month(
            sum(one.spend for one in found),
            sum(one.visits for one in found),
            sum(one.earned for one in found),
        )
    reached = [
        index
        for index, level in enumerate(tiers.levels)
        if index == 0 or _reaches(level, figures, account.referrals)
    ]
    return reached[-1]


def falls_at(program: Program, account: Account) -> int | None:
    """Return the second at which the tier goes down unless something happens, None if never."""
    tiers = program.tiers
    if tiers is None or account.level == 0 or tiers.down == "never":
        return None
    seconds = [account.deadline] if account.deadline else []
    quiet = _quiet_from(tiers, account)
    if quiet is not None:
        seconds.append(month_start(quiet, program.zone))
    return min(seconds, default=None)


def _reaches(level: Level, figures: Month, referrals: int) -> bool:
    pairs = (
        (level.spend, figures.spend),
        (level.visits, figures.visits),
        (level.points, figures.earned),
        (level.referrals, referrals),
    )
    return any(threshold is not None and figure >= threshold for threshold, figure in pairs)


def _fall(draft: Draft, tiers: Tiers, target: int, number: int, second: int) -> None:
    """Start the time of grace, or go down when it is over."""
    zone = draft.program.zone
    account = draft.account
    if not account.deadline and tiers.grace_months:
        over = month_start(number + tiers.grace_months, zone)
        draft.post("tier", "", "deadline", over)
        return
    if account.deadline > second:
        return
    lower = account.level - 1 if tiers.down == "step" else target
    draft.post("tier", "", "level", lower - account.level)
    draft.post("tier", "", "deadline", -account.deadline)
    if lower > target:
        over = month_start(number + max(1, tiers.grace_months), zone)
        draft.post("tier", "", "deadline", over)


def stepped_down(account: Account) -> bool:
    """Tell whether the last step was down for want of visits: only a visit takes up again."""
    stepped, visited = account.latest(QUIET), account.latest(VISIT)
    return stepped is not None and (visited is None or stepped > visited)


def _quieten(draft: Draft, tiers: Tiers, number: int) -> None:
    """Go one step down when no visit was made for so many whole months."""
    quiet = _quiet_from(tiers, draft.account)
    if quiet is not None and number >= quiet and draft.account.level > 0:
        draft.post("tier", "", "level", -1)
        draft.post("tier", "", "counter", 1, at=number, ref=QUIET)


def _quiet_from(tiers: Tiers, account: Account) -> int | None:
    """Return the month in whose first second a quiet time has lasted long enough."""
    visited = account.latest(VISIT)
    if tiers.quiet_months is None or visited is None:
        return None
    stepped = account.latest(QUIET)
    clock = visited + 1 if stepped is None else max(visited + 1, stepped)
    return clock + tiers.quiet_months
