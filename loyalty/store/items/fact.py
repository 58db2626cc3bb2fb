"""A fact as it lies in the table: what was asked, what was answered, what it has posted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import microseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Entry
    from loyalty.store.tables import Item


def fact_item(
    fingerprint: str, answer: Mapping[str, Any], now: datetime, entries: Iterable[Entry] = ()
) -> Item:
    """Return a fact: what was asked (hashed), what was answered, when, and its entries."""
    text = json.dumps(answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    numbers = [[entry.member, entry.seq] for entry in entries]
    return {"fp": fingerprint, "an": text, "at": microseconds(now), "en": numbers}


def to_fact(item: Item) -> tuple[str, dict[str, Any]]:
    """Read a fact: fingerprint and answer."""
    return item["fp"], json.loads(item["an"])


def fact_entries(item: Item) -> tuple[tuple[str, int], ...]:
    """Read what a fact has posted: member and number of each entry."""
    return tuple((str(member), int(seq)) for member, seq in item["en"])
