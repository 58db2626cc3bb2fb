"""Phones and their passes: both ways of asking always agree."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from functions.aws.google_saves import TableGoogleSaves
from functions.aws.registrations import TableRegistrations
from loyalty.store import happenings, keys
from loyalty.store.items.member import to_member
from loyalty.store.registrations import forget_phones
from loyalty.store.tables import Cancelled, Reason
from passes.apple.registrations import MOST_DEVICES, Device, TooManyDevices
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

TOKEN, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def world() -> World:
    made = World()
    made.put_program()
    return made


@pytest.fixture
def registrations(world: World) -> TableRegistrations:
    return TableRegistrations(world.tables)


def serial(world: World, member: Enrolled | None = None) -> str:
    enrolled = member or world.enrol()
    key = keys.member_key("coffee", enrolled.member_id)
    return to_member(world.tables.items[key]).serial


def test_a_phone_registers_and_is_found_both_ways(
    world: World, registrations: TableRegistrations
) -> None:
    mine, other = serial(world), serial(world)
    assert registrations.register("phone", mine, TOKEN, 100)
    assert registrations.register("phone", other, TOKEN, 101)
    assert registrations.register("watch", mine, OTHER, 102)
    assert set(registrations.serials("phone")) == {mine, other}
    assert registrations.serials("watch") == (mine,)
    assert set(registrations.devices(mine)) == {
        Device("phone", TOKEN, 100),
        Device("watch", OTHER, 102),
    }


def test_registering_again_is_not_new_and_refreshes_the_token(
    world: World, registrations: TableRegistrations
) -> None:
    mine = serial(world)
    assert registrations.register("phone", mine, TOKEN, 100)
    assert not registrations.register("phone", mine, OTHER, 200)
    assert registrations.devices(mine) == (Device("phone", OTHER, 200),)
    assert registrations.serials("phone") == (mine,)


def test_one_pass_is_on_fifty_devices_and_no_more(
    world: World, registrations: TableRegistrations
) -> None:
    mine = serial(world)
    for number in range(MOST_DEVICES):
        assert registrations.register(f"phone-{number}", mine, TOKEN, number)
    with pytest.raises(TooManyDevices):
        registrations.register("one-more", mine, TOKEN, 1000)
    assert registrations.serials("one-more") == ()
    assert len(registrations.devices(mine)) == MOST_DEVICES
    # Those that are there may come again, and one that leaves makes room.
    assert not registrations.register("phone-7", mine, OTHER, 1001)
    registrations.unregister("phone-7", mine)
    assert registrations.register("one-more", mine, TOKEN, 1002)
    assert registrations.register("phone-1", serial(world), TOKEN, 1003)


def test_unregistering_is_idempotent_and_touches_nobody_else(
    world: World, registrations: TableRegistrations
) -> None:
    mine = serial(world)
    registrations.register("phone", mine, TOKEN, 100)
    registrations.register("watch", mine, TOKEN, 100)
    for _ in range(2):
        registrations.unregister("phone", mine)
    assert registrations.serials("phone") == ()
    assert registrations.devices(mine) == (Device("watch", TOKEN, 100),)


def test_a_gone_phone_is_forgotten(world: World, registrations: TableRegistrations) -> None:
    mine = serial(world)
    registrations.register("phone", mine, TOKEN, 100)
    assert registrations.forget("phone", mine, TOKEN, 101)
    assert registrations.devices(mine) == ()
    assert registrations.serials("phone") == ()
    assert not registrations.forget("phone", mine, TOKEN, 101)


@pytest.mark.parametrize(("token", "before"), [(TOKEN, 100), (TOKEN, 99), (OTHER, 1000)])
def test_a_phone_that_came_back_is_not_forgotten(
    world: World, registrations: TableRegistrations, token: str, before: int
) -> None:
    mine = serial(world)
    registrations.register("phone", mine, TOKEN, 100)
    assert not registrations.forget("phone", mine, token, before)
    assert registrations.devices(mine) == (Device("phone", TOKEN, 100),)
    assert registrations.serials("phone") == (mine,)


def test_forgetting_that_meets_a_conflict_does_not_claim_to_have_judged(
    world: World, registrations: TableRegistrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = serial(world)
    registrations.register("phone", mine, TOKEN, 100)

    def conflict(*_: object) -> None:
        raise Cancelled((Reason("conflict"), Reason("none")))

    monkeypatch.setattr(world.tables, "write", conflict)
    with pytest.raises(Cancelled):
        registrations.forget("phone", mine, TOKEN, 101)


def test_a_pass_that_is_none(registrations: TableRegistrations) -> None:
    for act in (
        lambda: registrations.register("phone", "nowhere", TOKEN, 1),
        lambda: registrations.unregister("phone", "nowhere"),
        lambda: registrations.devices("nowhere"),
        lambda: registrations.forget("phone", "nowhere", TOKEN, 1),
    ):
        with pytest.raises(LookupError):
            act()
    assert registrations.serials("phone") == ()


def test_registrations_are_not_mistaken_for_names(
    world: World, registrations: TableRegistrations
) -> None:
    """A device may call itself anything, even what a serial is called."""
    mine, other = serial(world), serial(world)
    registrations.register(mine, other, TOKEN, 1)
    assert registrations.devices(mine) == ()
    assert registrations.serials(mine) == (other,)
    assert world.tables.items[keys.directory_key("serial", mine)]["program"] == "coffee"


def test_a_save_to_google_is_remembered(world: World) -> None:
    saves = TableGoogleSaves(world.tables)
    assert not saves.is_marked("coffee", "ann")
    saves.mark("coffee", "ann", world.now)
    saves.mark("coffee", "ann", world.now)
    assert saves.is_marked("coffee", "ann")
    assert not saves.is_marked("barber", "ann")


def test_the_suite_sees_a_careless_goodbye(
    world: World, registrations: TableRegistrations, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: forgetting without looking."""
    monkeypatch.setattr("loyalty.store.registrations.AllOf", lambda _: None)
    with pytest.raises(AssertionError):
        test_a_phone_that_came_back_is_not_forgotten(world, registrations, OTHER, 1000)


