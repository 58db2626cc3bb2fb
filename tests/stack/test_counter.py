"""A day at the counter over HTTP, for four programs, by a till made from the OpenAPI document.

What it does stands here as its maker would write it: names of operations, and what they take.
Each function runs under its own role.
"""

from __future__ import annotations

import json
import secrets
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from infra.local import deployment
from infra.local.web import ask_json
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.program.document import read_toml
from loyalty.program.rules import PotRule, Velocity
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from passes.designs import design
from tests.support.deployed import ROOT
from tests.support.integrator import Integrator

if TYPE_CHECKING:
    from loyalty.program.rules import Program
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

DOCUMENT = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
PROGRAMS = ("coffee", "coffee-stamps", "cashback", "barber-ladder", "narrow", "mixed")
# Programs that none of the shipped ones is: made of one, with other rules.
MADE = {
    "narrow": ("coffee", {"velocity": Velocity(spending_per_minute=5)}),
    "mixed": ("coffee", {"pots": (PotRule("points"), PotRule("stamps", "stamps"))}),
}


def program_of(name: str) -> Program:
    """Return a shipped program, or one that is made of it."""
    shipped, changes = MADE.get(name, (name, {}))
    text = (ROOT / "templates" / "programs" / f"{shipped}.toml").read_text(encoding="utf-8")
    return replace(read_toml(text, design.names()), id=name, **changes)  # type: ignore[arg-type]


@dataclass
class Counter:
    """A program's till and staff, made from the document, and how its customers join."""

    till: Integrator
    staff: Integrator
    join_url: str
    currency: str
    zone: str

    def customer(self) -> str:
        """Let somebody join as customers do; return the code that their card shows."""
        person = {
            "first_name": "Ann",
            "email": f"{uuid.uuid4().hex}@example.com",
            "consent": True,
            "marketing_consent": False,
        }
        reply = ask_json("POST", self.join_url, person)
        assert reply.status == 201, reply
        return str(reply.json()["card_code"])

    def sold(self, total: int, card: str | None, order: str, **changes: Any) -> Any:
        """Report an order, twice, as tills do."""
        body = {
            "version": 1,
            "status": "completed",
            "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "currency": self.currency,
            "total": total,
            **({"member": {"card_code": card}} if card else {}),
            **changes,
        }
        told = self.till.call("putOrder", body, source="till", order=order)
        again = self.till.call("putOrder", body, source="till", order=order)
        assert again["points"] == told["points"]
        assert (again["receipt"], again["moved"]) == (told["receipt"], told["moved"])
        return told

    def has(self, card: str, pot: str = "points") -> int:
        pots = self.till.call("lookUpCard", code=card)["pots"]
        return int(next(one["balance"] for one in pots if one["pot"] == pot))


@pytest.fixture(scope="module")
def counters(open_shop: Shop) -> dict[str, Counter]:
    """Give a till and staff with keys of their own in each program, on the shared stack."""
    stack = open_shop.stack
    aws = stack["aws"]
    cloud = deployment.Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    programs, credentials = Programs(tables, lambda: datetime.now(UTC)), Credentials(tables)
    found = {}
    for name in PROGRAMS:
        program = program_of(name)
        if name != stack["program"]:
            programs.put(program)
        keys = {}
        for scope in ("till", "staff"):
            number, secret = f"{name[:6]}{PROGRAMS.index(name)}{scope}", secrets.token_hex(20)
            key = ApiKey(number.replace("-", "x"), name, scope)
            credentials.add_key(key, "local", secret)
            keys[scope] = Integrator(DOCUMENT, stack["base_url"], key_text(key.id, "local", secret))
        join_url = f"{stack['base_url']}/join/{name}"
        found[name] = Counter(keys["till"], keys["staff"], join_url, program.currency, program.zone)
    return found


def test_a_day_with_points(counters: dict[str, Counter]) -> None:
    counter = counters["coffee"]
    till, card, order = counter.till, counter.customer(), uuid.uuid4().hex
    assert till.call("lookUpCard", code=card)["first_name"] == "Ann"
    quoted = till.call("quoteBill", {"card_code": card, "total": 1250}, language="en")
    assert (quoted["points"], quoted["rewards"]) == (125, [])
    sold = counter.sold(1250, card, order)
    assert sold["receipt"].splitlines()[:2] == ["125 points earned", "Points: 125"]
    # The till did not hear the answer and asks again with the same key: once.
    act, wanted = uuid.uuid4().hex, {"card_code": card, "reward": "free-coffee"}
    first = till.reply("redeem", wanted, act)
    again = till.reply("redeem", wanted, act)
    assert (first.json()["outcome"], first.body) == ("redeemed", again.body)
    assert again.headers["idempotent-replayed"] == "true"
    assert till.call("redeem", wanted)["sentence"] == "100 needed, 25 there"
    assert till.reply("redeem", {**wanted, "reward": "nothing"}, act).status == 422
    # It was the wrong customer: the till gives it back, and staff could with a reason.
    undone = till.call("undoRedemption", {}, redemption=first.json()["id"])
    assert (undone["outcome"], undone["balance"]) == ("returned", 125)
    spent = till.call("redeem", wanted)
    undone = counter.staff.call("undoRedemption", {"reason": "Spilled."}, redemption=spent["id"])
    assert undone["points"] == 100
    refunded = counter.sold(1250, None, order, version=2, status="refunded")
    assert (refunded["points"], counter.has(card)) == (-125, 0)


