"""Settle an account: apply everything that has come due by itself.

Every decision begins with it, so nothing depends on when a job ran.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from loyalty.account import NEVER, Account, Posting

if TYPE_CHECKING:
    from loyalty.program import PotRule, Program

MONTHS_IN_A_YEAR = 12


def settle(account: Account, now: datetime) -> tuple[Posting, ...]:
    """Return the postings that are due at ``now`` (aware UTC): lots that have expired.

    A lot is expired from its bucket's first second on: spendable before it, gone at it.
    """
    second = now.timestamp()
    return tuple(
        Posting("expire", name, "lot", -amount, bucket)
        for name, pot in sorted(account.pots.items())
        for bucket, amount in pot.lots
        if bucket <= second
    )


def bucket(program: Program, rule: PotRule, granted_at: datetime) -> int:
    """Return the bucket of value granted at that instant: when it expires, in seconds (UTC).

    Value lives through the last day of a month in the program's zone, at least as many whole
    months as the pot says.
    """
    if rule.expires_after_months is None:
        return NEVER
    zone = ZoneInfo(program.zone)
    local = granted_at.astimezone(zone)
    months = local.year * MONTHS_IN_A_YEAR + local.month - 1 + rule.expires_after_months + 1
    first = datetime(months // MONTHS_IN_A_YEAR, months % MONTHS_IN_A_YEAR + 1, 1, tzinfo=zone)
    # The later of both readings: where clocks skip midnight or strike it twice, the day before
    # has ended only then.
    return int(max(first.timestamp(), first.replace(fold=1).timestamp()))
