"""An order's head as it lies in the table."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import instant, microseconds
from loyalty.core.order import Context, Line, Order, Part, Posted, Spent
from loyalty.store import keys

if TYPE_CHECKING:
    from loyalty.store.tables import Item


def order_item(order: Order) -> Item:
    """Return an order's head."""
    context = order.context
    return {
        "r": order.revision,
        "cy": order.currency,
        "fs": microseconds(order.first_seen),
        "oc": microseconds(order.occurred_at),
        "pa": [_part(part) for part in order.parts],
        "hi": list(order.hints),
        **({"m": order.member} if order.member else {}),
        **({"x": _context(context)} if context else {}),
        "u": {pot: str(units) for pot, units in order.posted.units.items()},
        "sp": order.posted.spend,
        "v": order.posted.visits,
        "e": order.entry,
        "st": [
            [one.pot, [list(lot) for lot in one.lots], one.returned, one.bill]
            for one in order.spent
        ],
        # Refunds that a basket lists: the version that each first stood in, and totals then.
        **({"li": dict(order.listed)} if order.listed else {}),
        **({"db": list(order.doubles)} if order.doubles else {}),
        **({"vo": 1} if order.void else {}),
        **({"fm": list(order.former)} if order.former else {}),
        **({"fg": {p: str(n) for p, n in order.forgiven.items()}} if order.forgiven else {}),
        **({"th": [list(one) for one in order.totals]} if order.totals else {}),
    }


def to_order(item: Item) -> Order:
    """Read an order's head."""
    return Order(
        key=keys.order_at(item["pk"]),
        currency=item["cy"],
        first_seen=instant(item["fs"]),
        occurred_at=instant(item["oc"]),
        parts=tuple(_to_part(part) for part in item["pa"]),
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
        listed=tuple(sorted(item.get("li", {}).items())),
        doubles=tuple(item.get("db", ())),
        void=bool(item.get("vo")),
        former=tuple(item.get("fm", ())),
        forgiven={pot: Fraction(units) for pot, units in item.get("fg", {}).items()},
        totals=tuple((version, total) for version, total in item.get("th", ())),
    )


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
    return [
        context.program_version,
        microseconds(context.occurred_at),
        context.level,
        context.refused or "",
    ]


def _to_context(value: list[Any]) -> Context:
    version, occurred_at, level, refused = value
    return Context(
        program_version=version,
        occurred_at=instant(occurred_at),
        level=level,
        refused=refused or None,
    )
