"""The page of an invitation: by its link alone, without a script, in every language; its API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from functions import campaigns as api
from functions import card_page
from loyalty.core.invitation import name_of
from tests.functions.routes.till import till
from tests.support.campaigning import OPEN, Campaigning
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop as Served

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

FORM = {"content-type": "application/x-www-form-urlencoded"}
LANGUAGES = ("en", "ru", "de")


def inviting(shop: Served, *names: str, **terms: Any) -> list[str]:
    """Invite these people; return the pages' addresses."""
    campaigns = Campaigning(shop.world)
    people = [campaigns.join(name) for name in names]
    begins = shop.world.now.replace(tzinfo=None, minute=0, microsecond=0) + timedelta(days=10)
    action = {
        "kind": "invitation",
        "title": {"en": "Tasting <b>", "ru": "Дегустация"},
        "text": {"en": "{name}, come!", "ru": "{name}, приходите!"},
        "invitation": {"places": 1, "begins": f"{begins:%Y-%m-%dT%H:%M}", **terms},
    }
    campaigns.start(
        "tasting", actions=[action], guards={**OPEN, "quiet": ["03:00", "03:00"], "cap": 9}
    )
    assert set(campaigns.run()) == {"sent"}
    tokens = shop.world.books.tokens
    return [
        f"/ask/{tokens.question('coffee', one.member_id, name_of('tasting'))}" for one in people
    ]


def page(ask: Ask, address: str, language: str = "en") -> str:
    answer = ask(card_page, http("GET", address, query={"language": language}))
    assert answer["statusCode"] == 200
    assert answer["headers"]["X-Robots-Tag"] == "noindex, nofollow"
    body: str = answer["body"]
    assert "<script" not in body
    return body


def say(ask: Ask, address: str, answer: str) -> dict[str, Any]:
    return ask(card_page, http("POST", address, FORM, f"answer={answer}".encode()))


def test_it_is_asked_answered_and_answered_otherwise(shop: Served, ask: Ask) -> None:
    [address] = inviting(shop, "Ann")
    for language in LANGUAGES:
        found = page(ask, address, language)
        assert found.count('name="answer"') == 2
        assert "<b>" not in found
    assert "Ann, come!" in page(ask, address)
    done = say(ask, address, "yes")
    assert done["statusCode"] == 303
    again, _, query = done["headers"]["Location"].partition("?")
    shown = ask(card_page, http("GET", again, query=dict(parse_qsl(query))))["body"]
    assert '<h2 role="status">You are coming</h2>' in shown
    assert shown.count('name="answer"') == 1
    say(ask, address, "no")
    assert "You are not coming" in page(ask, address)
    shop.world.wait(days=11)
    late = page(ask, address)
    assert "It is too late to answer." in late
    assert "<form" not in late
    assert say(ask, address, "yes")["statusCode"] == 409


def test_a_full_one_lets_wait_or_says_so(shop: Served, ask: Ask) -> None:
    ann, ben = inviting(shop, "Ann", "Ben")
    say(ask, ann, "yes")
    assert "Put me on the waiting list" in page(ask, ben)
    say(ask, ben, "yes")
    assert "You are on the waiting list" in page(ask, ben)
    say(ask, ann, "no")
    assert "You are coming" in page(ask, ben)


def test_without_a_line_a_full_one_says_so(shop: Served, ask: Ask) -> None:
    ann, ben = inviting(shop, "Ann", "Ben", waiting_list=False)
    say(ask, ann, "yes")
    assert page(ask, ben).count('name="answer"') == 1
    refused = say(ask, ben, "yes")
    assert refused["statusCode"] == 409
    assert "All places are taken." in refused["body"]


def test_the_page_of_the_card_leads_there(shop: Served, ask: Ask) -> None:
    [address] = inviting(shop, "Ann")
    named = shop.world.books.tokens.read_question(address.removeprefix("/ask/"))
    assert named
    link = shop.world.books.tokens.link_token("coffee", named[1], 1)
    card = ask(card_page, http("GET", f"/c/{link}"))["body"]
    assert "You are invited" in card
    token = address.removeprefix("/ask/")
    behind = {"show": "ask", "of": token, "language": "en"}
    assert f'href="/c/{link}?{urlencode(behind).replace("&", "&amp;")}"' in card
    # Behind the card: whose page it is, and back; an answer stays there, in every language.
    shown = ask(card_page, http("GET", f"/c/{link}", query=behind))["body"]
    assert f'<p class="masthead"><a href="/c/{link}?language=en">' in shown
    assert f"show=ask&amp;of={token}" in shown.partition("<footer>")[2]
    done = ask(card_page, http("POST", f"/c/{link}", FORM, b"answer=yes", query=behind))
    assert done["statusCode"] == 303
    assert done["headers"]["Location"] == f"/c/{link}?{urlencode(behind)}&said=answered"
    card = ask(card_page, http("GET", f"/c/{link}"))["body"]
    assert "You are coming" in card
    assert "Your appointment" in card


def test_a_card_answers_for_nobody_else(shop: Served, ask: Ask) -> None:
    ann, ben = inviting(shop, "Ann", "Ben")
    named = shop.world.books.tokens.read_question(ann.removeprefix("/ask/"))
    assert named
    link = shop.world.books.tokens.link_token("coffee", named[1], 1)
    for other in (ben.removeprefix("/ask/"), "", "x"):
        behind = {"show": "ask", "of": other}
        assert ask(card_page, http("GET", f"/c/{link}", query=behind))["statusCode"] == 404
        sent = http("POST", f"/c/{link}", FORM, b"answer=yes", query=behind)
        assert ask(card_page, sent)["statusCode"] == 404
    assert "You are invited" in page(ask, ben)
    assert f"/c/{link}" not in page(ask, ann), "an invitation that is shown around opens no card"


def test_no_other_address_and_no_other_site(shop: Served, ask: Ask) -> None:
    [address] = inviting(shop, "Ann")
    for other in (address[:-1], f"{address}x", address.replace("coffee", "barber")):
        assert ask(card_page, http("GET", other))["statusCode"] == 404
        assert say(ask, other, "yes")["statusCode"] == 404
    foreign = {**FORM, "sec-fetch-site": "cross-site"}
    assert ask(card_page, http("POST", address, foreign, b"answer=yes"))["statusCode"] == 403
    assert say(ask, address, "perhaps")["statusCode"] == 303
    assert "You are invited" in page(ask, address)


def test_the_owner_sees_who_comes_and_makes_room(shop: Served, ask: Ask) -> None:
    addresses = inviting(shop, "Ann", "Ben", "Cat")
    for one in addresses[:2]:
        say(ask, one, "yes")
    say(ask, addresses[2], "no")
    owner = till(shop, ask, "owner")
    place = "/v1/campaigns/tasting"

    def call(method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        text = json.dumps(body) if body is not None else None
        headers = {"authorization": owner.key}
        answer = owner.send(api, http(method, path, headers, text, query=query))
        return answer["statusCode"], content(answer)

    status, book = call("GET", f"{place}/invitation")
    assert status == 200
    told = [book[one] for one in ("places", "invited", "coming", "waiting", "refused")]
    assert told == [1, 3, 1, 1, 1]
    for state, name in (("coming", "Ann"), ("waiting", "Ben")):
        status, found = call("GET", f"{place}/guests", state=state)
        assert status == 200
        assert [one["first_name"] for one in found["guests"]] == [name]
    status, book = call("PUT", f"{place}/invitation", {"places": 5})
    assert (status, book["coming"], book["waiting"]) == (200, 2, 0)
    assert call("GET", "/v1/campaigns/other/guests")[0] == 404
