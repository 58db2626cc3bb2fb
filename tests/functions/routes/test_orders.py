"""PUT /v1/orders: reported and answered at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.routes.till import WHEN, till

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def test_a_sale_is_answered_with_all_that_a_receipt_says(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol()
    said = till(shop, ask).sell(1250, ann.card_code)
    assert (said["result"], said["points"], said["double"]) == ("recorded", 125, False)
    assert said["moved"] == [{"pot": "points", "earned": 125, "returned": 0}]
    member = said["member"]
    assert (member["member_id"], member["first_name"]) == (ann.member_id, "Ann")
    assert [(one["pot"], one["balance"], one["available"]) for one in member["pots"]] == [
        ("points", 125, 125)
    ]
    assert said["receipt"].splitlines()[:2] == ["125 points earned", "Points: 125"]
    assert "Ready: Free coffee" in said["receipt"].splitlines()
    assert shop.world.entries(ann)[-1].actor.startswith("key:tillkey")


def test_the_same_again_is_answered_alike(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    first = counter.sell(1250, ann.card_code)
    again = counter.sell(1250, ann.card_code)
    assert again == {**first, "result": "unchanged"}
    assert shop.world.balance(ann) == 125


def test_a_refund_is_a_higher_version(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(1250, ann.card_code)
    said = counter.sell(1250, None, version=2, status="refunded")
    assert (said["result"], said["points"]) == ("recorded", -125)
    assert said["receipt"].splitlines()[0] == "125 points taken back"
    assert shop.world.balance(ann) == 0
    late = counter.sell(1250, ann.card_code)
    assert (late["result"], late["points"]) == ("unchanged", -125)


def test_what_points_paid_for_is_given_back_and_said(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(1250, ann.card_code)
    spent = {"card_code": ann.card_code, "reward": "free-coffee"}
    counter.told("POST", "/v1/redemptions", {**spent, "order": {"source": "till", "id": "2"}})
    counter.sell(400, ann.card_code, "2")
    back = counter.sell(400, None, "2", version=2, status="refunded")
    assert back["moved"] == [{"pot": "points", "earned": -40, "returned": 100}]
    assert back["receipt"].splitlines()[:2] == ["40 points taken back", "100 points given back"]
    assert shop.world.balance(ann) == 125


def test_who_is_not_named_is_parked(shop: Shop, ask: Any) -> None:
    counter = till(shop, ask)
    said = counter.sell(1250, None)
    assert said == {
        "result": "parked", "points": 0, "moved": [], "double": False, "member": None,
        "receipt": "",
    }  # fmt: skip
    ann = shop.world.enrol()
    said = counter.sell(1250, ann.card_code)
    assert (said["result"], said["points"]) == ("recorded", 125)


def test_the_receipt_is_in_the_members_language(shop: Shop, ask: Any) -> None:
    shop.world.put_program("coffee", languages=["ru"])
    ann = shop.world.enrol()
    said = till(shop, ask).sell(1250, ann.card_code)
    assert said["member"]["language"] == "ru"
    assert said["receipt"].splitlines()[0] == "Начислено: 125 баллов"


def test_another_sale_under_the_same_id_is_kept_apart(shop: Shop, ask: Any) -> None:
    ann, bob, counter = shop.world.enrol(), shop.world.enrol(), till(shop, ask)
    counter.sell(1250, ann.card_code)
    said = counter.sell(700, bob.card_code, version=2)
    assert (said["double"], said["points"]) == (True, 70)
    assert said["member"]["member_id"] == bob.member_id
    assert (shop.world.balance(ann), shop.world.balance(bob)) == (125, 70)


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"currency": "EUR"}, "/currency", "currency_mismatch"),
        ({"total": -1}, "/total", "greater_than_equal"),
        ({"total": 12.5}, "/total", "int_type"),
        ({"occurred_at": "today"}, "/occurred_at", "value_error"),
        ({"lines": [{"amount": "7"}]}, "/lines/0/amount", "int_type"),
    ],
)
def test_what_cannot_be_used_is_named(
    shop: Shop, ask: Any, changes: dict[str, Any], pointer: str, code: str
) -> None:
    body = {
        "version": 1, "status": "completed", "occurred_at": WHEN, "currency": "USD", "total": 5,
        **changes,
    }  # fmt: skip
    status, said = till(shop, ask).ask("PUT", "/v1/orders/till/1", body)
    assert (status, said["code"]) == (422, "invalid_request")
    assert [(one["pointer"], one["code"]) for one in said["errors"]] == [(pointer, code)]


def test_a_key_speaks_for_its_tills_only(shop: Shop, ask: Any) -> None:
    body = {
        "version": 1, "status": "completed", "occurred_at": WHEN, "currency": "USD", "total": 5,
    }  # fmt: skip
    counter = till(shop, ask, sources=("till-2",))
    status, said = counter.ask("PUT", "/v1/orders/till/1", body)
    assert (status, said["code"]) == (403, "source_not_allowed")
    assert counter.told("PUT", "/v1/orders/till-2/1", body)["result"] == "parked"
    assert counter.ask("PUT", "/v1/orders/Till/1", body)[0] == 404


@pytest.mark.parametrize("name", ["A-1", "50%", "%2F", "№7", "a/b", "table#7", "☕", "1/claim"])
def test_an_order_has_any_id(shop: Shop, ask: Any, name: str) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    assert counter.sell(100, ann.card_code, name)["points"] == 10
    refund = counter.sell(100, ann.card_code, name, version=2, status="refunded")
    assert refund["points"] == -10
