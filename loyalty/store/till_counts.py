"""How many messages of a till's address came, and what became of them, by the hour.

One item per endpoint, day and shard; what a worker's batch has counted is added to it at once. A
worker keeps to one shard, so a shop of a thousand sales a second writes a few dozen times a second
to each. Forgotten by itself (TTL) once nobody learns from it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.store.tables import Tables

KINDS: Mapping[str, str] = {
    "messages": "m",
    "sales": "s",
    "parked": "p",
    "not_authentic": "a",
    "unreadable": "u",
    "unusable": "x",
    "not_for_us": "i",
    "not_asked": "n",
    "not_read_back": "b",
    "failed": "f",
    "found": "o",
    "replayed": "r",
    "visits": "v",
    "visits_of_nobody": "w",
    "clients": "c",
    "written": "k",
    "not_written": "l",
}
"""What is counted, and the letter behind the hour (UTC, two digits) of an attribute's name."""

KEPT_DAYS = 50
"""Six weeks are learnt from (``loyalty.tills.quiet``)."""

_HOUR, _DAY = 3600, 24 * 3600
_HOURS = 24
_NAMES = {letter: kind for kind, letter in KINDS.items()}


@dataclass(frozen=True, slots=True)
class Counted:
    """What is known of an endpoint's messages.

    Attributes
    ----------
    hours
        By hours since 1970: how many of each of ``KINDS``.
    last_message, last_sale
        Seconds since 1970; 0 where none is known.
    """

    hours: Mapping[int, Mapping[str, int]]
    last_message: int = 0
    last_sale: int = 0


def add(
    tables: Tables, who: tuple[str, str], worker: int, second: int, counted: Mapping[str, int]
) -> None:
    """Add what a worker (any number that it keeps) has counted by now (``second``).

    ``who`` is program and endpoint.
    """
    hour = f"{second // _HOUR % _HOURS:02d}"
    numbers = {f"{hour}{KINDS[kind]}": number for kind, number in counted.items()}
    values = {
        "ttl": (second // _DAY + KEPT_DAYS) * _DAY,
        **({"lm": second} if counted.get("messages") else {}),
        **({"ls": second} if counted.get("sales") or counted.get("parked") else {}),
    }
    key = keys.till_counts_key(*who, worker, second // _DAY)
    tables.add(key, numbers, values)


def read(tables: Tables, program: str, endpoint: str, since: int, until: int) -> Counted:
    """Return what was counted on the days (UTC) of these seconds and between them."""
    hours: dict[int, dict[str, int]] = {}
    last_message = last_sale = 0
    first, last = f"{since // _DAY:05d}", f"{until // _DAY:05d}"
    for partition in keys.till_counts_partitions(program, endpoint):
        for item in tables.between("state", partition, first, last, KEPT_DAYS + 1):
            last_message = max(last_message, item.get("lm", 0))
            last_sale = max(last_sale, item.get("ls", 0))
            begin = int(item["sk"]) * _HOURS
            for name, number in item.items():
                kind = _NAMES.get(name[2:]) if name[:2].isdecimal() else None
                if kind is not None:
                    found = hours.setdefault(begin + int(name[:2]), {})
                    found[kind] = found.get(kind, 0) + number
    return Counted(hours, last_message, last_sale)
