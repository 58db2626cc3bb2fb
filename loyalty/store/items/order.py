"""An order's head as it lies in the table, and the pages beside it.

What a head has no room for goes into a page of its own, whole; pages are never written again. An
order is its pages and its head folded, each newer than the ones before.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import instant, microseconds
from loyalty.core.order import BASKET, Applied, Context, Line, Order, Paged, Part, Posted, Spent
from loyalty.store import keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Item

_MOST_IN_HEAD = 4_000
"""About so many bytes of payments, refunds and what is remembered of versions stand in a head."""

_IN_A_PAGE = 50
"""Parts in one page of an order that comes as a whole."""

_EACH = 24
"""About the bytes of a number or two with what is around them."""


def order_items(order: Order) -> tuple[Item, Item | None]:
    """Return an order's head, and the next page where the head has no room for what is new."""
    known = {part.key: part for part in order.paged.parts}
    basket = tuple(part for part in order.parts if part.key == BASKET)
    new = replace(
        order,
        parts=tuple(one for one in order.parts if one not in basket and known.get(one.key) != one),
        listed=tuple(sorted({*order.listed} - {*order.paged.listed})),
        totals=tuple(sorted({*order.totals} - {*order.paged.totals})),
    )
    if _weight(new) <= _MOST_IN_HEAD:
        return order_item(replace(new, parts=(*basket, *new.parts))), None
    more = Paged(order.paged.count + 1)
    return order_item(replace(order, parts=basket, listed=(), totals=(), paged=more)), _told(new)


def whole_items(order: Order) -> tuple[Item, list[Item]]:
    """Return head and pages of an order of which nothing is stored yet, however much it is."""
    basket = tuple(part for part in order.parts if part.key == BASKET)
    new = replace(order, parts=tuple(part for part in order.parts if part.key != BASKET))
    if _weight(new) <= _MOST_IN_HEAD:
        return order_item(order), []
    most = max(len(new.parts), len(new.listed), len(new.totals))
    slices = [slice(start, start + _IN_A_PAGE) for start in range(0, most, _IN_A_PAGE)]
    beside = [
        _told(replace(new, parts=new.parts[s], listed=new.listed[s], totals=new.totals[s]))
        for s in slices
    ]
    more = Paged(len(beside))
    return order_item(replace(order, parts=basket, listed=(), totals=(), paged=more)), beside


def order_item(order: Order) -> Item:
    """Return the head of an order of which the pages hold nothing."""
    context = order.context
    return {
        "r": order.revision,
        "cy": order.currency,
        "fs": microseconds(order.first_seen),
        "oc": microseconds(order.occurred_at),
        **_told(order),
        "hi": list(order.hints),
        **({"m": order.member} if order.member else {}),
        **({"x": _context(context)} if context else {}),
        "u": {pot: str(units) for pot, units in order.posted.units.items()},
        "sp": order.posted.spend,
        "v": order.posted.visits,
        "e": order.entry,
        "st": [
            [
                one.pot,
                [list(lot) for lot in one.lots],
                one.returned,
                one.bill,
                *([one.used, one.together] if one.used else []),
            ]
            for one in order.spent
        ],
        **({"db": list(order.doubles)} if order.doubles else {}),
        **({"tt": list(order.span)} if order.span else {}),
        **({"vo": 1} if order.void else {}),
        **({"fu": 1} if order.full else {}),
        **({"fm": list(order.former)} if order.former else {}),
        **({"fg": {p: str(n) for p, n in order.forgiven.items()}} if order.forgiven else {}),
        **({"lo": list(order.lowered)} if order.lowered else {}),
        **({"lc": order.location} if order.location else {}),
        **({"pg": order.paged.count} if order.paged.count else {}),
    }


def _told(order: Order) -> Item:
    """Return what was told of an order: its parts, and what is remembered of its versions."""
    return {
        "pa": [_part(part) for part in order.parts],
        # Refunds that a basket lists: the version that each first stood in, and totals then.
        **({"li": dict(order.listed)} if order.listed else {}),
        **({"th": [list(one) for one in order.totals]} if order.totals else {}),
    }


def pages(item: Item) -> int:
    """Return how many pages lie beside a head."""
    count: int = item.get("pg", 0)
    return count


