"""The team reads in its own language, whatever its program speaks: no sentence of ours in another.

Every text of the shop's own is a word of no language here, so that what is left is ours.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date
from html.parser import HTMLParser
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from functions.screens import rule_forms
from functions.screens.calling import Ask
from loyalty.campaigns.public_days import names_between
from loyalty.languages import LANGUAGES
from loyalty.program import document as program_document
from tests.functions.routes.till import till
from tests.functions.screens.browsing import SignedIn
from tests.functions.screens.test_budgets import PLAIN, example
from tests.functions.screens.test_words import words
from tests.functions.screens.visiting import Visitor
from tests.support.deployed import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from functions.screens.calling import Told
    from tests.functions.conftest import Shop

FOR_CUSTOMERS = {"/console/join"}
"""Shows what customers see, in the languages of the program."""
OF_ONE = (
    *("/console/orders/parked", "/console/orders/double", "/console/members/{member}"),
    *("/console/members/{member}/{entry}", "/console/campaigns/hello", "/console/campaigns/runs"),
    *("/console/campaigns/hello/edit", "/console/broadcasts/closed", "/console/saving/brunch"),
    *("/console/causes/shelter", "/console/draws/spring", "/console/coupons/spring"),
    *(f"/console/program/rules/{section}" for section in rule_forms.SECTIONS),
    *(
        "/console/settings/places/mitte",
        "/console/places/mitte/about",
        "/console/places/mitte/days",
    ),
)
READ_BY_MACHINES = {"script", "style", "textarea", "code", "pre", "title"}
SAID_BY = ("aria-label", "placeholder", "alt", "title")


def strings(content: Any) -> Iterator[str]:
    if isinstance(content, str):
        yield content
    elif isinstance(content, dict | list):
        for one in content.values() if isinstance(content, dict) else content:
            yield from strings(one)


NAMES = {"Apple Wallet", "Google Wallet", "iiko, Syrve", "Русский"}
CYRILLIC = re.compile("[А-Яа-яЁё]{2,}")
LATIN = re.compile(r"[A-Za-z]{3,} [A-Za-z']{2,}")
LATIN_IN_RUSSIAN = {
    run for room in ("console", "till") for one in words(room, "ru").values()
    for run in LATIN.findall(one)
}  # fmt: skip
SHIPPED = (ROOT / "templates" / "programs" / "coffee.toml").read_text(encoding="utf-8")
HOLIDAYS = {
    name
    for names in names_between("US", date(2026, 1, 1), date(2028, 1, 1)).values()
    for name in names.values()
}
"""What a country calls its days off, which not every language has words for."""
BEFORE = {one for one in strings(tomllib.loads(SHIPPED)) if len(one) > len("America")}
"""What the shop said before it wrote what these tests write: its history tells it."""
OWN = re.compile(
    "|".join([r"\bZq\d+\b", *map(re.escape, sorted(HOLIDAYS | BEFORE, key=len, reverse=True))])
)
UNITS = {"en": "zqa, zqas", "de": "zqa, zqas", "ru": "zqa, zqaf, zqas"}


class Texts(HTMLParser):
    """Collects what a page says."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in READ_BY_MACHINES:
            self._open.append(tag)
        self.found += [value for name, value in attrs if name in SAID_BY and value]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.found.append(data)


def said(html: str) -> set[str]:
    """Return what a page says, without what the shop has written itself."""
    reader = Texts()
    reader.feed(html)
    return {" ".join(OWN.sub("", one).split()) for one in reader.found} - {""}


class Shopkeeper:
    """Writes everything that an owner writes, in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._numbers = count()

    def word(self) -> str:
        return f"Zq{next(self._numbers)}"

    def own(self, body: Any, name: str = "") -> Any:
        """Return a document of which every text is the shop's own, in its one language."""
        if isinstance(body, dict) and body.keys() & {*LANGUAGES}:
            return {self.language: UNITS[self.language] if name == "unit" else self.word()}
        if isinstance(body, dict):
            return {key: self.own(one, key) for key, one in body.items()}
        if isinstance(body, list):
            return [self.own(one) for one in body]
        return self.word() if name in {"organization", "name"} else body


