"""What is known of a till's address: whether its messages come, and what becomes of them.

Everything shown is what was counted (``loyalty.store.till_counts``) and what the sweeper's last
look has found (``loyalty.store.till_watch``): asking for it costs a few reads, changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import till_counts, till_watch

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.store.tables import Tables
    from loyalty.store.till_counts import Counted
    from loyalty.store.till_watch import Watch

HOURS, DAYS = 24, 7
ADVICE: Mapping[str, str] = {
    "not_authentic": "were not signed with this address's secret: compare the secret and the "
    "address on both sides, and the till's clock.",
    "unreadable": "were no JSON that can be read: whoever writes the till has to mend it.",
    "unusable": "could not be understood; the log of webhooks names the fields.",
    "not_read_back": "could not be completed, because the vendor did not tell the rest; they come "
    "again. If that goes on, look whether the token is still good.",
    "not_asked": "leave out what only the vendor knows, and no token is kept: `till token`.",
    "not_written": "could not be written into the vendor's fields. What may come right by "
    "itself is tried again for hours; look whether the token may write, and the fields are there.",
    "failed": "failed on our side and come again; the log of orders says where.",
}
"""Kinds of counts that somebody should look at, and what whoever looks should do."""
_WHAT = {"not_written": "balances and levels"}
_QUIET = (
    "No message for longer than usual at this hour: look at the till, its network, and the "
    "subscription in the vendor's console."
)
_TOO_FEW = "Too few messages so far to say what is usual: two weeks and 30 messages are needed."
_UNHEARD = "It has not answered once so far: look whether its address is good, and open to us."

_HOUR, _DAY = 3600, 24 * 3600


@dataclass(frozen=True, slots=True)
class Health:
    """How an address does.

    Attributes
    ----------
    by_hour
        The last ``HOURS`` hours (seconds at which they began, the latest first) in which anything
        was counted, and how many of each kind.
    by_day
        The same of the last ``DAYS`` days (UTC), today included.
    """

    watch: Watch
    last_message: int
    last_sale: int
    by_hour: tuple[tuple[int, Mapping[str, int]], ...]
    by_day: tuple[tuple[int, Mapping[str, int]], ...]


def of_program(tables: Tables, program: str, now: datetime) -> list[Health]:
    """Return the health of all addresses of a program, by their names."""
    return [_health(tables, watch, now) for watch in till_watch.of_program(tables, program)]


def of_endpoint(tables: Tables, program: str, endpoint: str, now: datetime) -> Health | None:
    """Return the health of one address; None where the program has none of that name."""
    watch = till_watch.read(tables, program, endpoint)
    return _health(tables, watch, now) if watch else None


def sentences(health: Health) -> list[str]:
    """Return what whoever looks should know, the most pressing first; none where all is well."""
    said = [_QUIET] if health.watch.state == "quiet" else []
    today: dict[str, int] = {}
    for _, kinds in health.by_hour:
        for kind, number in kinds.items():
            today[kind] = today.get(kind, 0) + number
    for kind, advice in ADVICE.items():
        if number := today.get(kind, 0):
            said.append(
                f"{number} of the {_WHAT.get(kind, 'messages')} of the last {HOURS} hours {advice}"
            )
    if health.watch.state == "too_few":
        said.append(_TOO_FEW)
    if health.watch.state == "unheard":
        said.append(_UNHEARD)
    return said


def _health(tables: Tables, watch: Watch, now: datetime) -> Health:
    second = int(now.timestamp())
    # All that is kept: the last message of a till that has been silent for weeks counts, too.
    since = second - till_counts.KEPT_DAYS * _DAY
    counted = till_counts.read(tables, watch.program, watch.endpoint, since, second)
    return Health(
        watch,
        counted.last_message,
        counted.last_sale,
        by_hour=_sums(counted, 1, second // _HOUR - HOURS + 1),
        by_day=_sums(counted, 24, second // _DAY - DAYS + 1),
    )


def _sums(counted: Counted, hours: int, first: int) -> tuple[tuple[int, Mapping[str, int]], ...]:
    """Return what was counted in periods of so many hours, from that one on, the latest first."""
    found: dict[int, dict[str, int]] = {}
    for hour, kinds in counted.hours.items():
        period = hour // hours
        if period >= first:
            sums = found.setdefault(period, {})
            for kind, number in kinds.items():
                sums[kind] = sums.get(kind, 0) + number
    return tuple((period * hours * _HOUR, found[period]) for period in sorted(found, reverse=True))
