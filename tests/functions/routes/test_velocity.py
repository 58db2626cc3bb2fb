"""A key that goes too fast is told so, and every answer says what is left."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from functions import designs, owner, program, redemptions
from functions.api import OPERATIONS
from tests.functions.routes.till import path_of, till
from tests.support.events import content
from tests.support.till import redemption

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

PATH = "/webhooks/coffee-till/redemptions"
FEW = {
    "sales_per_minute": 2,
    "spending_per_minute": 3,
    "spending_per_hour": 4,
    "others_per_minute": 5,
}


def test_every_operation_counts() -> None:
    assert {
        one.velocity for one in (*designs.OPERATIONS, *owner.OPERATIONS, *program.OPERATIONS)
    } == {"others"}
    assert {one.velocity for one in OPERATIONS} == {"sales", "spending", "others"}
    assert {one.id for one in OPERATIONS if one.velocity == "sales"} == {
        "putOrder", "claimOrder", "claimReceipt",
    }  # fmt: skip


def test_a_limit_that_is_reached_is_a_problem_with_a_time_to_wait(shop: Shop, ask: Any) -> None:
    shop.world.put_program("coffee", velocity=FEW)
    ann, counter, other = shop.world.enrol(), till(shop, ask), till(shop, ask)
    for number in range(2):
        counter.sell(1250, ann.card_code, str(number))
    body = {"version": 1, "status": "completed", "occurred_at": "2026-05-04T12:00:00Z",
            "currency": "USD", "total": 1250}  # fmt: skip
    answer = counter.answer("PUT", "/v1/orders/till/3", body)
    assert answer["statusCode"] == 429
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert content(answer)["code"] == "too_fast"
    left = 60 - int(shop.now.timestamp()) % 60
    assert answer["headers"]["Retry-After"] == str(left)
    assert answer["headers"]["RateLimit"] == f'"sales";r=0;t={left}'
    # Each key has its own, and each kind of call.
    other.sell(1250, ann.card_code, "3")
    assert counter.ask("GET", path_of(ann.card_code))[0] == 200
    shop.world.wait(minutes=1)
    counter.sell(1250, ann.card_code, "4")


@pytest.mark.parametrize(("own", "sales"), [(1, 1), (99, 2)])
def test_a_keys_own_limit_only_narrows(shop: Shop, ask: Any, own: int, sales: int) -> None:
    shop.world.put_program("coffee", velocity=FEW)
    counter = till(shop, ask, limits={"sales_per_minute": own})
    body = {"version": 1, "status": "completed", "occurred_at": "2026-05-04T12:00:00Z",
            "currency": "USD", "total": 1250}  # fmt: skip
    found = [counter.answer("PUT", f"/v1/orders/till/{number}", body) for number in range(3)]
    assert [one["statusCode"] for one in found].count(429) == 3 - sales
    assert f'"sales";q={sales};w=60' in found[0]["headers"]["RateLimit-Policy"]


def test_answers_and_refusals_alike_say_what_is_left(shop: Shop, ask: Any) -> None:
    shop.world.put_program("coffee", velocity=FEW)
    ann, counter = shop.world.enrol(), till(shop, ask)
    found = counter.answer("GET", path_of(ann.card_code))["headers"]
    assert found["RateLimit-Policy"] == '"others";q=5;w=60'
    assert found["RateLimit"].startswith('"others";r=4;t=')
    nobody = counter.answer("GET", path_of("1.A.X.Y"))
    assert nobody["statusCode"] == 404
    assert nobody["headers"]["RateLimit"].startswith('"others";r=3;t=')
    unreadable = counter.answer("POST", "/v1/holds", [1])
    assert unreadable["statusCode"] == 400
    assert '"spending-hour";r=3;t=' in unreadable["headers"]["RateLimit"]
    # Whoever is nobody, or may not, has no limits to be told of.
    counter.key = "Bearer lk_test_nobody"
    assert "RateLimit" not in counter.answer("GET", path_of(ann.card_code))["headers"]


def test_redemptions_by_webhook_are_bounded_per_till(shop: Shop, ask: Any) -> None:
    shop.world.put_program("coffee", velocity=FEW)
    ann = shop.world.enrol()
    for number in range(4):
        sent = shop.post(PATH, redemption(ann.card_code, f"r-{number}"))
        answer = ask(redemptions, sent)
        assert answer["statusCode"] == (429 if number == 3 else 200), answer
    assert json.loads(answer["body"])["code"] == "too_fast"
    assert int(answer["headers"]["Retry-After"]) <= 60
