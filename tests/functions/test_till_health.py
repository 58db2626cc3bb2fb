"""What the door and the worker count, as the owner's API tells it, and secrets read anew."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions import orders, owner, sweeper, webhooks
from functions.http.failures import FunctionFailed
from functions.wiring import environment, ledger
from loyalty.access.keys import KEEP, Credentials
from loyalty.core.instants import microseconds
from loyalty.store import till_counts
from tests.support.events import content, http, sqs
from tests.support.till import (
    OTHER_SECRET,
    SQUARE,
    SQUARE_KEY,
    TILL,
    order,
    signed,
    square_signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.access.keys import Endpoint
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

PLACE = f"/webhooks/{TILL.id}"


def text(document: Any) -> bytes:
    return json.dumps(document).encode()


def post(shop: Shop, ask: Ask, body: bytes, headers: dict[str, str] | None = None) -> int:
    answer = ask(webhooks, shop.post(PLACE, body, headers))
    return int(answer["statusCode"])


def work(shop: Shop, ask: Ask) -> None:
    bodies = shop.queues.bodies("inbox")
    ask(orders, sqs(bodies))
    bodies.clear()
    shop.queues.sent.clear()


def look(shop: Shop, ask: Ask, endpoint: str = TILL.id, key: str | None = None) -> dict[str, Any]:
    headers = {"authorization": key or shop.key("owner")}
    return ask(owner, http("GET", f"/v1/endpoints/{endpoint}", headers))


def counts(shop: Shop, ask: Ask) -> dict[str, int]:
    told = content(look(shop, ask))
    assert [one["counts"] for one in told["hours"]] == [one["counts"] for one in told["days"]]
    found: dict[str, int] = told["hours"][0]["counts"] if told["hours"] else {}
    return found


def test_what_becomes_of_each_message_is_counted_where_it_ends(shop: Shop, ask: Ask) -> None:
    assert counts(shop, ask) == {}
    member = shop.world.enrol()
    assert post(shop, ask, text(order({"card_code": member.card_code}))) == 202
    assert post(shop, ask, text(order(id="1002"))) == 202
    work(shop, ask)
    assert counts(shop, ask) == {"messages": 2, "sales": 1, "parked": 1}
    assert post(shop, ask, b"{}", {"webhook-id": "x"}) == 401
    assert counts(shop, ask)["not_authentic"] == 1
    for body, kind, status in (
        (b"{", "unreadable", 400),
        (b'{"type": "order.updated"}', "unusable", 422),
        (b'{"type": "menu.updated"}', "not_for_us", 200),
    ):
        shop.world.wait(seconds=10)
        assert post(shop, ask, body) == status
        assert counts(shop, ask)[kind] == 1
    assert counts(shop, ask)["messages"] == 2
    assert set(content(look(shop, ask))["sentences"][0].split()) >= {"1", "signed"}


def test_a_message_that_fails_is_counted_once_and_its_failure_each_time(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert post(shop, ask, text(order())) == 202
    event = sqs(shop.queues.bodies("inbox"))
    (record,) = event["Records"]
    with monkeypatch.context() as broken:
        broken.setattr(ledger, "sales", lambda: None)
        assert ask(orders, event)["batchItemFailures"]
        record["attributes"]["ApproximateReceiveCount"] = "2"
        assert ask(orders, event)["batchItemFailures"]
    assert ask(orders, event)["batchItemFailures"] == []
    assert counts(shop, ask) == {"messages": 1, "failed": 2, "parked": 1}


def test_counts_that_cannot_be_written_keep_nobody_from_an_answer(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ConnectionError("canary")

    monkeypatch.setattr(shop.world.tables, "add", fail)
    assert post(shop, ask, b"{}", {"webhook-id": "x"}) == 401
    assert post(shop, ask, text(order())) == 202
    assert ask(orders, sqs(shop.queues.bodies("inbox"))) == {"batchItemFailures": []}
    assert shop.world.sales is not None
    assert "canary" not in shop.log.getvalue()
    told = [line["message"] for line in shop.logged() if line["level"] == "WARNING"]
    assert {"message not counted", "messages not counted"} <= set(told)


def test_what_is_taken_waits_for_no_count(shop: Shop, ask: Ask) -> None:
    post(shop, ask, text(order()))
    before = shop.world.tables.calls
    assert post(shop, ask, text(order(id="1003"))) == 202
    assert shop.world.tables.calls == before, "everything the door needs is kept"


def test_only_the_programs_own_are_shown(shop: Shop, ask: Ask) -> None:
    headers = {"authorization": shop.key("owner")}
    told = content(ask(owner, http("GET", "/v1/endpoints", headers)))
    assert [one["id"] for one in told["endpoints"]] == [SQUARE.id, TILL.id]
    assert {one["state"] for one in told["endpoints"]} == {"not_looked"}
    headers = {"authorization": shop.key("owner", "barber")}
    assert content(ask(owner, http("GET", "/v1/endpoints", headers))) == {"endpoints": []}
    assert look(shop, ask, key=headers["authorization"])["statusCode"] == 404
    assert look(shop, ask, "nothing")["statusCode"] == 404
    assert look(shop, ask, key=shop.key("till", sources=("square",)))["statusCode"] == 200
    assert look(shop, ask, key=shop.key("till", sources=("other",)))["statusCode"] == 404
    assert look(shop, ask, key=shop.key("staff"))["statusCode"] == 403


def test_the_sweeper_tells_the_owner_of_a_silence(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(21 * 24):
        shop.world.wait(hours=1)
        till_counts.add(
            shop.world.tables, ("coffee", TILL.id), 0, int(shop.now.timestamp()), {"messages": 9}
        )
    ask(sweeper, {})
    shop.world.wait(hours=2)
    capsys.readouterr()
    ask(sweeper, {})
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (figures["TillQuiet"], figures["OwnerMustAct"]) == ([1.0], [1.0])
    told = [line for line in shop.logged() if line["level"] == "WARNING"]
    assert [line["endpoint"] for line in told] == [TILL.id]
    assert content(look(shop, ask))["state"] == "quiet"


def test_one_till_that_cannot_be_looked_at_hides_no_other(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = till_counts.read

    def fail(tables: Any, program: str, endpoint: str, since: int, until: int) -> Any:
        if endpoint == SQUARE.id:
            raise ConnectionError
        return read(tables, program, endpoint, since, until)

    monkeypatch.setattr(till_counts, "read", fail)
    with pytest.raises(FunctionFailed):
        ask(sweeper, {})
    monkeypatch.undo()


class Store:
    """What the parameter store holds, and what a process has kept of it."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._kept: dict[str, str] = {}
        self.read = 0

    def secret(self, name: str, *, fresh: bool = False) -> str:
        if fresh or name not in self._kept:
            self.read += 1
            self._kept[name] = self._shop.secrets[name]
        return self._kept[name]


