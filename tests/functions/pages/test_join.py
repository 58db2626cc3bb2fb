from __future__ import annotations

import base64
import io
import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from aws_lambda_powertools import Logger

from functions.http import failures
from loyalty.core.member import Application
from loyalty.messages import Contact
from loyalty.refusals import Busy, MessageNotSent, Refusal
from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import (
    ANNA,
    BASE_URL,
    FORM,
    LINK,
    form_request,
    post,
    refuse_for,
    request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

# The page


@pytest.mark.parametrize(
    ("header", "query", "language"),
    [
        (None, "", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.8", "", "ru"),
        ("uk-UA, en;q=0.3, ru;q=0.7", "", "ru"),
        ("de-AT, en;q=0.3", "", "de"),
        ("fr", "", "en"),
        ("ru;q=0, en;q=0.1", "", "en"),
        ("ru;q=nan,en", "", "en"),
        ("ru", "language=en", "en"),
        ("en", "language=ru", "ru"),
        ("ru", "language=xx", "ru"),
    ],
)
def test_the_form_speaks_the_visitors_language(
    ask: Ask, header: str | None, query: str, language: str
) -> None:
    headers = {"Accept-Language": header} if header else {}
    answer = ask(request("GET", "/join/coffee", query=query, headers=headers))
    assert answer["statusCode"] == 200
    assert f'<html lang="{language}">' in answer["body"]


def test_the_form_is_safe_labelled_and_asks_for_the_right_keyboards(ask: Ask) -> None:
    answer = ask(request("GET", "/join/coffee"))
    headers = answer["headers"]
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert part in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    # With no-referrer browsers would send "Origin: null" with the form, which is refused.
    assert headers["Referrer-Policy"] == "same-origin"
    assert "http://" not in answer["body"].replace("http://www.w3.org", "")

    page = Page(answer["body"])
    shown = {key for key, found in page.inputs.items() if found.get("type") != "hidden"}
    assert shown == page.labels
    assert page.inputs["first-name"]["autocomplete"] == "given-name"
    assert page.inputs["phone"]["inputmode"] == page.inputs["phone"]["type"] == "tel"
    assert page.inputs["email"]["type"] == "email"
    assert page.inputs["birthday"]["max"] == "2026-11-21"
    assert "checked" not in page.inputs["consent"]
    assert "checked" not in page.inputs["marketing-consent"]
    assert page.inputs["consent_version"]["value"] == "2026-11"
    assert page.inputs["marketing_consent_version"]["value"] == "2026-11m"


def test_an_unknown_program_is_not_found(ask: Ask) -> None:
    for path in ("/join/nowhere", "/join/UPPER", "/join/a/b", "/join/" + "x" * 90):
        answer = ask(request("GET", path))
        assert answer["statusCode"] == 404
        assert "text/html" in answer["headers"]["Content-Type"]
    answer = ask(post(ANNA, path="/join/nowhere"))
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"])["code"] == "unknown_program"


# The form


def test_a_good_form_leads_to_the_card(ask: Ask, shop: Shop) -> None:
    answer = ask(form_request(FORM | {"birthday": "1990-05-28", "marketing_consent": "yes"}))
    assert answer["statusCode"] == 303
    assert answer["headers"]["Location"] == f"/c/{LINK}"
    assert shop.applications == [
        (
            "coffee",
            Application(
                first_name="Anna",
                contact=Contact("phone", "+12025550123"),
                birthday=date(1990, 5, 28),
                language="en",
                consent_version="2026-11",
                marketing_consent_version="2026-11m",
            ),
        )
    ]


def test_only_the_chosen_kind_of_contact_counts(ask: Ask, shop: Shop) -> None:
    both = {"phone": "202-555-0123", "email": "Anna@Example.com"}
    ask(form_request(FORM | both | {"contact_kind": "email"}))
    ask(form_request(FORM | both | {"contact_kind": "phone"}))
    assert [found.contact.kind for _, found in shop.applications] == ["email", "phone"]
    assert shop.applications[0][1].contact.value == "anna@example.com"


def test_no_tick_is_no_marketing_consent(ask: Ask, shop: Shop) -> None:
    ask(form_request(FORM))
    assert shop.applications[0][1].marketing_consent_version is None


def test_a_faulty_form_comes_back_with_everything_typed(ask: Ask, shop: Shop) -> None:
    typed = FORM | {
        "first_name": "  ",
        "phone": "12",
        "email": "kept@example.com",
        "birthday": "2030-01-01",
        "marketing_consent": "yes",
    }
    answer = ask(form_request(typed))
    assert answer["statusCode"] == 422
    assert shop.applications == []
    page = Page(answer["body"])
    for field, fault in {
        "first-name": "first name",
        "phone": "phone number",
        "birthday": "future",
    }.items():
        control = page.inputs[field]
        assert control["aria-invalid"] == "true"
        described = (control["aria-describedby"] or "").split()
        assert described[0] == f"{field}-fault"
        assert fault in page.ids[described[0]]
    assert page.inputs["phone"]["value"] == "12"
    assert page.inputs["email"]["value"] == "kept@example.com"
    assert page.inputs["birthday"]["value"] == "2030-01-01"
    assert "checked" in page.inputs["consent"]
    assert "checked" in page.inputs["marketing-consent"]
    assert "autofocus" in page.inputs["first-name"]
    assert "autofocus" not in page.inputs["phone"]
    assert "email-fault" not in page.ids


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"phone": ""}, "phone", "enter your phone"),
        ({"contact_kind": "email"}, "email", "enter your e-mail"),
        ({"contact_kind": "email", "email": "a@b"}, "email", "e-mail address"),
        ({"first_name": "x" * 61}, "first-name", "60"),
        ({"birthday": "1899-12-31"}, "birthday", "1900"),
        ({"birthday": "1990-02-30"}, "birthday", "real date"),
        ({"birthday": "19900528"}, "birthday", "real date"),
    ],
)
def test_each_fault_stands_beside_its_field(
    ask: Ask, change: dict[str, str], field: str, sentence: str
) -> None:
    page = Page(ask(form_request(FORM | change))["body"])
    assert sentence in page.ids[f"{field}-fault"]
    assert [name for name in page.ids if name.endswith("-fault")] == [f"{field}-fault"]


