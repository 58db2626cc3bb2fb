"""One part of an order as one door tells it, and the lines in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["open", "completed", "refunded", "cancelled"]

RANK: Mapping[str, int] = {"open": 0, "completed": 1, "refunded": 2, "cancelled": 3}
BASKET = "basket"
REFUND = "refund:"
PAYMENT = "payment:"


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
        tax and tip; a payment's is what came in, without its tip; a refund's is what was paid back.
    tax, tip, discount, points_paid
        Shares of a basket's total (``discount`` is what it was lowered by); of a refund, what of
        these was given back; a payment's tip came in beside its total.
    lines
        What was bought, or paid back.
    by_gift_card
        A payment with money that a gift card was bought for.
    occurred
        When it happened, in microseconds since 1970; 0 where that is not known, and of refunds.
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
    by_gift_card: bool = False
    occurred: int = 0

    def replaces(self, other: Part) -> bool:
        """Tell whether this report counts rather than the other one of the same part.

        Version first; in one version the later status; of two contents that claim the same
        version and status the smaller amount, then the earlier one, so that every order of arrival
        ends the same.
        """
        mine, theirs = (
            (part.version, RANK[part.status], -part.net, -part.occurred) for part in (self, other)
        )
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
