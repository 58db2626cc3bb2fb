"""/v1/holds and /v1/redemptions: once, whatever a till repeats, and undone by whom it may."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.routes.till import path_of, till
from tests.support.events import content

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop
    from tests.functions.routes.till import Till

MONEY = {"pot": "points", "points": 1, "amount": 1, "share": 3000}
REDEEM, HOLD = "/v1/redemptions", "/v1/holds"


@pytest.fixture
def ann(shop: Shop) -> Enrolled:
    """Give somebody with 250 points."""
    shop.world.put_program("coffee", points_as_money=MONEY)
    member = shop.world.enrol()
    shop.world.sell(order="first", total=2500, member=member)
    return member


@pytest.fixture
def counter(shop: Shop, ask: Any) -> Till:
    return till(shop, ask)


def coffee(ann: Enrolled) -> dict[str, Any]:
    return {"card_code": ann.card_code, "reward": "free-coffee"}


def money(ann: Enrolled, points: int, bill: int) -> dict[str, Any]:
    return {"card_code": ann.card_code, "points": points, "bill": bill}


def test_a_reward_is_redeemed_once_per_key(shop: Shop, counter: Till, ann: Enrolled) -> None:
    first = counter.answer("POST", REDEEM, coffee(ann), "k")
    again = counter.answer("POST", REDEEM, coffee(ann), "k")
    assert first["body"] == again["body"]
    assert "Idempotent-Replayed" not in first["headers"]
    assert again["headers"]["Idempotent-Replayed"] == "true"
    said = counter.told("POST", REDEEM, coffee(ann), act="other")
    assert (said["outcome"], said["price"], said["balance"]) == ("redeemed", 100, 50)
    assert shop.world.balance(ann) == 50
    assert shop.world.entries(ann)[-1].actor.startswith("key:tillkey")


def test_a_decline_is_final_and_can_be_read_aloud(counter: Till, ann: Enrolled) -> None:
    for _ in range(2):
        counter.told("POST", REDEEM, coffee(ann))
    said = counter.told("POST", REDEEM, coffee(ann), act="k")
    assert (said["outcome"], said["reason"]) == ("declined", "insufficient_balance")
    assert said["sentence"] == "100 needed, 50 there"
    counter.sell(5000, ann.card_code)
    again = counter.answer("POST", REDEEM, coffee(ann), "k", language="ru")
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert content(again)["sentence"] == "нужно 100, есть 50"
    assert counter.told("POST", REDEEM, coffee(ann))["outcome"] == "redeemed"


@pytest.mark.parametrize("path", [REDEEM, HOLD])
def test_a_key_of_another_act_is_refused(counter: Till, ann: Enrolled, path: str) -> None:
    counter.told("POST", path, coffee(ann), act="k")
    status, said = counter.ask("POST", path, money(ann, 10, 1000), "k")
    assert (status, said["code"]) == (422, "idempotency_key_reused")


def test_keys_are_of_one_api_key_and_one_route(
    shop: Shop, ask: Any, counter: Till, ann: Enrolled
) -> None:
    held = counter.told("POST", HOLD, money(ann, 30, 1000), act="k")
    spent = counter.told("POST", REDEEM, money(ann, 30, 1000), act="k")
    other = till(shop, ask).told("POST", REDEEM, money(ann, 40, 1000), act="k")
    assert (held["outcome"], spent["outcome"], other["outcome"]) == ("held", "redeemed", "redeemed")
    assert shop.world.balance(ann) == 180


@pytest.mark.parametrize(
    "price",
    [
        {},
        {"reward": "free-coffee", "points": 5, "bill": 10},
        {"reward": "free-coffee", "bill": 10},
        {"points": 5},
        {"bill": 10},
    ],
)
def test_a_price_is_a_reward_or_points_on_a_bill(
    counter: Till, ann: Enrolled, price: dict[str, Any]
) -> None:
    for path in (REDEEM, HOLD):
        status, said = counter.ask("POST", path, {"card_code": ann.card_code, **price})
        assert (status, said["errors"][0]["code"]) == (422, "reward_or_points")


def test_an_unknown_reward_and_an_unknown_card(counter: Till, ann: Enrolled) -> None:
    for path in (REDEEM, HOLD):
        status, said = counter.ask("POST", path, {**coffee(ann), "reward": "tea"})
        assert (status, said["errors"][0]["code"]) == (422, "unknown_reward")
        said = counter.told("POST", path, {**coffee(ann), "card_code": "1.A.X.Y"})
        assert (said["outcome"], said["reason"]) == ("declined", "card_not_found")
        assert said["sentence"] == "no card of this program has that code"


def test_points_pay_a_part_of_a_bill_from_quote_to_capture(
    shop: Shop, counter: Till, ann: Enrolled
) -> None:
    bill = {"card_code": ann.card_code, "total": 500}
    payable = counter.told("POST", "/v1/quote", bill)["payable"]
    assert payable == {"points": 150, "amount": 150}
    held = counter.told("POST", HOLD, money(ann, payable["points"], 500))
    assert (held["outcome"], held["price"], held["pays"], held["available"]) == (
        "held", 150, 150, 100,
    )  # fmt: skip
    assert held["expires_at"] == "2026-05-04T12:15:00Z"
    order = {"source": "till", "id": "r-2"}
    path = f"{HOLD}/{held['id']}/capture"
    captured = counter.told("POST", path, {"order": order})
    assert (captured["outcome"], captured["price"], captured["balance"]) == ("captured", 150, 100)
    sold = counter.sell(500, ann.card_code, "r-2", points_paid=150)
    assert sold["points"] == 35  # what points paid earns nothing
    back = counter.sell(500, None, "r-2", version=2, status="refunded")
    assert back["moved"] == [{"pot": "points", "earned": -35, "returned": 150}]
    assert shop.world.balance(ann) == 250


def test_a_hold_is_captured_once_and_in_part(shop: Shop, counter: Till, ann: Enrolled) -> None:
    held = counter.told("POST", HOLD, money(ann, 150, 500))
    path = f"{HOLD}/{held['id']}/capture"
    first = counter.answer("POST", path, {"points": 60})
    again = counter.answer("POST", path, {"points": 60})
    assert first["body"] == again["body"]
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert counter.ask("POST", path, {"points": 61})[1]["code"] == "id_reused"
    assert shop.world.balance(ann) == 190
    late = counter.told("POST", f"{HOLD}/{held['id']}/release", {})
    assert (late["outcome"], late["reason"]) == ("declined", "hold_not_open")


def test_a_member_has_one_open_hold(shop: Shop, ask: Any, counter: Till, ann: Enrolled) -> None:
    held = counter.told("POST", HOLD, coffee(ann))
    other = till(shop, ask)
    said = other.told("POST", HOLD, coffee(ann))
    assert (said["outcome"], said["reason"]) == ("declined", "another_hold_open")
    assert said["sentence"] == "another hold is open on this card"
    assert other.told("POST", f"{HOLD}/{held['id']}/release", {})["available"] == 250
    assert other.told("POST", HOLD, coffee(ann))["outcome"] == "held"


def test_a_hold_lapses(shop: Shop, counter: Till, ann: Enrolled) -> None:
    held = counter.told("POST", HOLD, coffee(ann))
    shop.world.wait(minutes=16)
    said = counter.told("POST", f"{HOLD}/{held['id']}/capture", {})
    assert (said["outcome"], said["reason"], said["price"]) == ("declined", "hold_not_open", None)
    assert counter.told("GET", path_of(ann.card_code))["pots"][0]["available"] == 250


@pytest.mark.parametrize("end", ["capture", "release"])
def test_a_hold_of_nobody_is_not_found(
    shop: Shop, ask: Any, counter: Till, ann: Enrolled, end: str
) -> None:
    held = counter.told("POST", HOLD, coffee(ann))
    foreign = till(shop, ask, program="barber")
    answers = [
        foreign.answer("POST", f"{HOLD}/{name}/{end}", {})
        for name in (held["id"], "a" * 26, "nothing")
    ]
    assert {answer["statusCode"] for answer in answers} == {404}
    assert len({answer["body"] for answer in answers}) == 1


def undo(till: Till, spent: dict[str, Any], **body: str) -> tuple[int, dict[str, Any]]:
    return till.ask("POST", f"{REDEEM}/{spent['id']}/undo", body)


def test_a_till_undoes_its_own_within_the_time(shop: Shop, counter: Till, ann: Enrolled) -> None:
    spent = counter.told("POST", REDEEM, coffee(ann))
    shop.world.wait(hours=24)
    status, said = undo(counter, spent)
    assert (status, said["outcome"], said["points"], said["balance"]) == (200, "returned", 100, 250)
    shop.world.wait(days=3)
    again = counter.answer("POST", f"{REDEEM}/{spent['id']}/undo", {})
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert shop.world.balance(ann) == 250


def test_the_time_to_undo_ends(shop: Shop, counter: Till, ann: Enrolled) -> None:
    spent = counter.told("POST", REDEEM, coffee(ann))
    shop.world.wait(hours=24, seconds=1)
    status, said = undo(counter, spent)
    assert (status, said["code"]) == (409, "too_late")
    shop.world.put_program("coffee", points_as_money=MONEY, undo_minutes=3000)
    shop.world.wait(minutes=5)  # programs are kept in memory for a while
    assert undo(counter, spent)[0] == 200


def test_another_till_does_not_undo_it_and_staff_do_with_a_reason(
    shop: Shop, ask: Any, counter: Till, ann: Enrolled
) -> None:
    spent = counter.told("POST", REDEEM, coffee(ann))
    assert undo(till(shop, ask), spent)[1]["code"] == "not_yours"
    staff = till(shop, ask, "staff")
    status, said = undo(staff, spent)
    assert (status, said["errors"][0]["code"]) == (422, "reason_missing")
    status, said = undo(staff, spent, reason="Wrong card.")
    assert (status, said["outcome"]) == (200, "returned")
    (note,) = [item for key, item in shop.world.tables.items.items() if key.sk.startswith("NOTE#")]
    assert note["text"] == "Wrong card."
    assert undo(till(shop, ask, program="barber"), spent)[0] == 404


def test_a_captured_hold_is_undone_like_a_redemption(
    shop: Shop, counter: Till, ann: Enrolled
) -> None:
    limits = [{"action": "redeem", "period": "day", "count": 1}]
    shop.world.put_program("coffee", points_as_money=MONEY, limits=limits)
    held = counter.told("POST", HOLD, coffee(ann))
    assert undo(counter, held)[0] == 404
    counter.told("POST", f"{HOLD}/{held['id']}/capture", {})
    declined = counter.told("POST", REDEEM, coffee(ann))
    assert declined["reason"] == "limit"
    status, said = undo(counter, held)
    assert (status, said["points"], said["balance"]) == (200, 100, 250)
    assert counter.told("POST", REDEEM, coffee(ann))["outcome"] == "redeemed"


def test_a_redemption_by_webhook_is_undone_by_its_tills_key(
    shop: Shop, ask: Any, ann: Enrolled
) -> None:
    shop.world.redeem(ann, "w/1")
    foreign = till(shop, ask, sources=("till-2",))
    assert foreign.ask("POST", f"{REDEEM}/till:w/1/undo", {})[0] == 404
    own = till(shop, ask, sources=("till",))
    assert own.told("POST", f"{REDEEM}/till:w/1/undo", {})["points"] == 100
    assert own.ask("POST", f"{REDEEM}/till:none/undo", {})[0] == 404


def test_an_order_of_another_till_is_not_paid(shop: Shop, ask: Any, ann: Enrolled) -> None:
    counter = till(shop, ask, sources=("till-2",))
    order = {"source": "till", "id": "1"}
    status, said = counter.ask("POST", REDEEM, {**coffee(ann), "order": order})
    assert (status, said["code"]) == (403, "source_not_allowed")
