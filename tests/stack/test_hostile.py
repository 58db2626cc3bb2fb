"""Hostile cases over HTTP on the running stack; which case stands where: docs/hostile-cases.md."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from infra.local import deployment
from infra.local.web import ask
from loyalty.access.keys import ApiKey, Credentials
from loyalty.program.document import read_toml
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.web import Reply
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OTHER = "tea-house"

HOSTILE_JSON = {
    "NaN": b'{"card_code": "x", "total": NaN}',
    "too large a number": b'{"card_code": "x", "total": 1e400}',
    "a key twice": b'{"card_code": "x", "total": 1, "total": 2}',
    "true for a number": b'{"card_code": "x", "total": true}',
    "digits of another script": '{"card_code": "x", "total": "١٢"}'.encode(),
    "five thousand digits": b'{"card_code": "x", "total": ' + b"9" * 5000 + b"}",
    "a deep nest": b'{"card_code": "x", "total": ' + b"[" * 7000 + b"]" * 7000 + b"}",
    "half a surrogate pair": b'{"card_code": "\\ud800", "total": 1}',
}
INNER = (
    "https://2130706433/",
    "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://169.254.169.254/latest/meta-data/",
    "http://hooks.example.com/",
)


def fresh() -> str:
    return uuid.uuid4().hex


@pytest.fixture(scope="module")
def stranger(open_shop: Shop) -> str:
    """Give the key of another program's owner on the same deployment."""
    aws = open_shop.stack["aws"]
    cloud = deployment.Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    text = (ROOT / "templates" / "programs" / "coffee.toml").read_text(encoding="utf-8")
    program = read_toml(text.replace('id = "coffee"', f'id = "{OTHER}"', 1))
    assert program.id == OTHER
    Programs(tables, lambda: datetime.now(UTC)).put(program)
    key = ApiKey(f"stranger{secrets.token_hex(4)}", OTHER, "owner")
    return Credentials(tables).add_key(key, "local", secrets.token_hex(20))


def send(shop: Shop, body: bytes, headers: Mapping[str, str]) -> Reply:
    return ask("POST", shop.stack["webhook"]["url"], body, headers)


