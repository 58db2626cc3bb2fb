"""Opening hours at the console: read and written as people write them, day by day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.screens.opening_hours import hours, lines
from functions.screens.typed import TypedError
from loyalty.program.rules import WEEKDAYS
from tests.functions.screens.visiting import Visitor

if TYPE_CHECKING:
    from tests.functions.conftest import Shop

PLACE = {
    "id": "mitte", "name": {"en": "Mitte <b>", "ru": "Митте"}, "latitude": 52.5, "longitude": 13.4,
    "zone": "Europe/Berlin", "address": {"en": "Torstr. 1", "ru": "Торштр. 1"},
    "hours": [{"weekdays": ["mon", "tue"], "start": "08:00", "until": "18:00"},
              {"weekdays": ["mon"], "start": "20:00", "until": "02:00"}],
    "holidays": [{"first_day": "2026-12-25", "last_day": "2026-12-26"}],
}  # fmt: skip
HARBOUR = {"id": "harbour", "name": {"en": "Harbour", "ru": "Порт"}, "latitude": 1, "longitude": 1}
ADDRESS = "/console/settings/places/mitte"
CLOCK = st.builds(
    lambda hour, quarter: f"{hour:02}:{quarter * 15:02}", st.integers(0, 23), st.integers(0, 3)
)
WEEK = st.lists(
    st.tuples(st.sets(st.sampled_from(WEEKDAYS), min_size=1), CLOCK, CLOCK).filter(
        lambda one: one[1] != one[2] or one[1] == "00:00"
    ),
    max_size=6,
)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.world.put_program("coffee", locations=[PLACE, HARBOUR])
    return shop


def spans(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    """Return day, start and end of each span: what the hours mean, however they are said."""
    return {
        (day, one["start"], one["until"]) for one in found for day in one["weekdays"] or WEEKDAYS
    }


@given(WEEK)
def test_what_is_shown_says_the_same_when_it_is_sent(
    week: list[tuple[set[str], str, str]],
) -> None:
    told = [{"weekdays": sorted(days), "start": a, "until": b} for days, a, b in week]
    typed = {f"hours.{day}": text for day, text in lines(told).items()}
    assert spans(hours(typed)) == spans(told)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("9-18", ("09:00", "18:00")),
        (" 9.30 \N{EM DASH} 18:15 ", ("09:30", "18:15")),
        ("0:00\N{EN DASH}24:00", ("00:00", "00:00")),
        ("18\N{EN DASH}2", ("18:00", "02:00")),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, span: tuple[str, str]) -> None:
    (one,) = hours({"hours.wed": text})
    assert (one["weekdays"], one["start"], one["until"]) == (["wed"], *span)
    (all_days,) = hours({f"hours.{day}": text for day in WEEKDAYS})
    assert all_days["weekdays"] == [], "every day"


@pytest.mark.parametrize(
    "text", ["closed", "9", "9-", "25-26", "9:60-10", "24:30-2", "9-9", "9-18-20", "9 to 5", "٩-١٠"]
)
def test_what_is_no_span_is_refused_where_it_stands(text: str) -> None:
    with pytest.raises(TypedError) as refused:
        hours({"hours.mon": "9-18", "hours.sat": f"9-10, {text}"})
    assert (refused.value.field, refused.value.code) == ("hours.sat", "not_hours")


@pytest.mark.parametrize(
    ("language", "monday"), [("en", "Monday"), ("de", "Montag"), ("ru", "Понедельник")]
)
def test_an_owner_reads_and_changes_hours_and_nothing_else(
    shop: Shop, ask: Any, language: str, monday: str
) -> None:
    ada = Visitor(shop, ask, language=language)
    before = ada.api.get("/v1/program")["document"]
    ada.look(ADDRESS)
    assert monday in ada.html
    assert 'value="08:00–18:00, 20:00–02:00"' in ada.html
    assert "Mitte &lt;b&gt;" in ada.html or language == "ru"
    wrong = ada.send("hours", hours__mon="late", hours__tue="9-12")
    assert wrong.status_code == 422
    assert re.search(r'name="hours\.mon"[^>]*value="late"[^>]*aria-invalid="true"', ada.html)
    assert 'value="9-12"' in ada.html, "what was typed is kept"
    assert spans(ada.api.get("/v1/locations/mitte")["hours"]) == spans(PLACE["hours"])  # type: ignore[arg-type]
    page = ada.html
    assert ada.send("hours", hours__mon="10-20", hours__sun="10-14, 15-18").status_code == 303
    assert 'value="10:00–14:00, 15:00–18:00"' in ada.html
    after = ada.api.get("/v1/program")["document"]
    changed = {
        ("mon", "10:00", "20:00"), ("sun", "10:00", "14:00"), ("sun", "15:00", "18:00")
    }  # fmt: skip
    assert spans(after["locations"][0].pop("hours")) == changed
    before["locations"][0].pop("hours")
    assert after == before, "nothing else"
    # Somebody else's change meanwhile is not undone.
    ada.at, ada.html = ADDRESS, page
    assert ada.send("hours", hours__mon="1-2").status_code == 422
    assert spans(ada.api.get("/v1/locations/mitte")["hours"]) == changed


def test_an_accountant_reads_hours(shop: Shop, ask: Any) -> None:
    eve = Visitor(shop, ask, role="accountant")
    eve.look(ADDRESS)
    assert "08:00–18:00, 20:00–02:00" in eve.html
    assert "<form" not in eve.html.partition("<main")[2]
