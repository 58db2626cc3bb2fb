"""Orders are state, not events: an order is the fold of its parts as last reported.

A part is what one door says of an order: the whole basket (``basket``) or one payment
(``payment:<id>``). Each part has its own version; the newest report of each part counts, whatever
the order of arrival, and repeats change nothing.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from fractions import Fraction

Status = Literal["open", "completed", "refunded", "cancelled"]

RANK: Mapping[str, int] = {"open": 0, "completed": 1, "refunded": 2, "cancelled": 3}
BASKET = "basket"


@dataclass(frozen=True, slots=True)
class OrderKey:
    """What makes an order one order: program, the till's name for itself, the till's id."""

    program: str
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an order, as its newest report says.

    Attributes
    ----------
    key
        ``basket`` or ``payment:<id>``.
    version
        The vendor's integer version, or the instant of its last change in microseconds since 1970.
    status
        ``open`` counts nothing yet; ``completed`` counts ``total`` less ``refunded``;
        ``refunded`` and ``cancelled`` count nothing any more.
    total, refunded
        Minor units of the order's currency, both at least 0.
    """

    key: str
    version: int
    status: Status
    total: int
    refunded: int = 0

    @property
    def age(self) -> tuple[int, int, int, str]:
        """What orders two reports of one part.

        Version first; in one version the later status; of two contents that claim the same
        version and status the smaller amount, so that every order of arrival ends the same.
        """
        return (self.version, RANK[self.status], -self.net, self.digest)

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
    """What the first decision on an order froze for every later version of it."""

    program_version: int
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """What the ledger holds for an order so far: exact units per pot, minor units, visits."""

    units: Mapping[str, Fraction] = field(default_factory=dict)
    spend: int = 0
    visits: int = 0


@dataclass(frozen=True, slots=True)
class Order:
    """The head of an order: its parts, whose it is, and what was posted for it.

    ``member`` is None while nobody could be matched (parked). ``revision`` counts writes of the
    head; 0 means that none was stored yet. ``hints`` are pseudonymous ways to find the member
    (``code:…``, ``contact:…``).
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
    revision: int = 0

    @property
    def total(self) -> int:
        """Return what counts of the whole order, in minor units.

        A basket and its payments are two views of the same money; while they disagree (a payment
        still to come, a refund that only one door has reported) the smaller one counts.
        """
        basket = [part.net for part in self.parts if part.key == BASKET]
        payments = [part for part in self.parts if part.key != BASKET and part.status != "open"]
        views = basket + ([sum(part.net for part in payments)] if payments else [])
        return min(views, default=0)


@dataclass(frozen=True, slots=True)
class Merge:
    """The order with one more report folded in.

    ``changed`` is False for repeats and late arrivals. ``conflict`` says that one version of one
    part came with two contents: somebody should look.
    """

    order: Order
    changed: bool
    conflict: bool


def merge(order: Order, part: Part, hints: tuple[str, ...] = ()) -> Merge:
    """Fold one report of one part into the order."""
    known = next((other for other in order.parts if other.key == part.key), None)
    conflict = known is not None and known.version == part.version and known != part
    newer = known is None or part.age > known.age
    parts = order.parts
    if newer:
        kept = [other for other in order.parts if other.key != part.key]
        parts = tuple(sorted([*kept, part], key=lambda other: other.key))
    every_hint = tuple(sorted({*order.hints, *hints}))
    merged = replace(order, parts=parts, hints=every_hint)
    return Merge(merged, changed=merged != order, conflict=conflict)
