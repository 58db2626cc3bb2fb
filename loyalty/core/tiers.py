"""Status levels: what a member qualifies for, by figures of whole months, and when one would fall.

Moving an account from level to level is the review's (``loyalty.core.tier_review``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.account import MONTHS_KEPT, Month
from loyalty.core.calendar import MONTHS_IN_A_YEAR, at, month, month_start

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.program.rules import Level, Program, Tiers

QUIET = "quiet"
"""Counter of steps down for want of visits, by month."""

VISIT = "visit"
"""Counter of visits, by month."""


Need = tuple[str, int]
"""A metric (``spend``, ``visits``, ``points``, ``referrals``) and how much of it is missing."""


@dataclass(frozen=True, slots=True)
class Way:
    """The way to the next level: its number, and what is missing, any one of which will do."""

    level: int
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class Keeping:
    """What keeps the present level.

    Attributes
    ----------
    until
        The second by which it has to happen; None where the level is kept for ever.
    needs
        What is missing, any one of which will do; a visit where a quiet time would end the level.
    """

    until: int | None
    needs: tuple[Need, ...]


_FOR_EVER = Keeping(None, ())
_ONE_VISIT: tuple[Need, ...] = (("visits", 1),)


def way_up(tiers: Tiers, account: Account, number: int) -> Way | None:
    """Return the way to the next level, as it is in a month; None at the top."""
    if account.level + 1 >= len(tiers.levels):
        return None
    following = tiers.levels[account.level + 1]
    needs = _missing(following, _figures(tiers, account, number), account.referrals)
    # What is reached already was lost for want of visits: a visit takes it up again.
    return Way(account.level + 1, needs or _ONE_VISIT)


def keeping(program: Program, account: Account, number: int) -> Keeping | None:
    """Return what keeps the present level, as it is in a month; None for the lowest."""
    tiers = program.tiers
    if tiers is None or not 0 < account.level < len(tiers.levels):
        return None
    if tiers.down == "never":
        return _FOR_EVER
    ends = [_by_figures(program, tiers, account, number)]
    quiet = quiet_from(tiers, account)
    if quiet is not None:
        ends.append(Keeping(month_start(quiet, program.zone), _ONE_VISIT))
    found = [one for one in ends if one.until is not None]
    return min(found, key=lambda one: one.until or 0) if found else _FOR_EVER


def _by_figures(program: Program, tiers: Tiers, account: Account, number: int) -> Keeping:
    """Return what keeps the level, by what is counted for it alone."""
    level = tiers.levels[account.level]
    if tiers.window == "lifetime":
        return _FOR_EVER
    if account.deadline:
        last, until = max(number, month(at(account.deadline), program.zone) - 1), account.deadline
    else:
        lost = next(
            (
                later
                for later in range(number + 1, number + MONTHS_KEPT + 1)
                if _missing(level, _figures(tiers, account, later), account.referrals)
            ),
            None,
        )
        if lost is None:
            return _FOR_EVER
        # Within the time of grace an order can still bring it back; without any, what counts is
        # what there is when the month begins.
        last = lost + tiers.grace_months - 1 if tiers.grace_months else lost
        until = month_start(lost + tiers.grace_months, program.zone)
    return Keeping(until, _missing(level, _figures(tiers, account, last), account.referrals))


def qualifying(tiers: Tiers, account: Account, number: int) -> int:
    """Return the highest level that the account qualifies for in a month."""
    figures, referrals = _figures(tiers, account, number), account.referrals
    for index in range(len(tiers.levels) - 1, 0, -1):
        if not _missing(tiers.levels[index], figures, referrals):
            return index
    return 0


def reached(tiers: Tiers, account: Account, number: int, level: int) -> bool:
    """Tell whether ``best`` would be this level at least: one month that says so will do."""
    months = reversed(_months(tiers, account, number))
    return any(qualifying(tiers, account, one) >= level for one in months)


def best(tiers: Tiers, account: Account, number: int) -> int:
    """Return the highest level that the account has qualified for in any month up to this one.

    Only months that it remembers.
    """
    return max(qualifying(tiers, account, one) for one in _months(tiers, account, number))


def _months(tiers: Tiers, account: Account, number: int) -> range:
    """Return the months that may have reached a level, up to this one."""
    if tiers.window == "lifetime":
        return range(number, number + 1)
    first = min(account.months, default=number)
    return range(min(first, number), number + 1)


def _figures(tiers: Tiers, account: Account, number: int) -> Month:
    """Return what counts towards a level in a month."""
    if tiers.window == "lifetime":
        return Month(account.spend, account.visits, account.earned)
    first = number - tiers.rolling_months
    if tiers.window == "calendar_year":
        first = number - number % MONTHS_IN_A_YEAR
    spend = visits = earned = 0
    for at_month, one in account.months.items():
        if first <= at_month <= number:
            spend, visits, earned = spend + one.spend, visits + one.visits, earned + one.earned
    return Month(spend, visits, earned)


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


def missing(tiers: Tiers, account: Account, number: int, level: int) -> tuple[Need, ...]:
    """Return what is missing for a level in a month by each of its metrics; nothing if reached."""
    if level == 0:
        return ()
    return _missing(tiers.levels[level], _figures(tiers, account, number), account.referrals)


def _missing(level: Level, figures: Month, referrals: int) -> tuple[Need, ...]:
    """Return what is missing for a level by each of its metrics; nothing once one is reached."""
    needs: list[Need] = []
    for metric, threshold, figure in (
        ("spend", level.spend, figures.spend),
        ("visits", level.visits, figures.visits),
        ("points", level.points, figures.earned),
        ("referrals", level.referrals, referrals),
    ):
        if threshold is None:
            continue
        if figure >= threshold:
            return ()
        needs.append((metric, threshold - figure))
    return tuple(needs)


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