def everything(keeper: Shopkeeper) -> dict[str, Any]:
    text = (ROOT / "tests" / "stack" / "everything.toml").read_text(encoding="utf-8")
    document: dict[str, Any] = keeper.own(tomllib.loads(text))
    mitte = {"id": "mitte", "name": {keeper.language: keeper.word()}, "latitude": 1,
             "longitude": 1, "hours": [{"start": "08:00", "until": "18:00"}]}  # fmt: skip
    return {**document, "id": "coffee", "languages": [keeper.language], "locations": [mitte]}


def opened(shop: Shop, api: SignedIn, keeper: Shopkeeper) -> dict[str, str]:
    """Open a shop that has one of everything; return the names that addresses have."""
    shop.world.programs.put(program_document.read(everything(keeper)))
    shop.world.restart()

    def put(address: str, template: str, **more: Any) -> Told:
        body = {**keeper.own(example(template)), **more}
        return api.ask(Ask("PUT", address, body=body, seen='"0"'))

    ann = shop.world.enrol()
    shop.world.sell("one", total=10_000, member=ann)
    shop.world.sell("nobodys", total=1_000)
    entry = api.get(f"/v1/members/{ann.member_id}/timeline")["lines"][0]["entry"]
    for name in ("hello", "runs"):
        put(f"/v1/campaigns/{name}", "/v1/campaigns/{campaign}")
    seen = api.ask(Ask("GET", "/v1/campaigns/runs")).tag
    api.ask(Ask("POST", "/v1/campaigns/runs/start", seen=seen))
    put("/v1/broadcasts/closed", "/v1/broadcasts/{broadcast}")
    put("/v1/causes/shelter", "/v1/causes/{cause}")
    put("/v1/draws/spring", "/v1/draws/{draw}")
    prize = {"text": {keeper.language: keeper.word()}, "pot": "points", "points": 300}
    put("/v1/savings-goals/brunch", "/v1/savings-goals/{goal}", prizes=[prize])
    api.ask(Ask("POST", "/v1/coupons", body=keeper.own(example("/v1/coupons", "POST"))))
    api.ask(Ask("POST", "/v1/figures/work-out"))
    return {"member": ann.member_id, "entry": entry}


def foreign(told: Mapping[str, set[str]], program: str) -> Iterator[str]:
    """Yield what is said in a language that is not the reader's: by its letters, or by being the
    same for readers of two languages.
    """
    told = {reader: one - NAMES for reader, one in told.items()}
    for reader, other in (("en", "de"), ("de", "en"), ("en", "ru"), ("de", "ru")):
        if program in {reader, other}:
            yield from (one for one in told[reader] & told[other] if is_sentence(one))
    for reader in ("en", "de"):
        yield from (one for one in told[reader] if CYRILLIC.search(one))
    yield from (one for one in told["ru"] if {*LATIN.findall(one)} - LATIN_IN_RUSSIAN)


def is_sentence(text: str) -> bool:
    """Tell whether this is more than a name, an address or a number."""
    return len(re.findall(r"(?<!\S)[^\W\d_]{2,}", text)) > 1


@pytest.mark.parametrize("program", LANGUAGES)
def test_the_console_is_in_the_language_of_who_reads_it(shop: Shop, ask: Any, program: str) -> None:
    names = opened(shop, SignedIn(shop, ask), Shopkeeper(program))
    wrong = []
    for one in (*sorted({*PLAIN} - FOR_CUSTOMERS), *OF_ONE):
        pages = {}
        for reader in LANGUAGES:
            visitor = Visitor(shop, ask, language=reader)
            visitor.api = SignedIn(shop, ask)
            pages[reader] = said(visitor.look(one.format(**names)))
        wrong += [f"{one}: {text}" for text in foreign(pages, program)]
    assert wrong == []


