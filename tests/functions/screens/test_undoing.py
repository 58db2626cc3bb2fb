"""What was just given is taken back with two taps, and the list of a member names what it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from functions import card_page
from tests.functions.routes.till import till
from tests.functions.screens.visiting import Visitor
from tests.support.events import http

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


def given(shop: Shop, ask: Any) -> tuple[Visitor, str]:
    """Let Ada give Ann 50 points; return her at the member's page, and who that is."""
    ann = shop.world.enrol()
    ada = Visitor(shop, ask)
    ada.look(f"/console/members/{ann.member_id}")
    assert ada.send("gift", points="50", reason="cold coffee").status_code == 303
    return ada, ann.member_id


def test_a_gift_is_taken_back_by_who_gave_it(shop: Shop, ask: Any) -> None:
    ada, ann = given(shop, ask)
    (entry,) = re.findall(r'(?s)value="take_back">.*?name="entry" value="(\d+)"', ada.html)
    assert ada.send("take_back", entry=entry, reason="typed wrong").status_code == 303
    assert "It was taken back" in ada.html
    assert "typed wrong" in ada.html
    assert ada.api.get(f"/v1/members/{ann}")["pots"][0]["balance"] == 0
    assert 'value="take_back"' not in ada.html, "neither the gift nor what took it back"
    # A second tap on an old page takes nothing more.
    ada.send("take_back", entry=entry, reason="typed wrong")
    assert ada.api.get(f"/v1/members/{ann}")["pots"][0]["balance"] == 0


def test_of_two_guests_each_gift_is_taken_back(shop: Shop, ask: Any) -> None:
    ada, ann = given(shop, ask)
    ben = shop.world.enrol().member_id
    ada.look(f"/console/members/{ben}")
    ada.send("gift", points="70", reason="cold coffee")
    for who in (ann, ben):
        page = ada.look(f"/console/members/{who}")
        (entry,) = re.findall(r'(?s)value="take_back">.*?name="entry" value="(\d+)"', page)
        assert ada.send("take_back", entry=entry, reason="typed wrong").status_code == 303
        assert ada.api.get(f"/v1/members/{who}")["pots"][0]["balance"] == 0


def test_by_the_address_of_who_became_another_nothing_is_taken_back(shop: Shop, ask: Any) -> None:
    ann, ben = (shop.world.enrol().member_id for _ in range(2))
    staff, gift = till(shop, ask, "staff"), {"reason": "cold coffee", "pot": "points"}
    staff.told("POST", f"/v1/members/{ann}/gifts", {**gift, "points": 50})
    staff.told("POST", f"/v1/members/{ben}/gifts", {**gift, "points": 70})
    body = {"other": ann, "reason": "one person"}
    till(shop, ask, "owner").told("POST", f"/v1/members/{ben}/merge", body)
    # Ann's first entry is another one than Ben's, which her list shows by now.
    lines = staff.told("GET", f"/v1/members/{ann}/timeline")["lines"]
    assert not any(one["undo"] for one in lines)
    assert staff.ask("POST", f"/v1/members/{ann}/entries/1/undo", {"reason": "old"})[0] == 404
    done = staff.told("POST", f"/v1/members/{ben}/entries/1/undo", {"reason": "typed wrong"})
    assert (done["outcome"], done["balance"]) == ("adjusted", 50)


def test_what_was_spent_is_taken_back_once_it_is_there_again(shop: Shop, ask: Any) -> None:
    ann, staff = shop.world.enrol(), till(shop, ask, "staff")
    undo = f"/v1/members/{ann.member_id}/entries/1/undo"
    gift = {"reason": "cold coffee", "pot": "points", "points": 100}
    staff.told("POST", f"/v1/members/{ann.member_id}/gifts", gift)
    spent = {"card_code": ann.card_code, "reward": "free-coffee"}
    had = till(shop, ask).told("POST", "/v1/redemptions", spent)
    assert staff.told("POST", undo, {"reason": "slip"})["outcome"] == "declined"
    body = {"reason": "it was a slip"}
    staff.told("POST", f"/v1/redemptions/{had['id']}/undo", body)
    for _ in range(2):
        done = staff.told("POST", undo, {"reason": "slip"})
        assert (done["outcome"], done["balance"]) == ("adjusted", 0)


@pytest.mark.parametrize("way", ["capture", "release", "undo"])
def test_however_a_reward_is_had_or_given_back_it_is_named(shop: Shop, ask: Any, way: str) -> None:
    ann = shop.world.enrol()
    shop.world.sell("one", total=2_000, member=ann)
    cash_desk = till(shop, ask)
    spent = {"card_code": ann.card_code, "reward": "free-coffee"}
    if way == "undo":
        done = cash_desk.told("POST", "/v1/redemptions", spent)
        cash_desk.told("POST", f"/v1/redemptions/{done['id']}/undo", {})
    else:
        held = cash_desk.told("POST", "/v1/holds", spent)
        cash_desk.told("POST", f"/v1/holds/{held['id']}/{way}", {})
    lines = till(shop, ask, "staff").told("GET", f"/v1/members/{ann.member_id}/timeline")["lines"]
    first, then = lines[:2]
    assert first["reward"] == then["reward"] != ""


def test_it_is_there_for_ten_minutes(shop: Shop, ask: Any) -> None:
    ada, ann = given(shop, ask)
    shop.world.wait(minutes=10)
    assert 'value="take_back"' in ada.look(f"/console/members/{ann}")
    shop.world.wait(minutes=1)
    assert 'value="take_back"' not in ada.look(f"/console/members/{ann}")
    answer = ada.send("take_back", entry="1", reason="late")
    assert answer.status_code == 422
    assert "too late to take that back" in ada.html
    assert ada.api.get(f"/v1/members/{ann}")["pots"][0]["balance"] == 50


def test_it_is_for_nobody_else_and_for_nothing_else(shop: Shop, ask: Any) -> None:
    ada, ann = given(shop, ask)
    other, body = till(shop, ask, "staff"), {"reason": "mine?"}
    assert other.ask("POST", f"/v1/members/{ann}/entries/1/undo", body)[1]["code"] == "not_yours"
    assert other.ask("POST", f"/v1/members/{ann}/entries/9/undo", body)[0] == 404
    (line,) = other.told("GET", f"/v1/members/{ann}/timeline")["lines"]
    assert line["undo"] is False
    shop.world.sell("one", total=1_000, member=shop.world.enrol())
    assert ada.api.get(f"/v1/members/{ann}/timeline")["lines"][0]["undo"] is True


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_redemption_names_its_reward(shop: Shop, ask: Any, language: str) -> None:
    ann = shop.world.enrol()
    shop.world.sell("one", total=2_000, member=ann)
    assert shop.world.redeem(ann).body["outcome"] == "redeemed"
    called = {"en": "Free coffee", "ru": "Бесплатный кофе"}[language]
    page = Visitor(shop, ask, language=language).look(f"/console/members/{ann.member_id}")
    assert re.search(rf"<strong>[^<]+</strong>: {called}", page)
    headers = {"accept": "text/html", "accept-language": language}
    answer = ask(
        card_page,
        http("GET", f"/c/{ann.link}", headers, query={"show": "history", "language": language}),
    )
    assert re.search(rf"</strong>: {called}", answer["body"])
