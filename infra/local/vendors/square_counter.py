"""The counter of a shop with Square: rings up sales, leaving the events that Square sends.

What is rung up has the shapes of Square's objects; amounts are worked out here, apart from how the
product reads them.
"""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from infra.local.vendors.square import Json, Square


class Counter:
    """Rings up sales at Square's till; every change leaves the event that Square would send.

    Amounts are minor units. Events are kept in ``events``, oldest first. The
    counter's own clock moves by a second with every change.

    Square gives an id once, whoever the merchant is. Here the merchant is a part of it: counters
    that come to one ledger are different merchants, or their orders are taken for possible doubles.
    """

    def __init__(
        self,
        square: Square,
        currency: str = "USD",
        merchant: str = "MDAILYCUP0001",
        clock: datetime = datetime(2026, 5, 4, 11, 0, tzinfo=UTC),
    ) -> None:
        self.square = square
        self.events: list[Json] = []
        self._currency = currency
        self._merchant = merchant
        self._number = 0
        self.clock = clock

    def stock(self, variation: str, category: str) -> str:
        """Put something with a category into the catalogue; return its variation's id."""
        item, shelf = f"ITEM-{variation}", f"SHELF-{category.upper()}"
        self.square.catalogue |= {
            variation: {
                "type": "ITEM_VARIATION",
                "id": variation,
                "item_variation_data": {"item_id": item, "name": "Regular"},
            },
            item: {
                "type": "ITEM",
                "id": item,
                "item_data": {"name": variation.title(), "categories": [{"id": shelf}]},
            },
            shelf: {"type": "CATEGORY", "id": shelf, "category_data": {"name": category}},
        }
        return variation

    def customer(self, **changes: str) -> str:
        """Note a customer; return the id."""
        name = self._id("CUSTOMER")
        self.square.customers[name] = {"id": name, "version": 1, **changes}
        return name

    def line(
        self,
        variation: str | None,
        amount: int,
        *,
        quantity: str = "1",
        discount: int = 0,
        tax: int = 0,
        kind: str = "ITEM",
    ) -> Json:
        """Return a line: ``amount`` before discount and tax."""
        self._number += 1
        line = {
            "uid": f"line-{self._number}",
            "quantity": quantity,
            "item_type": kind,
            "gross_sales_money": self._money(amount),
            "total_discount_money": self._money(discount),
            "total_tax_money": self._money(tax),
            "total_service_charge_money": self._money(0),
            "total_money": self._money(amount - discount + tax),
        }
        return {**line, "catalog_object_id": variation, "catalog_version": 1} if variation else line

    def open(
        self,
        *lines: Json,
        customer: str | None = None,
        service: int = 0,
        reference: str | None = None,
    ) -> str:
        """Begin an order; return its id."""
        name = self._id("ORDER")
        charges = [
            {
                "uid": "service",
                "type": "CUSTOM",
                "total_money": self._money(service),
                "total_tax_money": self._money(0),
            }
        ]
        order: Json = {
            "id": name,
            "location_id": "LDAILYCUP0001",
            "state": "OPEN",
            "version": 1,
            "created_at": self._now(),
            "updated_at": self._now(),
            "line_items": list(lines),
            "total_tip_money": self._money(0),
            "net_amount_due_money": self._money(self._sum(lines, "total_money") + service),
            **({"service_charges": charges} if service else {}),
            **({"customer_id": customer} if customer else {}),
            **({"reference_id": reference} if reference else {}),
        }
        for total in ("total_money", "total_tax_money", "total_discount_money"):
            order[total] = self._money(self._sum(lines, total))
        order["total_money"]["amount"] += service
        order["total_service_charge_money"] = self._money(service)
        self.square.orders[name] = order
        self._tell_order(name, "order.created")
        return name

    def pay(self, order: str, amount: int, *, tip: int = 0, gift_card: bool = False) -> str:
        """Take money for an order; what is paid in whole is completed. Return the payment's id."""
        name = self._id("PAYMENT")
        found = self.square.orders[order]
        payment: Json = {
            "id": name,
            "order_id": order,
            "location_id": "LDAILYCUP0001",
            "status": "COMPLETED",
            "source_type": "CARD",
            "amount_money": self._money(amount),
            "tip_money": self._money(tip),
            "total_money": self._money(amount + tip),
            "created_at": self._now(),
            "updated_at": self._now(),
        }
        if gift_card:
            payment["card_details"] = {"card": {"card_brand": "SQUARE_GIFT_CARD"}}
        if "customer_id" in found:
            payment["customer_id"] = found["customer_id"]
        self.square.payments[name] = payment
        found.setdefault("tenders", []).append(
            {
                "id": name,
                "payment_id": name,
                "type": "SQUARE_GIFT_CARD" if gift_card else "CARD",
                "amount_money": self._money(amount + tip),
                "tip_money": self._money(tip),
            }
        )
        found["total_tip_money"]["amount"] += tip
        found["total_money"]["amount"] += tip
        found["net_amount_due_money"]["amount"] -= amount
        self._tell("payment.created", "payment", payment)
        if found["net_amount_due_money"]["amount"] <= 0:
            self._change(found, state="COMPLETED", closed_at=self._now())
            self._tell_order(order, "order.updated")
        return name

    def give_back(
        self,
        payment: str,
        amount: int,
        *lines: tuple[str, str, int, int],
        status: str = "COMPLETED",
    ) -> str:
        """Pay back of a payment: by amount, or for lines (uid, quantity, untaxed worth, tax).

        Returns the id of the refund. As at Square, the return is an order of its own.
        """
        paid = self.square.payments[payment]
        sale = self.square.orders[paid["order_id"]]
        home = self._return(sale, amount, lines)
        name = self._id("REFUND")
        inside = {"COMPLETED": "APPROVED"}.get(status, status)
        self.square.orders[home]["refunds"] = [
            {
                "id": name,
                "tender_id": payment,
                "amount_money": self._money(amount),
                "status": inside,
            }
        ]
        refund = {
            "id": name,
            "payment_id": payment,
            "order_id": home,
            "status": status,
            "amount_money": self._money(amount),
            "created_at": self._now(),
            "updated_at": self._now(),
        }
        self.square.refunds[name] = refund
        self._tell_order(home, "order.created")
        self._tell("refund.created", "refund", refund)
        if status == "COMPLETED":
            back = paid.get("refunded_money", {"amount": 0})["amount"] + amount
            self._change(paid, refunded_money=self._money(back))
            self._tell("payment.updated", "payment", paid)
        return name

    def exchange(self, order: str, new: Json, *lines: tuple[str, str, int, int]) -> str:
        """Take lines of an order back and sell something new for them; return the new order."""
        sale = self.square.orders[order]
        worth = sum(untaxed + tax for _, _, untaxed, tax in lines)
        name = self.open(new, customer=sale.get("customer_id"))
        made = self.square.orders[name]
        made |= self._returns(sale, worth, lines)
        made["net_amount_due_money"]["amount"] = max(0, made["total_money"]["amount"] - worth)
        if not made["net_amount_due_money"]["amount"]:
            self._change(made, state="COMPLETED")
            self._tell_order(name, "order.updated")
        return name

    def sent(self) -> list[Json]:
        """Return the events so far, each as it was sent then."""
        return copy.deepcopy(self.events)

    def _return(self, sale: Json, amount: int, lines: tuple[tuple[str, str, int, int], ...]) -> str:
        name = self._id("RETURN")
        self.square.orders[name] = {
            "id": name,
            "location_id": "LDAILYCUP0001",
            "state": "COMPLETED",
            "version": 2,
            "created_at": self._now(),
            "updated_at": self._now(),
            "total_money": self._money(0),
            **self._returns(sale, amount, lines),
        }
        return name

    def _returns(
        self, sale: Json, amount: int, lines: tuple[tuple[str, str, int, int], ...]
    ) -> Json:
        sold = {one["uid"]: one for one in sale["line_items"]}
        back = [
            {
                "uid": f"back-{uid}",
                "source_line_item_uid": uid,
                "quantity": quantity,
                "item_type": sold[uid]["item_type"],
                "total_tax_money": self._money(tax),
                "total_money": self._money(untaxed + tax),
                **(
                    {"catalog_object_id": sold[uid]["catalog_object_id"]}
                    if "catalog_object_id" in sold[uid]
                    else {}
                ),
            }
            for uid, quantity, untaxed, tax in lines
        ]
        if not back:
            back = [
                {
                    "uid": "back",
                    "quantity": "1",
                    "item_type": "CUSTOM_AMOUNT",
                    "total_tax_money": self._money(0),
                    "total_money": self._money(amount),
                }
            ]
        amounts = {
            "total_money": self._money(amount),
            "tax_money": self._money(sum(tax for *_, tax in lines)),
            "tip_money": self._money(0),
        }
        one = {"uid": "r1", "source_order_id": sale["id"], "return_line_items": back}
        return {"returns": [{**one, "return_amounts": amounts}], "return_amounts": amounts}

    def _change(self, what: Json, **changes: Any) -> None:
        self.clock += timedelta(seconds=1)
        what.update(changes, updated_at=self._now())
        if "version" in what:
            what["version"] += 1

    def _tell_order(self, name: str, kind: str) -> None:
        order = self.square.orders[name]
        kept = ("location_id", "state", "version", "created_at", "updated_at")
        thin = {"order_id": name, **{one: order[one] for one in kept}}
        self._tell(kind, kind.replace(".", "_"), thin)

    def _tell(self, kind: str, name: str, what: Json) -> None:
        self.events.append(
            {
                "merchant_id": self._merchant,
                "type": kind,
                "event_id": self._id("event"),
                "created_at": self._now(),
                "data": {
                    "type": name,
                    "id": what.get("id") or what["order_id"],
                    "object": {name: copy.deepcopy(what)},
                },
            }
        )

    def _id(self, kind: str) -> str:
        self._number += 1
        return f"{kind}-{self._merchant}-{self._number:06d}"

    def _now(self) -> str:
        return self.clock.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _money(self, amount: int) -> Json:
        return {"amount": amount, "currency": self._currency}

    @staticmethod
    def _sum(lines: tuple[Json, ...], what: str) -> int:
        return sum(int(line[what]["amount"]) for line in lines)
