"""Locations at the console: opened, described, with days of their own, and closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions.screens.places import spot
from functions.screens.typed import TypedError
from tests.functions.screens.browsing import SignedIn
from tests.functions.screens.test_opening_hours import HARBOUR, PLACE
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

NEW = "/console/places/new"
DAYS = "/console/places/mitte/days"


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.world.put_program("coffee", region="DE", locations=[PLACE, HARBOUR])
    return shop


def visitor(shop: Shop, ask: Any, language: str = "en") -> Visitor:
    found = Visitor(shop, ask, language=language)
    found.api = SignedIn(shop, ask)  # the settings list sessions, too
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("52.5301, 13.4012", (52.5301, 13.4012)),
        (" -33.8688 151.2093 ", (-33.8688, 151.2093)),
        ("0; 0", (0.0, 0.0)),
        ("52.53°, 13.4°", (52.53, 13.4)),
        ("https://www.google.com/maps/place/x/@52.5301,13.4012,17z/", (52.5301, 13.4012)),
        ("https://www.openstreetmap.org/#map=19/52.53010/13.40120", (52.5301, 13.4012)),
        ("https://maps.apple.com/?ll=52.5301,13.4012&z=3", (52.5301, 13.4012)),
        ("52.53010012345, 13.40120012345", (52.5301, 13.4012)),
    ],
)
def test_a_spot_is_read_as_maps_write_it(text: str, found: tuple[float, float]) -> None:
    assert spot({"spot": text}) == found


@pytest.mark.parametrize("text", ["", "Torstr. 1", "91, 0", "0, 181", "52.53", "1,2,3", "٥٢, ١٣"])
def test_what_is_no_spot_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(TypedError) as refused:
        spot({"spot": text})
    assert refused.value.field == "spot"


def about(**changes: str) -> dict[str, str]:
    typed = {"name__en": "North Pier", "name__ru": "Северный пирс", "spot": "52.6, 13.5"}
    return {**typed, "address__en": "Pier 1", **changes}


def test_a_location_is_opened_changed_and_closed(shop: Shop, ask: Any) -> None:
    ada = visitor(shop, ask)
    before = ada.api.get("/v1/program")["document"]
    ada.look(NEW)
    wrong = ada.send("place", **about(spot="by the sea"))
    assert wrong.status_code == 422
    assert 'value="by the sea"' in ada.html
    assert 'value="North Pier"' in ada.html, "what was typed is kept"
    assert ada.send("place", **about(zone="Europe/Paris")).status_code == 303
    assert "North Pier" in ada.html
    told = ada.api.get("/v1/locations/north-pier")
    assert (told["latitude"], told["longitude"]) == (52.6, 13.5)
    assert told["address"] == {"en": "Pier 1", "ru": "Pier 1"}, "said once, said in each language"
    assert told["zone"] == "Europe/Paris"
    # Hours and days stay while name and place are changed.
    ada.look("/console/places/mitte/about")
    assert 'value="52.5, 13.4"' in ada.html
    assert ada.send("place", **about(name__en="Middle", spot="0, 0")).status_code == 303
    after = ada.api.get("/v1/locations/mitte")
    assert (after["name"]["en"], after["latitude"]) == ("Middle", 0)
    assert after["holidays"][0]["first_day"] == "2026-12-25"
    assert len(after["hours"]) == len(PLACE["hours"])  # type: ignore[arg-type]
    # Two at one spot cannot be; the field says so.
    ada.look(NEW)
    assert ada.send("place", **about(spot="0, 0")).status_code == 422
    assert "at that very spot" in ada.html
    for name in ("north-pier", "mitte"):
        ada.look(f"/console/places/{name}/about")
        assert ada.send("close").status_code == 303
    left = ada.api.get("/v1/program")["document"]
    assert [one["id"] for one in left["locations"]] == ["harbour"]
    assert {**left, "locations": 0} == {**before, "locations": 0}, "nothing else"


def test_a_stale_form_closes_nothing(shop: Shop, ask: Any) -> None:
    ada = visitor(shop, ask)
    ada.look("/console/places/mitte/about")
    page = ada.html
    assert ada.send("place", **about()).status_code == 303
    ada.at, ada.html = "/console/places/mitte/about", page
    assert ada.send("close").status_code == 422
    assert ada.api.get("/v1/locations/mitte")["name"]["en"] == "North Pier"


@pytest.mark.parametrize(
    ("language", "called"), [("en", "German Unity Day"), ("de", "Tag der Deutschen Einheit")]
)
def test_public_holidays_are_ticked_by_name(
    shop: Shop, ask: Any, language: str, called: str
) -> None:
    ada = visitor(shop, ask, language)
    ada.look(DAYS)
    assert called in ada.html
    assert "2026-12-25" not in "".join(ada.html.split("day.")[1:]), "that is kept already"
    assert ada.send("public").status_code == 422, "nothing was ticked"
    sent = ada.send("public", **{"day__2026-10-03": "yes", "day__2026-05-25": "yes"})
    assert sent.status_code == 303
    found = ada.api.get("/v1/locations/mitte")["holidays"]
    assert [(one["first_day"], one["hours"]) for one in found] == [
        ("2026-05-25", []), ("2026-10-03", []), ("2026-12-25", [])
    ]  # fmt: skip
    assert found[1]["name"] == {"en": "German Unity Day", "ru": "German Unity Day"}
    assert 'name="day.2026-10-03"' not in ada.html, "and is offered no more"


def test_own_days_are_added_and_taken_away(shop: Shop, ask: Any) -> None:
    ada = visitor(shop, ask)
    ada.look(DAYS)
    summer = {"first_day": "2026-08-01", "last_day": "2026-08-14", "name__en": "Summer"}
    assert ada.send("holiday", **{**summer, "last_day": "2026-07-01"}).status_code == 422
    assert ada.send("holiday", **{**summer, "hours": "at noon"}).status_code == 422
    assert 'value="at noon"' in ada.html
    assert ada.send("holiday", **{**summer, "hours": "10-14"}).status_code == 303
    (first, _) = ada.api.get("/v1/locations/mitte")["holidays"]
    assert first["name"] == {"en": "Summer", "ru": "Summer"}
    assert [(one["start"], one["until"]) for one in first["hours"]] == [("10:00", "14:00")]
    assert ada.send("holiday", first_day="2026-08-03").status_code == 422
    assert "already" in ada.html
    assert ada.send("no_holiday", first_day="2026-08-01").status_code == 303
    assert [one["first_day"] for one in ada.api.get("/v1/locations/mitte")["holidays"]] == [
        "2026-12-25"
    ]


def test_an_accountant_reads_days(shop: Shop, ask: Any) -> None:
    eve = Visitor(shop, ask, role="accountant")
    eve.look(DAYS)
    assert "<form" not in eve.html.partition("<main")[2]
