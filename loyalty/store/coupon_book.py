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

    from loyalty.store.tables import Item, Tables, Write


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
    found = directory.find(tables, "coupon", directory.short_name(program, name))
    return found[1] if found else None


def number_name(number: int) -> str:
    """Return what a coupon with single-use codes is found by; no word has that form."""
    return f"#{number}"


def making(program: str, coupon: Coupon) -> list[Write]:
    """Return the writes of a new coupon: none of that id, word or number may be there."""
    name = coupon.word or number_name(coupon.number)
    place = keys.directory_key("coupon", directory.short_name(program, name))
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
