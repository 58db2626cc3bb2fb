"""What the holder of a card does on the pages behind it, and the front address, on real tables."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest

from functions import card_page
from loyalty.ledger.act import Act
from loyalty.messages import Contact
from loyalty.store import member_records, membership
from tests.support.events import http
from tests.support.use_cases import UseCases

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

BROWSER = {"accept": "text/html", "accept-language": "en"}
FORM = {"content-type": "application/x-www-form-urlencoded", **BROWSER}
BY_EMAIL = "marketing/email"


def page(ask: Ask, ann: Enrolled, **query: str) -> str:
    answer = ask(card_page, http("GET", f"/c/{ann.link}", BROWSER, query=query))
    assert answer["statusCode"] == 200, answer
    return unescape(str(answer["body"]))


def post(ask: Ask, ann: Enrolled, **fields: str) -> dict[str, Any]:
    return ask(card_page, http("POST", f"/c/{ann.link}", FORM, urlencode(fields)))


def test_a_card_tells_what_has_happened_and_why(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    assert "Nothing yet" in page(ask, ann, show="history")
    shop.world.sell(order="1", member=ann, total=1_250)
    act = Act("coffee", "k1", "g1", "said out loud: a difficult guest")
    UseCases(shop.world.books, lambda: "ACDEFHJK").staff.give(
        act, ann.member_id, "points", 7, shop.world.now
    )
    shown = page(ask, ann, show="history")
    assert shown.index("+7 points") < shown.index("+125 points")
    assert "Gift" in shown
    assert "Purchase" in shown
    assert "difficult guest" not in shown
    assert "→ 125 points" in page(ask, ann, show="history", why="1")
    assert "can no longer be told" in page(ask, ann, show="history", why="2")
    assert "can no longer" not in page(ask, ann, show="history", why="99")
    assert "→ 125" not in page(ask, ann, show="history", why="nonsense")
    russian = page(ask, ann, show="history", language="ru")
    assert "Покупка" in russian
    assert "+125 баллов" in russian
    shop.world.redeem(ann)
    # Both are one thing in a row that parts its things.
    assert "<span><strong>Redeemed</strong>: Free coffee</span>" in page(ask, ann, show="history")


def test_who_brings_friends_sees_what_to_send_and_who_came(shop: Shop, ask: Ask) -> None:
    shop.world.put_program(referral={"pot": "points", "referrer": 30, "friend": 20})
    ann = shop.world.enrol()
    shown = page(ask, ann, show="friends")
    code = ann.short_code
    link = f"/join/coffee?friend={code[:4]}-{code[4:]}&source=friend"
    assert link in page(ask, ann)
    assert shown.count(link) >= 2  # by itself and in the text to send
    assert quote(link, safe="/") in shown  # in an e-mail
    assert "0 friends came so far." in shown
    assert "20 points for you and 30 points for me" in shown
    assert "<svg" in shown
    made = shop.world.applied(Contact("email", "ben@example.com"), referrer=ann)
    ben = shop.world.enrolment.enrol("coffee", made, shop.world.now)
    shop.world.sell(order="first", member=ben, total=1_000)
    assert "1 friend came so far." in page(ask, ann, show="friends")
    assert "Пока пришло: 1 друг" in page(ask, ann, show="friends", language="ru")


def test_long_histories_have_pages(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    for number in range(14):
        shop.world.sell(order=f"o{number}", member=ann, total=100 * (number + 1))
    first = page(ask, ann, show="history")
    assert first.count("<li>") == 12
    cursor = first.partition("cursor=")[2].partition('"')[0]
    second = page(ask, ann, show="history", cursor=cursor)
    assert second.count("<li>") == 2
    assert f"cursor={cursor}&why=1#e1" in second
    assert "→ 10 points" in page(ask, ann, show="history", cursor=cursor, why="1")
    assert "+10 points" in second
    answer = ask(
        card_page, http("GET", f"/c/{ann.link}", BROWSER, query={"show": "history", "cursor": "x"})
    )
    assert answer["statusCode"] == 422


def test_language_and_consents_are_the_holders(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    shown = page(ask, ann, show="settings")
    assert 'value="en" lang="en" selected' in shown
    assert "agreed_marketing/card" in shown
    assert BY_EMAIL not in shown
    answer = post(
        ask, ann, choose="yes", card_language="ru", version="2026-11",
        **{"agreed_marketing/card": "yes"},
    )  # fmt: skip
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"].endswith("language=ru&show=settings&said=chosen")
    member = membership.read_member(shop.world.tables, "coffee", ann.member_id)
    assert member is not None
    assert (member.language, member.marketing_consent_version) == ("ru", "2026-11")
    kept = member_records.read_record(shop.world.tables, "coffee", ann.member_id).consents
    assert kept["marketing/card"].given
    # Whoever unticks it, withdraws it; what was not asked is not given.
    assert post(ask, ann, choose="yes", card_language="ru", **{f"agreed_{BY_EMAIL}": "yes"})
    kept = member_records.read_record(shop.world.tables, "coffee", ann.member_id).consents
    assert not kept["marketing/card"].given
    assert BY_EMAIL not in kept
    member = membership.read_member(shop.world.tables, "coffee", ann.member_id)
    assert member is not None
    assert member.marketing_consent_version is None


def test_a_language_that_the_program_has_not_is_not_chosen(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    assert post(ask, ann, choose="yes", card_language="xx")["statusCode"] == 303
    member = membership.read_member(shop.world.tables, "coffee", ann.member_id)
    assert member is not None
    assert member.language == "en"


def test_whoever_leaves_says_to_know_what_is_lost_and_is_forgotten(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol()
    shop.world.sell(order="1", member=ann, total=1_250)
    answer = post(ask, ann, leave="yes")
    assert answer["statusCode"] == 422
    assert "tick that you know" in answer["body"]
    assert membership.read_member(shop.world.tables, "coffee", ann.member_id).first_name  # type: ignore[union-attr]
    answer = post(ask, ann, leave="yes", sure="yes")
    assert answer["statusCode"] == 200
    assert "You have left" in answer["body"]
    member = membership.read_member(shop.world.tables, "coffee", ann.member_id)
    assert member is None or member.is_forgotten
    gone = ask(card_page, http("GET", f"/c/{ann.link}", BROWSER))
    assert gone["statusCode"] == 404


@pytest.mark.parametrize("form", [{"choose": "yes"}, {"leave": "yes", "sure": "yes"}])
def test_no_other_site_changes_anything(shop: Shop, ask: Ask, form: dict[str, str]) -> None:
    ann = shop.world.enrol()
    foreign = {**FORM, "origin": "https://evil.example", "sec-fetch-site": "cross-site"}
    answer = ask(card_page, http("POST", f"/c/{ann.link}", foreign, urlencode(form)))
    assert answer["statusCode"] == 403
    member = membership.read_member(shop.world.tables, "coffee", ann.member_id)
    assert member is not None
    assert not member.is_forgotten


def test_a_program_that_is_only_tried_is_not_shown_to_customers(shop: Shop, ask: Ask) -> None:
    tried = replace(shop.world.programs.current("coffee"), id="smoke")
    shop.world.programs.put(tried, listed=False)
    assert shop.world.programs.current("smoke").id == "smoke"
    body = ask(card_page, http("GET", "/", BROWSER))["body"]
    assert 'href="/join/coffee' in body
    assert "/join/smoke" not in body


def test_the_front_address_lists_programs_or_leads_to_the_only_one(shop: Shop, ask: Ask) -> None:
    answer = ask(card_page, http("GET", "/", {**BROWSER, "accept-language": "ru"}))
    assert answer["statusCode"] == 200
    assert "Выберите карту" in answer["body"]
    for program in ("coffee", "barber"):
        assert f'href="/join/{program}?language=ru"' in answer["body"]
    for key in [key for key in shop.world.tables.items if key.pk == "D#programs"]:
        if key.sk == "barber":
            del shop.world.tables.items[key]
    answer = ask(card_page, http("GET", "/", BROWSER))
    assert (answer["statusCode"], answer["headers"]["Location"]) == (302, "/join/coffee")
    answer = ask(card_page, http("HEAD", "/", BROWSER, query={"language": "ru"}))
    assert answer["headers"]["Location"] == "/join/coffee?language=ru"
    for key in [key for key in shop.world.tables.items if key.pk == "D#programs"]:
        del shop.world.tables.items[key]
    answer = ask(card_page, http("GET", "/", BROWSER))
    assert "Nothing here yet" in answer["body"]
