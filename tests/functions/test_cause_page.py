"""A cause: named by the owner, given to on the card's page, counted on a page for anybody."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from functions import campaigns as api
from functions import card_page
from tests.functions.routes.till import till
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop as Served

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

FORM = {"content-type": "application/x-www-form-urlencoded"}
SENT: dict[str, Any] = {
    "name": {"en": "The shelter <b>", "ru": "Приют"},
    "text": {"en": "A bag of food.", "ru": "Мешок корма."},
    "pot": "points",
    "least": 10,
    "target": 1_000,
}


def call(  # noqa: PLR0917
    shop: Served, ask: Ask, method: str, path: str, body: Any = None, tag: str = ""
) -> Any:
    owner = till(shop, ask, "owner")
    headers = {"authorization": owner.key, **({"if-match": tag} if tag else {})}
    text = json.dumps(body) if body is not None else None
    answer = owner.send(api, http(method, path, headers, text))
    return answer["statusCode"], content(answer)


def give(ask: Ask, link: str, points: str, act: str = "a" * 32) -> dict[str, Any]:
    form = urlencode({"cause": "shelter", "points": points, "act": act}).encode()
    return ask(card_page, http("POST", f"/c/{link}", FORM, form))


def test_it_is_named_given_to_and_counted_for_anybody(shop: Served, ask: Ask) -> None:
    ann = shop.world.enrol()
    shop.world.sell("a", total=3_000, member=ann)
    page, public = f"/c/{ann.link}", "/causes/coffee/shelter"
    assert ask(card_page, http("GET", public))["statusCode"] == 404
    assert call(shop, ask, "PUT", "/v1/causes/shelter", SENT)[0] == 428
    status, told = call(shop, ask, "PUT", "/v1/causes/shelter", SENT, '"0"')
    assert (status, told["points"], told["page"].endswith(public)) == (200, 0, True)
    shown = ask(card_page, http("GET", page))["body"]
    assert 'name="cause" value="shelter"' in shown
    assert "<b>" not in shown
    done = give(ask, ann.link, "120")
    assert (done["statusCode"], done["headers"]["Location"]) == (303, f"{page}?said=given")
    give(ask, ann.link, "120")
    assert shop.world.balance(ann) == 180
    for language, said in (("en", "120 points"), ("ru", "120 баллов"), ("de", "120 points")):
        answer = ask(card_page, http("GET", public, query={"language": language}))
        assert answer["statusCode"] == 200
        assert answer["headers"]["Cache-Control"] == "public, max-age=60"
        assert said in answer["body"]
        assert 'value="12" max="100"' in answer["body"]
        assert ann.member_id not in answer["body"]
        assert ann.link not in answer["body"]
        assert (
            f'href="/join/coffee?language={"ru" if language == "ru" else "en"}"' in answer["body"]
        )
    # From the card: the same, and back; nobody else's browser keeps it.
    behind = {"show": "cause", "of": "shelter", "language": "en"}
    answer = ask(card_page, http("GET", page, query=behind))
    assert f'<p class="masthead"><a href="{page}?language=en">' in answer["body"]
    assert "public" not in answer["headers"].get("Cache-Control", "")
    assert ask(card_page, http("GET", page, query={**behind, "of": "none"}))["statusCode"] == 404
    for language, said in (("en", "Given to a good cause"), ("de", "Given to a good cause"),
                           ("ru", "Отдано на доброе дело")):  # fmt: skip
        past = ask(card_page, http("GET", page, query={"show": "history", "language": language}))
        assert said in past["body"]
        assert "Redeemed" not in past["body"]
    [one] = call(shop, ask, "GET", "/v1/causes")[1]["causes"]
    assert (one["points"], one["gifts"]) == (120, 1)


def test_what_cannot_be_given_is_said(shop: Served, ask: Ask) -> None:
    ann = shop.world.enrol()
    shop.world.sell("a", total=200, member=ann)
    call(shop, ask, "PUT", "/v1/causes/shelter", SENT, '"0"')
    for points, said in (
        ("", "Say how much."),
        ("-5", "Say how much."),
        ("9", "Give more, at least"),
        ("21", "You do not have so much."),
    ):
        refused = give(ask, ann.link, points, f"{len(points)}" * 32)
        assert refused["statusCode"] == 422
        assert said in refused["body"]
        assert 'aria-invalid="true"' in refused["body"]
    assert shop.world.balance(ann) == 20
    closed = {**SENT, "open": False}
    assert call(shop, ask, "PUT", "/v1/causes/shelter", closed, '"1"')[0] == 200
    assert "shelter" not in ask(card_page, http("GET", f"/c/{ann.link}"))["body"]
    late = give(ask, ann.link, "15", "c" * 32)
    assert (late["statusCode"], shop.world.balance(ann)) == (422, 20)
    assert (
        "Nothing more is collected."
        in ask(card_page, http("GET", "/causes/coffee/shelter"))["body"]
    )


def test_no_other_page_is_there(shop: Served, ask: Ask) -> None:
    assert shop
    for other in ("/causes/coffee/other", "/causes/barber/shelter", "/causes/x_y/shelter"):
        assert ask(card_page, http("GET", other))["statusCode"] == 404
