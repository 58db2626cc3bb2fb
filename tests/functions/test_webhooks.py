"""POST /webhooks/{endpoint}: genuine messages are kept, everything else is told what is wrong."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions import orders, redemptions, webhooks
from functions.wiring import environment, inbox, queues, storage
from loyalty.access.keys import Credentials, Endpoint
from loyalty.store import keys
from loyalty.store.tables import Delete
from loyalty.tills.incoming import LARGEST_MESSAGE
from tests.loyalty.tills.test_standard import json_values
from tests.support.events import content, http, sqs
from tests.support.till import (
    OTHER_SECRET,
    SECRET,
    SQUARE_KEY,
    SQUARE_URL,
    order,
    redemption,
    signed,
    square_event,
    square_signed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

PATH = "/webhooks/coffee-till"
SQUARE_PATH = "/webhooks/coffee-square"
BODY = json.dumps(order()).encode()


def send(shop: Shop, ask: Ask, message: Any = BODY, **options: Any) -> dict[str, Any]:
    return ask(webhooks, shop.post(PATH, message, **options))


def refused(shop: Shop, answer: dict[str, Any]) -> bool:
    """Whether nothing was kept, and the answer is the one for everybody who is not genuine."""
    return (
        answer["statusCode"] == 401
        and content(answer)["code"] == "not_authentic"
        and shop.queues.sent == {}
    )


def test_a_genuine_order_is_kept_as_it_was_sent(shop: Shop, ask: Ask) -> None:
    answer = send(shop, ask)
    assert (answer["statusCode"], content(answer)) == (202, {"result": "accepted"})
    (kept,) = shop.queues.bodies("inbox")
    assert json.loads(kept) == {"endpoint": "coffee-till", "body": BODY.decode()}


def test_the_same_again_is_accepted_again(shop: Shop, ask: Ask) -> None:
    assert [send(shop, ask)["statusCode"] for _ in range(2)] == [202, 202]


def test_a_message_in_base64_is_the_same_message(shop: Shop, ask: Ask) -> None:
    body = json.dumps(order(lines=[{"amount": 1, "name": "Кофе ☕"}]), ensure_ascii=False).encode()
    assert send(shop, ask, body, in_base64=True)["statusCode"] == 202
    (kept,) = shop.queues.bodies("inbox")
    assert json.loads(kept)["body"].encode() == body


def test_header_names_come_in_any_case(shop: Shop, ask: Ask) -> None:
    headers = {name.title(): value for name, value in signed(BODY, shop.now).items()}
    assert send(shop, ask, headers=headers)["statusCode"] == 202
    headers = {name.upper(): value for name, value in signed(BODY, shop.now).items()}
    assert send(shop, ask, headers=headers)["statusCode"] == 202


def test_the_second_secret_is_good_too(shop: Shop, ask: Ask) -> None:
    headers = signed(BODY, shop.now, secret=OTHER_SECRET)
    assert send(shop, ask, headers=headers)["statusCode"] == 202


def test_nobody_learns_which_endpoints_there_are(shop: Shop, ask: Ask) -> None:
    wrong = {**signed(BODY, shop.now), "webhook-signature": "v1,AAAA"}
    bodies = {
        send(shop, ask, headers=wrong)["body"],
        send(shop, ask, headers={})["body"],
        ask(webhooks, shop.post("/webhooks/nowhere", BODY))["body"],
        ask(webhooks, shop.post("/webhooks/nowhere", BODY, {}))["body"],
        ask(webhooks, shop.post('/webhooks/a"b', BODY))["body"],
        ask(webhooks, shop.post("/webhooks/" + "x" * 5000, BODY))["body"],
    }
    assert len(bodies) == 1
    assert refused(shop, send(shop, ask, headers=wrong))


def test_a_deleted_endpoint_is_unknown_within_half_a_minute(shop: Shop, ask: Ask) -> None:
    assert send(shop, ask)["statusCode"] == 202
    shop.queues.sent.clear()
    shop.world.tables.write(Delete(keys.directory_key("endpoint", "coffee-till")))
    shop.world.wait(seconds=30)
    assert refused(shop, send(shop, ask))


@pytest.mark.parametrize("seconds", [-301, 301])
def test_old_and_early_messages_are_refused(shop: Shop, ask: Ask, seconds: int) -> None:
    headers = signed(BODY, shop.now + timedelta(seconds=seconds))
    assert refused(shop, send(shop, ask, headers=headers))


@pytest.mark.parametrize("seconds", ["1e9", "nan", "1_0", "9" * 20])
def test_odd_timestamps_are_refused(shop: Shop, ask: Ask, seconds: str) -> None:
    assert refused(shop, send(shop, ask, headers=signed(BODY, seconds=seconds)))


def test_a_body_that_was_written_anew_is_refused(shop: Shop, ask: Ask) -> None:
    compact = json.dumps(order(), separators=(",", ":")).encode()
    assert refused(shop, send(shop, ask, compact, headers=signed(BODY, shop.now)))


@pytest.mark.parametrize(
    "secret",
    [
        None,
        "",
        "whsec_plain",
        "{}",
        "[]",
        '{"secrets": null}',
        '{"secrets": []}',
        '{"secrets": [null]}',
        '{"secrets": [""]}',
        json.dumps({"secrets": SECRET}),
        json.dumps({"secrets": {SECRET: SECRET}}),
    ],
)
def test_an_endpoint_without_a_usable_secret_lets_nobody_in(
    shop: Shop, ask: Ask, secret: str | None
) -> None:
    shop.secrets.pop("endpoints/coffee-till")
    if secret is not None:
        shop.secrets["endpoints/coffee-till"] = secret
    assert refused(shop, send(shop, ask))
    assert refused(shop, send(shop, ask, headers={}))
    told = [line for line in shop.logged() if line["message"] == "endpoint without secrets"]
    assert [line["endpoint"] for line in told] == ["coffee-till"] * 2
    assert SECRET not in shop.log.getvalue()


@pytest.mark.parametrize("secret", ["whsec_", "whsec_!", "whsec_A", "ключ"])
def test_a_secret_that_is_none_lets_nobody_in(shop: Shop, ask: Ask, secret: str) -> None:
    shop.secrets["endpoints/coffee-till"] = json.dumps({"secrets": [secret]})
    assert refused(shop, send(shop, ask))


@pytest.mark.parametrize("broken", ["secret", "tables", "inbox"])
def test_what_fails_behind_us_is_to_be_sent_again(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("canary: what somebody sent")

    places = {"secret": environment, "tables": storage, "inbox": queues}
    monkeypatch.setattr(places[broken], broken, fail)
    answer = send(shop, ask)
    assert (answer["statusCode"], content(answer)["code"]) == (503, "unavailable")
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert int(answer["headers"]["Retry-After"]) > 0
    (line,) = [line for line in shop.logged() if line["level"] == "ERROR"]
    assert (line["message"], line["error"]) == ("request failed", "RuntimeError")
    assert "test_webhooks.py" in line["places"][-1]
    assert "canary" not in shop.log.getvalue() + answer["body"]


def test_a_full_queue_is_no_acceptance(shop: Shop, ask: Ask) -> None:
    shop.queues.down.add("inbox")
    assert send(shop, ask)["statusCode"] == 503


def test_other_types_are_answered_and_not_kept(shop: Shop, ask: Ask) -> None:
    for message in ({"type": "shift.closed"}, {}, redemption("1.A.X.Y")):
        answer = send(shop, ask, message)
        assert (answer["statusCode"], content(answer)) == (200, {"result": "ignored"})
    assert shop.queues.sent == {}


def test_an_order_that_cannot_be_used_says_where(shop: Shop, ask: Ask) -> None:
    message = order(total=-1, currency="dollars", lines=[{"amount": "1"}])
    answer = send(shop, ask, message)
    problem = content(answer)
    assert (answer["statusCode"], problem["code"]) == (422, "invalid_message")
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert sorted(error["pointer"] for error in problem["errors"]) == [
        "/data/order/currency",
        "/data/order/lines/0/amount",
        "/data/order/total",
    ]
    assert all(error["code"] and error["detail"] for error in problem["errors"])
    assert shop.queues.sent == {}


def test_a_refusal_leaves_a_trace_without_what_was_said(shop: Shop, ask: Ask) -> None:
    send(shop, ask, order(total="canary", currency="canary"))
    send(shop, ask, b'{"canary": NaN}')
    send(shop, ask, headers={"webhook-id": "canary"})
    told = [(line["message"], line["endpoint"], line.get("faults")) for line in shop.logged()]
    wrong = "/data/order/currency: string_pattern_mismatch; /data/order/total: int_type"
    assert told == [
        ("message refused", "coffee-till", wrong),
        ("message refused", "coffee-till", "not_json"),
        ("message not authentic", "coffee-till", None),
    ]
    assert "canary" not in shop.log.getvalue()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=40)
    | json_values.map(lambda value: json.dumps(value).encode())
    | json_values.map(lambda value: json.dumps(order() | {"data": {"order": value}}).encode())
    | json_values.map(lambda value: json.dumps(order(member={"phone": value})).encode())
)
def test_whatever_is_signed_gets_an_answer(shop: Shop, ask: Ask, body: bytes) -> None:
    answer = send(shop, ask, body, in_base64=True)
    assert answer["statusCode"] in {200, 202, 400, 401, 422}
    answer = ask(redemptions, shop.post(f"{PATH}/redemptions", body, in_base64=True))
    assert answer["statusCode"] in {400, 401, 422}


def test_money_and_tills_of_others_are_refused(shop: Shop, ask: Ask) -> None:
    for message, code in (
        (order(currency="EUR"), "currency_mismatch"),
        (order(source="elsewhere"), "unknown_source"),
    ):
        answer = send(shop, ask, message)
        assert answer["statusCode"] == 422
        assert [error["code"] for error in content(answer)["errors"]] == [code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "not_json"),
        (b"order", "not_json"),
        (b"[]", "not_an_object"),
        (b'{"total": NaN}', "not_json"),
        (b'{"total": 1e400}', "number_out_of_range"),
        (b'{"total": 1, "total": 1000}', "duplicate_key"),
        (b'{"total": ' + b"9" * 5000 + b"}", "number_out_of_range"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "too_deep"),
        (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "too_deep"),
        (b'{"name": "\\ud800"}', "not_text"),
        (b'{"a": "' + b"x" * LARGEST_MESSAGE + b'"}', "too_large"),
    ],
)
def test_hostile_json_is_refused(shop: Shop, ask: Ask, body: bytes, code: str) -> None:
    answer = send(shop, ask, body)
    assert (answer["statusCode"], content(answer)["code"]) == (400, code)
    assert shop.queues.sent == {}


def test_a_body_that_is_no_text_is_not_authentic(shop: Shop, ask: Ask) -> None:
    assert refused(shop, send(shop, ask, b"\xff\xfe", in_base64=True))


@pytest.mark.parametrize("letter", ["x", "\u0436"])
def test_a_message_of_a_mebibyte_is_kept_beside_the_queue_and_booked(
    shop: Shop, ask: Ask, letter: str
) -> None:
    ann = shop.world.enrol()
    body = json.dumps(order({"card_code": ann.card_code})).encode()
    start = body[:-1] + b', "more": "'
    width = len(letter.encode())
    body = start + letter.encode() * ((LARGEST_MESSAGE - len(start) - 2) // width) + b'"}'
    assert LARGEST_MESSAGE - 2 <= len(body) <= LARGEST_MESSAGE
    assert send(shop, ask, body)["statusCode"] == 202
    (kept,) = shop.queues.bodies("inbox")
    assert list(json.loads(kept)) == ["endpoint", "object"]
    assert list(shop.bucket.objects.values()) == [body]
    assert ask(orders, sqs([kept]))["batchItemFailures"] == []
    assert shop.world.balance(ann) == 125


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_the_queue_holds_what_fits(shop: Shop, ask: Ask, more: int) -> None:
    """Around the limit: in the queue or beside it, never a message that the queue refuses."""
    body = json.dumps(order()).encode()
    empty = len(json.dumps({"endpoint": "coffee-till", "body": body[:-1].decode() + ', "m": ""}'}))
    filler = "x" * (inbox.LARGEST_IN_QUEUE - empty + more)
    body = body[:-1] + f', "m": "{filler}"}}'.encode()
    assert send(shop, ask, body)["statusCode"] == 202
    (kept,) = shop.queues.bodies("inbox")
    assert len(kept.encode()) <= inbox.LARGEST_IN_QUEUE
    assert ("object" in json.loads(kept)) == (more > 0)


def test_a_square_payment_is_kept(shop: Shop, ask: Ask) -> None:
    body = json.dumps(square_event("payment.updated.completed")).encode()
    answer = ask(webhooks, shop.post(SQUARE_PATH, body, square_signed(body)))
    assert answer["statusCode"] == 202
    assert json.loads(shop.queues.bodies("inbox")[0])["endpoint"] == "coffee-square"


def test_other_square_events_are_answered_and_not_kept(shop: Shop, ask: Ask) -> None:
    body = json.dumps(square_event("order.updated")).encode()
    answer = ask(webhooks, shop.post(SQUARE_PATH, body, square_signed(body)))
    assert (answer["statusCode"], content(answer)) == (200, {"result": "ignored"})
    assert shop.queues.sent == {}


def test_square_signs_the_configured_address_and_not_the_hosts(shop: Shop, ask: Ask) -> None:
    body = json.dumps(square_event("payment.updated.completed")).encode()
    elsewhere = {**square_signed(body), "host": "api-id.execute-api.example"}
    assert ask(webhooks, shop.post(SQUARE_PATH, body, elsewhere))["statusCode"] == 202
    shop.queues.sent.clear()
    for url in ("https://api-id.execute-api.example" + SQUARE_PATH, SQUARE_URL + "?x=1", ""):
        answer = ask(webhooks, shop.post(SQUARE_PATH, body, square_signed(body, url)))
        assert refused(shop, answer)


def test_one_scheme_does_not_open_the_other(shop: Shop, ask: Ask) -> None:
    assert refused(shop, ask(webhooks, shop.post(PATH, BODY, square_signed(BODY))))
    assert refused(shop, ask(webhooks, shop.post(SQUARE_PATH, BODY, signed(BODY, shop.now))))


def test_a_scheme_that_nobody_speaks_lets_nobody_in(shop: Shop, ask: Ask) -> None:
    Credentials(shop.world.tables).put_endpoint(
        Endpoint("coffee-till", "coffee", ("till",), "carrier-pigeon")
    )
    assert refused(shop, send(shop, ask))


def test_a_program_that_is_gone_is_our_fault(shop: Shop, ask: Ask) -> None:
    Credentials(shop.world.tables).put_endpoint(
        Endpoint("coffee-till", "closed", ("till",), "standard")
    )
    answer = send(shop, ask)
    assert (answer["statusCode"], content(answer)["code"]) == (503, "unavailable")
    assert [line["error"] for line in shop.logged()] == ["LookupError"]


def test_a_secret_opens_its_own_endpoint_only(shop: Shop, ask: Ask) -> None:
    Credentials(shop.world.tables).put_endpoint(
        Endpoint("barber-till", "barber", ("till",), "standard")
    )
    shop.secrets["endpoints/barber-till"] = json.dumps(
        {"secrets": ["whsec_" + base64.b64encode(bytes(32)).decode()]}
    )
    assert refused(shop, ask(webhooks, shop.post("/webhooks/barber-till", BODY)))


def test_the_public_function_needs_no_master_key(shop: Shop, ask: Ask) -> None:
    del shop.secrets["master-key"]
    member = {"card_code": "1.A.X.Y", "phone": "212 555 0123", "email": "ann@example.com"}
    assert send(shop, ask, order(member=member))["statusCode"] == 202


def test_addresses_that_are_not_ours(shop: Shop, ask: Ask) -> None:
    assert refused(shop, ask(webhooks, http("GET", PATH)))


def test_the_suite_sees_a_check_that_lets_everybody_in(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a check that lets everybody in."""
    monkeypatch.setattr("loyalty.tills.signatures.standard", lambda *_: True)
    with pytest.raises(AssertionError):
        test_a_body_that_was_written_anew_is_refused(shop, ask)


