"""Joining, proving and recovering over HTTP, as a stranger and as a victim.

Nothing between the front doors is faked: handlers, use cases and store, over tables in memory.
"""

from __future__ import annotations

import json
import re
import time
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from functions import api, card_page, join, orders, redemptions, webhooks
from functions.wiring import joining
from loyalty.members import codes
from tests.support.events import http, sqs
from tests.support.world import code_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

VICTIM = "victim@example.com"
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "text/html"}


@pytest.fixture(autouse=True)
def channel(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "_channel", lambda: shop.world.channel)
    shop.world.put_program("coffee", welcome={"pot": "points", "points": 25})


def apply(ask: Ask, email: str = VICTIM, **more: Any) -> dict[str, Any]:
    body = json.dumps({"first_name": "Ann", "email": email, "consent": True, **more})
    sent = {"content-type": "application/json", "accept": "application/json"}
    return ask(join, http("POST", "/join/coffee", sent, body))


def joined(ask: Ask, email: str = VICTIM) -> dict[str, Any]:
    answer = apply(ask, email)
    assert answer["statusCode"] == 201, answer
    card: dict[str, Any] = json.loads(answer["body"])
    return card


def page(ask: Ask, card: dict[str, Any]) -> dict[str, Any]:
    return ask(card_page, http("GET", path(card)))


def path(card: dict[str, Any]) -> str:
    return str(card["card_url"]).removeprefix("https://cards.example")


def type_code(ask: Ask, card: dict[str, Any], code: str) -> dict[str, Any]:
    return ask(card_page, http("POST", path(card), FORM, urlencode({"code": code})))


def points(ask: Ask, card: dict[str, Any]) -> str:
    found = re.search(r"<dt>Points</dt>\s*<dd><bdi>([^<]*)", page(ask, card)["body"])
    assert found
    return found[1]


def sell_by_mail(shop: Shop, ask: Ask, order: str, email: str = VICTIM, total: int = 2000) -> None:
    message = {
        "type": "order.updated",
        "data": {
            "order": {
                "source": "till",
                "id": order,
                "version": 1,
                "status": "completed",
                "occurred_at": shop.now.isoformat(),
                "currency": "USD",
                "total": total,
                "member": {"email": email},
            }
        },
    }
    assert ask(webhooks, shop.post("/webhooks/coffee-till", message))["statusCode"] == 202
    body = shop.queues.messages("inbox")[-1]["MessageBody"]
    assert ask(orders, sqs([body])) == {"batchItemFailures": []}


def redeem(shop: Shop, ask: Ask, card: dict[str, Any], name: str) -> dict[str, Any]:
    wanted = {"id": name, "card_code": card["card_code"], "reward": "free-coffee"}
    message = {"type": "redemption.requested", "data": wanted}
    answer = ask(redemptions, shop.post("/webhooks/coffee-till/redemptions", message))
    told: dict[str, Any] = json.loads(answer["body"])
    return told


def test_a_stranger_who_was_first_never_sees_or_spends_the_victims_points(
    shop: Shop, ask: Ask
) -> None:
    stranger = joined(ask)
    sell_by_mail(shop, ask, "before")
    victim = joined(ask)
    assert not set(stranger.values()) & set(victim.values())
    assert type_code(ask, stranger, shop.world.code())["statusCode"] == 422
    answer = type_code(ask, victim, shop.world.code())
    assert answer["statusCode"] == 303
    said = ask(card_page, http("GET", path(victim), query={"said": "proved", "language": "en"}))
    assert "your contact is confirmed" in said["body"]
    sell_by_mail(shop, ask, "after")
    assert points(ask, victim) == "225"
    assert points(ask, stranger) == "0"
    assert redeem(shop, ask, stranger, "s").get("reason") == "insufficient_balance"
    assert redeem(shop, ask, victim, "v")["outcome"] == "redeemed"


