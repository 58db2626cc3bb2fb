"""One program with every mechanic, over HTTP, each function under its own role.

What a role lacks is found here: joining with a gift of welcome, for one, writes the ledger.
"""

from __future__ import annotations

import json
import secrets
import uuid
from base64 import b64encode
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from infra.local import deployment
from infra.local.web import ask, ask_json, until
from loyalty.access.keys import ApiKey, Credentials, Endpoint, key_text
from loyalty.core.account import fold
from loyalty.core.instants import microseconds
from loyalty.program.document import read_toml
from loyalty.store import keys
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from loyalty.store.tables import Update
from passes.designs import design
from tests.stack.shop import Customer, Shop

if TYPE_CHECKING:
    from infra.local.till import Till
    from loyalty.program.rules import Program

pytestmark = pytest.mark.stack

PROGRAM = read_toml(
    (Path(__file__).parent / "everything.toml").read_text(encoding="utf-8"), design.names()
)
# Not mechanics: who it is, and what numbers the versions.
# What only stands at the head; `look` is which version of a design of one's own it wears.
_HEAD = {
    *("schema", "id", "version", "card_version", "look", "notice"),
    *("cool_down_minutes", "discount", "stacking"),
}


def used(program: Program) -> set[str]:
    """Return the parts of a program that say something."""
    return {one.name for one in fields(program) if getattr(program, one.name)}


@pytest.fixture(scope="module")
def everything(open_shop: Shop) -> Shop:
    """Give a shop on the same stack whose program uses every mechanic."""
    stack = open_shop.stack
    aws = stack["aws"]
    cloud = deployment.Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    Programs(tables, lambda: datetime.now(UTC)).put(PROGRAM)
    credentials = Credentials(tables)
    secret_keys = {}
    for scope in ("owner", "till", "staff"):
        key, secret = ApiKey(f"every{scope}", PROGRAM.id, scope), secrets.token_hex(20)
        credentials.add_key(key, "local", secret)
        secret_keys[f"{scope}_key"] = key_text(key.id, "local", secret)
    endpoint = Endpoint("everything-till", PROGRAM.id, ("till", "square"), "standard")
    credentials.put_endpoint(endpoint)
    signing = f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"
    told = {f"endpoints/{endpoint.id}": json.dumps({"secrets": [signing]})}
    deployment.put_secrets(cloud, told)
    url = f"{stack['base_url']}/webhooks/{endpoint.id}"
    webhook = {"url": url, "redemptions_url": f"{url}/redemptions", "secret": signing}
    return Shop(
        {
            **stack,
            **secret_keys,
            "program": PROGRAM.id,
            "currency": PROGRAM.currency,
            "join_url": f"{stack['base_url']}/join/{PROGRAM.id}",
            "rewards": [{"id": reward.id} for reward in PROGRAM.rewards],
            "webhook": {**webhook, "source": "till"},
            "cloud": cloud,
            "tables": tables,
        }
    )


def order(till: Till, name: str, *lines: tuple[str, int, int], **more: Any) -> dict[str, Any]:
    """Return a message about an order of (category, quantity, amount) lines."""
    message = till.order(name, sum(amount for _, _, amount in lines), **more)
    message["data"]["order"]["lines"] = [
        {"id": str(at), "name": what, "category": what, "quantity": count, "amount": amount}
        for at, (what, count, amount) in enumerate(lines)
    ]
    return message


def consistent(shop: Shop, customer: Customer) -> Any:
    """Return a customer's account, which has to be the sum of its entries."""
    shop.settle()
    standing = shop.standing(customer)
    folded = fold(customer.program, customer.card["member_id"], standing.entries)
    assert {name: pot.lots for name, pot in folded.pots.items()} == {
        name: pot.lots for name, pot in standing.account.pots.items()
    }
    return standing.account


def _has(shop: Shop, customer: Customer, points: int) -> bool | None:
    return shop.standing(customer).account.balance("points") == points or None


def proved(shop: Shop, contact: str | None = None, **fields: Any) -> Customer:
    """Return a customer who has typed the code that their contact was sent."""
    contact = contact or f"{uuid.uuid4().hex}@example.com"
    customer = shop.customer(email=contact, **fields)
    assert shop.type_code(customer, shop.code(contact)).status == 303
    return customer


def test_the_program_leaves_no_mechanic_out() -> None:
    parts = {one.name for one in fields(PROGRAM)}
    assert used(PROGRAM) | _HEAD >= parts
    assert {rule.per for rule in PROGRAM.earning} == {"amount", "visit", "item"}


def test_joining_with_a_gift_of_welcome(everything: Shop) -> None:
    page = ask("GET", everything.stack["join_url"], None, {"Accept": "text/html"})
    assert page.status == 200
    ann = proved(everything, birthday="1990-05-28")
    assert consistent(everything, ann).balance("points") == 50
    assert ask("GET", ann.card["card_url"]).status == 200
    ann.install().save()
    everything.settle()
    assert ann.held.shown["tier"] == "Starter"
    assert ann.google.object["loyaltyPoints"]["balance"] == {"int": 50}
    assert "Starter" in str(ann.google.object["textModulesData"])