def test_a_thin_event_is_kept_where_the_vendor_can_be_asked(shop: Shop, ask: Ask) -> None:
    body = json.dumps(square_event("order.updated")).encode()
    shop.secrets["endpoints/coffee-square"] = json.dumps({"secrets": [SQUARE_KEY], "token": "EAAA"})
    answer = ask(webhooks, shop.post(SQUARE_PATH, body, square_signed(body)))
    assert (answer["statusCode"], content(answer)) == (202, {"result": "accepted"})
    (kept,) = shop.queues.bodies("inbox")
    assert json.loads(kept)["body"] == body.decode()


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PATH), ("PUT", PATH), ("POST", "/webhooks"), ("POST", "/webhooks/a/b"), ("POST", "/")],
)
def test_other_addresses_and_verbs_are_answered_alike(
    shop: Shop, ask: Ask, method: str, path: str
) -> None:
    assert refused(shop, ask(webhooks, http(method, path, signed(BODY, shop.now), BODY)))


def test_base_64_that_is_none_is_not_authentic(shop: Shop, ask: Ask) -> None:
    event = shop.post(PATH, BODY)
    assert refused(shop, ask(webhooks, {**event, "body": "%%%", "isBase64Encoded": True}))


def test_a_visit_on_a_day_to_come_to_which_somebody_is_said_to_have_come_is_refused(
    shop: Shop, ask: Ask
) -> None:
    own = Endpoint("salon-bookings", "coffee", ("salon",), "visits")
    shop.secrets[f"endpoints/{own.id}"] = json.dumps({"secrets": [SECRET]})
    Credentials(shop.world.tables).put_endpoint(own)
    for days, status in ((2, 422), (0, 202)):
        at = (shop.now + timedelta(days=days)).isoformat()
        visit = {"id": "b-1", "version": 1, "status": "came", "at": at}
        message = {"type": "visit.updated", "data": {"visit": visit}}
        answer = ask(webhooks, shop.post("/webhooks/salon-bookings", message))
        assert answer["statusCode"] == status, answer
        if status == 422:
            (fault,) = content(answer)["errors"]
            assert (fault["pointer"], fault["code"]) == ("/data/visit/at", "not_yet")
            assert "Send booked now" in fault["detail"]
