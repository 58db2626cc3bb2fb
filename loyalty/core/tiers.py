"""Status levels: what a member qualifies for, by figures of whole months, and when one would fall.

Moving an account from level to level is the review's (``loyalty.core.tier_review``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.account import Month
from loyalty.core.calendar import MONTHS_IN_A_YEAR, month_start

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.program.rules import Level, Program, Tiers

QUIET = "quiet"
"""Counter of steps down for want of visits, by month."""

VISIT = "visit"
"""Counter of visits, by month."""


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


def best(tiers: Tiers, account: Account, number: int) -> int:
    """Return the highest level that the account has qualified for in any month up to this one.

    Only months that it remembers.
    """
    if tiers.window == "lifetime":
        return qualifying(tiers, account, number)
    first = min(account.months, default=number)
    months = range(min(first, number), number + 1)
    return max(qualifying(tiers, account, one) for one in months)


def falls_at(program: Program, account: Account) -> int | None:
    """Return the second at which the tier goes down unless something happens, None if never."""
    tiers = program.tiers
    if tiers is None or account.level == 0 or tiers.down == "never":
        return None
    seconds = [account.deadline] if account.deadline else []
    quiet = quiet_from(tiers, account)
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


def stepped_down(account: Account) -> bool:
    """Tell whether the last step was down for want of visits: only a visit takes up again."""
    stepped, visited = account.latest(QUIET), account.latest(VISIT)
    return stepped is not None and (visited is None or stepped > visited)


def quiet_from(tiers: Tiers, account: Account) -> int | None:
    """Return the month in whose first second a quiet time has lasted long enough."""
    visited = account.latest(VISIT)
    if tiers.quiet_months is None or visited is None:
        return None
    stepped = account.latest(QUIET)
    clock = visited + 1 if stepped is None else max(visited + 1, stepped)
    return clock + tiers.quiet_months
