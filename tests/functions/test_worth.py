"""What a sale is worth, through the webhook and the inbox as tills speak to them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import orders, webhooks
from loyalty.messages import Contact
from tests.functions.test_orders import failed, metrics
from tests.support.events import sqs
from tests.support.till import order, square_event, square_signed

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]
    Tell = Callable[..., dict[str, Any]]

TENTH = {"pot": "points", "points": 1, "amount": 10}
CARD = {"id": "card", "category": "Gift Card", "quantity": 1, "amount": 5000}
COFFEE = {"id": "latte", "category": "coffee", "quantity": 1, "amount": 200}
FOOD = {"id": "meal", "category": "food", "quantity": 1, "amount": 2500}


@pytest.fixture
def ann(shop: Shop) -> Enrolled:
    return shop.world.enrol()


@pytest.fixture
def tell(shop: Shop, ask: Ask, ann: Enrolled) -> Tell:
    """Return how a till tells of an order; the answer is the webhook's."""

    def tell(member: Enrolled = ann, **changes: Any) -> dict[str, Any]:
        # Not before the program of the test is in force.
        usual = {"lines": [], "occurred_at": "2026-05-04T12:00:00Z"}
        message = order(member={"card_code": member.card_code}, **{**usual, **changes})
        answer = ask(webhooks, shop.post("/webhooks/coffee-till", message))
        if answer["statusCode"] == 202:
            assert failed(ask(orders, sqs(shop.queues.bodies("inbox")[-1:]))) == []
        return answer

    return tell


def rules(shop: Shop, **changes: Any) -> None:
    shop.world.put_program(**{"rewards": [], "earning": [TENTH], **changes})


@pytest.mark.parametrize(
    ("refund", "points"),
    [
        ({"id": "r", "amount": 5000, "lines": [CARD]}, 20),
        ({"id": "r", "amount": 200, "lines": [COFFEE]}, 0),
        ({"id": "r", "amount": 2600}, 10),
    ],
)
def test_a_refund_takes_from_what_it_names(
    shop: Shop, tell: Tell, ann: Enrolled, refund: dict[str, Any], points: int
) -> None:
    rules(shop)
    basket = {"total": 5200, "lines": [CARD, COFFEE]}
    tell(**basket)
    assert shop.world.balance(ann) == 20
    tell(version=2, refunds=[refund], **basket)
    assert shop.world.balance(ann) == points


def test_a_refund_names_its_tip(shop: Shop, tell: Tell, ann: Enrolled) -> None:
    rules(shop)
    basket = {"total": 2800, "tip": 300, "lines": [FOOD]}
    half = {"id": "r", "amount": 1250, "lines": [{**FOOD, "amount": 1250}]}
    tell(**basket, refunds=[half])
    assert shop.world.balance(ann) == 125
    tell(**basket, version=2, refunds=[half, {"id": "s", "amount": 300, "tip": 300}])
    assert shop.world.balance(ann) == 125


def test_a_total_that_a_refund_has_lowered_is_lowered_once(
    shop: Shop, tell: Tell, ann: Enrolled
) -> None:
    rules(shop)
    tell(total=1000)
    tell(version=2, total=700, refunds=[{"id": "r", "amount": 300}])
    assert shop.world.balance(ann) == 70


@pytest.mark.parametrize(
    "spelling", ["Gift Card", "giftcard", "GIFT_CARD", "gift-card", "Gift Cards"]
)
def test_gift_cards_earn_nothing_however_they_are_spelt(
    shop: Shop, tell: Tell, ann: Enrolled, spelling: str
) -> None:
    rules(shop)
    tell(total=5200, lines=[{**CARD, "category": spelling}, COFFEE])
    assert shop.world.balance(ann) == 20


def test_a_gift_card_counts_once_towards_a_level_and_by_visit_when_it_pays(
    shop: Shop, tell: Tell, ann: Enrolled
) -> None:
    name = {"en": "x", "ru": "x"}
    levels = [{"id": "new", "name": name}, {"id": "old", "name": name, "spend": 5000}]
    visit = {"pot": "points", "points": 4, "per": "visit"}
    rules(shop, earning=[visit], tiers={"levels": levels})
    tell(id="bought", total=5000, lines=[{**CARD, "category": "Подарочный сертификат"}])
    account = shop.world.account(ann)
    assert (account.level, account.spend, account.balance("points")) == (0, 0, 0)
    tell(id="paid-with-it", total=5000, lines=[{**FOOD, "amount": 5000}])
    account = shop.world.account(ann)
    assert (account.level, account.spend, account.balance("points")) == (1, 5000, 4)


def test_free_items_and_items_paid_with_points_earn_no_stamp(
    shop: Shop, tell: Tell, ann: Enrolled
) -> None:
    rule = {"pot": "points", "points": 1, "per": "item", "only": {"categories": ["coffee"]}}
    rules(shop, earning=[rule])
    pastry = {"id": "bun", "category": "pastry", "quantity": 1, "amount": 350}
    tell(id="1", total=350, lines=[{**COFFEE, "amount": 0}, pastry])
    tell(id="2", total=1250, points_paid=900, lines=[{**COFFEE, "amount": 900}, pastry])
    assert shop.world.balance(ann) == 0
    tell(id="3", total=1250, lines=[{**COFFEE, "amount": 900}, pastry])
    assert shop.world.balance(ann) == 1