def test_an_order_of_nobody_is_claimed(counters: dict[str, Counter]) -> None:
    counter, order = counters["coffee"], f"{uuid.uuid4().hex}/7"
    assert counter.sold(900, None, order)["result"] == "parked"
    pages, cursor = [], ""
    while cursor is not None:
        page = counter.staff.call("listOrders", state="parked", limit="1", cursor=cursor)
        pages += [one["id"] for one in page["orders"]]
        cursor = page["next"]
    assert order in pages
    card = counter.customer()
    claimed = counter.till.call("claimOrder", {"card_code": card}, source="till", order=order)
    assert claimed == {"result": "recorded", "points": 90}


def test_a_day_with_stamps(counters: dict[str, Counter]) -> None:
    counter = counters["coffee-stamps"]
    till, card = counter.till, counter.customer()
    for cups in (3, 5):
        lines = [
            {"id": "1", "name": "Flat white", "category": "coffee", "quantity": cups,
             "amount": 400 * cups},
            {"id": "2", "name": "Cake", "category": "cake", "amount": 350},
        ]  # fmt: skip
        sold = counter.sold(400 * cups + 350, card, uuid.uuid4().hex, lines=lines)
        assert sold["moved"] == [{"pot": "stamps", "earned": cups, "returned": 0}]
    reward = till.call("lookUpCard", code=card)["rewards"][0]
    assert (reward["ready"], reward["missing"]) == (False, 1)
    one = [{"id": "1", "category": "coffee", "quantity": 1, "amount": 400}]
    counter.sold(400, card, uuid.uuid4().hex, lines=one)
    held = till.call("placeHold", {"card_code": card, "reward": reward["id"]})
    assert held["outcome"] == "held"
    other = till.call("placeHold", {"card_code": card, "reward": reward["id"]})
    assert other["reason"] in {"another_hold_open", "insufficient_balance"}
    # The customer changed their mind, and back.
    assert till.call("releaseHold", {}, hold=held["id"])["available"] == 9
    held = till.call("placeHold", {"card_code": card, "reward": reward["id"]})
    assert till.call("captureHold", {}, hold=held["id"])["balance"] == 0
    assert counter.has(card, "stamps") == 0


def test_a_day_with_cashback(counters: dict[str, Counter]) -> None:
    counter = counters["cashback"]
    till, card, order = counter.till, counter.customer(), uuid.uuid4().hex
    counter.sold(20_000, card, uuid.uuid4().hex)
    assert counter.has(card) == 1000
    quoted = till.call("quoteBill", {"card_code": card, "total": 2000})
    payable = quoted["payable"]
    assert payable == {"points": 600, "amount": 600}  # 30 % of the bill
    assert quoted["payable_trace"].endswith("up to 30% of a bill")
    price = {"card_code": card, "points": payable["points"], "bill": 2000}
    held = till.call("placeHold", price)
    assert (held["outcome"], held["pays"]) == ("held", 600)
    paid = {"order": {"source": "till", "id": order}}
    assert till.call("captureHold", paid, hold=held["id"])["balance"] == 400
    sold = counter.sold(2000, card, order, points_paid=600)
    assert sold["points"] == 70  # 5 % of what money paid
    # Half of it comes back: half of the points that paid, and half of what was earned.
    half = counter.sold(1000, None, order, version=2, points_paid=300)
    assert half["moved"] == [{"pot": "points", "earned": -35, "returned": 300}]
    assert counter.has(card) == 400 + 35 + 300
    # For tills that cannot hold: one call.
    spent = till.call("redeem", {"card_code": card, "points": 100, "bill": 1000})
    assert (spent["outcome"], spent["pays"], spent["balance"]) == ("redeemed", 100, 635)


def test_a_day_with_a_ladder(counters: dict[str, Counter]) -> None:
    counter = counters["barber-ladder"]
    till, card = counter.till, counter.customer()
    quoted = till.call("quoteBill", {"card_code": card, "total": 4000})
    assert quoted["discount"] == {"basis_points": 500, "amount": 200}
    assert quoted["discount_trace"].startswith("level Guest: 5% off")
    first = uuid.uuid4().hex
    sold = counter.sold(19_999, card, first, discount=1052)
    assert sold["member"]["level"] == {"id": "guest", "name": "Guest"}
    sold = counter.sold(1, card, uuid.uuid4().hex)
    assert sold["member"]["level"]["id"] == "regular"
    assert any("7%" in line for line in sold["receipt"].splitlines())
    quoted = till.call("quoteBill", {"card_code": card, "total": 4000}, language="ru")
    assert quoted["discount"] == {"basis_points": 700, "amount": 280}
    assert quoted["member"]["level"]["name"] == "Постоянный гость"


