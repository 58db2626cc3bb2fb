"""What runs campaigns."""

from __future__ import annotations

from functools import cache

from functions.wiring import environment, ledger
from loyalty.campaigns.running import Running


@cache
def running() -> Running:
    """Return what reaches members."""
    return Running(ledger.books(), environment.configuration().base_url)
