"""Every operation with every kind of key, and with that of another program: what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, get_args

import pytest

from functions import api, designs, owner, program, sign_in
from functions.http import openapi
from loyalty.access.keys import Scope
from tests.functions.routes.till import Till, till
from tests.support.events import content

if TYPE_CHECKING:
    from functions.http.operations import Operation
    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

CARD = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"
OPERATIONS = (
    *api.OPERATIONS,
    *designs.OPERATIONS,
    *owner.OPERATIONS,
    *program.OPERATIONS,
    *sign_in.OPERATIONS,
)
IDS = [one.id for one in OPERATIONS]
KEYED = [one for one in OPERATIONS if one.scopes]
KEYED_IDS = [one.id for one in KEYED]


def ask_with(till: Till, one: Operation, ann: Enrolled | None = None) -> dict[str, Any]:
    """Ask as the operation's example shows, about a card that there is if one is given."""
    named = {name: about.example for name, about in one.names.items()}
    body: Any = next(iter(one.examples.values()), None)
    if ann is not None:
        named = {name: value.replace(CARD, ann.card_code) for name, value in named.items()}
        body = body and {**body, **({"card_code": ann.card_code} if "card_code" in body else {})}
    query = {"state": "parked"} if one.id == "listOrders" else {}
    return till.answer(one.method, one.path.format(**named), body, **query)


@pytest.mark.parametrize("one", KEYED, ids=KEYED_IDS)
def test_an_operation_asks_for_its_scope(shop: Shop, ask: Any, one: Operation) -> None:
    for scope in get_args(Scope):
        answer = ask_with(till(shop, ask, scope), one)
        refused = answer["statusCode"] == 403 and content(answer)["code"] == "scope_missing"
        assert refused == (scope not in openapi.scopes(one)), scope
        assert answer["statusCode"] != 401


@pytest.mark.parametrize("one", KEYED, ids=KEYED_IDS)
def test_without_a_key_nothing_is_said(shop: Shop, ask: Any, one: Operation) -> None:
    answer = ask_with(Till(shop, ask, "Bearer nothing"), one)
    assert (answer["statusCode"], content(answer)["code"]) == (401, "not_authenticated")


def test_what_needs_no_key_lets_people_in() -> None:
    assert {one.path for one in OPERATIONS if not one.scopes} == {
        "/v1/sign-in/link",
        "/v1/sign-in/passkey",
        "/v1/sign-in/passkey/question",
    }


@pytest.mark.parametrize("one", OPERATIONS, ids=IDS)
def test_another_programs_key_finds_nothing_and_changes_nothing(
    shop: Shop, ask: Any, one: Operation
) -> None:
    """A13: what is another program's is as if it were not there."""
    ann = shop.world.enrol()
    shop.world.sell(order="receipt-77", total=5000)
    shop.world.sell(order="more", total=5000, member=ann)
    foreign = till(shop, ask, "owner", program="barber")
    before = {key: dict(item) for key, item in shop.world.tables.items.items()}
    answer = ask_with(foreign, one, ann)
    text = answer["body"]
    assert ann.member_id not in text
    assert "receipt-77" not in re.sub(r'"detail": "[^"]*"', "", text)
    after = shop.world.tables.items
    assert {key: after[key] for key in before if key.pk.startswith("coffee")} == {
        key: item for key, item in before.items() if key.pk.startswith("coffee")
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/members/{member}/erase"),
        ("POST", "/v1/privacy-requests/{request}/answer"),
        ("POST", "/v1/exports"),
        ("POST", "/v1/keys"),
        ("POST", "/v1/people"),
    ],
)
def test_what_cannot_be_taken_back_is_the_owners_alone(method: str, path: str) -> None:
    one = next(one for one in OPERATIONS if (one.method, one.path) == (method, path))
    assert openapi.scopes(one) == ("owner",)


def test_a_revoked_key_is_refused_at_once(shop: Shop, ask: Any) -> None:
    """Nothing keeps keys in memory: sixty seconds are not needed."""
    counter = till(shop, ask)
    assert counter.ask("GET", "/v1/cards/x")[0] == 404
    for key in [key for key in shop.world.tables.items if key.pk.startswith("D#key#")]:
        del shop.world.tables.items[key]
    assert counter.ask("GET", "/v1/cards/x")[0] == 401
