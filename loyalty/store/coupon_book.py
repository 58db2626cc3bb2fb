"""Coupons as they lie in the table, and the codes of them that were used."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from loyalty.core.coupon import Coupon
from loyalty.core.instants import instant
from loyalty.program.stored import build
from loyalty.store import directory, keys, supply_keys
from loyalty.store.tables import Absent, Cancelled, Equals, OutcomeUnknown, Put

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from loyalty.store.tables import Item, Key, Tables, Write


@dataclass(frozen=True, slots=True)
class CodeUse:
    """The use of a single-use code."""

    serial: int
    member: str
    at: datetime


def read(tables: Tables, program: str, coupon: str) -> Coupon | None:
    """Read a coupon."""
    item = tables.get(supply_keys.coupon_key(program, coupon))
    return _coupon(item) if item else None


def every(tables: Tables, program: str) -> list[Coupon]:
    """Read all coupons of a program, by their ids."""
    first = supply_keys.coupon_key(program, "")
    return [_coupon(item) for item in tables.query("state", first.pk, first.sk)]


def named(tables: Tables, program: str, name: str) -> str | None:
    """Return the id of the coupon with that word, or ``number`` of one with single-use codes."""
    found = placed(tables, program, name)
    return found[0] if found else None


def placed(tables: Tables, program: str, name: str) -> tuple[str, int] | None:
    """Return the id of the coupon with that word or code, and the code's serial (0 of a word)."""
    item = tables.get(_place(program, name))
    return (item["member"], int(item.get("n", 0))) if item else None


def placed_many(tables: Tables, program: str, names: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Return the same of many; of what is no code or word there is nothing."""
    places = {_place(program, name): name for name in names}
    found = tables.get_many(places)
    return {places[key]: (item["member"], int(item.get("n", 0))) for key, item in found.items()}


def taking_in(program: str, coupon: str, code: str, serial: int) -> list[Write]:
    """Return the writes of another system's code, which no other coupon may have."""
    owner = {"program": program, "member": coupon, "n": serial}
    return [
        Put(_place(program, code), owner, Absent()),
        Put(supply_keys.foreign_key(program, coupon, serial), {"w": code}, Absent()),
    ]


def foreign(tables: Tables, program: str, coupon: str, first: int, last: int) -> list[str]:
    """Return another system's codes of a coupon as they are written, by their serials."""
    wanted = [supply_keys.foreign_key(program, coupon, one) for one in range(first, last + 1)]
    found = tables.get_many(wanted)
    return [str(found[key]["w"]) for key in wanted if key in found]


def _place(program: str, name: str) -> Key:
    return keys.directory_key("coupon", directory.short_name(program, name))


def number_name(number: int) -> str:
    """Return what a coupon with single-use codes is found by; no word has that form."""
    return f"#{number}"


def making(program: str, coupon: Coupon) -> list[Write]:
    """Return the writes of a new coupon: none of that id, word or number may be there."""
    place = _place(program, coupon.word or number_name(coupon.number))
    return [
        Put(supply_keys.coupon_key(program, coupon.id), _item(coupon), Absent()),
        Put(place, {"program": program, "member": coupon.id}, Absent()),
    ]


def changing(program: str, coupon: Coupon) -> Write:
    """Return the write of a coupon that has changed once since it was read."""
    seen = Equals("r", coupon.revision)
    changed = replace(coupon, revision=coupon.revision + 1)
    return Put(supply_keys.coupon_key(program, coupon.id), _item(changed), seen)


def written(tables: Tables, writes: Iterable[Write]) -> bool:
    """Write all, or nothing; tell whether it is known to be done. Else read, and begin again."""
    try:
        tables.write(*writes)
    except (Cancelled, OutcomeUnknown):
        return False
    return True


def was_used(tables: Tables, program: str, code: str) -> bool:
    """Tell whether a single-use code was used (``Coupon.code_of``)."""
    return tables.get(supply_keys.code_key(program, code)) is not None


def uses(tables: Tables, program: str, coupon: str, after: int, limit: int) -> list[CodeUse]:
    """Return used codes of a coupon with serial numbers after that one, in their order."""
    found: list[CodeUse] = []
    for pk in supply_keys.code_partitions(program, coupon):
        first, last = f"CODE#{after + 1:07d}", "CODE#:"
        found += [
            CodeUse(int(item["sk"].removeprefix("CODE#")), item["m"], instant(item["at"]))
            for item in tables.between("state", pk, first, last, limit)
        ]
    return sorted(found, key=lambda one: one.serial)[:limit]


def _item(coupon: Coupon) -> Item:
    return {"r": coupon.revision, "j": json.dumps(asdict(coupon), ensure_ascii=False)}


def _coupon(item: Item) -> Coupon:
    return build(Coupon, json.loads(item["j"]))
