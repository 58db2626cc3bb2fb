"""Refunds as Shopify tells them, in an order or by themselves: what was paid back, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.part import Line
from loyalty.program.rules import GIFT_CARD
from loyalty.tills.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPING = "shipping"
"""The category of what delivery costs, so that a program can leave it out."""

_PAID_BACK = frozenset({"success", "pending"})  # what a pending refund gives is on its way


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund as its order or its own message tells it: what was paid back, and for what."""

    id: str
    total: int
    tax: int
    lines: tuple[Line, ...]
    quantities: Mapping[str, int]


def item_of(line: Fields) -> str:
    """Return how a program may name what was bought: its SKU, else Shopify's number for it."""
    for name in ("sku", "variant_id", "product_id"):
        if line.get(name):
            return line.id(name)
    return ""


def refund_of(fields: Fields, currency: str) -> Refund:
    """Read a refund."""
    lines: list[Line] = []
    quantities: dict[str, int] = {}
    worth = tax = 0
    for one in fields.objects("refund_line_items"):
        line, quantity = one.id("line_item_id"), one.whole("quantity", most=10**6)
        of_tax = _told(one, "total_tax", currency)
        amount = _told(one, "subtotal", currency) + of_tax
        worth += amount
        tax += of_tax
        quantities[line] = quantities.get(line, 0) + quantity
        sold = Fields(one.get("line_item") or {}, f"{one.pointer}/line_item")
        category = GIFT_CARD if sold.get("gift_card") is True else ""
        lines.append(Line(item_of(sold), category, quantity * 1000, amount))
    delivery = _delivery(fields, currency)
    if delivery:
        lines.append(Line("", SHIPPING, 0, delivery))
    return Refund(
        id=fields.id("id"),
        total=_paid_back(fields, currency, worth),
        tax=tax,
        lines=tuple(lines),
        quantities=quantities,
    )


def _delivery(fields: Fields, currency: str) -> int:
    """Return what was paid back for delivery; it stood among the adjustments before 2024-10."""
    told = fields.objects("refund_shipping_lines")
    if told:
        return sum(_told(one, "subtotal_amount", currency) for one in told)
    return sum(
        max(0, -one.money("amount", currency=currency, signed=True))
        for one in fields.objects("order_adjustments")
        if one.get("kind") == "shipping_refund"
    )


def _paid_back(fields: Fields, currency: str, worth: int) -> int:
    """Return the money that went back: what was booked, else what the refund is worth.

    An adjustment below zero is delivery or an amount paid back beside lines; one above zero is
    what was kept of their worth.
    """
    booked = [
        one
        for one in fields.objects("transactions")
        if one.get("kind") == "refund" and one.get("currency") in (None, currency)
    ]
    if booked:
        return sum(
            one.money("amount", currency=currency)
            for one in booked
            if one.word("status") in _PAID_BACK
        )
    for one in fields.objects("order_adjustments"):
        worth -= one.money("amount", currency=currency, signed=True)
        worth -= one.money("tax_amount", currency=currency, signed=True, told=False)
    return max(0, worth)


def _told(fields: Fields, name: str, currency: str) -> int:
    """Return an amount in the shop's money; the plain field is a number in older versions."""
    if fields.get(f"{name}_set") is not None:
        return fields.money(f"{name}_set", "shop_money", "amount", currency=currency)
    return fields.money(name, currency=currency, told=False)


def currency_of(refund: Fields) -> str | None:
    """Return the currency of a refund's amounts, where one of them tells it."""
    for one in refund.objects("refund_line_items"):
        code = one.get("subtotal_set", "shop_money", "currency_code")
        if isinstance(code, str):
            return code
    for one in refund.objects("order_adjustments"):
        code = one.get("amount_set", "shop_money", "currency_code")
        if isinstance(code, str):
            return code
    return None