class TestWhatFiguresCount:
    """A card that is put into a wallet, or taken out of it, is one line, whatever comes again."""

    @pytest.fixture
    def ann(self, world: World) -> Enrolled:
        return world.enrol()

    @pytest.fixture
    def ours(self, world: World) -> TableRegistrations:
        return TableRegistrations(world.tables, itertools.count(7).__next__, lambda: world.now)

    @staticmethod
    def lines(world: World, ann: Enrolled) -> list[tuple[str, str, bool]]:
        found = happenings.in_wallets(world.tables, "coffee", ann.member_id, world.now)
        return sorted((one.wallet, one.name, one.taken) for one in found)

    def test_a_phone_that_registers_puts_a_card_in_once(
        self, world: World, ours: TableRegistrations, ann: Enrolled
    ) -> None:
        second = int(world.now.timestamp())
        for token in (TOKEN, TOKEN, OTHER):
            ours.register("phone", serial(world, ann), token, second)
        assert self.lines(world, ann) == [("apple", "7", False)]
        ours.register("watch", serial(world, ann), TOKEN, second)
        assert self.lines(world, ann) == [("apple", "7", False), ("apple", "8", False)]

    def test_one_that_ends_it_takes_the_card_out_once(
        self, world: World, ours: TableRegistrations, ann: Enrolled
    ) -> None:
        second = int(world.now.timestamp())
        ours.register("phone", serial(world, ann), TOKEN, second)
        ours.unregister("phone", serial(world, ann))
        ours.unregister("phone", serial(world, ann))
        ours.unregister("another", serial(world, ann))
        assert self.lines(world, ann) == [("apple", "7", False), ("apple", "7", True)]
        ours.register("phone", serial(world, ann), TOKEN, second)
        assert len(self.lines(world, ann)) == 3, "put in again is another time"

    def test_one_that_is_gone_counts_and_one_that_came_back_does_not(
        self, world: World, ours: TableRegistrations, ann: Enrolled
    ) -> None:
        second = int(world.now.timestamp())
        ours.register("phone", serial(world, ann), TOKEN, second)
        assert not ours.forget("phone", serial(world, ann), TOKEN, second)
        assert self.lines(world, ann) == [("apple", "7", False)]
        assert ours.forget("phone", serial(world, ann), TOKEN, second + 1)
        assert self.lines(world, ann) == [("apple", "7", False), ("apple", "7", True)]

    def test_who_is_forgotten_has_taken_nothing_out(
        self, world: World, ours: TableRegistrations, ann: Enrolled
    ) -> None:
        mine = serial(world, ann)
        ours.register("phone", mine, TOKEN, int(world.now.timestamp()))
        assert forget_phones(world.tables, "coffee", ann.member_id, mine) == 1
        assert self.lines(world, ann) == [("apple", "7", False)]
