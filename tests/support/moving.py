"""A program that people move into, and files of members."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from loyalty.program import document as program_document
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from loyalty.program.rules import Program

LEVELS = [
    {"id": "new", "name": {"en": "New", "ru": "Новый"}, "discount": 0},
    {"id": "silver", "name": {"en": "Silver", "ru": "Серебро"}, "spend": 10_000, "discount": 500},
    {"id": "gold", "name": {"en": "Gold", "ru": "Золото"}, "spend": 90_000, "discount": 1000},
]
POTS: list[dict[str, Any]] = [
    {"id": "points", "expiry": {"months": 12}},
    {"id": "cups", "kind": "stamps", "name": {"en": "Coffee", "ru": "Кофе"}},
]
CHANGES: dict[str, Any] = {
    "pots": POTS,
    "tiers": {"levels": LEVELS, "window": "rolling", "down": "fit", "grace_months": 1},
}


def program(**changes: Any) -> Program:
    """Return a coffee shop with points, stamps and levels."""
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    return program_document.read({**tomllib.loads(text), **CHANGES, **changes})
