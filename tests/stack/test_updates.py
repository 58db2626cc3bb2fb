"""How changes reach both wallets, through faults of both, against a running stack."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from infra import demo
from infra.local.phone import Iphone
from infra.local.web import ask, until

if TYPE_CHECKING:
    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack


def second_phone(shop: Shop, customer: Customer) -> Iphone:
    phone = Iphone(shop.stack, f"second of {customer.serial}")
    phone.install(customer.card["apple_url"])
    return phone


def test_make_demo_plays_twice_on_one_stack(
    running: RunningStack, shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        began = time.monotonic()
        assert demo.main(["--folder", str(running.folder)]) == 0, capsys.readouterr().err
        shop.timings.setdefault("make demo", []).append(time.monotonic() - began)
    told = capsys.readouterr().out
    assert told.count("All as it should be") == 2
    assert "Google Wallet Points 165" in told


def test_make_demo_without_a_stack_is_one_sentence(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo.main(["--folder", str(tmp_path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "make run" in error


def test_every_change_reaches_every_device_once(shop: Shop) -> None:
    began = time.monotonic()
    ann = shop.customer()
    shop.timings.setdefault("join", []).append(time.monotonic() - began)
    ann.install().save()
    phones = [ann.phone, second_phone(shop, ann)]
    points = 0
    for number in range(1, 6):
        points += 10 * number
        shop.sell(ann, 100 * number)
        ann.google.wait_for_balance(points)
        google_at = time.time()
        pushes = [phone.wait_for_push() for phone in phones]
        for phone, push in zip(phones, pushes, strict=True):
            assert push["topic"] == shop.stack["apple"]["pass_type_identifier"]
            assert push["payload"] == "{}"
            assert phone.fetch_news() == (ann.serial,)
            assert phone.passes[ann.serial].shown["balance"] == points
            assert phone.fetch_news() == ()
        committed = shop.standing(ann).entries[-1].at / 1_000_000
        recorded = shop.timings.setdefault("commit to push at APNs", [])
        recorded += [push["at"] - committed for push in pushes]
        shop.timings.setdefault("commit to Google object", []).append(google_at - committed)
        shop.settle()
        assert [len(phone.pushes()) for phone in phones] == [number, number]
    began = time.monotonic()
    assert shop.redeem(ann).json() == {"outcome": "redeemed", "balance": 50, "price": 100}
    shop.timings.setdefault("redeem, answered", []).append(time.monotonic() - began)
    assert shop.balance(ann) == 50


def test_many_changes_at_once_end_at_the_last_state(shop: Shop) -> None:
    ann = shop.holder()
    for _ in range(12):
        shop.sell(ann, 100)
    assert shop.balance(ann) == 120
    rung = ann.phone.pushes()
    assert 1 <= len(rung) <= 12
    assert rung[-1]["at"] >= shop.standing(ann).entries[-1].at / 1_000_000


def test_a_gone_device_is_forgotten_and_may_come_back(shop: Shop) -> None:
    ann = shop.holder()
    gone = int((time.time() + 5) * 1000)  # after the registration, to the second
    shop.faults({"token": ann.phone.push_token, "status": 410, "timestamp": gone})
    shop.sell(ann, 1000)
    until("the 410", lambda: ann.phone.pushes(410))
    shop.settle()
    assert ann.phone.list_changes().status == 204
    shop.end_faults()
    shop.sell(ann, 1000)
    shop.settle()
    assert ann.phone.pushes() == []
    assert len(ann.phone.pushes(410)) == 1
    assert ann.phone.register(ann.held) == 201
    shop.sell(ann, 1000)
    assert shop.balance(ann) == 300
    assert len(ann.phone.pushes()) == 1


def test_a_device_that_registered_after_it_was_gone_stays(shop: Shop) -> None:
    ann = shop.holder()
    gone = int((time.time() - 60) * 1000)
    shop.faults({"token": ann.phone.push_token, "status": 410, "timestamp": gone})
    shop.sell(ann, 1000)
    until("the 410", lambda: ann.phone.pushes(410))
    shop.settle()
    shop.end_faults()
    assert ann.phone.list_changes().status == 200
    shop.sell(ann, 1000)
    assert shop.balance(ann) == 200
    assert len(ann.phone.pushes()) == 1


@pytest.mark.parametrize("fault", [{"status": 503, "next": 1}, {"status": 429, "next": 1}])
def test_pushes_that_apns_could_not_take_are_sent_again(shop: Shop, fault: dict[str, Any]) -> None:
    ann = shop.holder()
    shop.faults(fault)
    shop.sell(ann, 1000)
    push = ann.phone.wait_for_push()
    assert push["payload"] == "{}"
    assert shop.balance(ann) == 100
    assert len(ann.phone.pushes(fault["status"])) == fault["next"]
    assert len(ann.phone.pushes()) == 1


def test_no_push_is_lost_when_apns_sends_the_connection_away(shop: Shop) -> None:
    people = [shop.holder() for _ in range(4)]
    shop.faults({"goaway_every": 2})
    for ann in people:
        shop.sell(ann, 1000)
    for ann in people:
        ann.phone.wait_for_push()
    shop.faults({"goaway_every": 0})
    shop.faults({"goaway": True})
    for ann in people:
        shop.sell(ann, 1000)
    assert [shop.balance(ann) for ann in people] == [200] * 4
    assert all(len(ann.phone.pushes()) >= 2 for ann in people)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"status": 503, "next": 2}, id="503 twice"),
        pytest.param({"status": 503, "next": 8}, id="503 for longer than a worker waits"),
        pytest.param({"status": 404, "next": 1, "method": "PATCH"}, id="404"),
        pytest.param({"status": 409, "next": 1, "method": "PATCH"}, id="409"),
        pytest.param({"status": 401, "next": 1}, id="401"),
        pytest.param({"after_commit": True, "next": 2}, id="answer lost after commit"),
        pytest.param({"after_commit": True, "delay": 6, "next": 1}, id="time-out after commit"),
        pytest.param({"next": 2}, id="dropped before"),
    ],
)
def test_google_ends_at_the_last_state(shop: Shop, fault: dict[str, Any]) -> None:
    ann = shop.holder()
    shop.google_faults(fault)
    shop.sell(ann, 1000)
    shop.sell(ann, 500)
    assert shop.balance(ann) == 150
    shown = ann.google.object
    assert shown["loyaltyPoints"]["balance"] == {"int": 150}
    texts = {module["id"]: module["body"] for module in shown["textModulesData"]}
    assert texts["reward"] == "Free coffee"


def test_saving_while_google_fails_asks_to_try_again_and_then_works(shop: Shop) -> None:
    ann = shop.customer()
    shop.google_faults({"status": 503, "next": 9, "path": "loyaltyObject"})
    reply = ask("GET", ann.card["google_url"])
    assert reply.status == 503
    assert int(reply.headers["retry-after"]) > 0
    shop.end_faults()
    shop.sell(ann, 1000)
    shop.settle()
    ann.save()
    assert ann.google.balance == 100
