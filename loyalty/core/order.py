"""Orders are state, not events: an order is the fold of its parts as last reported.

A part is what one sender says of an order: the whole basket (``basket``), one payment
(``payment:<id>``) or one refund (``refund:<id>``). Each part has its own version; the newest
report of each part counts, whatever the order of arrival, and repeats change nothing.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.core.bill import bill, returned
from loyalty.core.changing import changed
from loyalty.core.instants import instant, microseconds
from loyalty.core.part import BASKET, PAYMENT, RANK, REFUND, Line, Part, Status
from loyalty.core.report import OrderKey, OrderReport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.core.account import Entry
    from loyalty.core.bill import Bill

__all__ = (
    "BASKET",
    "PAYMENT",
    "RANK",
    "REFUND",
    "Line",
    "OrderKey",
    "OrderReport",
    "Part",
    "Status",
)


OLDEST = timedelta(days=45)
"""How far back an order may be dated: the time to claim it, and a till's time offline."""

MOST_PARTS = 10_000
"""Payments and refunds of one order. What comes beyond is a fault: not counted, and told."""

MOST_VERSIONS = 10_000
"""Versions of one basket whose totals are remembered. Beyond, refunds that a total was lowered by
may be taken off twice; that is told, too."""

MOST_HINTS = 32
"""Ways to find the member that an order knows; of more, the first in their order."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A promotion of the member's own that an order was computed with (``loyalty.core.personal``).

    ``units`` are those that it gave the order, exactly; the rest is as it stood in the account.
    """

    campaign: str
    at: int
    until: int
    terms: str
    units: Fraction = Fraction(0)

    @property
    def key(self) -> tuple[int, str]:
        """Return what tells it from others of the account."""
        return self.at, self.campaign


@dataclass(frozen=True, slots=True)
class Context:
    """What an order was last computed with; what was posted for it was posted under this.

    Attributes
    ----------
    program_version, occurred_at
        Follow from the order's parts: its instant, and the version in force then.
    level
        The member's tier when the order first counted; it stays.
    refused
        Why the order earns nothing at all (``limit``, ``cool_down``, ``membership_ended``,
        ``membership_paused``), or None; decided when the order first counted, too.
    lowered
        How many coupons had lowered it.
    personal
        Promotions of the member's own that ran then; each counts at most once.
    """

    program_version: int
    occurred_at: datetime
    level: int = 0
    refused: str | None = None
    lowered: int = 0
    personal: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """What the ledger holds for an order so far: exact units per pot, minor units, visits."""

    units: Mapping[str, Fraction] = field(default_factory=dict)
    spend: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """Value that was spent on an order: pot, the lots it came from, and how much went back.

    ``bill`` is what it paid a part of, in minor units; 0 where it paid for a reward. ``used`` is
    what that is counted as, ``together`` whether for everybody (``loyalty.core.supply``).
    """

    pot: str
    lots: tuple[tuple[int, int], ...]
    returned: int = 0
    bill: int = 0
    used: str = ""
    together: int = 0

    @property
    def points(self) -> int:
        """Return how much was spent."""
        return sum(amount for _, amount in self.lots)


