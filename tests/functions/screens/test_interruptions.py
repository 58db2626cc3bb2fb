"""What was typed is not lost: a session that ends meanwhile, a system that does not answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from functions import console
from functions.http.authorize import COOKIE
from functions.screens.calling import Ask, SignedOutError, Told
from loyalty.access.sessions import form_token
from loyalty.refusals import Refusal
from tests.functions.screens.test_desk import ME, PROGRAM
from tests.support.events import http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Send = Callable[[Any, dict[str, Any]], dict[str, Any]]

QUIET = {
    *(
        "/console/members/new",
        "/console/receivers/new",
        "/console/tills/new",
        "/console/causes/new",
        "/console/saving/new",
    ),
    *(
        "/console/broadcasts/new",
        "/console/draws/new",
        "/console/coupons/new",
        "/console/export",
        "/console/import",
    ),
    *("/console/card/new", "/console/start/card", "/console/start/poster", "/console/start/till"),
}
"""Screens that ask for nothing beyond who is there."""
CARD = "/console/members/" + "a" * 32
BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}
HTML = {"content-type": "application/x-www-form-urlencoded", **BROWSER}
COOKIES = "c" * 43
TITLES = {
    "en": "The system did not answer in time",
    "de": "Das System hat nicht rechtzeitig geantwortet",
    "ru": "Система не ответила вовремя",
}


class Api:
    """Knows who is signed in; what is done fails as it is told to."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure, self.done = failure, list[Ask]()

    def all(self, **asks: Ask) -> dict[str, Any]:
        if isinstance(self.failure, SignedOutError) or not asks.keys() == {"me", "program"}:
            raise self.failure or AssertionError(asks)
        words = {"en": "Say yes."}
        more = {"rewards": [], "consent": {"program": words, "marketing": words, "version": "1"}}
        return {"me": ME, "program": {"document": {**PROGRAM, **more}}}

    def get(self, address: str, **query: str) -> Any:
        return self.ask(Ask("GET", address, query)).content

    def maybe(self, ask: Ask) -> Any:
        return self.ask(ask).content

    def some(self, **asks: Ask) -> dict[str, Any]:
        return {name: self.ask(one).content for name, one in asks.items()}

    def page(self, address: str, language: str) -> str:
        return str(self.ask(Ask("GET", address, {"language": language})).content)

    def ask(self, ask: Ask) -> Told:
        self.done.append(ask)
        if self.failure:
            raise self.failure
        return Told(200, {})