def to_order(item: Item, beside: Iterable[Item] = ()) -> Order:
    """Read an order: its head, and all its pages in their order.

    Raises
    ------
    LookupError
        Pages are missing, as a restore in the middle of a write may leave them.
    """
    paged = Paged()
    for page in beside:
        paged = replace(_newer(paged, page), count=paged.count + 1)
    if paged.count != pages(item):
        raise LookupError("a page of an order is missing")
    whole = _newer(paged, item)
    return Order(
        key=keys.order_at(item["pk"]),
        currency=item["cy"],
        first_seen=instant(item["fs"]),
        occurred_at=instant(item["oc"]),
        parts=whole.parts,
        hints=tuple(item["hi"]),
        member=item.get("m"),
        context=_to_context(item["x"]) if "x" in item else None,
        posted=Posted(
            units={pot: Fraction(units) for pot, units in item["u"].items()},
            spend=item["sp"],
            visits=item["v"],
        ),
        spent=tuple(
            Spent(pot, tuple((bucket, n) for bucket, n in lots), *numbers)
            for pot, lots, *numbers in item["st"]
        ),
        revision=item["r"],
        entry=item.get("e", 0),
        listed=whole.listed,
        totals=whole.totals,
        doubles=tuple(item.get("db", ())),
        paged=paged,
        span=tuple(item.get("tt", ())),
        void=bool(item.get("vo")),
        full=bool(item.get("fu")),
        former=tuple(item.get("fm", ())),
        forgiven={pot: Fraction(units) for pot, units in item.get("fg", {}).items()},
        lowered=tuple(item.get("lo", ())),
        location=item.get("lc", ""),
    )


def _newer(before: Paged, item: Item) -> Paged:
    """Return what was told before, with what an item tells anew."""
    parts = {part.key: part for part in (*before.parts, *map(_to_part, item["pa"]))}
    return replace(
        before,
        parts=tuple(parts[key] for key in sorted(parts)),
        listed=tuple(sorted({**dict(before.listed), **item.get("li", {})}.items())),
        totals=tuple(sorted({**dict(before.totals), **dict(item.get("th", ()))}.items())),
    )


def _weight(order: Order) -> int:
    """Return about how many bytes it takes to tell of an order."""
    weight = _EACH * len(order.totals)
    weight += sum(_EACH + len(key) for key, _ in order.listed)
    for part in order.parts:
        weight += 2 * _EACH + len(part.key)
        weight += sum(_EACH + len(line.item) + len(line.category) for line in part.lines)
    return weight


def _part(part: Part) -> list[Any]:
    # One flat list, and each category once: ten lines of a basket must fit into a kilobyte.
    categories = list(dict.fromkeys(one.category for one in part.lines))
    lines: list[Any] = []
    for one in part.lines:
        lines += [one.item, categories.index(one.category), one.quantity, one.amount]
    shares = [part.refunded, part.tax, part.tip, part.discount, part.points_paid]
    shares += [part.occurred, int(part.by_gift_card)] if part.occurred or part.by_gift_card else []
    return [part.key, part.version, part.status, part.total, shares, lines, categories]


def _to_part(value: list[Any]) -> Part:
    key, version, status, total, shares, lines, categories = value
    refunded, tax, tip, discount, points_paid, *more = shares
    occurred, by_gift_card = more or (0, 0)
    columns = lines[::4], lines[1::4], lines[2::4], lines[3::4]
    return Part(
        key=key,
        version=version,
        status=status,
        total=total,
        refunded=refunded,
        tax=tax,
        tip=tip,
        discount=discount,
        points_paid=points_paid,
        lines=tuple(
            Line(item, categories[category], quantity, amount)
            for item, category, quantity, amount in zip(*columns, strict=True)
        ),
        by_gift_card=bool(by_gift_card),
        occurred=occurred,
    )


def _context(context: Context) -> list[Any]:
    personal = [
        [one.campaign, one.at, one.until, one.terms, str(one.units)] for one in context.personal
    ]
    return [
        context.program_version,
        microseconds(context.occurred_at),
        context.level,
        context.refused or "",
        *([context.lowered] if context.lowered or personal else []),
        *([personal] if personal else []),
    ]


def _to_context(value: list[Any]) -> Context:
    version, occurred_at, level, refused, *more = value
    lowered = more[0] if more else 0
    personal = more[1] if len(more) > 1 else ()
    return Context(
        program_version=version,
        occurred_at=instant(occurred_at),
        level=level,
        refused=refused or None,
        lowered=lowered,
        personal=tuple(
            Applied(campaign, at, until, terms, Fraction(units))
            for campaign, at, until, terms, units in personal
        ),
    )
