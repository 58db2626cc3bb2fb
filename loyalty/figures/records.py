"""What an order leaves for figures: one record per order, of which the newest counts. Pure.

A sale is an order that is paid and not fully refunded; a visit is one or more sales of one member
at one location on one local day. Records come in any order, again, and late: of one order the one
of the highest revision of its head is true, whatever it replaces, so every arrival ends the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.core.calendar import day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.order import Order


@dataclass(frozen=True, slots=True)
class Record:
    """An order, as its head says it.

    Attributes
    ----------
    order
        The till's name and the till's id.
    revision
        Of the head; a record of a higher one takes the place of this one.
    member
        Whose it is; None while it is nobody's.
    day
        On which it happened (``date.toordinal``), in the zone of the place.
    place
        Id of the location; empty where that is not known.
    net
        Minor units after refunds, discounts and points, with tax, before tips; gift cards are no
        sale until they pay for something.
    sold
        It is a sale: paid, and not fully refunded.
    """

    order: tuple[str, str]
    revision: int
    member: str | None
    day: int
    place: str
    net: int
    sold: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """Sales of one member at one place on one day, and their net money."""

    member: str
    day: int
    place: str
    sales: int
    net: int


def record(order: Order, place: str, zone: str, now: datetime) -> Record:
    """Return the record of an order that was sold at a place in a zone."""
    bill = order.bill
    sold = not order.void and bill.total > 0
    goods = max(Fraction(0), bill.goods - bill.points)
    return Record(
        order=(order.key.source, order.key.id),
        revision=order.revision,
        member=order.member,
        day=day(order.instant(now), zone),
        place=place,
        net=int(goods * bill.brought) if sold else 0,
        sold=sold,
    )


@dataclass(frozen=True, slots=True)
class Records:
    """The newest record of each order: of an account, or of a program."""

    newest: Mapping[tuple[str, str], Record] = field(default_factory=dict)

    def told(self, *records: Record) -> Records:
        """Return these records with more of them; older ones and repeats change nothing."""
        newest = dict(self.newest)
        for one in records:
            known = newest.get(one.order)
            if known is None or one.revision > known.revision:
                newest[one.order] = one
        return replace(self, newest=newest)

    def merged(self, other: Records) -> Records:
        """Return what two accounts, or two parts of a program, have together."""
        return self.told(*other.newest.values())

    @property
    def sales(self) -> tuple[Record, ...]:
        """Return what is sold now, by day."""
        found = (one for one in self.newest.values() if one.sold)
        return tuple(sorted(found, key=lambda one: (one.day, one.order)))


def visits(sales: Iterable[Record], now_called: Mapping[str, str] | None = None) -> list[Visit]:
    """Return members' visits, by day.

    Parameters
    ----------
    now_called
        By members who became one with others: who they are now. Who was erased is left out by
        not being in ``sales``.
    """
    names = now_called or {}
    together: dict[tuple[int, str, str], list[int]] = defaultdict(lambda: [0, 0])
    for one in sales:
        if one.sold and one.member is not None:
            sums = together[one.day, names.get(one.member, one.member), one.place]
            sums[0] += 1
            sums[1] += one.net
    return [
        Visit(member, when, place, sales=number, net=net)
        for (when, member, place), (number, net) in sorted(together.items())
    ]