def test_a_regular_is_greeted_by_phone(counters: dict[str, Counter]) -> None:
    counter = counters["coffee"]
    till, staff = counter.till, counter.staff
    first = {"first_name": "Ann", "email": f"{uuid.uuid4().hex}@example.com", "consent": True}
    friend = till.call("enrolMember", first)["short_code"]
    last = f"{secrets.randbelow(9000) + 1000}"
    person = {"first_name": "Ben", "phone": f"+1212555{last}", "consent": True}
    joined = till.call("enrolMember", {**person, "referrer_code": friend.lower()})
    # Nobody has proved the number: only staff who see the person may say that it is theirs.
    asked = {"phone": f"(212) 555-{last}"}
    assert till.reply("lookUpMember", asked).status == 404
    staff.call("recoverCard", asked)
    # Yesterday the till was offline: its sales come today, with the instant they happened.
    before = datetime.now(UTC) - timedelta(days=1)
    for number in range(3):
        lines = [{"id": "latte", "category": "coffee", "quantity": 1, "amount": 450}]
        instant = (before + timedelta(minutes=number)).isoformat(timespec="seconds")
        more = {"member": asked, "lines": lines, "occurred_at": instant}
        assert counter.sold(450, None, uuid.uuid4().hex, **more)["result"] == "recorded"
    found = till.call("lookUpMember", asked)
    assert (found["member_id"], found["first_name"]) == (joined["member_id"], "Ben")
    hours = {
        (before + timedelta(minutes=n)).astimezone(ZoneInfo(counter.zone)).hour for n in (0, 2)
    }
    assert found["favourite"] == "latte"
    assert found["usual_hour"] in hours
    assert found["pots"][0]["balance"] == 135


def test_what_was_redeemed_offline_is_refused_in_words(counters: dict[str, Counter]) -> None:
    counter = counters["coffee"]
    card = counter.customer()
    counter.sold(1250, card, uuid.uuid4().hex)
    wanted = {"card_code": card, "reward": "free-coffee"}
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat(timespec="seconds")
    late = counter.till.reply("redeem", {**wanted, "occurred_at": hour_ago})
    (fault,) = late.json()["errors"]
    assert (late.status, fault["code"]) == (422, "offline_redemption")
    assert "offline" in fault["detail"]
    assert counter.till.call("redeem", wanted)["outcome"] == "redeemed"


def test_points_and_stamps_are_given_in_one_act(counters: dict[str, Counter]) -> None:
    counter = counters["mixed"]
    card = counter.customer()
    member = counter.till.call("lookUpCard", code=card)["member_id"]
    wanted = {"points": 30, "also": [{"pot": "stamps", "points": 2}], "reason": "A cold coffee."}
    act = uuid.uuid4().hex
    given = counter.staff.reply("givePoints", wanted, act, member=member).json()
    assert (given["outcome"], given["balance"]) == ("given", 30)
    assert given["also"] == [{"pot": "stamps", "points": 2, "balance": 2}]
    assert counter.staff.reply("givePoints", wanted, act, member=member).json() == given
    less = {"points": 5, "also": [{"pot": "stamps", "points": -3}], "reason": "Typed twice."}
    short = counter.staff.call("adjustBalance", less, member=member)
    assert (short["outcome"], short["reason"]) == ("declined", "insufficient_balance")
    assert (counter.has(card), counter.has(card, "stamps")) == (30, 2)
    (act_line,) = counter.staff.call("listMemberActs", member=member)["acts"]
    assert act_line["after"] == {"points": 30, "stamps": 2}


def test_a_till_that_goes_too_fast_is_told_to_wait(counters: dict[str, Counter]) -> None:
    counter = counters["narrow"]
    card = counter.customer()
    wanted = {"card_code": card, "reward": "free-coffee"}
    replies = [counter.till.reply("redeem", wanted) for _ in range(12)]
    # Exactly five in a minute, though several processes answer; the minute may turn once.
    served = [reply for reply in replies if reply.status == 200]
    assert len(served) in range(5, 11)
    refused = next(reply for reply in replies if reply.status == 429)
    assert refused.json()["code"] == "too_fast"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.headers["ratelimit-policy"] == (
        '"spending";q=5;w=60, "spending-hour";q=5000;w=3600'
    )
    assert refused.headers["ratelimit"].startswith('"spending";r=0;t=')
    assert counter.till.reply("lookUpCard", code=card).headers["ratelimit"].startswith('"others";')


def test_what_a_till_may_not_do(counters: dict[str, Counter]) -> None:
    counter, other = counters["coffee"], counters["cashback"]
    card = other.customer()
    assert counter.till.reply("lookUpCard", code=card).status == 404
    assert counter.till.reply("listOrders", state="parked").status == 403
    assert counter.till.call("redeem", {"card_code": card, "reward": "free-coffee"})["reason"] == (
        "card_not_found"
    )
    stranger = Integrator(DOCUMENT, counter.till._base, "lk_local_nobody_x")
    assert stranger.reply("lookUpCard", code=card).status == 401