def test_earning_levels_rewards_and_returns(everything: Shop) -> None:
    bob = proved(everything).install().save()
    till, name = everything.till, uuid.uuid4().hex
    basket = (("coffee", 2, 900), ("tea", 1, 600))
    assert till.send(order(till, name, *basket, member=bob.by_card)).status == 202
    account = consistent(everything, bob)
    assert account.balance("stamps") == 2
    assert account.pot("swims").waiting == 1
    # The welcome, 75 for the money, 10 for the visit, and the tea's share of both once more.
    assert account.balance("points") == 50 + 75 + 10 + (30 + 4)
    big = uuid.uuid4().hex
    assert till.send(order(till, big, ("towel", 1, 12000), member=bob.by_card)).status == 202
    account = consistent(everything, bob)
    assert account.level == 1
    bob.phone.fetch_news()
    assert bob.held.shown["tier"] == "Silver"
    for reward, outcome in (("free-coffee", "redeemed"), ("mug", "redeemed")):
        reply = till.send(till.redemption(uuid.uuid4().hex, bob.code, reward))
        assert (reply.status, reply.json()["outcome"]) == (200, outcome)
    assert consistent(everything, bob).balance("stamps") == 1
    back = order(till, big, ("towel", 1, 12000), member=bob.by_card, version=2, status="refunded")
    assert till.send(back).status == 202
    account = consistent(everything, bob)
    assert account.spend == 1500
    # What reached the level was paid back: it goes at once, whatever grace there is.
    assert (account.level, account.deadline) == (0, 0)
    bob.phone.fetch_news()
    assert bob.held.shown["tier"] == "Starter"


def test_an_unclaimed_order_is_claimed_and_a_card_found_again(everything: Shop) -> None:
    contact = f"{uuid.uuid4().hex}@example.com"
    carl = everything.customer(email=contact)
    till, name = everything.till, uuid.uuid4().hex
    assert till.send(order(till, name, ("coffee", 1, 400))).status == 202
    everything.settle()
    until("the order to be parked", lambda: name in everything.parked() or None)
    assert everything.claim(name, carl.code).status == 200
    assert consistent(everything, carl).balance("stamps") == 1
    found = everything.api("POST", "/v1/cards/recover", "staff_key", {"email": contact})
    # Whoever had the earlier link has it no more.
    assert found.status == 200
    assert ask("GET", carl.card["card_url"]).status == 404
    assert ask("GET", found.json()["card_url"]).status == 200


def test_a_night_gives_birthdays_and_finds_no_fault(everything: Shop) -> None:
    now = datetime.now(UTC)
    here = now.astimezone(ZoneInfo(PROGRAM.zone))  # whose day it is; in UTC it may be another
    # Yesterday's night was missed for one; for the other it was before they joined.
    today, yesterday = (f"1992-{day:%m-%d}" for day in (here, here - timedelta(days=1)))
    dora = proved(everything, birthday=today)
    early, late = (proved(everything, birthday=yesterday) for _ in range(2))
    joined = {"en": microseconds(now - timedelta(days=30))}
    where = keys.member_key(early.program, early.card["member_id"])
    tables = everything.stack["tables"]
    had = tables.get(where)
    tables.write(Update(where, joined))
    try:
        for _ in range(2):
            everything.stack["cloud"].client("lambda").invoke(
                FunctionName="loyalty-local-nightly", Payload=b"{}"
            )
            for customer in (dora, early):
                until("the birthday's points", partial(_has, everything, customer, 75))
        balances = [consistent(everything, one).balance("points") for one in (dora, early, late)]
        assert balances == [75, 75, 50]
    finally:
        tables.write(Update(where, {"en": had["en"]}))  # as the list of members knows it


def test_a_merged_members_own_order_is_claimed_with_the_surviving_card(everything: Shop) -> None:
    old, new, other = (everything.customer() for _ in range(3))
    till, name = everything.till, uuid.uuid4().hex
    assert till.send(order(till, name, ("coffee", 1, 400))).status == 202
    everything.settle()
    until("the order to be parked", lambda: name in everything.parked() or None)
    assert everything.claim(name, old.code).json() == {"result": "recorded", "points": 22}
    merged = ask_json(
        "POST",
        f"{everything.stack['base_url']}/v1/members/{new.card['member_id']}/merge",
        {"other": old.card["member_id"], "reason": "had two cards"},
        {
            "Authorization": f"Bearer {everything.stack['staff_key']}",
            "Idempotency-Key": uuid.uuid4().hex,
        },
    )
    assert (merged.status, merged.json()["outcome"]) == (200, "moved")
    again = everything.claim(name, new.code)
    assert (again.status, again.json()) == (200, {"result": "unchanged", "points": 0})
    taken = everything.claim(name, other.code)
    assert (taken.status, taken.json()["code"]) == (409, "order_taken")
    assert consistent(everything, new).balance("stamps") == 1


def test_what_cannot_be_redeemed_is_declined_and_stays_so(everything: Shop) -> None:
    eve, name = everything.customer(), uuid.uuid4().hex
    till = everything.till
    for _ in range(2):
        reply = till.send(till.redemption(name, eve.code, "free-coffee"))
        assert (reply.status, reply.json()["outcome"]) == (200, "declined")


def test_who_joins_twice_gets_no_second_gift(everything: Shop) -> None:
    contact = f"{uuid.uuid4().hex}@example.com"
    fay = proved(everything, contact)
    assert consistent(everything, fay).balance("points") == 50
    again = proved(everything, contact)
    assert consistent(everything, again).balance("points") == 50
    assert everything.standing(fay).account.closed
