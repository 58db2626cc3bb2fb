"""Locations on cards, homes of members: what a wallet is told, what is kept, what is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loyalty.card.drawing import card
from loyalty.card.reader import CardReader
from loyalty.card.view import Place
from loyalty.core.member import Application
from loyalty.ledger.act import Act
from loyalty.members.enrolment import AlreadyEnrolled
from loyalty.program.document import read
from loyalty.store import keys
from loyalty.store.items.member import to_member
from passes.apple.pass_json import LONGEST_NAME
from tests.loyalty.program.documents import COFFEE
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.card.view import Card
    from loyalty.core.member import Member
    from loyalty.members.enrolment import Enrolled

MAIN = {
    "id": "main-street",
    "name": {"en": "Main Street", "ru": "Главная улица"},
    "latitude": 40.75,
    "longitude": -74,
}
AIRPORT = {
    "id": "airport",
    "name": {"en": "Airport", "ru": "Аэропорт"},
    "latitude": 41.98,
    "longitude": -87.9,
    "text": {"en": "A coffee before boarding?", "ru": "Кофе перед вылетом?"},
}


@pytest.fixture
def changes() -> dict[str, Any]:
    return {"locations": [MAIN, AIRPORT]}


def drawn(world: World, member: Enrolled, language: str | None = None) -> Card:
    found = CardReader(world.tables, world.programs).by_member(
        "coffee", member.member_id, world.now, language
    )
    assert found is not None
    return found


def stored(world: World, member: Enrolled) -> Member:
    return to_member(world.tables.get(keys.member_key("coffee", member.member_id)))


def version(world: World, member: Enrolled) -> int:
    serial = stored(world, member).serial
    return CardReader(world.tables, world.programs).versions([serial])[serial]


def test_a_card_tells_the_programs_places_in_its_language(world: World) -> None:
    member = world.enrol()
    assert drawn(world, member).places == (
        Place(40.75, -74.0, "You are near Main Street"),
        Place(41.98, -87.9, "A coffee before boarding?"),
    )
    assert [place.text for place in drawn(world, member, "ru").places] == [
        "Вы рядом: Главная улица",
        "Кофе перед вылетом?",
    ]


def test_home_is_where_the_member_joined(world: World) -> None:
    member = world.enrol(location="airport")
    assert stored(world, member).home == "airport"
    assert drawn(world, member).home == drawn(world, member).places[1]
    nowhere = world.enrol()
    assert stored(world, nowhere).home is None
    assert drawn(world, nowhere).home is None


def test_a_location_that_the_program_has_not_is_no_home_and_no_obstacle(world: World) -> None:
    assert stored(world, world.enrol(location="closed-down")).home is None


def test_a_location_that_goes_leaves_members_without_a_home(world: World) -> None:
    member = world.enrol(location="airport")
    world.put_program(locations=[MAIN])
    assert drawn(world, member).home is None
    assert len(drawn(world, member).places) == 1


def test_a_program_without_locations_has_cards_without_places(world: World) -> None:
    world.put_program(locations=[])
    assert drawn(world, world.enrol(location="airport")).places == ()


def test_every_phone_is_told_when_locations_change(world: World) -> None:
    member = world.enrol(location="airport")
    before = version(world, member)
    assert version(world, member) == drawn(world, member).version
    world.put_program(locations=[MAIN, AIRPORT])
    assert version(world, member) == before
    world.put_program(locations=[MAIN, AIRPORT | {"latitude": 42}])
    assert version(world, member) == drawn(world, member).version > before
    assert drawn(world, member).home == Place(42.0, -87.9, "A coffee before boarding?")


def test_who_is_forgotten_has_no_home_and_is_offered_no_card(world: World) -> None:
    member = world.enrol(location="airport")
    before = version(world, member)
    world.erasure.erase(Act("coffee", "k", "1", "asked to"), member.member_id, world.now)
    assert stored(world, member).home is None
    assert (drawn(world, member).places, drawn(world, member).home) == ((), None)
    assert version(world, member) > before


@pytest.mark.parametrize("home", [None, "main-street"])
def test_who_stays_after_a_merge_keeps_their_home(world: World, home: str | None) -> None:
    old, new = world.enrol(location="airport"), world.enrol(location=home)
    world.staff.merge(Act("coffee", "k", "1", "twice"), old.member_id, new.member_id, world.now)
    assert stored(world, old).home is None
    assert stored(world, new).home == home


def test_where_somebody_joined_is_nothing_for_the_ledger(world: World) -> None:
    member = world.enrol(location="airport")
    world.sell(member=member)
    world.erasure.erase(Act("coffee", "k", "1", "asked to"), member.member_id, world.now)
    kept = {key: item for key, item in world.tables.items.items() if "airport" in str(item)}
    # What still names it is the program, in both its places.
    assert {key.sk.partition("#")[0] for key in kept} == {"PROGRAM"}


def test_coming_again_does_not_move_a_home(world: World) -> None:
    member = world.enrol(location="airport")
    contact = stored(world, member).contact
    assert contact is not None
    again = Application("Ann", contact, None, "en", "2026-11", None, location="main-street")
    assert isinstance(world.enrolment.enrol("coffee", again, world.now), AlreadyEnrolled)
    assert stored(world, member).home == "airport"


SHORT = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=100)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(name=SHORT, text=st.none() | SHORT)
def test_what_a_document_may_say_of_a_place_a_pass_can_show(name: str, text: str | None) -> None:
    spoken = {"text": {"en": text, "ru": text}} if text else {}
    shop: dict[str, Any] = MAIN | {"name": {"en": name, "ru": name}} | spoken
    program = read({**COFFEE, "locations": [shop]})
    world = World()
    world.programs.put(program)
    member = stored(world, world.enrol())
    account = world.account(world.enrol())
    for language in ("en", "ru"):
        (place,) = card(program, member, account, world.now, language).places
        assert 1 <= len(place.text) <= LONGEST_NAME