def test_an_exclusion_takes_an_order_without_lines(shop: Shop, tell: Tell, ann: Enrolled) -> None:
    rules(shop, earning=[{**TENTH, "only": {"exclude_categories": ["shipping"]}}])
    tell(total=500)
    assert shop.world.balance(ann) == 50


def test_a_cap_holds_over_edits_and_gives_room_back(shop: Shop, tell: Tell, ann: Enrolled) -> None:
    rules(shop, caps=[{"pot": "points", "period": "day", "points": 50}])
    for name in "abc":
        tell(id=name, total=1)
    for name in "abc":
        tell(id=name, version=2, total=400)
    assert shop.world.balance(ann) == 50
    tell(id="a", version=3, total=400, status="refunded")
    tell(id="b", version=3, total=400, status="refunded")
    assert shop.world.balance(ann) == 40


def test_a_version_that_mends_the_time_counts_as_of_then(
    shop: Shop, tell: Tell, ann: Enrolled
) -> None:
    happy = {
        "id": "happy",
        "name": {"en": "Happy hour", "ru": "Счастливый час"},
        "pot": "points",
        "multiplier": 20_000,
        "last_day": "2026-05-05",
    }
    rules(shop, promotions=[happy], zone="UTC")
    shop.world.wait(days=3)
    tell(total=1500, occurred_at="2026-05-05T12:00:00Z")
    assert shop.world.balance(ann) == 300
    tell(total=1500, version=2, occurred_at="2026-05-06T12:00:00Z")
    assert shop.world.balance(ann) == 150


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"lines": [{**COFFEE, "quantity": 1e308}]}, "/data/order/lines/0/quantity"),
        ({"lines": [{**COFFEE, "quantity": 60_000}] * 2}, "/data/order/lines"),
        ({"lines": [{**COFFEE, "amount": 10**11}] * 2}, "/data/order/lines"),
        ({"total": 10**11 + 1}, "/data/order/total"),
        ({"refunds": [{"id": "r", "amount": 1, "tip": -1}]}, "/data/order/refunds/0/tip"),
        (
            {"refunds": [{"id": "r", "amount": 1, "lines": [{**COFFEE, "quantity": 1e6}]}]},
            "/data/order/refunds/0/lines/0/quantity",
        ),
    ],
)
def test_numbers_without_bounds_are_refused(
    shop: Shop, tell: Tell, changes: dict[str, Any], pointer: str
) -> None:
    answer = tell(**changes)
    assert answer["statusCode"] == 422
    assert [field["pointer"] for field in json.loads(answer["body"])["errors"]] == [pointer]


def test_the_largest_order_counts(shop: Shop, tell: Tell, ann: Enrolled) -> None:
    rules(shop)
    tell(total=10**11, lines=[{**COFFEE, "quantity": 100_000, "amount": 10**11}])
    assert shop.world.balance(ann) == 10**10


def test_paying_with_a_gift_card_brings_no_new_money(shop: Shop, ask: Ask) -> None:
    contact = Contact("email", "ann.example@example.com")
    ann = shop.world.enrol_proved(contact)
    message = square_event("payment.updated.with-email")
    message["data"]["object"]["payment"]["card_details"] = {
        "card": {"card_brand": "SQUARE_GIFT_CARD"}
    }
    body = json.dumps(message).encode()
    ask(webhooks, shop.post("/webhooks/coffee-square", body, square_signed(body)))
    assert failed(ask(orders, sqs(shop.queues.bodies("inbox")))) == []
    assert shop.world.balance(ann) == 0


def test_an_id_used_again_by_another_customer_counts_for_both(
    shop: Shop, tell: Tell, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    rules(shop)
    ben = shop.world.enrol()
    tell(id="7", total=1000)
    capsys.readouterr()
    tell(ben, id="7", version=1, total=500)
    assert metrics(capsys.readouterr().out)["OrderDouble"] == [1.0]
    tell(ben, id="7", version=9, total=300)
    assert (shop.world.balance(ann), shop.world.balance(ben)) == (100, 30)
    tell(id="7", version=2, total=0, status="cancelled")
    assert (shop.world.balance(ann), shop.world.balance(ben)) == (0, 30)
    (double,) = shop.world.sales.possible_doubles("coffee", 10, shop.world.now).orders
    assert double.member == ben.member_id
    shop.world.now += timedelta(days=30)
    tell(id="8", total=1000)
    tell(id="8", version=2, total=700, occurred_at="2026-06-02T11:58:00Z")
    assert shop.world.balance(ann) == 170


def test_an_id_used_again_in_another_currency_is_kept_apart(
    shop: Shop, tell: Tell, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    """A till that begins to count anew when the shop changes its currency."""
    rules(shop)
    tell(id="7", total=1000)
    rules(shop, currency="EUR")
    shop.world.wait(minutes=2)
    capsys.readouterr()
    assert tell(id="7", total=500, currency="USD")["statusCode"] == 422
    tell(id="7", total=500, currency="EUR")
    assert metrics(capsys.readouterr().out)["OrderDouble"] == [1.0]
    assert shop.world.balance(ann) == 150
    (double,) = shop.world.sales.possible_doubles("coffee", 10, shop.world.now).orders
    assert (double.key.id, double.currency) == ("7 EUR", "EUR")