@pytest.fixture
def api(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Api:
    made = Api()
    monkeypatch.setattr(console, "_api", lambda _: made)
    return made


def post(ask: Send, language: str = "en", **headers: str) -> dict[str, Any]:
    typed = {"act": "note", "text": "likes <oat> milk", "key": "k" * 22}
    sent = {**HTML, "accept-language": language, **headers}
    token = sent.pop("token", form_token(COOKIES))
    event = http("POST", CARD, sent, urlencode({**typed, "form_token": token}))
    event["cookies"] = [f"{COOKIE}={COOKIES}"]
    return ask(console, event)


@pytest.mark.parametrize("language", TITLES)
def test_what_was_typed_waits_for_a_system_that_does_not_answer(
    ask: Send, api: Api, language: str
) -> None:
    api.failure = Refusal("unavailable", "api_unavailable", "words of ours")
    answer = post(ask, language)
    assert answer["statusCode"] == 503
    assert TITLES[language] in answer["body"]
    assert 'value="likes &lt;oat&gt; milk"' in answer["body"]
    assert f'name="key" value="{"k" * 22}"' in answer["body"], "the same act, once"
    assert f'value="{form_token(COOKIES)}"' in answer["body"]
    assert "words of ours" not in answer["body"]


def test_a_fault_of_ours_is_called_one(ask: Send, api: Api) -> None:
    api.failure = ValueError("words of ours")
    answer = post(ask)
    assert answer["statusCode"] == 500
    assert "Something went wrong on our side" in answer["body"]
    assert "words of ours" not in answer["body"]


def test_what_was_typed_outlives_the_session(ask: Send, api: Api) -> None:
    api.failure = SignedOutError()
    answer = post(ask)
    assert answer["statusCode"] == 401
    assert 'value="likes &lt;oat&gt; milk"' in answer["body"]
    assert "You were signed out meanwhile" in answer["body"]
    # Signed in anew, the form of before does nothing by itself, and is sent once more.
    api.failure = None
    answer = post(ask, token="0" * 64)
    assert (answer["statusCode"], api.done) == (409, [])
    assert 'value="likes &lt;oat&gt; milk"' in answer["body"]
    assert f'name="form_token" value="{form_token(COOKIES)}"' in answer["body"]
    assert post(ask)["statusCode"] == 303
    assert [one.body for one in api.done] == [{"text": "likes <oat> milk"}]


@pytest.mark.parametrize("failure", [SignedOutError(), None, ValueError()])
def test_a_secret_that_was_typed_waits_in_no_page(
    ask: Send, api: Api, failure: Exception | None
) -> None:
    api.failure = failure
    typed = {"act": "set_channel", "secret": "canary-4711", "form_token": "0" * 64}
    event = http("POST", "/console/channels/telegram", HTML, urlencode(typed))
    event["cookies"] = [f"{COOKIE}={COOKIES}"]
    answer = ask(console, event)
    assert answer["statusCode"] in {401, 409, 500}
    assert "canary-4711" not in answer["body"]
    if answer["statusCode"] == 409:
        assert "There was a secret in the form" in answer["body"]
        assert 'href="/console/channels/telegram"' in answer["body"], "to fill it in once more"
    assert "0" * 64 not in answer["body"], "nor the token of a session"
    assert answer["headers"]["Cache-Control"] == "no-store"
    assert not any(one.method != "GET" for one in api.done)


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://cards.example.evil"])
def test_a_stale_form_of_another_origin_is_refused_by_browsers_without_fetch_metadata(
    ask: Send, api: Api, origin: str
) -> None:
    typed = {"act": "note", "text": "milk", "form_token": "0" * 64}
    headers = {name: one for name, one in HTML.items() if name != "sec-fetch-site"}
    event = http("POST", CARD, {**headers, "origin": origin}, urlencode(typed))
    event["cookies"] = [f"{COOKIE}={COOKIES}"]
    answer = ask(console, event)
    assert (answer["statusCode"], api.done) == (403, [])
    assert "milk" not in answer["body"]


@pytest.mark.parametrize("failure", [SignedOutError(), None])
def test_what_a_stranger_sends_is_kept_by_no_page(
    ask: Send, api: Api, failure: Exception | None
) -> None:
    api.failure = failure
    answer = post(ask, token="0" * 64, **{"sec-fetch-site": "cross-site"})
    assert answer["statusCode"] == 403
    assert "milk" not in answer["body"]
    assert api.done == []
    nobody = http("POST", CARD, {**HTML, "sec-fetch-site": "cross-site"}, "act=note&text=milk")
    answer = ask(console, nobody)
    assert answer["statusCode"] == 401
    assert "milk" not in answer["body"]


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "There is nothing here"), ("de", "Hier ist nichts"), ("ru", "Здесь ничего нет")],
)
def test_an_address_without_a_screen_speaks_to_who_works_here(
    ask: Send, language: str, said: str
) -> None:
    for path in ("/console/nothing", "/console/a/b/c/d"):
        answer = ask(console, http("GET", path, {**BROWSER, "accept-language": language}))
        assert answer["statusCode"] == 404
        assert said in answer["body"]
        assert 'href="/console"' in answer["body"]


@pytest.mark.parametrize("screen", console.SCREENS, ids=lambda one: one.path)
def test_every_screen_says_so_when_nothing_answers(ask: Send, api: Api, screen: Any) -> None:
    """Whichever question a screen asks first is not answered: the same page, in each language."""
    api.failure = Refusal("unavailable", "api_unavailable", "words of ours")
    path = screen.path
    named = {"state": "double", "channel": "email", "section": "earning", "simulation": "0" * 32}
    for name, one in named.items():
        path = path.replace(f"{{{name}}}", one)
    path = path.replace("{", "").replace("}", "")
    for language, title in TITLES.items():
        event = http("GET", path, {**BROWSER, "accept-language": language})
        event["cookies"] = [f"{COOKIE}={COOKIES}"]
        answer = ask(console, event)
        if answer["statusCode"] == 200:
            assert screen.path in QUIET, "it asks for nothing"
            continue
        assert answer["statusCode"] == 503
        assert title in answer["body"]
        assert "words of ours" not in answer["body"]
