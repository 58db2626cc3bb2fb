"""Value that ends when nothing was earned or spent for so many whole months.

Purchases and spending keep the value of all pots. Other value (a welcome, a gift, what is given
back) keeps nothing else, but where it comes into an empty pot after the last time is over, or
before anything was ever bought, its own time begins with that month: a gift would otherwise end
with the next one, or never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.calendar import at, month

if TYPE_CHECKING:
    from loyalty.core.account import Account, Cause
    from loyalty.core.draft import Draft
    from loyalty.program.rules import PotRule, Program

ACTIVE = "active"
"""Counter of what keeps value from ending for want of activity, by month."""

_SINCE = "since:"
"""Counters of value that came into a pot of that name while nothing else kept it, by month."""


def matters(program: Program) -> bool:
    """Tell whether value of any pot ends so."""
    return any(_months(rule) is not None for rule in program.pots)


def begin(draft: Draft, second: int, cause: Cause = "settle") -> None:
    """Let the time of value begin that nothing keeps: it came at that second."""
    for rule in draft.program.pots:
        if _months(rule) is None or not draft.account.pot(rule.id).lots:
            continue
        number = month(at(second), draft.program.zone)
        if _over(draft.account, rule, number):
            draft.post(cause, "", "counter", 1, at=number, ref=_SINCE + rule.id)


def end(draft: Draft) -> None:
    """Take value whose time is over in the month that is being reviewed."""
    for rule in draft.program.pots:
        known = _kept_from(draft.account, rule) is not None
        if known and _over(draft.account, rule, draft.account.reviewed):
            for bucket, amount in draft.account.pot(rule.id).lots:
                draft.post("expire", rule.id, "lot", -amount, bucket)


def _over(account: Account, rule: PotRule, number: int) -> bool:
    """Tell whether nothing keeps a pot's value in a month."""
    months, kept = _months(rule), _kept_from(account, rule)
    return months is not None and (kept is None or number > kept + months)


def _kept_from(account: Account, rule: PotRule) -> int | None:
    """Return the month from which a pot's value is kept; None where it never had a beginning."""
    found = account.latest(ACTIVE), account.latest(_SINCE + rule.id)
    return max((number for number in found if number is not None), default=None)


def _months(rule: PotRule) -> int | None:
    return rule.expiry.inactivity_months if rule.expiry else None
