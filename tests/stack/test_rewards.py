"""Rewards in stock, over HTTP on the running stack, each function in its role."""

from __future__ import annotations

import json
import secrets
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.local import deployment
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.program.document import read
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from tests.support.deployed import ROOT
from tests.support.integrator import Integrator
from tests.support.mechanics import document

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

API = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
PROGRAM = "catalogue"
_BOTH = {"en": "Mug", "ru": "Кружка"}
REWARDS = [
    {"id": "mug", "pot": "points", "price": 5, "name": _BOTH, "stocked": True, "per_member": 2}
]


class Catalogue:
    """A program with a reward in stock: its owner, a till, and members with points."""

    def __init__(self, shop: Shop) -> None:
        aws = shop.stack["aws"]
        cloud = deployment.Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
        names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
        self.tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
        self.base = shop.stack["base_url"]
        Programs(self.tables, lambda: datetime.now(UTC)).put(
            read({**document("points"), "id": PROGRAM, "rewards": REWARDS})
        )
        self.till, self.staff, self.owner = map(self._key, ("till", "staff", "owner"))

    def _key(self, scope: Any) -> Integrator:
        secret = secrets.token_hex(20)
        key = ApiKey(f"{scope}{secrets.token_hex(4)}", PROGRAM, scope)
        Credentials(self.tables).add_key(key, "local", secret)
        return Integrator(API, self.base, key_text(key.id, "local", secret))

    def joins(self, points: int = 50) -> Any:
        person = {"first_name": "Ann", "email": f"{uuid.uuid4().hex}@example.com", "consent": True}
        member = self.staff.call("enrolMember", person)
        gift = {"reason": "to begin with", "points": points}
        self.staff.call("givePoints", gift, member=member["member_id"])
        return member


@pytest.fixture(scope="module")
def catalogue(open_shop: Shop) -> Catalogue:
    return Catalogue(open_shop)


def test_an_owner_fills_the_shelf_and_tills_empty_it(catalogue: Catalogue) -> None:
    ann = catalogue.joins()
    mug = {"card_code": ann["card_code"], "reward": "mug"}
    assert catalogue.till.call("redeem", mug)["reason"] == "out_of_stock"
    assert catalogue.owner.call("setStock", {"left": 1}, act="first", reward="mug")["left"] == 1
    assert catalogue.owner.call("setStock", {"left": 1}, act="first", reward="mug")["left"] == 1
    assert catalogue.till.reply("setStock", {"left": 9}, reward="mug").status == 403
    held = catalogue.till.call("placeHold", mug)
    assert held["outcome"] == "held"
    assert catalogue.till.call("listRewards")["rewards"][0]["left"] == 0
    assert catalogue.till.call("releaseHold", {}, hold=held["id"])["outcome"] == "released"
    had = catalogue.till.call("redeem", mug)
    assert had["outcome"] == "redeemed"
    assert catalogue.till.call("redeem", mug)["sentence"] == "this reward is out of stock"
    catalogue.owner.call("setStock", {"more": 5}, reward="mug")
    assert catalogue.till.call("redeem", mug)["outcome"] == "redeemed"
    assert catalogue.till.call("redeem", mug)["reason"] == "reward_all_had"
    undone = catalogue.till.call("undoRedemption", {}, redemption=had["id"])
    assert undone["outcome"] == "returned"
    shown = catalogue.owner.call("getReward", reward="mug")
    assert (shown["left"], shown["taken"]) == (5, 1)
