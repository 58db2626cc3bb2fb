"""What figures are made of: a line per order as its head says it, and per entry of no order.

A line is written again with every revision of its head, under a key that never changes: so doubled,
late and reordered news of an order leave one line, the newest. Lines stand by the day (UTC) on
which the order was first heard of, or its entry made; the day of the sale stands inside. A line
stays when an order that nobody has claimed is forgotten. It names a member by id and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING

from loyalty.core.calendar import MONTHS_IN_A_YEAR
from loyalty.core.instants import instant
from loyalty.core.report import OrderKey
from loyalty.store import happenings, keys
from loyalty.store.tables import Absent, Cancelled, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from loyalty.store.happenings import Declined, InWallet, Looked
    from loyalty.store.tables import Item, Key, Tables

_MOVES = "e_"  # a name of an attribute stands in expressions: letters, digits and "_" only
_SAID = ("r", "f", "d", "p", "n", "s", "m", "c")
_TRIES = 4
_EMPTY_MONTHS = 6

Amount = tuple[str, str, int, int]
"""Cause, pot, bucket, and by how much an entry changed what a member has there."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What one entry did with points.

    ``day`` is local (``date.toordinal``); ``actor`` is who did it, as the entry names them.
    """

    member: str
    seq: int
    day: int
    actor: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class SaleLine:
    """An order as figures count it.

    Attributes
    ----------
    first
        Instant at which it was first heard of; it never changes.
    revision
        Of the head; a line of a higher one takes the place of this one.
    member
        Whose it is, by the head; None while it is nobody's.
    day
        On which it was sold, local (``date.toordinal``).
    place
        Id of the location; empty where that is not known.
    net
        Minor units, whole.
    sold
        Whether it counts as a sale.
    closed
        Whether the place was closed at its instant, where its hours are known.
    moves
        What its entries did with points.
    """

    order: OrderKey
    first: datetime
    revision: int
    member: str | None
    day: int
    place: str
    net: int
    sold: bool
    closed: bool = False
    moves: tuple[Moves, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What a walk sees of an order's head."""

    order: OrderKey
    first: datetime
    revision: int
    claimed: bool


def head(order: OrderKey, item: Item) -> Head:
    """Return what an order's head, as it lies in the table, tells of it."""
    return Head(order, instant(item["fs"]), item["r"], "m" in item)


def lost(tables: Tables, heads: Sequence[Head]) -> list[OrderKey]:
    """Return the orders of which there is no line, or an older one."""
    lines = read_many(tables, ((one.order, one.first) for one in heads))
    known = {order: line.revision for order, line in lines.items()}
    return [one.order for one in heads if known.get(one.order, 0) < one.revision]


def read_many(
    tables: Tables, orders: Iterable[tuple[OrderKey, datetime]]
) -> dict[OrderKey, SaleLine]:
    """Return the lines that there are of these orders.

    With each order the instant at which it was first heard of.
    """
    places = {_sale_key(order, first): (order, first) for order, first in orders}
    found = tables.get_many(places) if places else {}
    return {places[key][0]: _sale_line(places[key][0], one) for key, one in found.items()}


def put(
    tables: Tables, line: SaleLine, *, anew: bool = False, missing_before: bool = False
) -> bool:
    """Write a line, if there is none of that revision or a newer one; add its moves either way.

    ``anew``: one of that very revision is written again, if it says something else.
    ``missing_before``: whoever calls has just found none, which is not looked for again.

    Returns whether anything was written.

    Raises
    ------
    Cancelled
        The database refuses to write now.
    """
    key = _sale_key(line.order, line.first)
    for attempt in range(_TRIES):
        item = None if missing_before and not attempt else tables.get(key)
        missing = [one for one in line.moves if item is None or _attribute(one) not in item]
        values = {_attribute(one): _moves_value(one) for one in missing}
        newer = item is None or item["r"] < line.revision
        if anew and item is not None and item["r"] == line.revision:
            newer = {name: item[name] for name in _SAID if name in item} != _values(line)
        if not newer and not values:
            return False
        if newer:
            values |= _values(line)
        condition = Absent() if item is None else Equals("r", item["r"])
        gone = tuple(name for name in ("m", "c") if newer and item and name not in values)
        try:
            tables.write_alone(Update(key, values, remove=gone, condition=condition))
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind == "throttled":
                raise
            continue
        return True
    raise Cancelled(())


