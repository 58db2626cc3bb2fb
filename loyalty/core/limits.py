"""How often: limits and cool-downs, counted in the program's local periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core import supply
from loyalty.core.calendar import period

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account, Cause, Hold
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Limit, Program

LAST_EARNED = "last"
"""Counter of the minute (since 1970) of the last order that earned."""

_MINUTE = 60


def refusal(program: Program, account: Account, occurred_at: datetime) -> str | None:
    """Return why an order earns nothing at all: ``limit``, ``cool_down``, or None."""
    if _exceeded(program, account, "earn", occurred_at):
        return "limit"
    last = account.latest(LAST_EARNED)
    minute = int(occurred_at.timestamp()) // _MINUTE
    earned = last is not None and account.count(LAST_EARNED, last) > 0
    # An order from before the last one is as close to it as one from after.
    near = last is not None and abs(minute - last) < program.cool_down_minutes
    return "cool_down" if earned and near else None


def may_redeem(program: Program, account: Account, now: datetime) -> bool:
    """Tell whether one more redemption is within the limits."""
    return not _exceeded(program, account, "redeem", now)


def count_order(
    draft: Draft, program: Program, cause: Cause, orders: int, occurred_at: datetime
) -> None:
    """Count an order that began to earn (1) or no longer does (-1), by its own program."""
    for limit in program.limits:
        if limit.action == "earn":
            _count(draft, cause, limit, orders, occurred_at)
    if program.cool_down_minutes:
        minute = int(occurred_at.timestamp()) // _MINUTE
        draft.post(cause, "", "counter", orders, at=minute, ref=LAST_EARNED)


def count_redemption(
    draft: Draft,
    cause: Cause,
    redemptions: int,
    instant: datetime,
    program: Program | None = None,
) -> None:
    """Count a redemption (1), or one that came to nothing (-1), where it was asked for.

    ``program`` is the version it was asked for by, where that is known: what never counted
    against a limit must not free room under it.
    """
    for limit in (program or draft.program).limits:
        if limit.action == "redeem":
            _count(draft, cause, limit, redemptions, instant)


def take_room(draft: Draft, hold: str) -> None:
    """Count a hold as a redemption, and let it remember where: the rules may change meanwhile."""
    for limit in draft.program.limits:
        if limit.action == "redeem":
            _count(draft, "hold", limit, 1, draft.now)
            name = _limit_name(limit)
            within = draft.account.latest(name) or 0
            draft.post("hold", "", "room", 1, at=within, ref=f"{hold}#{name}")


def free(draft: Draft, cause: Cause, hold: Hold) -> None:
    """Give back the room that a hold has taken, of which no redemption came."""
    supply.let_go(draft, cause, hold)
    for limit, within in hold.room:
        if (limit, within) != supply.reserved(hold):
            draft.post(cause, "", "counter", -1, at=within, ref=limit)


def _count(draft: Draft, cause: Cause, limit: Limit, number: int, instant: datetime) -> None:
    within = period(instant, draft.program.zone, limit.period)
    if number > 0:
        within = _within(draft.account, _limit_name(limit), within)
    draft.post(cause, "", "counter", number, at=within, ref=_limit_name(limit))


def _exceeded(program: Program, account: Account, action: str, instant: datetime) -> bool:
    return any(
        account.count(name, _within(account, name, period(instant, program.zone, limit.period)))
        >= limit.count
        for limit in program.limits
        if limit.action == action
        for name in (_limit_name(limit),)
    )


def _within(account: Account, name: str, number: int) -> int:
    """Return the period that something counts in.

    Only the newest period is kept: what comes late, dated into an earlier one, counts in the
    newest, so that nobody gets round a cap by dating orders back.
    """
    newest = account.latest(name)
    return number if newest is None else max(number, newest)


def _limit_name(limit: Limit) -> str:
    return f"{limit.action}:{limit.period}"
