"""Orders are state, not events: an order is the fold of its parts as last reported.

A part is what one sender says of an order: the whole basket (``basket``), one payment
(``payment:<id>``) or one refund (``refund:<id>``). Each part has its own version; the newest
report of each part counts, whatever the order of arrival, and repeats change nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

Status = Literal["open", "completed", "refunded", "cancelled"]

RANK: Mapping[str, int] = {"open": 0, "completed": 1, "refunded": 2, "cancelled": 3}
BASKET = "basket"
REFUND = "refund:"
PAYMENT = "payment:"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """What makes an order one order: program, the till's name for itself, the till's id."""

    program: str
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line: ``quantity`` in thousandths, ``amount`` in minor units for the whole line."""

    item: str
    category: str
    quantity: int
    amount: int


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an order, as its newest report says.

    Attributes
    ----------
    version
        The vendor's integer version, or the instant of its last change in microseconds since 1970.
    status
        ``open`` counts nothing yet; ``completed`` counts ``total`` less ``refunded``;
        ``refunded`` and ``cancelled`` count nothing any more.
    total, refunded
        Minor units, at least 0. A basket's total is what the customer pays, after discounts, with
        tax and tip; a refund's is what was paid back.
    tax, tip, discount, points_paid
        Shares of a basket's total (``discount`` is what it was lowered by).
    lines
        What was bought, or paid back.
    """

    key: str
    version: int
    status: Status
    total: int
    refunded: int = 0
    tax: int = 0
    tip: int = 0
    discount: int = 0
    points_paid: int = 0
    lines: tuple[Line, ...] = ()

    def replaces(self, other: Part) -> bool:
        """Tell whether this report counts rather than the other one of the same part.

        Version first; in one version the later status; of two contents that claim the same
        version and status the smaller amount, so that every order of arrival ends the same.
        """
        mine, theirs = ((part.version, RANK[part.status], -part.net) for part in (self, other))
        return mine > theirs if mine != theirs else self.digest > other.digest

    @property
    def net(self) -> int:
        """Return what counts of this part, in minor units."""
        return max(0, self.total - self.refunded) if self.status == "completed" else 0

    @property
    def digest(self) -> str:
        """Return a fingerprint of the content."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Context:
    """What was frozen when an order first counted, for every later version of it.

    Attributes
    ----------
    level
        The member's tier then.
    rooms
        Points that periods' caps left then, per pot; pots without caps are not in it.
    refused
        Why the order earns nothing at all (``limit``, ``cool_down``,
        ``membership_ended``), or None.
    """

    program_version: int
    occurred_at: datetime
    level: int = 0
    rooms: Mapping[str, Fraction] = field(default_factory=dict)
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """What the ledger holds for an order so far: exact units per pot, minor units, visits."""

    units: Mapping[str, Fraction] = field(default_factory=dict)
    spend: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """Value that was spent on an order: pot, the lots it came from, and how much went back."""

    pot: str
    lots: tuple[tuple[int, int], ...]
    returned: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """The head of an order: its parts, whose it is, and what was posted for it.

    ``member`` is None while nobody could be matched (parked). ``revision`` counts writes of the
    head; 0 means that none was stored yet. ``hints`` are pseudonymous ways to find the member
    (``code:…``, ``contact:…``). ``entry`` is the number of the entry that posted last for it, in
    the account of whoever its member was then; 0 before it counted.
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

    @property
    def basket(self) -> Part | None:
        """Return the basket, once one was reported."""
        return next((part for part in self.parts if part.key == BASKET), None)

    @property
    def total(self) -> int:
        """Return what counts of the whole order, in minor units.

        A basket and its payments are two views of the same money; while they disagree (a payment
        still to come, a refund that only one sender has reported) the smaller one counts. Refunds
        told as parts of their own come off the basket.
        """
        back = sum(part.net for part in self.parts if part.key.startswith(REFUND))
        basket = [max(0, part.net - back) for part in self.parts if part.key == BASKET]
        payments = [
            part for part in self.parts if part.key.startswith(PAYMENT) and part.status != "open"
        ]
        views = basket + ([sum(part.net for part in payments)] if payments else [])
        return min(views, default=0)

    @property
    def kept(self) -> Fraction:
        """Return which part of what was rung up was not paid back, from 0 to 1.

        What is open has not been paid back, and neither has a payment that failed while another
        went through. Of a basket and its payments the one that saw more go back counts.
        """
        back = sum(part.net for part in self.parts if part.key.startswith(REFUND))
        basket = [part for part in self.parts if part.key == BASKET and part.status != "open"]
        payments = [
            part for part in self.parts if part.key.startswith(PAYMENT) and part.status != "open"
        ]
        paid = [part for part in payments if part.status != "cancelled"] or payments
        return min(_kept(basket, back), _kept(paid, 0))

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the basket's lines less those that were paid back."""
        if self.basket is None:
            return ()
        back: dict[str, tuple[int, int]] = {}
        for part in self.parts:
            if part.key.startswith(REFUND) and part.status == "completed":
                for line in part.lines:
                    quantity, amount = back.get(line.item, (0, 0))
                    back[line.item] = quantity + line.quantity, amount + line.amount
        left = []
        for line in self.basket.lines:
            quantity, amount = back.get(line.item, (0, 0))
            taken = min(quantity, line.quantity), min(amount, line.amount)
            back[line.item] = quantity - taken[0], amount - taken[1]
            kept = replace(line, quantity=line.quantity - taken[0], amount=line.amount - taken[1])
            if kept.quantity or kept.amount:
                left.append(kept)
        return tuple(left)


def _kept(parts: list[Part], back: int) -> Fraction:
    rung_up = sum(part.total for part in parts)
    if rung_up:
        return Fraction(max(0, sum(part.net for part in parts) - back), rung_up)
    # Nothing was to pay, as for a reward: it is kept until somebody takes the order back.
    return Fraction(all(part.status == "completed" for part in parts))


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One message about parts of an order, from whichever sender.

    ``hints`` say who bought: ``code:<reference>`` or ``contact:<pseudonym>``.
    """

    key: OrderKey
    currency: str
    occurred_at: datetime
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class Merge:
    """The order with more reports folded in.

    ``changed`` is False for repeats and late arrivals. ``conflict`` says that one version of one
    part came with two contents: somebody should look.
    """

    order: Order
    changed: bool
    conflict: bool


def merge(order: Order, *reports: Part, hints: tuple[str, ...] = ()) -> Merge:
    """Fold reports of parts into the order."""
    parts = {part.key: part for part in order.parts}
    conflict = False
    for report in reports:
        known = parts.get(report.key)
        conflict |= known is not None and known.version == report.version and known != report
        if known is None or (report != known and report.replaces(known)):
            parts[report.key] = report
    merged = replace(
        order,
        parts=tuple(parts[key] for key in sorted(parts)),
        hints=tuple(sorted({*order.hints, *hints})),
    )
    return Merge(merged, changed=merged != order, conflict=conflict)