def test_answers_do_not_tell_who_is_enrolled(shop: Shop, ask: Ask) -> None:
    """The same status, headers, fields and lengths, over JSON and over the form, and a message."""
    victim = joined(ask)
    type_code(ask, victim, shop.world.code())
    shop.world.channel.sent.clear()
    known, unknown = apply(ask), apply(ask, "nobody@example.com")
    assert (known["statusCode"], unknown["statusCode"]) == (201, 201)
    for answer in (known, unknown):
        answer["card"] = json.loads(answer["body"])
    assert known["card"].keys() == unknown["card"].keys()
    assert [len(value) for value in known["card"].values()] == [
        len(value) for value in unknown["card"].values()
    ]
    assert known["headers"].keys() == unknown["headers"].keys()
    assert len(shop.world.channel.sent) == 2
    pages = [
        re.sub(
            r"<svg.*?</svg>|[A-Z0-9]{4}-[A-Z0-9]{4}(?=</bdi>)|value=\"[0-9a-f]{32}\"",
            "",
            page(ask, answer["card"])["body"],
            flags=re.DOTALL,
        ).replace(path(answer["card"]), "")
        for answer in (known, unknown)
    ]
    assert pages[0] == pages[1]
    forms = []
    for email in (VICTIM, "nobody@example.com"):
        fields = {"first_name": "Ann", "contact_kind": "email", "email": email, "consent": "yes"}
        forms.append(ask(join, http("POST", "/join/coffee", FORM, urlencode(fields))))
    assert [one["statusCode"] for one in forms] == [303, 303]
    assert [len(one["headers"]["Location"]) for one in forms] == [
        len(forms[0]["headers"]["Location"])
    ] * 2


def test_nor_does_the_time_that_they_take(shop: Shop, ask: Ask) -> None:
    """Medians as a ratio with a wide margin: a way that only one of them goes is seen."""
    members = [f"known{number}@example.com" for number in range(40)]
    for email in members:
        type_code(ask, joined(ask, email), shop.world.code())
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for number, email in enumerate(members):
        pair = [("known", email), ("unknown", f"nobody{number}@example.com")]
        for kind, address in pair if number % 2 else reversed(pair):
            began = time.perf_counter()
            apply(ask, address)
            taken[kind].append(time.perf_counter() - began)
    ratio = median(taken["known"]) / median(taken["unknown"])
    assert 1 / 1.5 < ratio < 1.5, ratio


def test_the_hour_has_five_messages_for_a_contact_and_says_how_long_to_wait(
    shop: Shop, ask: Ask
) -> None:
    card = joined(ask)
    for _ in range(codes.ATTEMPTS_PER_HOUR - 1):
        again = ask(card_page, http("POST", path(card), FORM, "again=yes"))
        assert again["statusCode"] == 303
    for answer in (
        apply(ask),
        ask(card_page, http("POST", path(card), FORM, "again=yes")),
    ):
        assert answer["statusCode"] == 429
        assert 0 < int(answer["headers"]["Retry-After"]) <= 3600
    assert len(shop.world.channel.sent) == codes.ATTEMPTS_PER_HOUR
    assert apply(ask, "other@example.com")["statusCode"] == 201


def test_a_lost_card_comes_back_by_the_message_to_its_owner(shop: Shop, ask: Ask) -> None:
    card = joined(ask)
    type_code(ask, card, shop.world.code())
    sell_by_mail(shop, ask, "1")
    other = joined(ask)
    text = shop.world.channel.sent[-1].text
    assert card["card_url"] in text
    assert other["card_url"] not in text
    # Who would rather go on with the new card types its code there.
    type_code(ask, other, code_in(text))
    assert points(ask, other) == "225"
    assert page(ask, card)["statusCode"] == 404
    assert redeem(shop, ask, card, "old").get("outcome") != "redeemed"


def test_staff_renew_all_that_was_handed_out(shop: Shop, ask: Ask) -> None:
    stranger = joined(ask)
    key = shop.key("staff")
    sent = {"authorization": key, "content-type": "application/json"}
    answer = ask(api, http("POST", "/v1/cards/recover", sent, json.dumps({"email": VICTIM})))
    card = json.loads(answer["body"])
    sell_by_mail(shop, ask, "1")
    assert points(ask, card) == "225"
    assert page(ask, stranger)["statusCode"] == 404
    assert redeem(shop, ask, stranger, "s").get("outcome") != "redeemed"
    assert type_code(ask, stranger, shop.world.code())["statusCode"] == 404


def test_links_of_earlier_mails_prove_nothing(shop: Shop, ask: Ask) -> None:
    card = joined(ask)
    for method in ("GET", "POST"):
        old = http(method, path(card), FORM, "", query={"confirm": "any-token-of-before"})
        assert ask(card_page, old)["statusCode"] in {200, 422}
    sell_by_mail(shop, ask, "1")
    assert points(ask, card) == "0"


def test_nothing_private_is_logged(shop: Shop, ask: Ask) -> None:
    card = joined(ask, "canary@example.com")
    code = shop.world.code()
    type_code(ask, card, "9999 canary")
    type_code(ask, card, code)
    logged = json.dumps(shop.logged())
    for private in ("canary", code, card["card_code"], path(card)):
        assert private not in logged
