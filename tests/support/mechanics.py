"""Programs that together use every mechanic, each in two versions."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.program import document as program_document

if TYPE_CHECKING:
    from loyalty.program.rules import Program

_TEMPLATE = Path(__file__).parents[2] / "templates" / "programs" / "coffee.toml"
_BOTH = {"en": "x", "ru": "x"}


STOCK = 4
"""So many of each stocked reward there are in the beginning."""


def _reward(name: str, pot: str, price: int, **more: Any) -> dict[str, Any]:
    return {"id": name, "pot": pot, "price": price, "name": _BOTH, **more}


def _per(points: int, amount: int, pot: str = "points", **more: Any) -> dict[str, Any]:
    return {"pot": pot, "points": points, "amount": amount, **more}


def _level(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "name": _BOTH, **more}


_POINTS = {
    "zone": "America/Havana",  # midnight strikes twice on 1 November
    "pots": [{"id": "points", "expiry": {"months": 1}}],
    "earning": [_per(7, 300)],
    "rewards": [_reward("small", "points", 5, stocked=True), _reward("large", "points", 20)],
    "lowered_bills": "nothing",
    "points_as_money": {"pot": "points", "points": 1, "amount": 10, "share": 5000, "minimum": 2},
}
_PENDING = {
    "zone": "Europe/Berlin",
    "pots": [{"id": "points", "pending_days": 14, "expiry": {"dates": ["02-29", "10-25"]}}],
    "earning": [_per(11, 700, minimum=200)],
    "basis": {"tax": "without", "tips": "with", "discount": "before"},
    "promotions": [
        {
            "id": "cakes",
            "name": _BOTH,
            "pot": "points",
            "multiplier": 25000,
            "only": {"categories": ["cake"]},
        }
    ],
    "rewards": [_reward("small", "points", 5)],
    "returned_value_days": 20,
}
_FULL = {
    "zone": "Europe/Berlin",
    "pots": [{"id": "points", "expiry": {"months": 2}}],
    "earning": [_per(1, 50), {"pot": "points", "points": 2, "per": "visit"}],
    "promotions": [
        {
            "id": "night",
            "name": _BOTH,
            "pot": "points",
            "multiplier": 20000,
            "windows": [{"weekdays": ["sat", "sun"], "start": "22:00", "until": "03:00"}],
        },
        {"id": "spring", "name": _BOTH, "pot": "points", "bonus": 3, "first_day": "2027-03-01"},
    ],
    "stacking": "sum",
    "caps": [
        {"pot": "points", "period": "order", "points": 60},
        {"pot": "points", "period": "day", "points": 70},
        {"pot": "points", "period": "month", "points": 150},
    ],
    "limits": [
        {"action": "earn", "period": "day", "count": 2},
        {"action": "redeem", "period": "day", "count": 2},
    ],
    "cool_down_minutes": 3,
    "tiers": {
        "levels": [
            _level("one"),
            _level("two", spend=2000, visits=4, multiplier=15000),
            _level("three", spend=6000, points=120, multiplier=20000),
        ],
        "window": "rolling",
        "rolling_months": 1,
        "down": "fit",
        "grace_months": 1,
    },
    "rewards": [_reward("small", "points", 10, per_member=2, stocked=True)],
    "leaving": "spend_first",
    "staff": {"at_once": 40, "per_shift": 90, "per_month": 200, "acts_per_hour": 3},
}
_STAMPS = {
    "zone": "Africa/Casablanca",
    "pots": [
        {"id": "stamps", "kind": "stamps", "expiry": {"inactivity_months": 2}},
        {"id": "visits", "kind": "visits"},
    ],
    "earning": [
        {"pot": "stamps", "points": 1, "per": "item", "only": {"categories": ["coffee"]}},
        {"pot": "visits", "points": 1, "per": "visit", "minimum": 300},
    ],
    "promotions": [
        {
            "id": "cakes",
            "name": _BOTH,
            "pot": "stamps",
            "bonus": 1,
            "per": "item",
            "only": {"categories": ["cake"]},
        }
    ],
    "rewards": [_reward("small", "stamps", 3, per_member=2), _reward("large", "visits", 4)],
    "welcome": {"pot": "stamps", "points": 2},
    "limits": [{"action": "redeem", "period": "week", "count": 2}],
    "hold_minutes": 120,
    "undo_minutes": 90,
}
_FORGIVE = {
    "zone": "Asia/Kathmandu",
    "pots": [{"id": "points", "expiry": {"months": 3}}, {"id": "stars", "pending_days": 1}],
    "earning": [_per(3, 100), _per(1, 130, "stars", only={"exclude_categories": ["coffee"]})],
    "debt": "forgive",
    "referral": {"pot": "points", "referrer": 12, "friend": 5, "minimum": 300},
    "welcome": {"pot": "points", "points": 9},
    "limits": [
        {"action": "earn", "period": "hour", "count": 2},
        {"action": "redeem", "period": "hour", "count": 1},
    ],
    "rewards": [_reward("small", "points", 8), _reward("large", "stars", 4)],
    "returned_value_days": 40,
    "undo_minutes": 366 * 24 * 60,
}
_LADDER = {
    "zone": "Pacific/Auckland",
    "pots": [{"id": "points"}],
    "earning": [_per(1, 100)],
    "tiers": {
        "levels": [
            _level("five", discount=500),
            _level("ten", discount=1000, spend=1000),
            _level("twenty", discount=2000, spend=2500, referrals=2),
            _level("thirty", discount=3000, spend=5000),
        ],
        "window": "rolling",
        "rolling_months": 3,
        "down": "step",
        "quiet_months": 1,
        "grace_months": 1,
    },
    "rewards": [
        _reward("small", "points", 6, windows=[{"start": "08:00", "until": "20:00"}], stocked=True)
    ],
    "referral": {"pot": "points", "referrer": 4, "friend": 4},
}

_CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "points": (_POINTS, {"earning": [_per(5, 400)], "rewards": [_reward("large", "points", 15)]}),
    "pending": (_PENDING, {"basis": {}, "promotions": [], "stacking": "first"}),
    "full": (
        _FULL,
        {
            "caps": [{"pot": "points", "period": "week", "points": 90}],
            "earning": [_per(1, 20)],
            "stacking": "best",
        },
    ),
    "stamps": (_STAMPS, {"hold_minutes": 5, "rewards": [_reward("small", "stamps", 2)]}),
    "forgive": (_FORGIVE, {"debt": "owe", "returned_value_days": 0}),
    "ladder": (_LADDER, {"earning": [_per(2, 100)], "debt": "forgive"}),
}

NAMES = tuple(_CHANGES)


def document(name: str) -> dict[str, Any]:
    """Return the first version of a program as an owner would send it."""
    base = tomllib.loads(_TEMPLATE.read_text(encoding="utf-8"))
    return {**base, "id": name, **_CHANGES[name][0]}


def versions(name: str) -> tuple[Program, Program]:
    """Return the first and the second version of a program, as an owner would write them."""
    base = tomllib.loads(_TEMPLATE.read_text(encoding="utf-8"))
    first, change = _CHANGES[name]
    documents = {**base, "id": name, **first}, {**base, "id": name, **first, **change}
    one, two = (program_document.read(document) for document in documents)
    return one, two
