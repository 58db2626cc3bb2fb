"""What staff do at the counter, over HTTP on the running stack, each function in its role."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from infra.local import deployment
from infra.local.web import ask
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.program.document import read_toml
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from passes.designs import design
from tests.support.deployed import ROOT
from tests.support.integrator import Integrator

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
PROGRAM = "coffee-stamps"


class Counter:
    """A program with one till, one member of staff, and the customers in front of them."""

    def __init__(self, shop: Shop) -> None:
        stack = shop.stack
        aws = stack["aws"]
        cloud = deployment.Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
        names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
        tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
        text = (ROOT / "templates" / "programs" / f"{PROGRAM}.toml").read_text(encoding="utf-8")
        if stack["program"] != PROGRAM:
            program = read_toml(text, design.names())
            Programs(tables, lambda: datetime.now(UTC)).put(program)
        self.currency = read_toml(text, design.names()).currency
        self.till, self.staff = (self._key(tables, stack, scope) for scope in ("till", "staff"))

    def _key(self, tables: DynamoTables, stack: Any, scope: Any) -> Integrator:
        secret = secrets.token_hex(20)
        key = ApiKey(f"{scope}{secrets.token_hex(4)}", PROGRAM, scope)
        Credentials(tables).add_key(key, "local", secret)
        return Integrator(DOCUMENT, stack["base_url"], key_text(key.id, "local", secret))

    def joins(self, **more: Any) -> Any:
        person = {"first_name": "Ann", "email": f"{uuid.uuid4().hex}@example.com", "consent": True}
        return self.staff.call("enrolMember", {**person, **more})

    def sold(self, total: int, who: Any = None, order: str | None = None, **more: Any) -> str:
        order = order or uuid.uuid4().hex
        lines = [{"id": "cup", "name": "Cup", "category": "coffee", "amount": total}]
        body = {
            "version": 1,
            "status": "completed",
            "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "currency": self.currency,
            "total": total,
            "lines": lines,
            **({"member": {"card_code": who["short_code"].lower()}} if who else {}),
            **more,
        }
        self.till.call("putOrder", body, source="till", order=order)
        return order

    def stamps(self, who: Any) -> int:
        shown = self.staff.call("showMember", member=who["member_id"])
        return int(shown["pots"][0]["balance"])


@pytest.fixture(scope="module")
def counter(open_shop: Shop) -> Counter:
    return Counter(open_shop)


WHY = {"reason": "at the counter"}


def test_a_card_is_found_by_code_and_by_contact_and_given_stamps(counter: Counter) -> None:
    ann = counter.joins()
    found = counter.till.call("lookUpMember", {"card_code": ann["short_code"].lower()})
    assert (found["member_id"], found["first_name"]) == (ann["member_id"], "Ann")
    # Nobody has proved it yet.
    assert counter.till.reply("lookUpMember", {"phone": "+1 212 555 0199"}).status == 404
    member = {"member": ann["member_id"]}
    given = counter.staff.call("giveStamps", {**WHY, "count": 3}, **member)
    assert (given["outcome"], given["points"], given["balance"]) == ("given", 3, 3)
    counter.staff.call("givePoints", {**WHY, "points": 2}, **member)
    less = counter.staff.call("adjustBalance", {**WHY, "points": -1}, **member)
    assert less["balance"] == 4
    refused = counter.staff.call("adjustBalance", {**WHY, "points": -9}, **member)
    assert (refused["outcome"], refused["sentence"]) == ("declined", "9 needed, 4 there")
    acts = counter.staff.call("listMemberActs", limit="2", **member)
    assert [one["act"] for one in acts["acts"]] == ["adjust", "gift"]
    assert acts["acts"][0]["before"] != acts["acts"][0]["after"]
    rest = counter.staff.call("listMemberActs", cursor=acts["next"], **member)
    assert [one["act"] for one in rest["acts"]] == ["gift"]
    key = acts["acts"][0]["key"]
    assert counter.staff.call("listKeyActs", key=key)["acts"][0] == acts["acts"][0]
    assert counter.till.reply("giveStamps", {**WHY, "count": 3}, **member).status == 403


def test_a_card_is_paused_resumed_and_left(counter: Counter) -> None:
    ann, ben = counter.joins(), counter.joins()
    member = {"member": ann["member_id"]}
    counter.sold(400, ann)
    assert counter.stamps(ann) == 1
    assert counter.staff.call("pauseCard", WHY, **member)["outcome"] == "paused"
    counter.sold(400, ann)
    assert counter.stamps(ann) == 1
    refused = counter.staff.call("giveStamps", {**WHY, "count": 1}, **member)
    assert refused["reason"] == "membership_paused"
    assert counter.staff.call("resumeCard", WHY, **member)["outcome"] == "resumed"
    moved = counter.staff.call(
        "transferPoints", {**WHY, "to": ben["member_id"], "points": 1}, **member
    )
    assert moved["outcome"] == "moved"
    assert (counter.stamps(ann), counter.stamps(ben)) == (0, 1)
    counter.staff.call("replaceCard", **member)
    assert counter.till.reply("lookUpMember", {"card_code": ann["short_code"]}).status == 404
    assert counter.staff.call("showMember", **member)["first_name"] == "Ann"
    assert counter.staff.call("leaveProgram", WHY, **member)["outcome"] == "left"
    assert counter.staff.reply("showMember", member=ann["member_id"]).status == 404
    assert counter.till.reply("lookUpMember", {"card_code": ann["short_code"]}).status == 404


def test_a_sale_goes_to_its_right_member_and_a_double_counts_for_nothing(counter: Counter) -> None:
    ann, ben = counter.joins(), counter.joins()
    order = counter.sold(400, ann)
    place = {"source": "till", "order": order}
    wanted = {**WHY, "card_code": ben["short_code"]}
    assert counter.staff.call("moveOrder", wanted, **place)["given"] == 1
    assert (counter.stamps(ann), counter.stamps(ben)) == (0, 1)
    # The till goes on naming whom it had named: the refund follows the sale all the same.
    counter.sold(400, ann, order, version=2, status="refunded")
    assert (counter.stamps(ann), counter.stamps(ben)) == (0, 0)
    began = "2026-05-04T12:00:00Z"
    first = counter.sold(400, ann)
    counter.sold(400, ben, first)
    assert (counter.stamps(ann), counter.stamps(ben)) == (1, 1)
    listed, cursor = [], ""
    while cursor is not None:
        page = counter.staff.call("listOrders", state="double", source="till", cursor=cursor)
        listed += [one for one in page["orders"] if one["till_id"] == first]
        cursor = page["next"]
    (double,) = listed
    # Of the time in which it was heard of, and of none before.
    heard = double["first_seen"]
    within = {"state": "double", "source": "till", "since": heard, "until": heard}
    assert double in counter.staff.call("listOrders", **within)["orders"]
    earlier = counter.staff.call("listOrders", **{**within, "since": began, "until": began})
    assert double not in earlier["orders"]
    turned = counter.staff.reply("listOrders", **{**within, "until": began})
    assert turned.json()["errors"][0]["code"] == "ends_before_it_begins"
    assert double["member_id"] == ben["member_id"]
    gone = counter.staff.call("forgetOrder", WHY, source="till", order=double["id"])
    assert gone == {"outcome": "forgotten", "taken": 1}
    assert (counter.stamps(ann), counter.stamps(ben)) == (1, 0)
    kept = counter.staff.call("keepOrder", WHY, source="till", order=first)
    assert kept == {"outcome": "kept"}


def test_a_receipt_is_claimed_by_staff_and_by_the_customer(counter: Counter) -> None:
    ann, day = counter.joins(), _today()
    number = uuid.uuid4().hex[:8].upper()
    counter.sold(1250, None, f"{number}-1")
    counter.sold(400, None, f"{number}-2")
    told = {"card_code": ann["short_code"], "amount": 1250, "day": day}
    wrong = counter.staff.reply("claimReceipt", {**told, "receipt": f"{number}-1", "amount": 1})
    assert (wrong.status, wrong.json()["errors"][0]["code"]) == (422, "receipt_not_found")
    right = {**told, "receipt": f"{number} 1".lower()}
    assert counter.staff.call("claimReceipt", right) == {"result": "recorded", "points": 1}
    form = {"claim": "yes", "receipt": f"{number}-2", "amount": "4.00", "day": day}
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    wrong = ask("POST", ann["card_url"], urlencode({**form, "amount": "4.01"}).encode(), sent)
    assert wrong.status == 422
    ask("POST", ann["card_url"], urlencode(form).encode(), sent)
    assert counter.stamps(ann) == 2


def test_who_joins_at_the_till_is_told_apart_from_who_was_there(counter: Counter) -> None:
    mail, phone = f"{uuid.uuid4().hex}@example.com", f"+1212555{secrets.randbelow(9000) + 1000}"
    before = counter.joins(email=mail)
    counter.sold(400, before)
    now = counter.joins(email=mail, phone=phone)
    assert [one["member_id"] for one in now["maybe_known"]] == [before["member_id"]]
    merged = counter.staff.call(
        "mergeMembers", {**WHY, "other": before["member_id"]}, member=now["member_id"]
    )
    assert merged["outcome"] == "moved"
    assert counter.stamps(now) == 1
    # A key that is not staff's is told nobody's name.
    person = {"first_name": "Ann", "email": mail, "consent": True}
    assert counter.till.call("enrolMember", person)["maybe_known"] == []
    faulty = counter.till.reply("enrolMember", {**person, "first_name": " ", "consent": False})
    assert faulty.status == 422
    assert {one["pointer"] for one in faulty.json()["errors"]} == {"/first_name", "/consent"}


def test_a_tills_customer_is_known_once_linked(counter: Counter) -> None:
    ann, customer = counter.joins(), f"C/{uuid.uuid4().hex}"
    place = {"member": ann["member_id"], "source": "till", "customer": customer}
    linked = counter.till.call("linkCustomer", **place)
    assert linked == {"customers": [{"source": "till", "customer": customer}]}
    (line,) = counter.staff.call("listMemberActs", member=ann["member_id"])["acts"]
    assert (line["act"], line["after"]["customer"]) == ("link", customer)
    assert line["key"].startswith("till")
    counter.sold(400, None, member={"customer_id": customer})
    assert counter.stamps(ann) == 1
    assert counter.staff.call("unlinkCustomer", **place) == {"customers": []}
    assert counter.staff.reply("unlinkCustomer", **place).status == 404


def test_what_is_anothers_is_like_what_there_is_not(counter: Counter, open_shop: Shop) -> None:
    ann = counter.joins()
    address = f"/v1/members/{ann['member_id']}"
    nobody = f"/v1/members/{'0' * 32}"
    for method, path in (("GET", ""), ("GET", "/acts")):
        told = [open_shop.api(method, one + path, "owner_key") for one in (address, nobody)]
        assert (told[0].status, told[0].body) == (told[1].status, told[1].body)


def _today() -> str:
    text = (ROOT / "templates" / "programs" / f"{PROGRAM}.toml").read_text(encoding="utf-8")
    zone = read_toml(text, design.names()).zone
    return datetime.now(ZoneInfo(zone)).date().isoformat()