def test_without_consent_there_is_no_card(ask: Ask, shop: Shop) -> None:
    form = {name: value for name, value in FORM.items() if name != "consent"}
    answer = ask(form_request(form))
    assert answer["statusCode"] == 422
    assert "consent-fault" in Page(answer["body"]).ids
    assert shop.applications == []


def test_a_consent_to_other_words_does_not_count(ask: Ask, shop: Shop) -> None:
    typed = FORM | {"consent_version": "2025-01", "marketing_consent": "yes"}
    page = Page(ask(form_request(typed))["body"])
    assert "changed" in page.ids["consent-fault"]
    assert "checked" not in page.inputs["consent"]
    assert "checked" in page.inputs["marketing-consent"]
    assert page.inputs["consent_version"]["value"] == "2026-11"
    assert shop.applications == []


def test_faults_are_told_in_the_forms_language(ask: Ask) -> None:
    page = Page(ask(form_request(FORM | {"first_name": "", "language": "ru"}))["body"])
    assert page.ids["first-name-fault"] == "Укажите имя."


def test_a_form_arrives_as_raw_bytes_or_text(ask: Ask, shop: Shop) -> None:
    plain = form_request(FORM | {"first_name": "Łukasz Ж"})
    ask(plain)
    plain["body"] = base64.b64decode(plain["body"]).decode()
    plain["isBase64Encoded"] = False
    ask(plain)
    assert [found.first_name for _, found in shop.applications] == ["Łukasz Ж"] * 2


