"""The nearest ten, judged by straight lines through the earth instead of angles on it."""

from __future__ import annotations

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from loyalty.card.view import Place
from passes.places import MOST_PLACES, nearest

LATITUDES = st.floats(-90, 90) | st.sampled_from([-90.0, 90.0, 0.0, 89.9999, -89.9999])
LONGITUDES = st.floats(-180, 180) | st.sampled_from([-180.0, 180.0, 0.0, 179.9999, -179.9999])
PLACES = st.builds(Place, LATITUDES, LONGITUDES, st.just("shop"))
ROUNDING = 1e-7
"""Of a unit sphere: less than a metre on earth."""


def through_the_earth(one: Place, other: Place) -> float:
    def vector(place: Place) -> tuple[float, float, float]:
        latitude, longitude = math.radians(place.latitude), math.radians(place.longitude)
        return (
            math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude),
            math.sin(latitude),
        )

    return math.dist(vector(one), vector(other))


@given(places=st.lists(PLACES, max_size=40), home=PLACES)
def test_no_place_left_out_is_nearer_than_one_that_is_told(
    places: list[Place], home: Place
) -> None:
    told = nearest(places, home)
    assert len(told) == min(MOST_PLACES, len(places))
    far = [through_the_earth(place, home) for place in told]
    assert all(one <= other + ROUNDING for one, other in pairwise(far))
    left = list(places)
    for place in told:
        left.remove(place)
    assert all(through_the_earth(place, home) >= max(far) - ROUNDING for place in left)


@given(places=st.lists(PLACES, min_size=1, max_size=40, unique_by=id), data=st.data())
def test_a_home_that_is_one_of_the_places_is_told_first(
    places: list[Place], data: st.DataObject
) -> None:
    home = data.draw(st.sampled_from(places))
    assert through_the_earth(nearest(places, home)[0], home) <= ROUNDING


def test_without_a_home_the_first_ten_are_told_in_their_order() -> None:
    places = [Place(50 - step, 0, f"{step}") for step in range(12)]
    assert nearest(places, None) == tuple(places[:10])
    assert nearest((), Place(0, 0, "home")) == ()


def test_equally_far_places_stay_in_their_order() -> None:
    places = [Place(1.0, 2.0, f"{step}") for step in range(12)]
    for home in (Place(1.0, 2.0, "here"), Place(-40.0, 170.0, "far")):
        assert [place.text for place in nearest(places, home)] == [f"{n}" for n in range(10)]


def test_the_date_line_and_the_poles_are_no_borders() -> None:
    fiji = Place(-17.0, 179.9, "home")
    across = Place(-17.0, -179.9, "0.2 degrees over the date line")
    assert nearest([Place(-17.0, 170.0, "far"), across], fiji)[0] is across
    pole = Place(89.9, 0.0, "home")
    beyond = Place(89.9, 180.0, "over the pole")
    assert nearest([Place(89.5, 0.0, "far"), beyond], pole)[0] is beyond


def test_far_north_a_degree_east_is_short() -> None:
    tromso = Place(69.65, 18.96, "home")
    east = Place(69.65, 20.9, "75 km east")
    north = Place(70.55, 18.96, "100 km north")
    assert nearest([north, east], tromso) == (east, north)
