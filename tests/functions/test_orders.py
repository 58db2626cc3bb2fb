"""The inbox worker: what can be booked is booked, what cannot comes again, alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from functions import orders, webhooks
from functions.http.failures import FunctionFailed
from functions.wiring import access, vendors
from infra.local.vendors.server import VendorServer
from infra.local.vendors.square import Square
from infra.local.vendors.square_counter import Counter
from loyalty.messages import Contact
from loyalty.store import keys, till_watch
from loyalty.store.tables import Delete
from loyalty.tills import registry
from loyalty.tills.client import Client, connections
from loyalty.tills.failures import VendorFailed
from tests.support.events import sqs
from tests.support.till import order, square_event, square_signed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

POISON = [
    "",
    "not json",
    "[]",
    "{}",
    '{"endpoint": "coffee-till"}',
    '{"endpoint": "gone", "body": "{}"}',
]


@pytest.fixture
def ann(shop: Shop) -> Enrolled:
    return shop.world.enrol()


def kept(message: dict[str, Any], endpoint: str = "coffee-till") -> str:
    return json.dumps({"endpoint": endpoint, "body": json.dumps(message)})


def failed(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def metrics(text: str) -> dict[str, list[float]]:
    """Return the figures of the one metrics line that a handler printed."""
    (line,) = [line for line in text.splitlines() if '"_aws"' in line]
    return {name: value for name, value in json.loads(line).items() if isinstance(value, list)}


def test_what_the_door_kept_is_booked(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    message = order(member={"card_code": ann.card_code})
    assert ask(webhooks, shop.post("/webhooks/coffee-till", message))["statusCode"] == 202
    assert failed(ask(orders, sqs(shop.queues.bodies("inbox")))) == []
    assert shop.world.balance(ann) == 125


def test_a_vendors_payment_is_booked(shop: Shop, ask: Ask) -> None:
    contact = Contact("email", "ann.example@example.com")
    ann = shop.world.enrol(contact)
    shop.world.prove(ann)
    body = json.dumps(square_event("payment.updated.with-email")).encode()
    event = shop.post("/webhooks/coffee-square", body, square_signed(body))
    assert ask(webhooks, event)["statusCode"] == 202
    assert failed(ask(orders, sqs(shop.queues.bodies("inbox")))) == []
    assert shop.world.balance(ann) == 125


def test_one_order_through_both_doors_counts_once(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    payment = square_event("payment.updated.completed")
    order_id = payment["data"]["object"]["payment"]["order_id"]
    basket = order(member={"card_code": ann.card_code}, source="square", id=order_id)
    batch = [kept(payment, "coffee-square"), kept(basket), kept(payment, "coffee-square")]
    assert failed(ask(orders, sqs(batch))) == []
    assert shop.world.balance(ann) == 125
    assert len(shop.world.entries(ann)) == 1


def test_only_what_failed_comes_again(
    shop: Shop, ask: Ask, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    member = {"card_code": ann.card_code}
    good = [kept(order(member, id=str(number), total=100)) for number in range(3)]
    batch = [good[0], *POISON[:3], good[1], *POISON[3:], good[2]]
    assert failed(ask(orders, sqs(batch))) == [f"message-{n}" for n in (1, 2, 3, 5, 6, 7)]
    assert shop.world.balance(ann) == 30
    assert metrics(capsys.readouterr().out) == {
        "OrderFailed": [1.0] * 6,
        "OrderRecorded": [1.0] * 3,
    }
    errors = [line for line in shop.logged() if line["level"] == "ERROR"]
    assert [line["sqs_message"] for line in errors] == [f"message-{n}" for n in (1, 2, 3, 5, 6, 7)]
    assert all(line["error"] and line["places"] for line in errors)


def test_a_whole_batch_that_fails_comes_again_and_the_next_one_is_clean(
    shop: Shop, ask: Ask, ann: Enrolled
) -> None:
    assert len(failed(ask(orders, sqs(POISON)))) == len(POISON)
    assert failed(ask(orders, sqs([kept(order({"card_code": ann.card_code}))]))) == []


def test_a_message_delivered_again_counts_once(shop: Shop, ask: Ask, ann: Enrolled) -> None:
    message = kept(order({"card_code": ann.card_code}))
    for _ in range(2):
        assert failed(ask(orders, sqs([message, message]))) == []
    assert shop.world.balance(ann) == 125


def test_an_outage_loses_nothing(
    shop: Shop, ask: Ask, ann: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = kept(order({"card_code": ann.card_code}))

    def fail(*_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as outage:
        outage.setattr(shop.world.tables, "write", fail)
        assert failed(ask(orders, sqs([message]))) == ["message-0"]
    assert failed(ask(orders, sqs([message]))) == []
    assert shop.world.balance(ann) == 125


def test_the_message_of_a_deleted_endpoint_waits_for_a_person(shop: Shop, ask: Ask) -> None:
    shop.world.tables.write(Delete(keys.directory_key("endpoint", "coffee-till")))
    assert failed(ask(orders, sqs([kept(order())]))) == ["message-0"]


def test_what_is_no_order_leaves_the_queue(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failed(ask(orders, sqs([kept({"type": "shift.closed"})]))) == []
    assert metrics(capsys.readouterr().out) == {"OrderIgnored": [1.0]}


def test_one_version_with_two_contents_is_told(
    shop: Shop, ask: Ask, ann: Enrolled, capsys: pytest.CaptureFixture[str]
) -> None:
    member = {"card_code": ann.card_code}
    ask(orders, sqs([kept(order(member, total=1000)), kept(order(member, total=900))]))
    assert metrics(capsys.readouterr().out)["OrderConflict"] == [1.0]
    assert any("two contents" in line["message"] for line in shop.logged())
    assert shop.world.balance(ann) == 90


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("event", [{}, {"Records": None}])
def test_an_event_that_is_no_batch_is_told(shop: Shop, ask: Ask, event: dict[str, Any]) -> None:
    with pytest.raises(FunctionFailed, match=r"^UnexpectedBatchTypeError$"):
        ask(orders, event)


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_an_empty_batch_fails_nothing(shop: Shop, ask: Ask) -> None:
    assert ask(orders, {"Records": []}) == {"batchItemFailures": []}


def test_nothing_private_is_logged(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    """A canary in every private field of messages that work, park, conflict and fail."""
    ann = shop.world.enrol(Contact("email", "canary-mail@example.com"))
    shop.world.prove(ann)
    capsys.readouterr()
    member = {
        "card_code": ann.card_code,
        "phone": "+1 212 555 0199",
        "email": "canary-mail@example.com",
    }
    lines = [{"name": "canary-line", "amount": 1, "category": "canary-category"}]
    hidden = order({"card_code": "canary-code", "email": "canary-two@example.com"}, id="2")
    wrong = order(member, total="canary-total", status="canary-status", id="canary id")
    square = square_event("payment.updated.with-email")
    square["data"]["object"]["payment"]["buyer_email_address"] = "canary-three@example.com"
    batch = [
        kept(order(member, lines=lines)),
        kept(order(member, lines=lines, total=1)),
        kept(hidden),
        kept(wrong),
        kept(square, "coffee-square"),
        '{"endpoint": "coffee-till", "body": "canary-body"}',
        '{"canary-key": "canary-value"}',
        "canary-text",
    ]
    assert len(failed(ask(orders, sqs(batch)))) == 4
    for message in (order(member, lines=lines), hidden, wrong):
        ask(webhooks, shop.post("/webhooks/coffee-till", message))
        ask(webhooks, shop.post("/webhooks/coffee-till", message, {"webhook-id": "canary-id"}))
    text = shop.log.getvalue() + "".join(capsys.readouterr())
    assert len(shop.logged()) >= 8
    secrets = [*shop.secrets.values(), ann.card_code, ann.link, "5550199", "555 0199"]
    assert [word for word in ("canary", *secrets) if word in text] == []


def test_the_canaries_sing(shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a log line that quotes what was sent is found."""
    from functions.aws.observability import logger  # noqa: PLC0415

    really = access.credentials

    def talkative() -> Any:
        logger.info("canary-line")
        return really()

    monkeypatch.setattr(access, "credentials", talkative)
    ask(orders, sqs([kept(order())]))
    assert "canary" in shop.log.getvalue()


