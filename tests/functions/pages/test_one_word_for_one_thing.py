"""Page and pass call a thing by one name, the program's; and speak only the program's languages."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from functions.pages import drawing as pages
from functions.pages.join_answers import PageAnswers
from loyalty.card.samples import states
from loyalty.program.document import dump, read, read_toml
from loyalty.program.profile import profile_of
from passes.apple.pass_json import Identity, pass_document
from passes.designs import design
from passes.google import objects
from passes.google.hosted_design import hosted
from tests.functions.pages.shop import LINK, NOW, request
from tests.support.world import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.card.view import Card
    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

SHIPPED = sorted(path.stem for path in (TEMPLATES / "programs").glob("*.toml"))
IDENTITY = Identity("pass.example.loyalty", "AAAAAAAAAA", "https://cards.example")
INSTANT = datetime(2026, 6, 15, tzinfo=UTC)


def plain(text: str) -> str:
    return text.replace("\u2060", "").replace("&amp;", "&")


def shown(ask: Ask, shop: Shop, card: Card) -> str:
    shop.cards_by_link[LINK] = lambda _: card
    body: str = ask(request("GET", f"/c/{LINK}", headers={"User-Agent": "iPhone"}))["body"]
    return body


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("at", [0, 1])
def test_the_page_the_pass_and_google_use_the_same_captions(
    name: str, at: int, ask: Ask, shop: Shop
) -> None:
    program = read_toml((TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8"))
    worn = design.load(program.design)
    for state in states(program):
        card = state.cards[at]
        page = shown(ask, shop, card)
        on_page = {plain(one) for one in re.findall(r"<(?:dt|h2)[^>]*>([^<]*)</", page)}
        document = pass_document(card, worn, IDENTITY, "t" * 16)["storeCard"]
        for group, fields in document.items():
            for field in fields:
                own = card.field(field["key"]) is not None
                if own:
                    assert plain(field["label"]) in on_page, (state.what, group, field)
        body = objects.loyalty_object(card, hosted(worn, "https://x"), "1", INSTANT)
        for slot in ("loyaltyPoints", "secondaryLoyaltyPoints"):
            if slot in body:
                labels = {one.label for one in card.fields}
                assert body[slot]["label"] in labels


@pytest.mark.parametrize(("languages", "offered"), [(("en", "ru"), True), (("ru",), False)])
def test_a_program_of_one_language_offers_no_other(
    languages: tuple[str, ...], ask: Ask, shop: Shop, *, offered: bool
) -> None:
    text = (TEMPLATES / "programs" / "coffee.toml").read_text(encoding="utf-8")
    document = json.loads(dump(read_toml(text)))
    program = read(document | {"languages": list(languages)})
    (new, *_) = states(program)
    russian = next(card for card in new.cards if card.language == "ru")
    found = profile_of(program, "ru")
    form = PageAnswers("ru", NOW.date()).form(found).body
    for page in (shown(ask, shop, russian), str(form)):
        assert ('hreflang="en"' in page) is offered
        # The shop's name stands as it is called, in no other case of its language.
        assert "Ваши данные хранит Daily Cup." in page


def test_rules_stand_below_the_form_and_the_heading_is_no_other_pages() -> None:
    text = (TEMPLATES / "programs" / "ladder.toml").read_text(encoding="utf-8")
    found = profile_of(read_toml(text), "ru")
    page = str(PageAnswers("ru", NOW.date()).form(found).body)
    assert page.index("<form") < page.index('class="rules"')
    heading = re.search(r"<h1>([^<]*)</h1>", page)
    assert heading
    assert heading[1] == "Лестница: получите карту"
    assert heading[1] != pages.words("ru")["card"]["title"].format(name="Лестница")
