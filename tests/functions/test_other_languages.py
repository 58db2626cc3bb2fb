"""A program that speaks other languages than when something was named: customers still read it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import campaigns as api
from functions import card_page
from loyalty.program import document as program_document
from loyalty.program.by_language import fitted, worded
from tests.functions.routes.till import till
from tests.support.campaigning import OPEN, Campaigning
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop
    from tests.support.world import World

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

SAID = {"name": {"en": "Spring", "ru": "Весна"}, "text": {"en": "For bees.", "ru": "Пчёлам."}}
PUBLIC = ("/causes/coffee/spring", "/draws/coffee/spring")
OTHERS = (("en", "ru", "de"), ("de", "en"), ("ru",), ("de",))


def speaking(world: World, languages: tuple[str, ...]) -> None:
    """Let the program speak these languages from now on."""
    document = json.loads(program_document.dump(world.programs.current("coffee")))
    document = {**worded(document, languages, fitted), "languages": list(languages)}
    world.programs.put(program_document.read(document))
    world.wait(minutes=2)


class Owner:
    """Calls the API as the owner."""

    def __init__(self, shop: Shop, ask: Ask) -> None:
        self._till = till(shop, ask, "owner")

    def call(self, method: str, path: str, body: Any = None, tag: str = "") -> tuple[int, Any]:
        headers = {"authorization": self._till.key, **({"if-match": tag} if tag else {})}
        text = json.dumps(body) if body is not None else None
        answer = self._till.send(api, http(method, path, headers, text))
        return answer["statusCode"], content(answer)


def named(shop: Shop, ask: Ask) -> Owner:
    """Let an owner name one of each."""
    owner, closes = Owner(shop, ask), f"{shop.world.now + timedelta(days=3):%Y-%m-%dT%H:%M}"
    cause = {**SAID, "pot": "points", "least": 10, "target": 1_000}
    draw = {**SAID, "prizes": [SAID["name"]], "pot": "points", "price": 10, "closes": closes}
    goal = {
        **SAID, "counts": "points", "target": 400, "begins": "2026-01-01T00:00",
        "ends": "2099-06-01T00:00", "most": 2,
        "prizes": [{"text": SAID["text"], "pot": "points", "points": 50}],
    }  # fmt: skip
    made = {"causes": cause, "draws": draw, "savings-goals": goal}
    for kind, body in made.items():
        assert owner.call("PUT", f"/v1/{kind}/spring", body, '"0"')[0] == 200
    return owner


@pytest.mark.parametrize("languages", OTHERS)
def test_what_was_named_before_is_read_by_customers(
    shop: Shop, ask: Ask, languages: tuple[str, ...]
) -> None:
    named(shop, ask)
    ann = shop.world.enrol()
    shop.world.sell("a", total=3_000, member=ann)
    speaking(shop.world, languages)
    for language in languages:
        expected = SAID["name"].get(language) or SAID["name"].get(languages[0])
        pages = (
            *((one, "") for one in PUBLIC),
            (f"/c/{ann.link}", ""), (f"/c/{ann.link}", "together"), (f"/c/{ann.link}", "history"),
        )  # fmt: skip
        for address, show in pages:
            query = {"language": language, **({"show": show} if show else {})}
            answer = ask(card_page, http("GET", address, query=query))
            assert answer["statusCode"] == 200, (address, show, language)
            if show != "history":
                assert (expected or "Spring") in answer["body"], (address, show, language)


@pytest.mark.parametrize("languages", OTHERS)
def test_its_owner_puts_back_what_is_told(shop: Shop, ask: Ask, languages: tuple[str, ...]) -> None:
    owner = named(shop, ask)
    speaking(shop.world, languages)
    status, told = owner.call("GET", "/v1/causes/spring")
    assert (status, list(told["name"])) == (200, [*languages])
    names = ("name", "text", "pot", "least", "target", "open")
    body = {name: told[name] for name in names} | {"open": False}
    status, told = owner.call("PUT", "/v1/causes/spring", body, '"1"')
    assert (status, told["open"]) == (200, False)


@pytest.mark.parametrize("languages", OTHERS)
def test_a_campaign_goes_on(shop: Shop, languages: tuple[str, ...]) -> None:
    shows = Campaigning(shop.world)
    ann = shows.join("Ann")
    shop.world.sell("a", total=1_000, member=ann)
    shows.start("hello", guards={**OPEN, "quiet": ["03:00", "03:00"]})
    speaking(shop.world, languages)
    assert shows.run() == ["sent"]
    for language in languages:
        assert shows.told(ann, language), language


@pytest.mark.parametrize("languages", OTHERS)
def test_what_a_card_says_already_stays(shop: Shop, languages: tuple[str, ...]) -> None:
    shows = Campaigning(shop.world)
    ann = shows.join("Ann")
    shop.world.sell("a", total=1_000, member=ann)
    shows.start("hello", guards={**OPEN, "quiet": ["03:00", "03:00"]})
    assert shows.run() == ["sent"]
    speaking(shop.world, languages)
    shop.world.restart()
    for language in languages:
        assert shows.told(ann, language), language
