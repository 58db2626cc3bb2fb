"""Amounts as CRMs and booking tools write them: whole, decimal, as numbers or as text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from loyalty.money import LARGEST_ORDER, exponent

if TYPE_CHECKING:
    from loyalty.tills.fields import Fields


def number(fields: Fields, name: str) -> Decimal:
    """Return a number of the vendor's, ``12``, ``12.34`` or ``"12.34"``.

    Raises
    ------
    Refusal
        It is none, is below zero, or nobody means so much.
    """
    value = fields.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        fields.refuse((name,), "invalid", "A number is expected here, such as 12.50.")
    try:
        found = Decimal(value)
    except InvalidOperation:
        found = Decimal(-1)
    if not found.is_finite() or not 0 <= found <= LARGEST_ORDER:
        fields.refuse((name,), "invalid", f"A number from 0 to {LARGEST_ORDER} is expected here.")
    return found


def minor(amount: Decimal, currency: str) -> int:
    """Return an amount in minor units of a currency, rounded down."""
    return int(amount.scaleb(exponent(currency)))
