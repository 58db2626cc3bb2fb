"""A request that is sent again because its answer was lost: what joining passes on and answers."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.members.enrolment import Enrolled
from tests.functions.pages.parsed import Page
from tests.functions.pages.shop import (
    ANNA,
    CODE,
    FORM,
    LINK,
    form_request,
    post,
    refuse_for,
    request,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.pages.shop import Shop

    Ask = Callable[[dict[str, Any]], dict[str, Any]]

UUID = "6c5b0a3e-9f0e-4e0e-8d37-9b0a6a1f3a52"


@pytest.mark.parametrize("key", [UUID, f'"{UUID}"', "!" * 16, "~" * 255])
def test_a_programs_key_is_passed_on(ask: Ask, shop: Shop, key: str) -> None:
    answer = ask(post(ANNA, headers={"Idempotency-Key": key}))
    assert answer["statusCode"] == 201
    assert "Idempotent-Replayed" not in answer["headers"]
    assert shop.keys == [key]


def test_a_replayed_answer_says_so(ask: Ask, shop: Shop) -> None:
    shop.outcome = lambda _: Enrolled("mb_1", CODE, LINK, "ACDEFHJK", replayed=True)
    answer = ask(post(ANNA, headers={"Idempotency-Key": UUID}))
    assert answer["statusCode"] == 201
    assert answer["headers"]["Idempotent-Replayed"] == "true"
    assert json.loads(answer["body"])["card_code"] == CODE


@pytest.mark.parametrize(
    "key", ["", "short", "x" * 15, "x" * 256, "with spaces in it all", "ключ" * 5]
)
def test_a_key_that_may_be_guessed_is_refused(ask: Ask, shop: Shop, key: str) -> None:
    answer = ask(post(ANNA, headers={"Idempotency-Key": key}))
    assert answer["statusCode"] == 400
    assert json.loads(answer["body"])["code"] == "invalid_idempotency_key"
    assert shop.applications == []


def test_without_a_key_there_is_none(ask: Ask, shop: Shop) -> None:
    ask(post(ANNA))
    ask(form_request(FORM))
    assert shop.keys == [None, None]
    assert ask(post(ANNA | {"key": UUID}))["statusCode"] == 422


def test_every_form_has_a_key_of_its_own_and_keeps_it(ask: Ask, shop: Shop) -> None:
    pages = [Page(ask(request("GET", "/join/coffee"))["body"]) for _ in range(2)]
    first, second = (page.inputs["key"]["value"] for page in pages)
    assert first != second
    typed = FORM | {"key": first or ""}
    faulty = Page(ask(form_request(typed | {"first_name": ""}))["body"])
    assert faulty.inputs["key"]["value"] == first
    shop.outcome = refuse_for(60)
    assert Page(ask(form_request(typed))["body"]).inputs["key"]["value"] == first
    shop.outcome = None
    assert ask(form_request(typed))["statusCode"] == 303
    assert shop.keys == [first, first]


@pytest.mark.parametrize("key", ["", "short", "x" * 300, '"><b>' * 5 + " "])
def test_a_broken_key_of_a_form_is_replaced_and_stops_nobody(
    ask: Ask, shop: Shop, key: str
) -> None:
    faulty = Page(ask(form_request(FORM | {"key": key, "first_name": ""}))["body"])
    assert (faulty.inputs["key"]["value"] or "").startswith("made-for-form-")
    assert ask(form_request(FORM | {"key": key}))["statusCode"] == 303
    assert shop.keys == [None]


def test_a_form_sent_again_leads_to_the_same_card(ask: Ask, shop: Shop) -> None:
    made = Enrolled("mb_1", CODE, LINK, "ACDEFHJK")
    answers = []
    for enrolled in (made, replace(made, replayed=True)):
        shop.outcome = lambda _, enrolled=enrolled: enrolled
        answers.append(ask(form_request(FORM | {"key": UUID})))
    assert [one["statusCode"] for one in answers] == [303, 303]
    assert answers[0]["headers"] == answers[1]["headers"]
