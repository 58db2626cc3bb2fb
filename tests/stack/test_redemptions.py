"""Spending points against a running stack: one answer per id, whatever happens."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from infra.local.till import post_all
from tests.stack.reckoning import Expected, wrong

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


def test_one_id_asked_at_once_and_again_has_one_answer(shop: Shop) -> None:
    ann = shop.holder()
    order = shop.sell(ann, 2500)
    shop.settle()
    redemption = uuid.uuid4().hex
    message = shop.till.redemption(redemption, ann.code, shop.reward["id"])
    replies = post_all([shop.till.seal(message) for _ in range(6)])
    answer = {"outcome": "redeemed", "balance": 150, "price": 100}
    assert [(reply.status, reply.json()) for reply in replies] == [(200, answer)] * 6
    replayed = [reply.headers.get("idempotent-replayed") for reply in replies]
    assert sorted(replayed, key=str) == [None] + ["true"] * 5
    shop.sell(ann, 1000, "more-" + order)
    assert shop.balance(ann) == 250
    assert shop.redeem(ann, redemption).json() == answer
    standing = shop.standing(ann)
    expected = Expected({f"till#{order}": 2500, f"till#more-{order}": 1000}, {redemption})
    assert wrong(expected, standing.account, standing.entries) == []


def test_points_for_one_reward_buy_one(shop: Shop) -> None:
    ann = shop.holder()
    shop.sell(ann, 1500)
    shop.settle()
    ids = [uuid.uuid4().hex for _ in range(5)]
    seal = shop.till.seal
    replies = post_all([seal(shop.till.redemption(i, ann.code, shop.reward["id"])) for i in ids])
    outcomes = [reply.json()["outcome"] for reply in replies]
    assert sorted(outcomes) == ["declined"] * 4 + ["redeemed"]
    assert shop.balance(ann) == 50


def test_a_declined_redemption_stays_declined(shop: Shop) -> None:
    ann, redemption = shop.holder(), uuid.uuid4().hex
    declined = shop.redeem(ann, redemption)
    assert declined.status == 200
    body = declined.json()
    assert (body["outcome"], body["balance"], body["price"]) == ("declined", 0, 100)
    shop.sell(ann, 1000)
    assert shop.balance(ann) == 100
    assert shop.redeem(ann, redemption).json() == body
    assert shop.balance(ann) == 100


def test_an_id_cannot_be_used_for_another_card(shop: Shop) -> None:
    ann, bob, redemption = shop.customer(), shop.customer(), uuid.uuid4().hex
    assert shop.redeem(ann, redemption).status == 200
    assert shop.redeem(bob, redemption).status == 422


def test_an_unknown_reward_is_422_and_names_the_known(shop: Shop) -> None:
    ann = shop.customer()
    reply = shop.till.send(shop.till.redemption(uuid.uuid4().hex, ann.code, "free-tea"))
    assert reply.status == 422
    assert "free-coffee" in reply.json()["errors"][0]["detail"]
