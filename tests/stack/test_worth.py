"""What sales are worth and who may go wrong, over HTTP, on the running stack."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.deployment import Cloud
from loyalty.core.order import OrderKey
from loyalty.store import keys
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


def tell(shop: Shop, customer: Customer, order: str, total: int, **more: Any) -> None:
    """Report an order as it stands; ``refunds`` and other fields as the till says them."""
    refunds = more.pop("refunds", [])
    message = shop.till.order(order, total, customer.by_card, **more)
    message["data"]["order"]["refunds"] = refunds
    reply = shop.till.send(message)
    assert reply.status == 202, reply


def tables_of(shop: Shop) -> DynamoTables:
    """Return the stack's tables."""
    aws = shop.stack["aws"]
    cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    return DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]


def test_an_order_with_hundreds_of_refunds_is_worth_what_is_left(shop: Shop) -> None:
    ann, order = shop.customer(), uuid.uuid4().hex
    tell(shop, ann, order, 100_000)
    for first in (0, 99, 198):
        refunds = [{"id": f"r{n}", "amount": 100} for n in range(first, first + 99)]
        tell(shop, ann, order, 100_000, refunds=refunds, version=2 + first)
    assert shop.balance(ann) == 10_000 - 297 * 10
    # A refund that was told long ago is mended, one is new, and nothing else moves.
    refunds = [{"id": "r5", "version": 2, "amount": 0}, {"id": "new", "amount": 50_000}]
    tell(shop, ann, order, 100_000, refunds=refunds, version=300)
    tell(shop, ann, order, 100_000, refunds=refunds, version=300)
    assert shop.balance(ann) == 10_000 - 296 * 10 - 5_000
    stored = tables_of(shop).get(keys.order_key(OrderKey(ann.program, "till", order)))
    assert stored
    assert stored["pg"] >= 2


def test_an_id_that_is_used_again_counts_for_both_and_is_kept_apart(shop: Shop) -> None:
    ann, ben, order = shop.customer(), shop.customer(), uuid.uuid4().hex
    tell(shop, ann, order, 1000)
    shop.settle()
    tell(shop, ben, order, 500)
    shop.settle()
    tell(shop, ben, order, 300, version=2)
    tell(shop, ann, order, 1000, version=2, status="refunded")
    assert (shop.balance(ann), shop.balance(ben)) == (0, 30)


def test_an_account_that_a_restore_left_behind_goes_on_with_the_next_sale(shop: Shop) -> None:
    """Line 20: entries are there, the account's own write is not."""
    ann = shop.customer()
    shop.sell(ann, 1000)
    assert shop.balance(ann) == 100
    place = keys.account_key(ann.program, ann.card["member_id"])
    before = tables_of(shop).get(place)
    assert before
    shop.sell(ann, 2000)
    assert shop.balance(ann) == 300
    tables_of(shop).write(Put(place, before))
    shop.sell(ann, 500)
    assert shop.balance(ann) == 350
    standing = shop.standing(ann)
    assert [entry.seq for entry in standing.entries] == [1, 2, 3]
    assert standing.account.seq == 3