@pytest.mark.parametrize(
    ("headers", "accepted"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 1),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:4100"}, 1),
        ({"Sec-Fetch-Site": "cross-site", "Origin": BASE_URL}, 0),
        ({"Sec-Fetch-Site": "same-site"}, 0),
        ({"Origin": BASE_URL}, 1),
        ({"Origin": "https://evil.example"}, 0),
        ({"Origin": BASE_URL + ".evil.example"}, 0),
        ({"Origin": "null"}, 0),
        ({}, 1),
    ],
)
def test_another_sites_form_is_refused(
    ask: Ask, shop: Shop, headers: dict[str, str], accepted: int
) -> None:
    answer = ask(form_request(FORM, headers=headers))
    assert answer["statusCode"] == (303 if accepted else 403)
    assert len(shop.applications) == accepted


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"first_name=%FF", "application/x-www-form-urlencoded", 400),
        (b"first_name=\xff", "application/x-www-form-urlencoded", 400),
        (b"phone=1&phone=2", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 40, "application/x-www-form-urlencoded", 400),
        (b"first_name=" + b"x" * 17000, "application/x-www-form-urlencoded", 413),
        (b"x", "multipart/form-data; boundary=x", 415),
        (b"x", "text/plain", 415),
        (b"", "", 415),
    ],
)
def test_what_is_no_form_of_ours_gets_a_page_that_says_so(
    ask: Ask, body: bytes, content_type: str, status: int
) -> None:
    headers = {"Content-Type": content_type, "Accept": "text/html"}
    answer = ask(request("POST", "/join/coffee", headers=headers, body=body, in_base64=True))
    assert answer["statusCode"] == status
    assert "not accepted" in answer["body"]


# Outcomes that are no card


@pytest.mark.parametrize(
    ("seconds", "language", "wait"),
    [
        (61, "en", "2 minutes"),
        (60, "en", "a minute"),
        (3601, "en", "2 hours"),
        (180, "ru", "3 минуты"),
        (1500, "ru", "25 минут"),
        (86400, "ru", "24 часа"),
    ],
)
def test_too_many_attempts_say_how_long_to_wait(
    ask: Ask, shop: Shop, seconds: int, language: str, wait: str
) -> None:
    shop.outcome = refuse_for(seconds)
    problem = ask(post(ANNA | {"language": language}))
    page = ask(form_request(FORM | {"language": language}))
    for answer in (problem, page):
        assert answer["statusCode"] == 429
        assert answer["headers"]["Retry-After"] == str(seconds)
    assert json.loads(problem["body"])["code"] == "too_many_attempts"
    assert wait in json.loads(problem["body"])["detail"]
    assert wait in page["body"]
    assert Page(page["body"]).inputs["phone"]["value"] == FORM["phone"]


@pytest.mark.parametrize("error", [Busy(), MessageNotSent("no")])
def test_what_may_work_in_a_moment_says_so_and_keeps_the_form(
    ask: Ask, shop: Shop, error: Exception
) -> None:
    def fail(_: Application) -> Enrolled:
        raise error

    shop.outcome = fail
    for answer in (ask(post(ANNA)), ask(form_request(FORM))):
        assert answer["statusCode"] == 503
        assert answer["headers"]["Retry-After"]
    assert Page(answer["body"]).inputs["first-name"]["value"] == "Anna"


def test_a_program_that_went_away_meanwhile_is_not_found(ask: Ask, shop: Shop) -> None:
    def gone(_: Application) -> Enrolled:
        raise Refusal("not_found", "unknown_program")

    shop.outcome = gone
    assert ask(post(ANNA))["statusCode"] == 404
    assert ask(form_request(FORM))["statusCode"] == 404


def test_our_own_failure_is_a_sorry_and_a_log_without_what_was_typed(
    ask: Ask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(failures, "logger", Logger(service="pages-test", stream=log))

    def fail(application: Application) -> Enrolled:
        raise RuntimeError(f"cannot store {application.contact} of {application.first_name}")

    shop.outcome = fail
    page = ask(form_request(FORM))
    assert page["statusCode"] == 500
    assert "The fault is ours" in page["body"]
    problem = ask(post(ANNA))
    assert problem["statusCode"] == 500
    assert json.loads(problem["body"])["code"] == "internal_error"
    logged = log.getvalue()
    assert "RuntimeError" in logged
    assert "join.py" in logged
    for private in ("Anna", "2025550123", "202-555"):
        assert private not in logged + page["body"] + problem["body"]
