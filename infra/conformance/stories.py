"""What each vendor's till tells of one sale, and what that sale is worth in the end.

The messages lie beside this file, in ``messages/``. They are told anew for every customer: under an
order number of its own, moved to the present, with the customer's card.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

MESSAGES = Path(__file__).parent / "messages"
CARD = "CARD-CODE"
TOLD_AT = datetime(2026, 5, 4, 11, 0, tzinfo=UTC)
"""When the messages begin."""

_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_COUNTED = re.compile(r"\b177789\d{4}(\d{3})?\b")  # seconds, or milliseconds, of that day


@dataclass(frozen=True, slots=True)
class Story:
    """The life of one sale.

    Attributes
    ----------
    names
        The messages in the order in which they come about; none where a counter makes them
        (``trial``).
    worth
        Points at the end, where a point is a minor unit of goods (``program.toml``).
    bill, back
        What was rung up that can be paid back, and what of it was in the end, in minor units: of
        points that paid for it the same part comes back.
    ids
        What is made anew for every customer: names and numbers of this one sale.
    asks
        Whether the vendor has to be asked, which only a stand-in answers in a trial.
    carries
        Whether its bill says what points paid. Where it cannot, points are a discount there: the
        bill is lower by what they pay.
    """

    names: tuple[str, ...]
    worth: int
    bill: int
    back: int
    ids: tuple[str, ...]
    asks: bool = False
    carries: bool = False

    def left(self, points: int) -> int:
        """Return how many of so many points stay spent, rounded up as a shop would."""
        return -(-points * (self.bill - self.back) // self.bill)


STORIES = {
    # Two kinds of goods, of which one is taken off again; a fifth of the bill is paid with points.
    "standard": Story(
        ("1-order-open", "2-order-completed", "3-order-lowered"),
        2400,
        5000,
        2000,
        ("OWNRECEIPT000001",),
        carries=True,
    ),
    # Two payments of one order, with a tip, and some of it paid back: all events are thin or parts.
    "square": Story((), 1500, 2090, 590, (), asks=True),
    "shopify": Story(
        (
            "1-orders-create",
            "2-orders-paid",
            "4-orders-updated",
            "5-refunds-create",
            "6-orders-updated",
            "7-refunds-create",
            "8-orders-updated",
        ),
        2010,  # two bags and a mug, less a bag, less 2.00 of everything
        5205,
        1438,
        ("9007199254740993",),
    ),
    "woocommerce": Story(
        (
            "1-order-created",
            "2-order-updated",
            "3-order-updated",
            "4-order-updated",
            "5-order-updated",
        ),
        2310,  # the same at a shop that tells no lines of refunds
        4315,
        1438,
        ("41001",),
    ),
    "stripe": Story(
        (
            "1-checkout-session-completed",
            "2-payment-intent-succeeded",
            "3-checkout-session-async-payment-succeeded",
            "4-charge-refunded",
            "5-charge-refunded",
        ),
        1493,
        3025,
        1200,
        ("pi_Own1",),
    ),
    "iiko": Story(
        ("1-table-order-new", "2-table-order-bill", "3-table-order-closed"),
        40500,
        40500,
        0,
        ("20260504-0000-4000-8000-000000000090",),
    ),
    "evotor": Story(
        ("1-receipt-sell", "2-receipt-payback"),
        22500,
        45000,
        22500,
        ("20260504-0000-4000-8000-000000000001", "20260504-0000-4000-8000-000000000002"),
        asks=True,
    ),
    # A booking tool: who booked, moved and came pays, less in the end.
    "visits": Story(
        ("1-booked", "2-moved", "3-came", "4-price-edited", "5-paid-back-in-part"),
        20000,
        25000,
        5000,
        ("OWNVISIT000001", "OWNCLIENT0001"),
    ),
    # Several messages lead to one record, which is asked for.
    "yclients": Story(
        ("1-record-create", "2-record-update", "3-finances-operation"),
        250000,
        250000,
        0,
        ("7000001", "9000001", "8000001", "5000001"),
        asks=True,
    ),
    # CRMs: a deal that was won, of whose messages ids are believed; 2500.50.
    "bitrix24": Story(
        ("1-deal-add", "2-deal-update"), 250050, 250050, 0, ("7000001", "8000001"), asks=True
    ),
    "kommo": Story(
        ("1-lead-status", "2-lead-update"),
        250050,
        250050,
        0,
        ("7000001", "8000001", "7000002"),
        asks=True,
    ),
    "clover": Story(("1-webhook", "2-webhook"), 860, 1195, 209, ("OWNORDER00001",), asks=True),
}


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling of a story: for whom, when, and under which names."""

    card: str
    later: timedelta
    ids: tuple[tuple[str, str], ...]

    def tell(self, vendor: str, name: str) -> Any:
        """Return a message, or what the vendor would answer, as it is told here."""
        text = (MESSAGES / vendor / f"{name}.json").read_text(encoding="utf-8")
        text = text.replace(CARD, self.card)
        for old, new in self.ids:
            text = text.replace(old, new)
        text = _WRITTEN.sub(self._written, text)
        return json.loads(_COUNTED.sub(self._counted, text))

    @property
    def order(self) -> str:
        """Return the order's id."""
        return self.ids[0][1]

    def _written(self, found: re.Match[str]) -> str:
        moved = datetime.fromisoformat(found[0]) + self.later
        return moved.isoformat(found[0][10], "seconds")

    def _counted(self, found: re.Match[str]) -> str:
        unit = 1000 if found[1] else 1
        return str(int(found[0]) + int(self.later.total_seconds()) * unit)


def telling(story: Story, card: str, now: datetime, random: Random) -> Telling:
    """Return a telling of a story that begins an hour ago, under names that nobody has."""
    later = timedelta(seconds=int((now - timedelta(hours=1) - TOLD_AT).total_seconds()))
    return Telling(card, later, tuple((old, _another(old, random)) for old in story.ids))


def _another(old: str, random: Random) -> str:
    """Return another name of the same kind: whole numbers stay whole numbers."""
    if old.isdecimal():
        return "8" + "".join(random.choice("0123456789") for _ in range(max(len(old), 12) - 1))
    end = "".join(random.choice("0123456789ABCDEF") for _ in range(12))
    return f"{old[:-12]}{end}" if len(old) > len(end) else f"{old}{end}"
