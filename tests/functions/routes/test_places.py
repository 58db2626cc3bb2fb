"""A key of a location speaks for that one: what names no other happens there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.report import OrderKey
from loyalty.store import reading
from tests.functions.routes.till import till

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

PLACES = [
    {"id": one, "name": {"en": one, "ru": one}, "latitude": at, "longitude": 1.0}
    for at, one in ((1.0, "harbour"), (2.0, "station"))
]


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.world.put_program("coffee", locations=PLACES)
    return shop


@pytest.mark.parametrize(
    ("of_key", "said", "place"),
    [
        ("harbour", None, "harbour"),
        ("harbour", "", "harbour"),
        ("harbour", "harbour", "harbour"),
        ("", "station", "station"),
        ("", None, ""),
        ("closed", None, ""),
    ],
)
def test_a_sale_and_an_act_happen_where_it_is_said_or_where_the_key_is_used(
    shop: Shop, ask: Any, of_key: str, said: str | None, place: str
) -> None:
    ann = shop.world.enrol()
    counter = till(shop, ask, "staff", location=of_key)
    named = {} if said is None else {"location": said}
    assert counter.sell(1000, ann.card_code, **named)["result"] == "recorded"
    order = reading.read_order(shop.world.tables, OrderKey("coffee", "till", "1"))
    assert order is not None
    assert order.location == place
    path = f"/v1/members/{ann.member_id}"
    counter.told("POST", f"{path}/gifts", {"points": 5, "reason": "late", **named})
    counter.told("POST", f"{path}/notes", {"text": "likes tea", **named})
    acts = counter.told("GET", f"{path}/acts")["acts"]
    assert {one["act"]: one["location"] for one in acts} == {"gift": place, "note": place}


@pytest.mark.parametrize(
    ("said", "refused"),
    [("station", (403, "location_not_allowed")), ("moon", (403, "location_not_allowed"))],
)
def test_another_location_is_refused_and_nothing_happens(
    shop: Shop, ask: Any, said: str, refused: tuple[int, str]
) -> None:
    ann = shop.world.enrol()
    shop.world.sell("earlier", total=5000, member=ann)
    counter = till(shop, ask, "staff", location="harbour")
    before = dict(shop.world.tables.items)
    path = f"/v1/members/{ann.member_id}"
    card, why = {"card_code": ann.card_code}, {"reason": "late"}
    order = {
        "version": 1, "status": "completed", "occurred_at": "2026-05-04T12:00:00Z",
        "currency": "USD", "total": 1000,
    }  # fmt: skip
    for method, address, body in (
        ("PUT", "/v1/orders/till/1", order),
        ("POST", "/v1/quote", {**card, "total": 1000}),
        ("POST", "/v1/redemptions", {**card, "reward": "free-coffee"}),
        ("POST", "/v1/holds", {**card, "reward": "free-coffee"}),
        ("POST", "/v1/coupons/quote", {**card, "code": "ACDE"}),
        ("POST", "/v1/coupons/uses", {**card, "code": "ACDE"}),
        ("POST", f"{path}/gifts", {**why, "points": 5}),
        ("POST", f"{path}/adjustments", {**why, "points": 5}),
        ("POST", f"{path}/pause", why),
        ("POST", f"{path}/notes", {"text": "likes tea"}),
        ("POST", "/v1/orders/till/earlier/forget", why),
    ):
        status, told = counter.ask(method, address, {**body, "location": said})
        assert (status, told.get("code")) == refused, (address, told)
        assert told["errors"][0]["pointer"] == "/location"
    after = {key: item for key, item in shop.world.tables.items.items() if "RATE#" not in key.sk}
    assert after == before


def test_a_key_of_no_location_names_only_what_the_program_has(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol()
    counter = till(shop, ask, "staff")
    body = {"points": 5, "reason": "late", "location": "moon"}
    status, told = counter.ask("POST", f"/v1/members/{ann.member_id}/gifts", body)
    assert (status, told["errors"][0]["code"]) == (422, "unknown_location")


def test_of_two_places_that_are_said_of_one_order_any_order_of_arrival_ends_the_same(
    shop: Shop, ask: Any
) -> None:
    ann, counter = shop.world.enrol(), till(shop, ask, "staff")
    for order, places in (("1", ("station", "harbour", "")), ("2", ("", "harbour", "station"))):
        for place in places:
            counter.sell(1000, ann.card_code, order, location=place)
        found = reading.read_order(shop.world.tables, OrderKey("coffee", "till", order))
        assert found is not None
        assert found.location == "harbour"