@pytest.fixture
def store(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Store:
    found = Store(shop)
    monkeypatch.setattr(environment, "secret", found.secret)
    return found


def replace_secrets(shop: Shop, endpoint: Endpoint, **kept: Any) -> None:
    shop.secrets[f"endpoints/{endpoint.id}"] = json.dumps(kept)
    written = replace(endpoint, secrets_at=microseconds(shop.now), token=bool(kept.get("token")))
    Credentials(shop.world.tables).put_endpoint(written)


def test_a_secret_that_was_replaced_is_known_in_half_a_minute(
    shop: Shop, ask: Ask, store: Store
) -> None:
    assert post(shop, ask, text(order())) == 202
    new = "whsec_" + base64.b64encode(bytes(range(7, 39))).decode()
    replace_secrets(shop, TILL, secrets=[OTHER_SECRET, new])
    shop.world.wait(seconds=KEEP.total_seconds())
    body = text(order(id="1002"))
    assert post(shop, ask, body, signed(body, shop.now, secret=new)) == 202
    read = store.read
    for _ in range(5):
        assert post(shop, ask, body, signed(body, shop.now, secret=new)) == 202
    assert store.read == read, "and kept again"


def thin() -> dict[str, Any]:
    """An event that only says which order it is about."""
    told = {"order_id": "O1", "state": "COMPLETED", "version": 2}
    return {
        "merchant_id": "M1",
        "type": "order.updated",
        "event_id": "e1",
        "data": {"type": "order", "id": "O1", "object": {"order_updated": told}},
    }


def tell_square(shop: Shop, ask: Ask) -> dict[str, Any]:
    body = text(thin())
    signature = square_signed(body)
    return content(ask(webhooks, shop.post(f"/webhooks/{SQUARE.id}", body, signature)))


def test_nothing_is_taken_for_not_to_be_asked_once_a_token_is_kept(
    shop: Shop, ask: Ask, store: Store
) -> None:
    assert tell_square(shop, ask) == {"result": "ignored"}
    replace_secrets(shop, SQUARE, secrets=[SQUARE_KEY], token="EAAA-token")
    shop.world.wait(seconds=KEEP.total_seconds())
    assert tell_square(shop, ask) == {"result": "accepted"}
    kept = shop.queues.bodies("inbox")
    # The store tells what it held before, to this process: the message waits, unasked by nobody.
    shop.secrets[f"endpoints/{SQUARE.id}"] = json.dumps({"secrets": [SQUARE_KEY]})
    store._kept.clear()
    assert ask(orders, sqs(kept))["batchItemFailures"] == [{"itemIdentifier": "message-0"}]
    told = [line for line in shop.logged() if line["message"] == "order not recorded"]
    assert told[-1]["error"] == "LookupError"