def signed(shop: Shop, body: bytes, when: str | None = None) -> dict[str, str]:
    """Return the headers of Standard Webhooks over these bytes; made by hand."""
    name, second = f"msg_{fresh()}", when or str(int(time.time()))
    key = base64.b64decode(shop.stack["webhook"]["secret"].removeprefix("whsec_"))
    mac = hmac.digest(key, f"{name}.{second}.".encode() + body, hashlib.sha256)
    return {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": second,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def test_a05_a_payment_told_under_three_event_ids_counts_once(shop: Shop) -> None:
    ann, order = shop.customer(), fresh()
    shop.sell(ann, 1000, order, source="square")
    events = [shop.square.payment(order, 1000, payment=f"{order}-p") for _ in range(3)]
    assert len({event["event_id"] for event in events}) == 3
    assert [shop.square.send(event).status for event in events] == [202] * 3
    assert shop.balance(ann) == 100


def test_a06_a_refund_before_its_sale_and_once_more_after_it(shop: Shop) -> None:
    ann, sale, back = shop.customer(), fresh(), fresh()
    returned = shop.till.order(back, 400)
    returned["data"]["order"]["refund_of"] = sale
    assert shop.till.send(returned).status == 202
    assert shop.balance(ann) == 0
    shop.sell(ann, 1000, sale)
    assert shop.balance(ann) == 60
    assert shop.till.send(returned).status == 202
    assert shop.balance(ann) == 60
    assert not any(entry.seq > 2 for entry in shop.standing(ann).entries)


def test_a10_malformed_signatures_are_401_and_leave_nothing(shop: Shop) -> None:
    ann = shop.customer()
    body = json.dumps(shop.till.order(fresh(), 1000, ann.by_card)).encode()
    good = signed(shop, body)
    right = good["webhook-signature"].removeprefix("v1,")
    bad = (
        f"v1{right}",  # no comma
        "v1,!!!!",  # no base64
        f"v1,,{right}",  # two commas
        f"v1,AAAA  {right}",  # two spaces
        " ".join(["v1,AAAA"] * 200),
        "v1,caf\u00e9",
        "",
    )
    told = [send(shop, body, {**good, "webhook-signature": one}) for one in bad]
    assert [reply.status for reply in told] == [401] * len(bad)
    not_text = b'{"type": "\xff\xfe"}'
    assert send(shop, not_text, signed(shop, not_text)).status == 401
    assert len({reply.body for reply in told}) == 1
    assert send(shop, body, good).status == 202
    assert shop.balance(ann) == 100


def test_a11_a_timestamp_is_plain_seconds_within_five_minutes(shop: Shop) -> None:
    body = json.dumps(shop.till.order(fresh(), 1000)).encode()
    now = int(time.time())
    bad = (str(now - 305), str(now + 305), "1e9", "nan", "1_0", "9" * 20, f" {now}", f"{now}.0")
    assert [send(shop, body, signed(shop, body, one)).status for one in bad] == [401] * len(bad)


def test_a12_what_is_written_anew_is_another_message(shop: Shop) -> None:
    order = shop.till.order(fresh(), 1000)
    body = json.dumps(order).encode()
    anew = json.dumps(order, separators=(",", ":")).encode()
    assert send(shop, anew, signed(shop, body)).status == 401
    # The gateway hands such bytes over in base64: they are the same bytes.
    text = json.dumps(shop.till.order(fresh(), 500), ensure_ascii=False).replace("Flat", "Фл☕т")
    assert send(shop, text.encode(), signed(shop, text.encode())).status == 202


def test_a13_what_is_anothers_is_answered_like_what_there_never_was(
    shop: Shop, stranger: str
) -> None:
    ann = shop.customer()
    order = shop.sell(ann, 5000)
    assert shop.balance(ann) == 500
    bearer = {"Authorization": f"Bearer {shop.stack['till_key']}", "Idempotency-Key": fresh()}
    wanted = {"card_code": ann.code, "reward": shop.reward["id"]}
    base = shop.stack["base_url"]
    held = _ask("POST", f"{base}/v1/holds", wanted, bearer).json()["id"]
    theirs = {
        "member": ann.card["member_id"],
        "code": ann.code,
        "order": order,
        "hold": held,
        "redemption": held,
        "key": shop.stack["till_key"].split("_")[2],
        "source": "till",
    }
    nobodys = {
        "member": fresh(),
        "code": ann.code[:-4] + "AAAA",
        "order": fresh(),
        "hold": "a" * 26,
        "redemption": "a" * 26,
        "key": "nobody000",
        "source": "till",
    }
    asked = 0
    for path, verbs in DOCUMENT["paths"].items():
        for method, about in verbs.items():
            named = [one["name"] for one in about["parameters"] if one["in"] == "path"]
            if not named or not set(named) <= set(theirs):
                continue
            body = _example(about)
            if isinstance(body, dict) and "card_code" in body:
                body = {**body, "card_code": ann.code}
            replies = []
            for names in (theirs, nobodys):
                address = path
                for name in named:
                    address = address.replace(f"{{{name}}}", quote(names[name], safe=""))
                key = {"Authorization": f"Bearer {stranger}", "Idempotency-Key": fresh()}
                replies.append(_ask(method.upper(), base + address, body, key))
            asked += 1
            statuses = [reply.status for reply in replies]
            assert statuses[0] == statuses[1], (method, path, statuses)
            bodies = [_without(reply.body, names) for reply, names in zip(
                replies, (theirs, nobodys), strict=True)]  # fmt: skip
            assert bodies[0] == bodies[1], (method, path)
            assert ann.card["member_id"] not in replies[0].body.decode()
    assert asked > 15
    assert shop.balance(ann) == 500
    assert not shop.standing(ann).account.closed


def test_a14_nobody_sets_what_is_not_theirs_to_set(shop: Shop) -> None:
    bearer = {"Authorization": f"Bearer {shop.stack['owner_key']}", "Idempotency-Key": fresh()}
    person = {"first_name": "Ann", "email": f"{fresh()}@example.com", "consent": True}
    base = f"{shop.stack['base_url']}/v1/members"
    for name, value in (
        ("program", OTHER), ("tenant_id", OTHER), ("tier", "gold"), ("points", 1000),
        ("balance", 1000), ("created_at", "2020-01-01T00:00:00Z"),
    ):  # fmt: skip
        reply = _ask("POST", base, {**person, name: value}, bearer)
        assert reply.status == 422, (name, reply)
        assert reply.json()["errors"][0]["pointer"] == f"/{name}"
    made = _ask("POST", base, person, bearer)
    assert made.status == 201
    shown = _ask("GET", f"{base}/{made.json()['member_id']}", None, bearer).json()
    assert all(pot["balance"] == 0 for pot in shown["pots"])


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_a18_hostile_json_is_400_at_every_door(shop: Shop, name: str) -> None:
    body = HOSTILE_JSON[name]
    # A wrong type is no fault of the JSON: the field is named.
    right = 422 if name in {"true for a number", "digits of another script"} else 400
    bearer = {"Authorization": f"Bearer {shop.stack['till_key']}"}
    for path in ("/v1/quote", "/v1/holds"):
        sent = {**bearer, "Idempotency-Key": fresh(), "Content-Type": "application/json"}
        reply = ask("POST", f"{shop.stack['base_url']}{path}", body, sent)
        assert reply.status == right, reply
        assert reply.headers["content-type"] == "application/problem+json"
    order = b'{"type": "order.updated", "data": {"order": ' + body + b"}}"
    assert send(shop, order, signed(shop, order)).status == right


@pytest.mark.parametrize("url", INNER)
def test_a19_no_receiver_is_inside(shop: Shop, url: str) -> None:
    reply = shop.api("POST", "/v1/receivers", "owner_key", {"id": f"in-{fresh()[:8]}", "url": url})
    assert (reply.status, reply.json()["errors"][0]["code"]) == (422, "bad_url")


def _ask(method: str, url: str, content: Any, headers: Mapping[str, str]) -> Reply:
    body = None if content is None else json.dumps(content).encode()
    more = {} if content is None else {"Content-Type": "application/json"}
    return ask(method, url, body, {**headers, **more})


def _example(about: Any) -> Any:
    if "requestBody" not in about:
        return None
    media = about["requestBody"]["content"].get("application/json")
    return next(iter(media["examples"].values()))["value"] if media else None


def _without(body: bytes, names: Mapping[str, str]) -> str:
    """Return a body without what the caller had put into the address."""
    text = body.decode()
    for name in names.values():
        text = text.replace(name, "…")
    return text