def test_a_poll_that_the_vendor_does_not_answer_is_made_up_for_by_the_next(
    shop: Shop, ask: Ask, square: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vendor that is down for hours leaves no dead letter; an owner's own question would."""
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(till_watch, "ask_again", lambda _, *of: asked.append(of[1:]))

    def down(*_: object) -> NoReturn:
        raise VendorFailed("unavailable")

    connector = registry.CONNECTORS["square"]
    connectors = {**registry.CONNECTORS, "square": replace(connector, changed=down)}
    monkeypatch.setattr(registry, "CONNECTORS", connectors)
    between = {"since": square.clock.isoformat(), "until": shop.now.isoformat()}
    message = {"endpoint": "coffee-square", **between}
    assert failed(ask(orders, sqs([json.dumps({**message, "mark": 1_700_000_000})]))) == []
    assert asked == [("coffee-square", 1_700_000_000)]
    assert failed(ask(orders, sqs([json.dumps(message)]))) == ["message-0"]
    assert len(asked) == 1


@pytest.fixture
def square(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    """A shop whose Square can be asked."""
    vendor = Square()
    with VendorServer(vendor) as server:
        client = Client(
            server.address,
            vendor.token,
            left=lambda: 20.0,
            pool=connections(local=True),
            random=lambda: 0.0,
            sleep=lambda _: None,
        )
        monkeypatch.setattr(vendors, "client", lambda _: client)
        yield Counter(vendor)


def test_what_no_message_brought_is_caught_up_with(
    shop: Shop, ask: Ask, ann: Enrolled, square: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    since = square.clock.isoformat()
    known, lost = (
        square.open(square.line(None, amount), reference=ann.card_code) for amount in (1000, 700)
    )
    square.pay(known, 1000)
    told = [kept(event, "coffee-square") for event in square.sent() if known in json.dumps(event)]
    payment = square.pay(lost, 700)
    # The card on the order goes before the e-mail of its payment, which the list tells first.
    ben = shop.world.enrol_proved(Contact("email", "ben@example.com"))
    square.square.payments[payment]["buyer_email_address"] = "ben@example.com"
    assert failed(ask(orders, sqs(told))) == []
    assert shop.world.balance(ann) == 100
    catch_up = json.dumps(
        {"endpoint": "coffee-square", "since": since, "until": shop.now.isoformat()}
    )
    capsys.readouterr()
    assert failed(ask(orders, sqs([catch_up]))) == []
    assert metrics(capsys.readouterr().out)["OrderMissed"] == [1.0]
    more = shop.queues.bodies("inbox")
    assert [json.loads(one)["wanted"] for one in more] == [[["payment", payment]]]
    assert failed(ask(orders, sqs(more))) == []
    assert (shop.world.balance(ann), shop.world.balance(ben)) == (170, 0)
    # Again it finds nothing new.
    capsys.readouterr()
    assert failed(ask(orders, sqs([catch_up]))) == []
    assert "OrderMissed" not in metrics(capsys.readouterr().out)
    assert shop.queues.bodies("inbox") == more
