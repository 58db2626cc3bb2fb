"""Carry out and in what there is only so much of: coupons, stock, and how often each was had."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.supply import ONCE
from loyalty.store import coupon_book, supplies, supply_keys
from loyalty.store.carrying import put_absent
from loyalty.store.tables import Absent, Put

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from loyalty.core.account import Entry
    from loyalty.core.coupon import Coupon
    from loyalty.store.tables import Item, Key, Tables, Write


_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Counted:
    """How many are left of something (``loyalty.core.supply``), and how many were had."""

    what: str
    left: int
    taken: int


def counts(tables: Tables, program: str, whats: Iterable[str]) -> list[Counted]:
    """Return how many there are of these; what nobody has counted yet is left out."""
    found = ((what, supplies.read_stock(tables, program, what)) for what in whats)
    return [Counted(what, one.left, one.taken) for what, one in found if one is not None]


def put_coupons(tables: Tables, program: str, found: Iterable[Coupon]) -> None:
    """Write coupons where none of that id is."""
    for one in found:
        put_absent(tables, coupon_book.making(program, one))


def foreign_codes(tables: Tables, program: str, coupon: Coupon) -> Iterable[tuple[int, str]]:
    """Yield another system's codes of a coupon with their serials."""
    for first in range(1, coupon.codes + 1, _PAGE):
        last = min(coupon.codes, first + _PAGE - 1)
        found = coupon_book.foreign(tables, program, coupon.id, first, last)
        yield from enumerate(found, first)


def put_foreign_codes(tables: Tables, program: str, codes: Iterable[tuple[str, int, str]]) -> None:
    """Write another system's codes (coupon, serial, code) where they are not."""
    put_absent(
        tables,
        [
            write
            for coupon, serial, code in codes
            for write in coupon_book.taking_in(program, coupon, code, serial)
        ],
    )


def put_counts(
    tables: Tables,
    program: str,
    found: Sequence[Counted],
    entries: Iterable[Entry],
    gone: Container[str] = (),
) -> None:
    """Write what is left, and what entries say was had, by whom; once written it stays.

    What was had is the sum of all entries of the program, whoever's: a code may be given back by
    whom its user has become. ``gone``: members of whom nothing is kept any more; the codes that
    they have used stay used.
    """
    if found and all(supplies.read_stock(tables, program, one.what) for one in found):
        return
    had, codes = Counter[tuple[str, str]](), Counter[str]()
    last: dict[str, Entry] = {}
    for entry in entries:
        for one in entry.postings:
            if one.measure != "used":
                continue
            if one.at == ONCE:
                codes[one.ref] += int(one.amount)
                if one.amount > 0 and (one.ref not in last or last[one.ref].at < entry.at):
                    last[one.ref] = entry
            elif entry.member not in gone:
                had[entry.member, one.ref] += int(one.amount)
    writes: list[Write] = [
        Put(supply_keys.used_key(program, member, what), {"n": number}, Absent())
        for (member, what), number in sorted(had.items())
    ]
    writes += [
        Put(supply_keys.code_key(program, what), {"m": one.member, "at": one.at}, Absent())
        for what, one in sorted(last.items(), key=lambda pair: pair[0])
        if codes[what] > 0
    ]
    put_absent(tables, writes)
    for counted in found:
        shards = _shards(program, counted)
        put_absent(tables, [Put(key, item, Absent()) for key, item in shards])


def _shards(program: str, found: Counted) -> Iterable[tuple[Key, Item]]:
    most, rest = divmod(found.left, supply_keys.SUPPLY_SHARDS)
    for shard in range(supply_keys.SUPPLY_SHARDS):
        key = supply_keys.supply_key(program, found.what, shard)
        yield key, {"n": most + (shard < rest), "t": 0 if shard else found.taken}
