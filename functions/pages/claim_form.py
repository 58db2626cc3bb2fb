"""Read what a customer typed off a receipt: number, amount, day. Values in, values out."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from loyalty.ledger.receipts import Receipt
from loyalty.money import read_amount

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_NUMBER = 128
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_receipt(typed: Mapping[str, str], currency: str) -> Receipt | None:
    """Return the receipt that a form tells of; None where something is missing or no such thing."""
    number = typed.get("receipt", "").strip()
    amount = read_amount(typed.get("amount", ""), currency)
    day = _day(typed.get("day", "").strip())
    if not 0 < len(number) <= _LONGEST_NUMBER or not amount or day is None:
        return None
    return Receipt(number, amount, day)


def _day(text: str) -> date | None:
    if _ISO_DATE.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