@dataclass(frozen=True, slots=True)
class Paged:
    """What of an order lies beside its head, in so many pages: of many refunds a head has no room.

    ``parts``, ``listed`` and ``totals`` are those of the order as they lie there. Newer ones stand
    in the head until they fill a page of their own; pages are never changed.
    """

    count: int = 0
    parts: tuple[Part, ...] = ()
    listed: tuple[tuple[str, int], ...] = ()
    totals: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """The head of an order: its parts, whose it is, and what was posted for it.

    ``member`` is None while nobody could be matched (parked). ``revision`` counts writes of the
    head; 0 means that none was stored yet. ``hints`` are pseudonymous ways to find the member
    (``loyalty.tills.naming``). ``entry`` is the number of the entry that posted last for it, in
    the account of whoever its member was then; 0 before it counted.

    ``doubles`` are the ids of other orders that a till has reported under this one's id.

    ``void``: staff have said that it is no sale (a double), so it counts nothing, whatever is told
    of it. ``former`` are members whose it was by mistake, ``forgiven`` is what these keep of it
    because they had spent it and the program forgives that.

    ``full``: with it, sums of the account would be out of bounds, so it counts nothing until a
    later report finds that it fits.

    ``location`` is where it was sold, if a report has said it. Of two that contradict each other it
    is the first by its letters, so that every order of arrival ends the same.

    ``lowered`` are the uses of coupons that have lowered its bill, by their facts.

    ``listed`` says in which version of the basket each refund first stood; ``totals`` (version,
    total) are those of all versions, once there were two. They tell refunds that the basket's
    total was lowered by in the same breath. ``paged`` is what of all this the store keeps apart.

    ``span`` are the earliest and the latest instant that versions of its basket told, but for later
    attempts at one, in microseconds since 1970; empty as long as the basket says both.
    """

    key: OrderKey
    currency: str
    first_seen: datetime
    occurred_at: datetime
    parts: tuple[Part, ...] = ()
    hints: tuple[str, ...] = ()
    member: str | None = None
    context: Context | None = None
    posted: Posted = field(default_factory=Posted)
    spent: tuple[Spent, ...] = ()
    revision: int = 0
    entry: int = 0
    listed: tuple[tuple[str, int], ...] = ()
    totals: tuple[tuple[int, int], ...] = ()
    doubles: tuple[str, ...] = ()
    paged: Paged = field(default_factory=Paged)
    span: tuple[int, int] | tuple[()] = ()
    void: bool = False
    full: bool = False
    former: tuple[str, ...] = ()
    forgiven: Mapping[str, Fraction] = field(default_factory=dict)
    lowered: tuple[str, ...] = ()
    location: str = ""

    @property
    def basket(self) -> Part | None:
        """Return the basket, once one was reported."""
        return next((part for part in self.parts if part.key == BASKET), None)

    @property
    def bill(self) -> Bill:
        """Return what is left of the order's money."""
        return bill(self.parts, self._taken_off())

    def _taken_off(self) -> tuple[tuple[str, int], ...]:
        """Return by how much each refund has lowered the basket's total by itself."""
        if not self.listed:
            return ()
        totals, refunds = dict(self.totals), {part.key: part for part in self.parts}
        versions = sorted(totals)
        together: dict[int, list[str]] = {}
        for key, since in self.listed:
            together.setdefault(since, []).append(key)
        found = []
        for version, names in together.items():
            place = bisect_left(versions, version)
            lowered = max(0, totals[versions[place - 1]] - totals[version]) if place else 0
            for key in names:
                part = min(lowered, refunds[key].net)
                lowered -= part
                found.append((key, part))
        return tuple(found)

    def instant(self, now: datetime) -> datetime:
        """Return when the order happened: the earliest instant of the parts that count.

        Whatever was told too long ago happened on the oldest day allowed, so that its value is not
        over before it is given. Before any part tells an instant, it is when it was first heard of.
        """
        told = [part for part in self.parts if part.occurred]
        counting = [part for part in told if part.status == "completed"] or told
        if counting:
            earliest = instant(min(part.occurred for part in counting))
            return max(min(earliest, now), self.first_seen - OLDEST)
        if self.context:
            return self.context.occurred_at
        return max(min(self.occurred_at, now), now - OLDEST)

    @property
    def total(self) -> int:
        """Return what counts of the whole order, in minor units.

        A basket and its payments are two views of the same money; while they disagree (a payment
        still to come, a refund that only one sender has reported) the smaller one counts. Refunds
        told as parts of their own come off the basket.
        """
        return 0 if self.void or self.full else self.bill.total

    @property
    def spend(self) -> int:
        """Return what of the total was spent on goods, and not on gift cards, in minor units."""
        return 0 if self.void or self.full else self.bill.spent

    @property
    def kept(self) -> Fraction:
        """Return which part of what was rung up was not paid back, from 0 to 1.

        What is open has not been paid back, and neither has a payment that failed while another
        went through. Of a basket and its payments the one that saw more go back counts.
        """
        return self.bill.kept

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the basket's lines less those that refunds name."""
        if self.basket is None:
            return ()
        lines = self.basket.lines
        refunds = [
            part
            for part in self.parts
            if part.key.startswith(REFUND) and part.status == "completed"
        ]
        gone = returned(lines, refunds)
        left = []
        for index, line in enumerate(lines):
            back = [taken.get(index, (0, 0)) for taken in gone.values()]
            quantity = line.quantity - sum(quantity for quantity, _ in back)
            amount = line.amount - sum(amount for _, amount in back)
            if quantity or amount:
                left.append(changed(line, quantity=quantity, amount=amount))
        return tuple(left)


