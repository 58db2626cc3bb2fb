"""What runs campaigns."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.wiring import environment, ledger, queues
from loyalty.campaigns.hearing import Hearing
from loyalty.campaigns.running import Running

if TYPE_CHECKING:
    from loyalty.store.offers import Place


@cache
def running() -> Running:
    """Return what reaches members."""
    base_url = environment.configuration().base_url
    return Running(ledger.books(), base_url, stop_address, _ring)


def stop_address(program: str, member: str, channel: str) -> str:
    """Return the address at which a member ends a channel."""
    path = Hearing(ledger.books()).stop_path(program, member, channel)
    return f"{environment.configuration().base_url}/u/{path}"


def _ring(place: Place, channel: str) -> None:
    queues.offers_queue().put([(place, channel)])
