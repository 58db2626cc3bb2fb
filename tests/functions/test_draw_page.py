"""A prize draw: named by the owner, entered on the card's page, checked on a page for anybody."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from py_arkworks_bls12381 import Scalar

from functions import campaign_worker, card_page
from functions import campaigns as api
from infra.local.carriers.beacons import signed
from tests.functions.routes.till import till
from tests.loyalty.core.test_draw import recipe
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop as Served

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

FORM = {"content-type": "application/x-www-form-urlencoded"}
BASKET = {"en": "A basket <b>", "ru": "Корзина"}
PUBLIC = "/draws/coffee/spring"
PLACE = "/v1/draws/spring"


class Owner:
    """Calls the API as the owner."""

    def __init__(self, shop: Served, ask: Ask) -> None:
        self._till = till(shop, ask, "owner")

    def call(self, method: str, path: str, body: Any = None, tag: str = "") -> tuple[int, Any]:
        headers = {"authorization": self._till.key, **({"if-match": tag} if tag else {})}
        text = json.dumps(body) if body is not None else None
        answer = self._till.send(api, http(method, path, headers, text))
        return answer["statusCode"], content(answer)


def named(shop: Served, ask: Ask) -> Owner:
    owner = Owner(shop, ask)
    closes = shop.world.now.replace(tzinfo=None, second=0, microsecond=0) + timedelta(days=3)
    sent = {
        "name": {"en": "Spring <b>", "ru": "Весна"},
        "text": {"en": "Two prizes.", "ru": "Два приза."},
        "prizes": [BASKET, {"en": "A cake", "ru": "Торт"}],
        "pot": "points",
        "price": 10,
        "closes": f"{closes:%Y-%m-%dT%H:%M}",
    }
    assert owner.call("PUT", PLACE, sent)[0] == 428
    assert owner.call("PUT", PLACE, {**sent, "closes": "soon"}, '"0"')[0] == 422
    status, told = owner.call("PUT", PLACE, sent, '"0"')
    assert (status, told["state"], told["entries"]) == (200, "open", 0)
    return owner


def enter(ask: Ask, link: str, entries: str, act: str = "a") -> dict[str, Any]:
    form = urlencode({"draw": "spring", "entries": entries, "act": act * 32}).encode()
    return ask(card_page, http("POST", f"/c/{link}", FORM, form))


def page(ask: Ask, address: str, **query: str) -> str:
    answer = ask(card_page, http("GET", address, query=query))
    assert answer["statusCode"] == 200
    body: str = answer["body"]
    assert "<script" not in body
    assert "<b>" not in body
    return body


def test_it_is_entered_fixed_drawn_and_checked_by_a_stranger(shop: Served, ask: Ask) -> None:
    people = [shop.world.enrol() for _ in range(3)]
    for number, one in enumerate(people):
        shop.world.sell(f"s{number}", total=2_000, member=one)
    assert ask(card_page, http("GET", PUBLIC))["statusCode"] == 404
    owner = named(shop, ask)
    assert 'name="draw" value="spring"' in page(ask, f"/c/{people[0].link}")
    for number, one in enumerate(people):
        done = enter(ask, one.link, str(number + 1), f"{number}")
        assert done["headers"]["Location"] == f"/c/{one.link}?said=entered"
        enter(ask, one.link, str(number + 1), f"{number}")
    assert [shop.world.balance(one) for one in people] == [190, 180, 170]
    assert "You have 2 entries" in page(ask, f"/c/{people[1].link}")
    assert page(ask, PUBLIC, list="yes") == ""
    assert owner.call("POST", f"{PLACE}/close")[0] == 409
    shop.world.wait(days=4)
    status, fixed = owner.call("POST", f"{PLACE}/close")
    assert (status, fixed["state"], fixed["entries"], fixed["entrants"]) == (200, "closed", 6, 3)
    for language in ("en", "ru", "de"):
        shown = page(ask, PUBLIC, language=language)
        assert fixed["hash"] in shown
        assert str(fixed["round"]) in shown
    kept = page(ask, PUBLIC, list="yes")
    beacon = signed(fixed["round"])
    forged = signed(fixed["round"], Scalar(7))
    assert owner.call("POST", f"{PLACE}/draw", beacon)[0] == 409
    shop.world.wait(minutes=11)
    assert owner.call("POST", f"{PLACE}/draw", forged)[0] == 422
    status, drawn = owner.call("POST", f"{PLACE}/draw", beacon)
    assert (status, drawn["state"], drawn["randomness"]) == (200, "drawn", beacon["randomness"])
    stranger = recipe()
    assert stranger["is_the_list"](kept, fixed["hash"])
    won = stranger["drawn"](kept, beacon["randomness"], 2)
    assert [one["pseudonym"] for one in drawn["winners"]] == won
    shown = page(ask, PUBLIC)
    assert all(one in shown for one in won)
    assert all(one.member_id not in shown + kept for one in people)
    winner = next(one for one in people if one.member_id == drawn["winners"][0]["member_id"])
    assert "You have won: A basket" in page(ask, f"/c/{winner.link}")


def test_what_cannot_be_entered_is_said(shop: Served, ask: Ask) -> None:
    ann, rich = shop.world.enrol(), shop.world.enrol()
    shop.world.sell("s", total=150, member=ann)
    shop.world.sell("r", total=2_000, member=rich)
    named(shop, ask)
    for who, entries, said in (
        (ann, "", "Say how many entries."),
        (rich, "11", "more than a member may have"),
        (ann, "2", "You do not have so much."),
    ):
        refused = enter(ask, who.link, entries, str(len(entries)))
        assert refused["statusCode"] == 422
        assert said in refused["body"]
    shop.world.wait(days=4)
    late = enter(ask, ann.link, "1", "f")
    assert (late["statusCode"], shop.world.balance(ann)) == (422, 15)
    assert "spring" not in page(ask, f"/c/{ann.link}")


def test_entries_that_come_of_purchases_are_told_and_counted(shop: Served, ask: Ask) -> None:
    owner, ann = Owner(shop, ask), shop.world.enrol()
    now = shop.world.now.replace(tzinfo=None, second=0, microsecond=0)
    sent: dict[str, Any] = {
        "name": BASKET,
        "text": BASKET,
        "prizes": [BASKET],
        "most": 3,
        "closes": (now + timedelta(days=3)).isoformat(),
        "purchases": {
            "counts": "spend",
            "each": 1_000,
            "begins": (now - timedelta(days=3)).isoformat(),
        },
    }
    status, told = owner.call("PUT", PLACE, sent, '"0"')
    assert (status, told["pot"], told["price"], told["purchases"]["each"]) == (
        200,
        None,
        None,
        1_000,
    )
    shop.world.sell("a", total=2_500, member=ann)
    body = json.dumps({"program": "coffee", "member": ann.member_id})
    record = {"messageId": "1", "eventSource": "aws:sqs", "body": body}
    assert ask(campaign_worker, {"Records": [record]}) == {"batchItemFailures": []}
    card = page(ask, f"/c/{ann.link}")
    assert "An entry comes of each $10, by itself" in card
    assert "You have 2 entries" in card
    assert 'name="draw"' not in card
    assert enter(ask, ann.link, "1", "a")["statusCode"] == 422
    for language, said in (
        ("en", "An entry for each $10, by itself, 3 entries"),
        ("ru", "Участие за каждые"),
    ):
        assert said in page(ask, PUBLIC, language=language)
    visits = {**sent, "purchases": {**sent["purchases"], "counts": "visits", "each": 2}}
    assert owner.call("PUT", "/v1/draws/other", visits, '"0"')[0] == 200
    assert "An entry for each 2 visits" in page(ask, "/draws/coffee/other")
    both = {**sent, "pot": "points", "price": 5}
    assert owner.call("PUT", "/v1/draws/third", both, '"0"')[0] == 422
