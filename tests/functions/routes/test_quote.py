"""POST /v1/quote: what a bill would do, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.functions.routes.till import till
from tests.support.world import shipped

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def test_a_bill_says_what_it_would_earn_and_why(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    lines = [{"category": "coffee", "quantity": 2, "amount": 1250}]
    bill = {"card_code": ann.card_code, "total": 1250, "lines": lines}
    said = counter.told("POST", "/v1/quote", bill)
    assert said["points"] == 125
    assert said["trace"] == "2 × $6.25 coffee → 125 points"
    assert said["payable"] == {"points": 0, "amount": 0}
    assert said["payable_trace"] == "the card cannot pay bills here"
    assert said["discount_trace"] == "no discount"
    assert said["rewards"] == []
    russian = counter.told("POST", "/v1/quote", bill, language="ru")
    assert "баллов" in russian["trace"]
    assert counter.sell(1250, ann.card_code, lines=lines)["points"] == said["points"]


MONEY = {"pot": "points", "points": 2, "amount": 1, "share": 3000, "minimum": 10}


def test_the_most_that_points_can_pay_is_what_a_hold_takes(shop: Shop, ask: Any) -> None:
    shop.world.put_program("coffee", points_as_money=MONEY)
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(10_000, ann.card_code)  # 1000 points, worth 500
    said = counter.told("POST", "/v1/quote", {"card_code": ann.card_code, "total": 1000})
    assert said["payable"] == {"points": 600, "amount": 300}  # 30 % of the bill
    assert said["payable_trace"] == "600 points can pay $3, up to 30% of a bill"
    small = counter.told("POST", "/v1/quote", {"card_code": ann.card_code, "total": 5})
    assert small["payable"] == {"points": 0, "amount": 0}  # below the minimum
    assert small["payable_trace"] == "the card can pay nothing of this bill now"
    price = {"card_code": ann.card_code, "points": 601, "bill": 1000}
    held = counter.told("POST", "/v1/holds", price)
    assert (held["outcome"], held["reason"]) == ("declined", "above_share")
    held = counter.told("POST", "/v1/holds", {**price, "points": 600})
    assert (held["outcome"], held["pays"]) == ("held", 300)


def test_nothing_can_be_spent_once_the_limit_is_reached(shop: Shop, ask: Any) -> None:
    limits = [{"action": "redeem", "period": "day", "count": 1}]
    shop.world.put_program("coffee", points_as_money=MONEY, limits=limits)
    ann, counter = shop.world.enrol(), till(shop, ask)
    counter.sell(10_000, ann.card_code)
    bill = {"card_code": ann.card_code, "total": 1000}
    assert counter.told("POST", "/v1/quote", bill)["rewards"] == ["free-coffee"]
    counter.told("POST", "/v1/redemptions", {"card_code": ann.card_code, "reward": "free-coffee"})
    said = counter.told("POST", "/v1/quote", bill)
    assert (said["rewards"], said["payable"]["points"]) == ([], 0)
    assert not any(one["ready"] for one in said["member"]["rewards"])


def test_a_member_has_the_discount_of_their_level(shop: Shop, ask: Any) -> None:
    tiers = {
        "levels": [
            {"id": "five", "name": {"en": "Five", "ru": "Пять"}, "discount": 500},
            {"id": "ten", "name": {"en": "Ten", "ru": "Десять"}, "discount": 1000, "spend": 5000},
        ]
    }
    shop.world.put_program("coffee", tiers=tiers)
    ann, counter = shop.world.enrol(), till(shop, ask)
    bill = {"card_code": ann.card_code, "total": 1999}
    said = counter.told("POST", "/v1/quote", bill)
    assert said["discount"] == {"basis_points": 500, "amount": 99}
    assert said["discount_trace"] == "level Five: 5% off $19.99: $0.99"
    russian = counter.told("POST", "/v1/quote", bill, language="ru")
    assert russian["discount_trace"].startswith("уровень Пять: скидка 5")
    assert said["member"]["level"] == {"id": "five", "name": "Five"}
    counter.sell(5000, ann.card_code)
    said = counter.told("POST", "/v1/quote", bill)
    assert said["discount"] == {"basis_points": 1000, "amount": 199}
    assert (said["member"]["discount"], said["member"]["level"]["id"]) == (1000, "ten")


def test_a_bill_has_as_many_lines_as_an_order(shop: Shop, ask: Any) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask)
    line = {"name": "A flat white with oats", "category": "coffee", "quantity": 1, "amount": 100}
    bill = {"card_code": ann.card_code, "total": 50_000, "lines": [line] * 500}
    assert counter.told("POST", "/v1/quote", bill)["points"] == 5000


def test_a_card_that_is_none_is_refused(shop: Shop, ask: Any) -> None:
    stranger = shop.world.enrol(program="barber")
    for code in (stranger.card_code, "1.A.X.Y"):
        status, said = till(shop, ask).ask("POST", "/v1/quote", {"card_code": code, "total": 5})
        assert (status, said["errors"][0]["code"]) == (422, "card_not_found")


def test_every_shipped_program_can_be_quoted(shop: Shop, ask: Any) -> None:
    for name in ("cashback", "coffee-stamps", "ladder", "membership", "barber-ladder"):
        shop.world.put_program(name)
        ann = shop.world.enrol(program=name)
        counter = till(shop, ask, program=name)
        lines = [{"category": "coffee", "quantity": 1, "amount": 2000}]
        bill = {"card_code": ann.card_code, "total": 2000, "lines": lines}
        assert counter.told("POST", "/v1/quote", bill)["trace"], shipped(name)
