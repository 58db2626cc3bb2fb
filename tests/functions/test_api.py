"""/v1: who may do what, and what the answers give away."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING, Any
from zlib import crc32

import pytest

from functions import api
from functions.wiring import joining
from loyalty.ledger.sales import Sales
from loyalty.messages import Contact
from loyalty.refusals import Busy
from loyalty.store.tables import Cancelled, OutcomeUnknown, Reason
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.access.keys import Scope
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

CLAIM = "/v1/orders/till/1/claim"
PARKED = "/v1/orders"
RECOVER = "/v1/cards/recover"
MAIL = Contact("email", "ann@example.com")


def call(
    ask: Ask, key: str | None, method: str, path: str, body: Any = None, **query: str
) -> dict[str, Any]:
    headers = {"authorization": key} if key is not None else {}
    sent = json.dumps(body) if body is not None else None
    return ask(api, http(method, path, headers, sent, query=query))


def parked(ask: Ask, key: str | None) -> dict[str, Any]:
    return call(ask, key, "GET", PARKED, state="parked")


def claim(ask: Ask, key: str | None, code: object, path: str = CLAIM) -> dict[str, Any]:
    return call(ask, key, "POST", path, {"card_code": code})


def recover(ask: Ask, key: str | None, **contact: object) -> dict[str, Any]:
    by_mail = {} if {"email", "phone", "telephone"} & contact.keys() else {"email": MAIL.value}
    return call(ask, key, "POST", RECOVER, by_mail | contact)


def told(answer: dict[str, Any]) -> tuple[int, str]:
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert content(answer)["status"] == answer["statusCode"]
    return answer["statusCode"], content(answer)["code"]


ROUTES: dict[str, Callable[[Ask, str | None], dict[str, Any]]] = {
    "parked": parked,
    "claim": lambda ask, key: claim(ask, key, "1.A.X.Y"),
    "recover": recover,
}
ALLOWED = {
    "parked": {"owner", "staff"},
    "claim": {"till", "staff", "owner"},
    "recover": {"staff", "owner"},
}
SCOPES: tuple[Scope, ...] = ("till", "staff", "owner")


@pytest.mark.parametrize(("route", "scope"), [*product(ROUTES, SCOPES)])
def test_every_route_asks_for_its_scope(shop: Shop, ask: Ask, route: str, scope: Scope) -> None:
    answer = ROUTES[route](ask, shop.key(scope))
    if scope in ALLOWED[route]:
        assert answer["statusCode"] not in {401, 403}
    else:
        assert told(answer) == (403, "scope_missing")
        assert scope in content(answer)["detail"]


def keys_that_open_nothing(shop: Shop) -> list[str | None]:
    good = shop.key("owner")
    text = good.removeprefix("Bearer ")
    forged = text.replace("k" * 40, "j" * 40).rpartition("_")[0]
    expired = shop.key("owner", expires_at=shop.now)
    return [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {text}",
        text,
        f"Bearer {text[:-1]}",
        f"Bearer {text[:-8]}00000000",
        f"Bearer {text} {text}",
        f"Bearer {forged}_{crc32(forged.encode()):08x}",
        "Bearer lk_test_nosuchkey_" + "k" * 40,
        "Bearer ключ",
        expired,
    ]


@pytest.mark.parametrize("route", ROUTES)
def test_wrong_keys_get_one_answer(shop: Shop, ask: Ask, route: str) -> None:
    answers = [ROUTES[route](ask, key) for key in keys_that_open_nothing(shop)]
    assert {told(answer) for answer in answers} == {(401, "not_authenticated")}
    assert len({answer["body"] for answer in answers}) == 1
    assert all(answer["headers"]["WWW-Authenticate"] == "Bearer" for answer in answers)


def test_a_key_is_good_until_it_expires(shop: Shop, ask: Ask) -> None:
    key = shop.key("owner", expires_at=shop.now + timedelta(hours=1))
    assert parked(ask, key)["statusCode"] == 200
    assert parked(ask, key.replace("Bearer", "bearer"))["statusCode"] == 200
    shop.world.wait(hours=1)
    assert told(parked(ask, key)) == (401, "not_authenticated")


def test_header_names_come_in_any_case(shop: Shop, ask: Ask) -> None:
    event = http("GET", PARKED, {"Authorization": shop.key("owner")}, query={"state": "parked"})
    assert ask(api, event)["statusCode"] == 200


def test_parked_orders_are_listed_oldest_first(shop: Shop, ask: Ask) -> None:
    shop.world.sell(order="old", total=500)
    shop.world.wait(hours=1)
    shop.world.sell(order="new", total=700)
    shop.world.sell(order="known", total=900, member=shop.world.enrol())
    shop.world.sell(order="foreign", program="barber")
    answer = parked(ask, shop.key("owner"))
    assert content(answer) == {
        "orders": [
            {
                "source": "till",
                "id": name,
                "till_id": name,
                "why": "no_member",
                "member_id": None,
                "total": total,
                "currency": "USD",
                "occurred_at": when,
                "first_seen": when,
                "first_name": "",
                "other": None,
            }
            for name, total, when in (
                ("old", 500, "2026-05-04T12:00:00Z"),
                ("new", 700, "2026-05-04T13:00:00Z"),
            )
        ],
        "next": None,
    }


def test_the_list_ends_after_30_days(shop: Shop, ask: Ask) -> None:
    shop.world.sell(total=500)
    shop.world.wait(days=30)
    assert content(parked(ask, shop.key("owner"))) == {"orders": [], "next": None}


def test_parked_orders_come_page_by_page(shop: Shop, ask: Ask) -> None:
    names = [f"{number:02}" for number in range(7)]
    for name in names:
        shop.world.sell(order=name, total=500)
        shop.world.wait(minutes=1)
    key, found, cursor, pages = shop.key("staff"), [], "", 0
    while cursor is not None:
        query = {"state": "parked", "limit": "3", "cursor": cursor}
        page = content(call(ask, key, "GET", PARKED, **query))
        found += [order["id"] for order in page["orders"]]
        cursor, pages = page["next"], pages + 1
    assert (found, pages) == (names, 3)
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"cursor": "x"}, {"cursor": "aGVsbG8"}):
        answer = call(ask, key, "GET", PARKED, state="parked", **wrong)
        assert told(answer) == (422, "invalid_request")


@pytest.mark.parametrize("query", [{}, {"state": "open"}, {"state": ""}, {"State": "parked"}])
def test_nothing_else_is_listed(shop: Shop, ask: Ask, query: dict[str, str]) -> None:
    answer = call(ask, shop.key("owner"), "GET", PARKED, **query)
    assert told(answer) == (422, "invalid_request")
    assert content(answer)["errors"][0]["pointer"] == "/state"


def test_a_parked_order_is_claimed_once(shop: Shop, ask: Ask) -> None:
    shop.world.sell(total=1000)
    ann, key = shop.world.enrol(), shop.key("till")
    first = claim(ask, key, ann.card_code)
    assert (first["statusCode"], content(first)) == (200, {"result": "recorded", "points": 100})
    assert content(claim(ask, key, ann.card_code)) == {"result": "unchanged", "points": 0}
    assert told(claim(ask, key, shop.world.enrol().card_code)) == (409, "order_taken")
    assert shop.world.balance(ann) == 100
    assert shop.world.entries(ann)[-1].actor.startswith("key:tillkey")


NAMES = [
    "A-1",
    "50%",
    "a%41",
    "%2F",
    "№7",
    "a+b",
    "x:y@z",
    "a/b",
    "table#7",
    '"`\\^',
    "☕",
    "/claim",
]


@pytest.mark.parametrize("name", NAMES)
def test_an_order_is_found_by_any_id(shop: Shop, ask: Ask, name: str) -> None:
    """HTTP APIs hand the path over decoded, whatever an id holds."""
    shop.world.sell(order=name, total=1000)
    ann, key = shop.world.enrol(), shop.key("till")
    path = f"/v1/orders/till/{name}/claim"
    assert content(claim(ask, key, ann.card_code, path))["result"] == "recorded"
    assert [order["id"] for order in content(parked(ask, shop.key("owner")))["orders"]] == []


def test_what_cannot_be_claimed(shop: Shop, ask: Ask) -> None:
    shop.world.sell(total=1000)
    ann, key = shop.world.enrol(), shop.key("staff")
    stranger = shop.world.enrol(program="barber")
    for code in (stranger.card_code, "1.A.X.Y", "", "\u0661"):
        answer = claim(ask, key, code)
        assert told(answer) == (422, "invalid_request")
        assert content(answer)["errors"][0] == {
            "pointer": "/card_code",
            "code": "card_not_found",
            "detail": "No card of this program has that code.",
        }
    for no_text in (None, 5, ["1.A.X.Y"]):
        assert content(claim(ask, key, no_text))["errors"][0]["code"] == "string_type"
    shop.world.wait(days=30)
    assert told(claim(ask, key, ann.card_code)) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "not_json"),
        ("[]", "not_an_object"),
        ('{"card_code": "a", "card_code": "b"}', "duplicate_key"),
        ('{"card_code": NaN}', "not_json"),
        ('{"a": ' * 50 + "1" + "}" * 50, "too_deep"),
        (" " * 20_000, "too_large"),
    ],
)
def test_hostile_json_is_refused(shop: Shop, ask: Ask, body: str, code: str) -> None:
    for path in (CLAIM, RECOVER):
        answer = ask(api, http("POST", path, {"authorization": shop.key("staff")}, body))
        assert told(answer) == (400, code)


def kept(shop: Shop) -> str:
    """Return everything but how often a key has asked."""
    items = shop.world.tables.items.items()
    return repr([pair for pair in items if not pair[0].sk.startswith("RATE#")])


def test_what_is_another_programs_does_not_exist(shop: Shop, ask: Ask) -> None:
    """A13: the same status, body and length as for what there never was; nothing is written."""
    shop.world.sell(total=1000)
    shop.world.enrol(MAIL)
    bob = shop.world.enrol(program="barber")
    foreign = shop.key("owner", program="barber")
    before = kept(shop)
    pairs = [
        (
            claim(ask, foreign, bob.card_code),
            claim(ask, foreign, bob.card_code, "/v1/orders/till/x/claim"),
        ),
        (recover(ask, foreign), recover(ask, foreign, email="nobody@example.com")),
    ]
    for theirs, nobodys in pairs:
        assert told(theirs) == (404, "not_found")
        assert theirs["body"] == nobodys["body"]
        # How much the key has left falls with every call, whatever it asks.
        assert len(theirs["headers"].pop("RateLimit")) == len(nobodys["headers"].pop("RateLimit"))
        assert theirs["headers"] == nobodys["headers"]
    assert content(parked(ask, foreign)) == {"orders": [], "next": None}
    assert kept(shop) == before


def test_a_key_speaks_for_its_own_tills_only(shop: Shop, ask: Ask) -> None:
    shop.world.sell(total=1000)
    ann = shop.world.enrol()
    answer = claim(ask, shop.key("till", sources=("other",)), ann.card_code)
    assert told(answer) == (404, "not_found")
    assert shop.world.balance(ann) == 0
    mine = claim(ask, shop.key("till", sources=("till",)), ann.card_code)
    assert content(mine)["result"] == "recorded"


def shown(shop: Shop, url: str) -> str | None:
    """Return the member whose card a page shows."""
    assert url.startswith("https://cards.example/c/")
    card = shop.world.cards.by_link(url.rpartition("/")[2], shop.now)
    return card.member if card else None


def test_staff_find_the_card_of_the_person_before_them(shop: Shop, ask: Ask) -> None:
    ann = shop.world.enrol(MAIL)
    answer = recover(ask, shop.key("staff"))
    assert answer["statusCode"] == 200
    (url,) = content(answer).values()
    assert set(content(answer)) == {"card_url"}
    assert shown(shop, url) == ann.member_id
    bob = shop.world.enrol(Contact("phone", "+12125550123"))
    found = content(recover(ask, shop.key("owner"), phone="(212) 555-0123"))
    assert shown(shop, found["card_url"]) == bob.member_id
    # The link from before leads nowhere.
    assert {ann.link, bob.link}.isdisjoint(one.rpartition("/")[2] for one in (url, *found.values()))


def test_staff_choose_between_people_who_have_only_typed_a_contact(shop: Shop, ask: Ask) -> None:
    ann, eve = shop.world.enrol(MAIL), shop.world.enrol(MAIL)
    key = shop.key("staff")
    answer = recover(ask, key)
    assert told(answer) == (409, "several_cards")
    assert {one["member_id"] for one in content(answer)["cards"]} == {ann.member_id, eve.member_id}
    assert {tuple(one) for one in content(answer)["cards"]} == {
        ("member_id", "first_name", "joined")
    }
    assert told(recover(ask, key, member_id="nobody")) == (404, "not_found")
    assert told(recover(ask, key, member_id=5)) == (422, "invalid_request")
    found = content(recover(ask, key, member_id=ann.member_id))
    assert shown(shop, found["card_url"]) == ann.member_id
    # Staff have vouched for her: from now on it is hers alone.
    assert shown(shop, content(recover(ask, key))["card_url"]) == ann.member_id
    assert told(recover(ask, key, member_id=eve.member_id)) == (404, "not_found")


@pytest.mark.parametrize(
    ("contact", "pointer", "code"),
    [
        ({"phone": "hello"}, "/phone", "invalid_phone"),
        ({"email": "hello"}, "/email", "invalid_email"),
        ({"email": None}, "", "missing"),
        ({"telephone": "+12125550123"}, "/telephone", "extra_forbidden"),
        ({"phone": 12125550123}, "/phone", "string_type"),
    ],
)
def test_a_contact_that_is_none(
    shop: Shop, ask: Ask, contact: dict[str, Any], pointer: str, code: str
) -> None:
    answer = recover(ask, shop.key("staff"), **contact)
    assert told(answer) == (422, "invalid_request")
    assert [(e["pointer"], e["code"]) for e in content(answer)["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1"),
        ("GET", "/v1/"),
        ("POST", "/v1/orders//1/claim"),
        ("GET", '/v1/"'),
    ],
)
def test_unknown_routes_are_a_problem_too(shop: Shop, ask: Ask, method: str, path: str) -> None:
    for key in (None, shop.key("owner")):
        assert told(call(ask, key, method, path)) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "taken"),
    [
        ("GET", "/v1/quote", "POST"),
        ("DELETE", "/v1/members", "GET, HEAD, POST"),
        ("DELETE", PARKED, "GET, HEAD"),
        ("GET", CLAIM, "POST, PUT"),
        ("PATCH", RECOVER, "GET, HEAD, POST"),
        # An order's id may hold a slash.
        ("POST", CLAIM + "/", "PUT"),
        ("POST", "/v1/orders/till/claim", "PUT"),
    ],
)
def test_an_address_with_another_verb_says_which_it_takes(
    shop: Shop, ask: Ask, method: str, path: str, taken: str
) -> None:
    for key in (None, shop.key("owner")):
        answer = call(ask, key, method, path)
        assert told(answer) == (405, "method_not_allowed")
        assert answer["headers"]["Allow"] == taken


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Busy(), "busy"),
        (Cancelled((Reason("conflict"),)), "unavailable"),
        (OutcomeUnknown("read timeout"), "unavailable"),
        (ConnectionError("canary"), "unavailable"),
    ],
)
def test_what_fails_behind_us_is_to_be_tried_again(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch, error: Exception, code: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(Sales, "claim_order", fail)
    monkeypatch.setattr(joining.recovery(), "recover", fail)
    staff = shop.key("staff")
    for answer in (claim(ask, staff, "1.A.X.Y"), recover(ask, staff)):
        assert told(answer) == (503, code)
        assert int(answer["headers"]["Retry-After"]) > 0
    assert "canary" not in shop.log.getvalue()


def test_keys_and_people_are_not_logged(
    shop: Shop, ask: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    ann, key = shop.world.enrol(MAIL), shop.key("staff")
    shop.world.sell(total=1000)
    claim(ask, key, ann.card_code)
    claim(ask, key, "canary")
    recover(ask, key)
    recover(ask, key, email="canary")
    claim(ask, "Bearer canary", ann.card_code)
    text = shop.log.getvalue() + "".join(capsys.readouterr())
    private = ["canary", MAIL.value, ann.card_code, ann.link, "k" * 40]
    assert [word for word in private if word in text] == []


def test_the_suite_sees_a_route_without_a_guard(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: scopes that are not asked for."""
    monkeypatch.setattr("loyalty.access.keys.ApiKey.may", lambda *_: True)
    with pytest.raises(AssertionError):
        test_every_route_asks_for_its_scope(shop, ask, "recover", "till")