def order_named(entry: Entry) -> OrderKey | None:
    """Return the order that an entry names (``order#<source>#<id>#<revision>``), if any."""
    kind, _, rest = entry.fact.rpartition("#")[0].partition("#")
    source, _, order = rest.partition("#")
    return OrderKey(entry.program, source, order) if kind == "order" else None


def dated(report: OrderReport, now: datetime) -> tuple[Part, ...]:
    """Return a report's parts, each with its instant; nothing happened later than it was told."""
    told = microseconds(min(report.occurred_at, now))
    return tuple(
        part
        if part.key.startswith(REFUND)
        else changed(part, occurred=min(part.occurred or told, microseconds(now)))
        for part in report.parts
    )


@dataclass(frozen=True, slots=True)
class Merge:
    """The order with more reports folded in.

    ``changed`` is False for repeats and late arrivals. ``conflict`` says that one version of one
    part came with two contents: somebody should look.
    """

    order: Order
    changed: bool
    conflict: bool


def merge(order: Order, *reports: Part, hints: tuple[str, ...] = (), location: str = "") -> Merge:
    """Fold reports of parts into the order; refunds beside a basket are what it lists."""
    parts = {part.key: part for part in order.parts}
    sold = [*order.span, *_sold(order.basket)]
    conflict = False
    for report in reports:
        known = parts.get(report.key)
        if known is None and len(parts) >= MOST_PARTS and report.key != BASKET:
            conflict = True
            continue
        conflict |= known is not None and _contradict(known, report)
        if known is None or (report != known and report.replaces(known)):
            parts[report.key] = report
            sold += _sold(report)
        elif report.version != known.version:
            sold += _sold(report)
    totals = _totals(order, reports)
    conflict |= len(totals) >= MOST_VERSIONS
    merged = changed(
        order,
        parts=tuple(parts[key] for key in sorted(parts)),
        hints=tuple(sorted({*order.hints, *hints})[:MOST_HINTS]),
        location=min(filter(None, (order.location, location)), default=""),
        listed=_listed(order, [part for part in reports if part.key in parts], totals),
        totals=remembered(totals, parts.get(BASKET)),
        span=(min(sold), max(sold)) if len({*sold}) > 1 else (),
    )
    return Merge(merged, changed=merged != order, conflict=conflict)


def _sold(part: Part | None) -> tuple[int, ...]:
    """Return when a basket was sold, where it says so."""
    return (part.occurred,) if part and part.key == BASKET and part.occurred else ()


def _contradict(known: Part, report: Part) -> bool:
    """Tell whether one version has two contents; a till may tell the time of each attempt."""
    return known.version == report.version and changed(known, occurred=report.occurred) != report


def _totals(order: Order, reports: tuple[Part, ...]) -> dict[int, int]:
    """Return the total of each version of the basket; of two that one version had the smaller."""
    totals = dict(order.totals)
    for basket in (order.basket, *reports):
        if basket is not None and basket.key == BASKET:
            known = totals.get(basket.version, basket.total)
            if basket.version in totals or len(totals) < MOST_VERSIONS:
                totals[basket.version] = min(known, basket.total)
    return totals


def remembered(totals: Mapping[int, int], basket: Part | None) -> tuple[tuple[int, int], ...]:
    """Return the totals that an order has to remember: none as long as its basket says them."""
    said = {basket.version: basket.total} if basket else {}
    return () if totals == said else tuple(sorted(totals.items()))


def _listed(
    order: Order, reports: list[Part], totals: Mapping[int, int]
) -> tuple[tuple[str, int], ...]:
    """Return in which version of the basket each refund first stood."""
    listed = dict(order.listed)
    for basket in reports:
        if basket.key == BASKET and basket.version in totals:
            for refund in reports:
                if refund.key.startswith(REFUND):
                    listed[refund.key] = min(basket.version, listed.get(refund.key, basket.version))
    return tuple(sorted(listed.items()))
