"""The form for the code on the card page: what it takes, and what nobody can make it do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from loyalty.refusals import Busy, MessageNotSent, Refusal
from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import BASE_URL, CONTACT_CODE, LINK, card, request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

FORM = "application/x-www-form-urlencoded"


def get(query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    return request(method, f"/c/{LINK}", query=query, headers=headers)


def post(
    fields: dict[str, str] | None = None, *, query: str = "", link: str = LINK, **headers: str
) -> dict[str, Any]:
    sent = {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin", **headers}
    body = urlencode(fields or {}).encode()
    return request("POST", f"/c/{link}", query=query, headers=sent, body=body)


def test_an_unproved_card_asks_for_the_code_and_a_proved_one_does_not(ask: Ask, shop: Shop) -> None:
    page = ask(get())
    field = Page(page["body"]).inputs["code"]
    assert (field["inputmode"], field["autocomplete"]) == ("numeric", "one-time-code")
    assert field["aria-describedby"] == "code-hint"
    assert "code" in Page(page["body"]).labels
    # Whoever has just joined is offered the wallet first.
    assert page["body"].index('class="panel wallets"') < page["body"].index('name="code"')
    assert "script-src 'none'" in page["headers"]["Content-Security-Policy"]
    assert "form-action 'self'" in page["headers"]["Content-Security-Policy"]
    for standing in ("proved", "none"):
        shop.contact = standing
        assert 'name="code"' not in ask(get())["body"]


def test_the_right_code_leads_to_the_page_that_says_so(ask: Ask, shop: Shop) -> None:
    answer = ask(post({"code": CONTACT_CODE}, query="language=ru"))
    assert shop.proofs == [(LINK, CONTACT_CODE)]
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == f"/c/{LINK}?language=ru&said=proved"
    assert answer["headers"]["Referrer-Policy"] == "no-referrer"
    assert answer["headers"]["Cache-Control"] == "no-store"
    page = ask(get("language=en&said=proved"))["body"]
    assert "your contact is confirmed" in page
    assert 'name="code"' not in page
    # The address alone says nothing that is not true.
    shop.contact = "open"
    assert "your contact is confirmed" not in ask(get("said=proved"))["body"]


@pytest.mark.parametrize(
    ("outcome", "english", "russian"),
    [
        ("wrong", "not the code we have sent", "Это не тот код"),
        ("used_up", "one try too many", "Слишком много попыток"),
        ("expired", "no longer good", "больше не действует"),
    ],
)
def test_what_is_wrong_stands_at_the_field_in_the_visitors_language(
    ask: Ask, shop: Shop, outcome: Any, english: str, russian: str
) -> None:
    shop.proof = lambda _: outcome
    for language, sentence in (("en", english), ("ru", russian)):
        answer = ask(post({"code": "1"}, query=f"language={language}"))
        assert answer["statusCode"] == 422
        page = Page(answer["body"])
        assert sentence in page.ids["code-fault"]
        field = page.inputs["code"]
        assert (field["aria-invalid"], field["aria-describedby"]) == (
            "true",
            "code-fault code-hint",
        )
        assert "autofocus" in field
        # What was typed is not shown again, and the form goes on in that language.
        assert "value" not in field
        assert f'action="/c/{LINK}?language={language}"' in answer["body"]


def test_no_code_is_told_and_is_no_try(ask: Ask, shop: Shop) -> None:
    for fields in ({}, {"code": " "}, {"other": "1"}):
        answer = ask(post(fields))
        assert answer["statusCode"] == 422
        assert "enter the code" in Page(answer["body"]).ids["code-fault"]
    assert shop.proofs == []


def test_another_code_is_sent_on_request(ask: Ask, shop: Shop) -> None:
    answer = ask(post({"again": "yes", "code": "half"}))
    assert (answer["statusCode"], shop.codes_sent, shop.proofs) == (303, [LINK], [])
    assert answer["headers"]["Location"] == f"/c/{LINK}?said=sent"
    assert "sent another code" in ask(get("said=sent&language=en"))["body"]
    shop.contact = "proved"
    assert "sent another code" not in ask(get("said=sent&language=en"))["body"]


@pytest.mark.parametrize(
    ("error", "told", "sentence"),
    [
        (Refusal("too_many", "too_many_attempts", retry_after=61), (429, "61"), "2 minutes"),
        (MessageNotSent("no"), (503, "5"), "try once more"),
        (Busy(), (503, "1"), "try once more"),
    ],
)
def test_what_cannot_be_sent_now_says_when(
    ask: Ask, shop: Shop, error: Exception, told: tuple[int, str], sentence: str
) -> None:
    def fail() -> bool:
        raise error

    shop.sending = fail
    answer = ask(post({"again": "yes"}, query="language=en"))
    assert (answer["statusCode"], answer["headers"]["Retry-After"]) == told
    assert sentence in answer["body"]
    assert 'role="alert"' in answer["body"]


def test_a_code_that_cannot_be_judged_now_may_be_sent_again(ask: Ask, shop: Shop) -> None:
    def busy(_: str) -> Any:
        raise Busy

    shop.proof = busy
    assert ask(post({"code": "1"}))["statusCode"] == 503


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": BASE_URL}, 403),
        ({"Origin": BASE_URL}, 303),
        ({"Origin": "https://evil.example"}, 403),
        # Browsers hide the origin of a page whose address is a secret.
        ({"Origin": "null"}, 303),
        ({}, 303),
    ],
)
def test_another_sites_form_is_refused(
    ask: Ask, shop: Shop, headers: dict[str, str], status: int
) -> None:
    body = urlencode({"code": CONTACT_CODE}).encode()
    sent = {"Content-Type": FORM, **headers}
    assert ask(request("POST", f"/c/{LINK}", headers=sent, body=body))["statusCode"] == status
    assert len(shop.proofs) == (status == 303)


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"code=%FF", FORM, 400),
        (b"code=1&code=2", FORM, 400),
        (b"code=" + b"1" * 17_000, FORM, 413),
        (b'{"code": "1"}', "application/json", 415),
        (b"", "", 415),
    ],
)
def test_what_is_no_form_of_ours_is_refused(
    ask: Ask, shop: Shop, body: bytes, content_type: str, status: int
) -> None:
    answer = ask(request("POST", f"/c/{LINK}", headers={"Content-Type": content_type}, body=body))
    assert (answer["statusCode"], shop.proofs) == (status, [])


def test_nothing_that_is_only_opened_changes_anything(ask: Ask, shop: Shop) -> None:
    """Scanners and previews open every link, also such as messages carried before codes."""
    for query in ("", "code=1234+5678", "confirm=good", "again=yes", "said=proved"):
        for headers in ({}, {"Sec-Purpose": "prefetch;prerender"}, {"Purpose": "prefetch"}):
            assert ask(get(query, **headers))["statusCode"] == 200
            assert ask(get(query, method="HEAD", **headers))["statusCode"] == 200
    assert ask(post(query="confirm=good"))["statusCode"] == 422
    assert (shop.proofs, shop.codes_sent) == ([], [])


def test_a_card_that_is_none_or_over_takes_nothing(ask: Ask, shop: Shop) -> None:
    assert ask(post({"code": CONTACT_CODE}, link="unknown"))["statusCode"] == 404
    assert ask(post({"code": CONTACT_CODE}, link="un%20known"))["statusCode"] == 404
    shop.cards_by_link[LINK] = lambda language: card("coffee", language, voided=True)
    for fields in ({"code": CONTACT_CODE}, {"again": "yes"}):
        assert ask(post(fields))["headers"]["Location"] == f"/c/{LINK}"
    # What is told of them may still be taken along.
    assert not {"code", "again"} & Page(ask(get())["body"]).inputs.keys()
    assert (shop.proofs, shop.codes_sent) == ([], [])


@pytest.mark.parametrize("text", ['"><b>', "\u202e1", "x" * 2_000])
def test_what_was_typed_or_asked_stands_nowhere_on_the_page(
    ask: Ask, shop: Shop, text: str
) -> None:
    page = ask(post({"code": text}, query=urlencode({"language": text, "said": text})))
    assert page["statusCode"] == 422
    assert text not in page["body"]