@pytest.mark.parametrize("program", LANGUAGES)
def test_the_counter_is_told_in_the_language_of_who_stands_there(
    shop: Shop, ask: Any, program: str
) -> None:
    names = opened(shop, SignedIn(shop, ask), Shopkeeper(program))
    ann = f"/v1/members/{names['member']}"
    code = shop.world.enrol().card_code
    asked = {
        "counter": ("GET", "/v1/counter", None),
        "member": ("GET", ann, None),
        "bill": ("POST", "/v1/quote", {"card_code": code, "total": 1_000}),
        "not enough": ("POST", "/v1/redemptions", {"card_code": code, "reward": "free-coffee"}),
        "why": ("GET", f"{ann}/entries/{names['entry']}/why", None),
    }
    staff = till(shop, ask, "staff")
    told = {
        reader: {
            " ".join(OWN.sub("", one).split())
            for method, address, body in asked.values()
            for one in strings(staff.told(method, address, body, language=reader))
        }
        for reader in LANGUAGES
    }
    assert [*foreign(told, program)] == []


def test_the_first_language_is_enough_for_everything_that_is_written(shop: Shop, ask: Any) -> None:
    """A program of two languages takes texts in its first; in the other they are the same."""
    api, keeper = SignedIn(shop, ask), Shopkeeper("en")
    prize = {"text": {"en": keeper.word()}, "pot": "points", "points": 300}
    for address, template in (
        ("/v1/causes/shelter", "/v1/causes/{cause}"),
        ("/v1/draws/spring", "/v1/draws/{draw}"),
        ("/v1/broadcasts/closed", "/v1/broadcasts/{broadcast}"),
        ("/v1/savings-goals/brunch", "/v1/savings-goals/{goal}"),
    ):
        body = {
            **keeper.own(example(template)),
            **({"prizes": [prize]} if "goal" in template else {}),
        }
        kept = api.ask(Ask("PUT", address, body=body, seen='"0"')).content
        assert kept["text"]["ru"] == kept["text"]["en"], address
    coupon = api.ask(Ask("POST", "/v1/coupons", body=keeper.own(example("/v1/coupons", "POST"))))
    assert coupon.content["name"]["ru"] == coupon.content["name"]["en"]
    told = api.ask(Ask("GET", "/v1/program"))
    document = {**told.content["document"], "name": {"en": "Cups"}}
    api.ask(Ask("PUT", "/v1/program", body={"document": document}, seen=told.tag))
    assert api.get("/v1/program")["document"]["name"] == {"en": "Cups", "ru": "Cups"}
    body = keeper.own(example("/v1/campaigns/{campaign}"))
    api.ask(Ask("PUT", "/v1/campaigns/hello", body=body, seen='"0"'))
    texts = api.get("/v1/campaigns/hello/preview")["texts"]
    assert {one["language"] for one in texts} == {"en", "ru"}
    assert len({one["text"] for one in texts}) == 1


def test_forms_ask_for_the_first_language_alone(shop: Shop, ask: Any) -> None:
    ada = Visitor(shop, ask)
    page = ada.look("/console/coupons/new")
    needed = re.findall(r'<input[^>]*name="name\.(\w\w)"[^>]*?(required)?>', page)
    assert needed == [("en", "required"), ("ru", "")]
    assert "Left empty, it says the same as in English." in page
    done = ada.send("coupon", name__en="Ten off", word="TEN", gives="basis_points",
                    basis_points="10")  # fmt: skip
    assert done.status_code == 303
    assert ada.api.get("/v1/coupons")["coupons"][0]["name"]["ru"] == "Ten off"
    page = ada.look("/console/places/new")
    assert page.count("Left empty, it says the name.") == 1, "where nothing else is said"
    ada.look("/console/causes/new")
    assert ada.send("cause", name__ru="Приют", text__en="Food.", pot="points").status_code == 422
    assert ada.send("cause", name__en="Cats", text__en="Food.", pot="points").status_code == 303
    again = ada.look(ada.at)
    assert again.count('value="Cats"') == 1, "what says as the first stands in no field of its own"
