"""Find parked orders by the number on a receipt: the till's id as people type it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from loyalty.core.double import plain
from loyalty.core.instants import microseconds
from loyalty.core.order import OrderKey
from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from loyalty.core.order import Order
    from loyalty.store.tables import Tables, Write

MOST = 20
"""Orders of one number: tills that count from 1 every day meet, and amount and day tell them."""


def number_of(text: str) -> str:
    """Return the number on a receipt without what people leave out, or type otherwise."""
    written = unicodedata.normalize("NFKC", text.replace("№", "")).casefold()
    return "".join(letter for letter in written if letter.isalnum())


def put(order: Order, seconds: int) -> list[Write]:
    """Return the write by which a parked order is found by its receipt for so many seconds."""
    number = number_of(plain(order.key).id)
    if not number:
        return []
    ends = microseconds(order.first_seen) // 1_000_000 + seconds
    item = {"source": order.key.source, "id": order.key.id, "ttl": ends}
    return [Put(keys.receipt_key(order.key, number), item)]


def find(tables: Tables, program: str, number: str) -> list[OrderKey]:
    """Return orders of a number, whoever's they are by now."""
    items = tables.between("state", keys.receipts_of(program, number_of(number)), "!", "~", MOST)
    return [OrderKey(program, item["source"], item["id"]) for item in items]
