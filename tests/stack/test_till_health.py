"""An owner asks how tills' endpoints do, and a webhook that was lost is found by the poll."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from infra.commands.__main__ import main
from infra.local.deployment import FUNCTIONS, Cloud
from infra.local.vendors.server import VendorServer
from infra.local.vendors.square import Square
from infra.local.web import Reply, ask_json, until
from tests.stack.test_vendor_reading import SquareShop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


@pytest.fixture
def square(shop: Shop, running: RunningStack, tmp_path: Path) -> Iterator[SquareShop]:
    with VendorServer(Square()) as server:
        yield SquareShop(shop, running, server, tmp_path)
        server.heal()
        shop.settle()


def look(shop: Shop, path: str = "") -> Reply:
    key = {"Authorization": f"Bearer {shop.stack['owner_key']}"}
    return ask_json("GET", f"{shop.stack['base_url']}/v1/endpoints{path}", None, key)


def count(shop: Shop, endpoint: str, kind: str) -> int:
    days = look(shop, f"/{endpoint}").json()["days"]
    return sum(int(day["counts"].get(kind, 0)) for day in days)


def sweep(shop: Shop) -> None:
    """What the clock does every minute."""
    cloud = Cloud(int(shop.stack["aws"]["endpoint_url"].rpartition(":")[2]))
    cloud.client("lambda").invoke(FunctionName=f"{FUNCTIONS}sweeper", Payload=b"{}")


def test_an_owner_sees_what_came_and_what_went_wrong(
    shop: Shop, running: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    name = shop.stack["webhook"]["url"].rpartition("/")[2]
    before = {kind: count(shop, name, kind) for kind in ("messages", "not_authentic")}
    ann = shop.customer()
    order = shop.till.order(uuid.uuid4().hex, 1000, ann.by_card)
    assert shop.till.send(order).status == 202
    assert shop.till.seal(order, secret="whsec_" + "a" * 40).post_until_taken().status == 401
    assert shop.balance(ann) == 100
    until("the sale to be counted", lambda: count(shop, name, "messages") > before["messages"])
    # The door writes what it refuses at once, and again ten seconds later.
    refused = before["not_authentic"]
    until("the refusal to be counted", lambda: count(shop, name, "not_authentic") > refused)
    told = look(shop, f"/{name}").json()
    assert told["last_sale_at"] is not None
    assert name in {one["id"] for one in look(shop).json()["endpoints"]}
    words = ["till", "health", "--program", shop.stack["program"], "--folder", str(running.folder)]
    capsys.readouterr()
    assert main(words) == 0
    assert f"{name}  standard" in capsys.readouterr().out


def test_what_a_till_reports_by_the_api_is_seen_under_its_own_name(shop: Shop) -> None:
    key, source = {"Authorization": f"Bearer {shop.stack['till_key']}"}, "till"
    order = {
        "version": 1,
        "status": "completed",
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "currency": shop.stack["currency"],
        "total": 1000,
        "member": {"card_code": shop.customer().code},
    }
    url = f"{shop.stack['base_url']}/v1/orders/{source}/{uuid.uuid4().hex}"
    reply = ask_json("PUT", url, order, key)
    assert reply.status == 200, reply
    # What a process counts is written at once, and then with the first order ten seconds later.
    told = look(shop, "/api.till").json()
    assert (told["scheme"], told["sources"]) == ("api", ["till"])
    assert told["last_message_at"] is not None
    assert told["last_sale_at"] is not None
    assert "api.till" in {one["id"] for one in look(shop).json()["endpoints"]}
    owner = {"Authorization": f"Bearer {shop.stack['owner_key']}"}
    trial = f"{shop.stack['base_url']}/v1/endpoints/api.till/test"
    assert ask_json("POST", trial, {}, owner).status == 404


def test_a_sale_whose_webhooks_were_lost_is_found_by_the_poll(
    shop: Shop, square: SquareShop
) -> None:
    ann = shop.customer()
    line = square.counter.line("flat-white", 1250)
    order = square.counter.open(line, reference=ann.code)
    square.counter.pay(order, 1250)
    lost = square.counter.sent()
    assert shop.balance(ann) == 0
    sweep(shop)
    shop.settle()
    until("the sale to be found", lambda: shop.balance(ann) == 125, 60)
    name = square.name
    until("that to be counted", lambda: count(shop, name, "found") == 1)
    shown = look(shop, f"/{name}").json()
    assert shown["polled_until"] is not None
    assert shown["state"] == "too_few"
    # Asked again, nothing is found that is known.
    for event in lost:
        assert square.send(event) == 202
    shop.settle()
    assert shop.balance(ann) == 125
    assert count(shop, name, "found") == 1


def test_a_trial_and_a_replay_through_the_real_doors(
    shop: Shop, running: RunningStack, square: SquareShop, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the command for a vendor with a token, over /v1 for our own till's address."""
    local = ["--folder", str(running.folder)]
    capsys.readouterr()
    assert main(["till", "test", square.name, *local]) == 0
    assert "came through" in capsys.readouterr().out
    name = shop.stack["webhook"]["url"].rpartition("/")[2]
    began = datetime.now(UTC)
    ann = shop.customer()
    order = shop.till.order(uuid.uuid4().hex, 1000, ann.by_card)
    assert shop.till.send(order).status == 202
    assert shop.balance(ann) == 100
    key = {"Authorization": f"Bearer {shop.stack['owner_key']}"}
    url = f"{shop.stack['base_url']}/v1/endpoints/{name}"
    assert ask_json("POST", f"{url}/test", None, key).status == 202
    until("the trial", lambda: look(shop, f"/{name}").json()["test"]["outcome"] == "came_through")
    before = count(shop, name, "replayed")
    assert ask_json("POST", f"{url}/replay", {"since": began.isoformat()}, key).status == 202
    until("the message to come again", lambda: count(shop, name, "replayed") > before)
    shop.settle()
    assert shop.balance(ann) == 100
