"""Possible doubles: an order id that a till has used again for another sale.

Another customer, another currency or a far-away day under a known id is another order, whatever
the till says. It is kept under an id of its own, which follows from what sets it apart, so that
its later versions, and repeats, find it again; whichever of the two came first keeps the plain id.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty.core.instants import instant
from loyalty.core.order import BASKET, REFUND, OrderKey

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.order import Order, OrderReport, Part

NEAR = timedelta(hours=3)
"""Between when a visit was booked for and when it was rung up."""

FAR = timedelta(days=7)
"""Further apart no mended date is believed: a till has begun to count anew."""

_BETWEEN = " "
"""No till's id holds a space, so no till's id is ever taken for a double's."""

_MOST_STEPS = 2

MOST_NAMED = 16
"""Doubles that the first order of an id knows by name; later ones are still found by whose."""


def apart(
    order: Order, report: OrderReport, parts: tuple[Part, ...], customer: str | None
) -> OrderKey | None:
    """Return the key under which a report has to be kept, None where it is of this order.

    Parameters
    ----------
    customer
        Whom the report names, where that is somebody else than the order's member.
    """
    if report.currency != order.currency:
        return _named(order.key, report.currency)
    if customer is not None and order.member is not None:
        return _named(order.key, customer)
    if _far_away(order, parts):
        basket = next(part for part in parts if part.key == BASKET)
        return _named(order.key, instant(basket.occurred).date().isoformat())
    return None


def is_same_visit(order: Order, other: Order, now: datetime) -> bool:
    """Tell whether two orders of one member, of a booking tool and a till, may be one visit."""
    return (
        order.total == other.total > 0
        and order.currency == other.currency
        and abs(order.instant(now) - other.instant(now)) <= NEAR
        and (not order.location or not other.location or order.location == other.location)
    )


def plain(key: OrderKey) -> OrderKey:
    """Return the key that the till has used."""
    return replace(key, id=key.id.partition(_BETWEEN)[0])


def is_double(key: OrderKey) -> bool:
    """Tell whether an order is kept apart from the first one of its id."""
    return _BETWEEN in key.id


def is_furthest(key: OrderKey) -> bool:
    """Tell whether an order stands two steps from the plain id: further apart none is kept."""
    return key.id.count(_BETWEEN) >= _MOST_STEPS


def _named(key: OrderKey, what: str) -> OrderKey:
    return replace(key, id=f"{key.id}{_BETWEEN}{what}")


def _far_away(order: Order, parts: tuple[Part, ...]) -> bool:
    """Tell whether a basket was sold on quite another day; refunds come when they come.

    What is known must have been sold, too: an order may stay open for weeks. Whether it counts yet
    does not matter: a report that is repeated, because its first answer was lost, has to find
    what it has found before. So does a version whose instant later ones have mended, step by step:
    all instants that were believed are this order's.
    """
    known = order.basket
    told = next((part for part in parts if part.key == BASKET), None)
    if known is None or told is None or not known.occurred or known.status == "open":
        return False
    if told.status != "completed" or any(part.key.startswith(REFUND) for part in parts):
        return False
    first, last = map(instant, order.span or (known.occurred, known.occurred))
    return not first - FAR <= instant(told.occurred) <= last + FAR
