"""What the night has worked out of a member beside all others: a group, and a year's visits.

It can be thrown away: the next night writes it again. Whoever has not changed is not written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.store.tables import Tables

Portrait = tuple[str, int, int]
"""Group, and visits and money (minor units) of the 365 days before."""

_AT_ONCE = 500


def keep(tables: Tables, program: str, portraits: Mapping[str, Portrait]) -> int:
    """Write those that are other than before; return how many."""
    names, written = sorted(portraits), 0
    for start in range(0, len(names), _AT_ONCE):
        page = names[start : start + _AT_ONCE]
        before = read_many(tables, program, page)
        for name in page:
            if before.get(name) != portraits[name]:
                group, visits, money = portraits[name]
                item = {"g": group, "v": visits, "m": money}
                tables.write_alone(Put(keys.portrait_key(program, name), item))
                written += 1
    return written


def read_many(tables: Tables, program: str, members: Iterable[str]) -> dict[str, Portrait]:
    """Return those that there are of these members."""
    places = {keys.portrait_key(program, one): one for one in members}
    found = tables.get_many(places) if places else {}
    return {places[key]: (item["g"], item["v"], item["m"]) for key, item in found.items()}
