"""What the tests of documents share: one that is right, and how it is changed."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from loyalty.program.document import dump, read, read_toml
from loyalty.refusals import Refusal
from tests.support.world import TEMPLATES

TEXTS = {
    path.stem: path.read_text(encoding="utf-8") for path in (TEMPLATES / "programs").glob("*.toml")
}
COFFEE = json.loads(dump(read_toml(TEXTS["coffee"])))
ONE_NAME = {"en": "Tea", "ru": "Чай"}
PROMOTION: dict[str, Any] = {"id": "p", "name": ONE_NAME, "pot": "points", "multiplier": 20_000}
SHOP: dict[str, Any] = {"id": "shop", "name": ONE_NAME, "latitude": 52, "longitude": 13.25}
LEVELS: list[dict[str, Any]] = [
    {"id": "a", "name": ONE_NAME},
    {"id": "b", "name": ONE_NAME, "spend": 100},
]


def changed(place: tuple[Any, ...], value: Any, document: Any = COFFEE) -> dict[str, Any]:
    """Return the document with one value put somewhere; ``...`` takes it away."""
    copied: dict[str, Any] = copy.deepcopy(document)
    here: Any = copied
    for step in place[:-1]:
        here = here[step]
    if value is ...:
        del here[place[-1]]
    else:
        here[place[-1]] = value
    return copied


def faults(document: dict[str, Any]) -> tuple[str, ...]:
    with pytest.raises(Refusal) as caught:
        read(document)
    return tuple(field.detail for field in caught.value.fields)


def tiers(**more: Any) -> dict[str, Any]:
    return {"tiers": {"levels": LEVELS, "window": "rolling", **more}}
