"""Small programs to try on sales of the past: stamps, cashback, a discount that grows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.support.deciding import per_amount

NOON = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)
STAMPS: dict[str, Any] = {
    "pots": [{"id": "stamps", "kind": "stamps"}],
    "earning": [{"pot": "stamps", "points": 1, "per": "item", "only": {"categories": ["coffee"]}}],
    "rewards": [{"id": "cup", "pot": "stamps", "price": 9, "name": {"en": "Cup"}}],
}
CASHBACK: dict[str, Any] = {
    "earning": [per_amount(5, 100)],
    "points_as_money": {"pot": "points", "points": 1, "amount": 1, "share": 3_000},
}
LADDER: dict[str, Any] = {
    "pots": [],
    "tiers": {
        "levels": [
            {"id": "guest", "name": {"en": "Guest"}},
            {"id": "friend", "name": {"en": "Friend"}, "spend": 10_000, "discount": 1_000},
        ],
    },
}