def put_moves(tables: Tables, program: str, at: datetime, moves: Moves) -> None:
    """Write the line of an entry that is of no order; again is the same."""
    month, day = _month_and_day(at)
    key = keys.entry_line_key(program, moves.member, moves.seq, month, day)
    tables.write_alone(Update(key, {"e": _moves_value(moves)}))


def month(
    tables: Tables, program: str, number: int, day: int | None = None
) -> Iterator[SaleLine | Moves | InWallet | Looked | Declined]:
    """Yield all lines of a month (since year 0, UTC), or of one day of it (of the month, UTC)."""
    partition = keys.figures_partition(program, number)
    prefix = "" if day is None else f"{day:02d}#"
    for item in tables.query("state", partition, prefix):
        _, kind, rest = item["sk"].split("#", 2)
        if kind == "S":
            source, _, name = rest.partition("#")
            yield _sale_line(OrderKey(program, source, name), item)
        elif kind == "W":
            yield happenings.read_in_wallet(rest, item)
        elif kind == "L":
            yield happenings.read_looked(rest, item)
        elif kind == "D":
            yield happenings.read_declined(rest, item)
        else:
            member, _, seq = rest.rpartition("#")
            yield _moves(member, int(seq), item["e"])


def sales(
    tables: Tables, program: str, number: int, after: str, limit: int
) -> tuple[list[SaleLine], str | None]:
    """Return sales among so many lines of a month, and where to go on; None at its end.

    ``after`` is empty at the beginning.
    """
    partition = keys.figures_partition(program, number)
    items = tables.between("state", partition, after or "0", "~", limit + 1)
    found = []
    for item in items[:limit]:
        _, kind, rest = item["sk"].split("#", 2)
        if kind == "S":
            source, _, name = rest.partition("#")
            found.append(_sale_line(OrderKey(program, source, name), item))
    return found, items[limit]["sk"] if len(items) > limit else None


def oldest(tables: Tables, program: str, joined: int | None, last: int) -> int:
    """Return the oldest month that has lines, of those before and with the month ``last``.

    ``joined``: the day (``date.toordinal``) on which the first member joined; tills may have told
    of sales before. Months without any are skipped for half a year at most.
    """
    first = last
    if joined is not None:
        day = date.fromordinal(joined)
        first = min(first, day.year * MONTHS_IN_A_YEAR + day.month - 1)
    empty = 0
    number = first
    while empty < _EMPTY_MONTHS:
        number -= 1
        partition = keys.figures_partition(program, number)
        if tables.between("state", partition, "0", "~", 1):
            first, empty = number, 0
        else:
            empty += 1
    return first


def month_of(at: datetime) -> int:
    """Return the number of an instant's month (since year 0, UTC), as lines stand by it."""
    return _month_and_day(at)[0]


def _sale_key(order: OrderKey, first: datetime) -> Key:
    number, day = _month_and_day(first)
    return keys.sale_line_key(order, number, day)


def _month_and_day(at: datetime) -> tuple[int, int]:
    at = at.astimezone(UTC)
    return at.year * MONTHS_IN_A_YEAR + at.month - 1, at.day


def _attribute(moves: Moves) -> str:
    return f"{_MOVES}{moves.member}_{moves.seq:06d}"


def _values(line: SaleLine) -> Item:
    return {
        "r": line.revision,
        "f": int(line.first.timestamp()),
        "d": line.day,
        "p": line.place,
        "n": line.net,
        "s": int(line.sold),
        **({"m": line.member} if line.member else {}),
        **({"c": 1} if line.closed else {}),
    }


def _sale_line(order: OrderKey, item: Item) -> SaleLine:
    return SaleLine(
        order=order,
        first=instant(item["f"] * 1_000_000),
        revision=item["r"],
        member=item.get("m"),
        day=item["d"],
        place=item["p"],
        net=item["n"],
        sold=bool(item["s"]),
        closed=bool(item.get("c")),
        moves=tuple(
            _moves(*_whose(name), value)
            for name, value in sorted(item.items())
            if name.startswith(_MOVES)
        ),
    )


def _whose(attribute: str) -> tuple[str, int]:
    member, _, seq = attribute.removeprefix(_MOVES).rpartition("_")
    return member, int(seq)


def _moves_value(moves: Moves) -> list[object]:
    return [moves.day, moves.actor, [list(one) for one in moves.amounts]]


def _moves(member: str, seq: int, value: list[object]) -> Moves:
    day, actor, amounts = value
    return Moves(member, seq, day, actor, tuple(tuple(one) for one in amounts))  # type: ignore[arg-type,attr-defined]
