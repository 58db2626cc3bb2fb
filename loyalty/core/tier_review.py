"""Bring an account's level to what it should be: up at once, down as the program says.

Whether a member qualifies is a question of whole months, so it can only change with an order or
at the start of a month; both end in a review.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core import tiers as levels
from loyalty.core.calendar import at, month, month_start

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Tiers


def undo(draft: Draft, before: Account) -> None:
    """Let a level go at once that nothing but what was now taken back had reached.

    ``before`` is the account as it was with that. No grace: it was never due.
    """
    rules = draft.program.tiers
    if rules is None or draft.account.level == 0:
        return
    number, level = month(draft.now, draft.program.zone), draft.account.level
    if levels.reached(rules, draft.account, number, level):
        return
    if levels.reached(rules, before, number, level):
        left = levels.best(rules, draft.account, number)
        draft.post("tier", "", "level", left - draft.account.level)
        draft.post("tier", "", "deadline", -draft.account.deadline)


def review(draft: Draft, second: int) -> None:
    """Bring the tier to what it should be at that second (since 1970)."""
    tiers = draft.program.tiers
    if tiers is None:
        return
    number = month(at(second), draft.program.zone)
    account = draft.account
    target = levels.qualifying(tiers, account, number)
    if target > account.level and not levels.stepped_down(account):
        draft.post("tier", "", "level", target - account.level)
        draft.post("tier", "", "deadline", -account.deadline)
    elif target >= account.level or tiers.down == "never":
        draft.post("tier", "", "deadline", -account.deadline)
    else:
        _fall(draft, tiers, target, number, second)
    _quieten(draft, tiers, number, fell=draft.account.level < account.level)


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


def _quieten(draft: Draft, tiers: Tiers, number: int, *, fell: bool) -> None:
    """Go one step down when no visit was made for so many whole months.

    Who falls in the same review for want of figures has fallen for that, too: one step a day.
    """
    quiet = levels.quiet_from(tiers, draft.account)
    if quiet is not None and number >= quiet and (fell or draft.account.level > 0):
        draft.post("tier", "", "level", 0 if fell else -1)
        draft.post("tier", "", "counter", 1, at=number, ref=levels.QUIET)
