"""Coupons over HTTP on the running stack: made by an owner, used at the till and on the page."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from infra.local.web import ask, ask_json, until
from tests.stack.test_rewards import Catalogue

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

NAME = {"en": "A gift", "ru": "Подарок"}


@pytest.fixture(scope="module")
def catalogue(open_shop: Shop) -> Catalogue:
    return Catalogue(open_shop)


def test_a_word_lowers_a_bill_and_is_undone(catalogue: Catalogue) -> None:
    word = f"W{uuid.uuid4().hex[:8]}".upper()
    coupon = {"id": word.lower(), "name": NAME, "word": word, "gives": {"basis_points": 1000}}
    made = catalogue.owner.call("makeCoupon", {**coupon, "uses": 2, "per_member": None})
    assert (made["used"], made["left"]) == (0, 2)
    assert catalogue.till.reply("makeCoupon", coupon).status == 403
    ann = catalogue.joins()
    shown = {"card_code": ann["card_code"], "code": word.lower(), "bill": 1259}
    assert catalogue.till.call("quoteCode", shown)["discount"] == 125
    order = uuid.uuid4().hex
    used = catalogue.till.call(
        "useCode", {**shown, "order": {"source": "till", "id": order}}, act="once"
    )
    assert (used["outcome"], used["discount"]) == ("redeemed", 125)
    again = catalogue.till.call(
        "useCode", {**shown, "order": {"source": "till", "id": order}}, act="once"
    )
    assert again["id"] == used["id"]
    assert catalogue.till.call("useCode", shown)["outcome"] == "redeemed"
    assert catalogue.till.call("useCode", shown)["reason"] == "coupon_all_used"
    assert catalogue.till.call("undoCode", {}, use=used["id"])["outcome"] == "returned"
    told = catalogue.owner.call("getCoupon", coupon=coupon["id"])
    assert (told["used"], told["left"]) == (1, 1)
    no = catalogue.till.call("useCode", {**shown, "code": "none-of-ours"})
    assert no["sentence"] == "there is no such code here"


def test_single_codes_are_printed_fetched_and_used_once(catalogue: Catalogue) -> None:
    coupon = f"c{uuid.uuid4().hex[:8]}"
    gives = {"pot": "points", "points": 7}
    sent = {"id": coupon, "name": NAME, "codes": 3, "gives": gives, "per_member": None}
    catalogue.owner.call("makeCoupon", sent)
    begun = catalogue.owner.call("writeCodes", coupon=coupon)

    def ended() -> Any:
        found = catalogue.owner.call("getCodes", coupon=coupon, file=begun["id"])
        return found if found["ended"] else None

    files = until("the codes are written", ended)["files"]
    table = ask("GET", files[0]).body.decode()
    codes = re.findall(r"(?m)^(\d+),([A-Z0-9-]{19})\r?$", table)
    listed = catalogue.owner.call("listCodes", coupon=coupon)["codes"]
    assert [(str(one["serial"]), one["code"]) for one in listed] == codes
    ann, ben = catalogue.joins(), catalogue.joins()
    code = codes[1][1]
    first = catalogue.till.call("useCode", {"card_code": ann["card_code"], "code": code})
    assert (first["points"], first["balance"]) == (7, 57)
    second = catalogue.till.call("useCode", {"card_code": ben["card_code"], "code": code})
    assert second["reason"] == "coupon_used"
    uses = catalogue.owner.call("listCodeUses", coupon=coupon)["uses"]
    assert [(one["code"], one["member_id"]) for one in uses] == [(code, ann["member_id"])]


def test_an_owner_stops_a_coupon_that_was_looked_at(catalogue: Catalogue) -> None:
    coupon = f"s{uuid.uuid4().hex[:8]}"
    gives = {"pot": "points", "points": 7}
    sent = {"id": coupon, "name": NAME, "word": coupon.upper(), "gives": gives}
    catalogue.owner.call("makeCoupon", sent)
    seen = catalogue.owner.reply("getCoupon", coupon=coupon)
    change = {"state": "stopped"}
    stale = catalogue.owner.reply("changeCoupon", change, act='"99"', coupon=coupon)
    assert stale.status == 412
    tag = seen.headers["etag"]
    stopped = catalogue.owner.reply("changeCoupon", change, act=tag, coupon=coupon)
    assert stopped.json()["state"] == "stopped"
    ann = catalogue.joins()
    shown = {"card_code": ann["card_code"], "code": coupon}
    assert catalogue.till.call("useCode", shown)["reason"] == "coupon_stopped"


def test_a_member_types_a_code_on_the_page(catalogue: Catalogue) -> None:
    coupon = f"p{uuid.uuid4().hex[:8]}"
    gives = {"pot": "points", "points": 7}
    sent = {"id": coupon, "name": NAME, "word": coupon.upper(), "gives": gives}
    catalogue.owner.call("makeCoupon", sent)
    email = f"{uuid.uuid4().hex}@example.com"
    person = {"first_name": "Ann", "email": email, "consent": True, "marketing_consent": False}
    card = ask_json("POST", f"{catalogue.base}/join/catalogue", person).json()
    page = ask("GET", card["card_url"]).body.decode()
    act = re.search(r'name="act" value="([0-9a-f]{32})"', page)
    assert act
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    typed = urlencode({"coupon": coupon, "act": act[1]}).encode()
    for _ in range(2):
        done = ask("POST", card["card_url"], typed, form)
        assert (done.status, done.headers["location"][-11:]) == (303, "said=coupon"), done
    assert catalogue.staff.call("showMember", member=card["member_id"])["pots"][0]["balance"] == 7
    wrong = urlencode({"coupon": "nonsense", "act": "0" * 32}).encode()
    refused = ask("POST", card["card_url"], wrong, form)
    assert refused.status == 422
    assert "There is no such code here" in refused.body.decode()
