"""Who works for a program: roles, their one key, one person in several programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.key_ring import Asker, KeyRing
from loyalty.access.keys import ApiKey, Credentials
from loyalty.access.people import MOST_PEOPLE, People
from loyalty.core.instants import microseconds
from loyalty.store import audit_log, people
from tests.support.memory import MemoryTables
from tests.support.refusals import refused
from tests.support.world import START

if TYPE_CHECKING:
    from loyalty.store.people import Person, Role

COMMAND = Asker("command")


class Staff:
    """People and keys in memory."""

    def __init__(self) -> None:
        self.tables = MemoryTables()
        self.use = People(self.tables)
        self.ring = KeyRing(self.tables, "live", lambda: "s" * 40)
        self.door = Credentials(self.tables, "live")

    def add(self, name: str = "Anna", role: Role = "staff", **more: Any) -> Person:
        given = {"program": "coffee", "known": "", "act": (name.lower() * 26)[:26], **more}
        return self.use.add(name=name, role=role, asker=COMMAND, now=START, **given).person

    def key(self, person: Person, scope: Any = None, key: str = "annaskey") -> str:
        made = ApiKey(key, person.program, scope or person.role, person=person.id)
        return self.ring.make(made, COMMAND, START)

    def scope(self, text: str) -> str | None:
        found = self.door.key(text, START)
        return found.scope if found else None


@pytest.fixture
def staff() -> Staff:
    return Staff()


def test_somebody_is_taken_in_once(staff: Staff) -> None:
    anna = staff.add()
    again = staff.use.add(
        "coffee", "Anna", "staff", "", "annaannaannaannaannaannaan", COMMAND, START
    )
    assert (again.person, again.replayed) == (anna, True)
    with refused("id_reused"):
        staff.add(role="owner")
    assert staff.use.listed("coffee") == [anna]
    with refused("no_such_person"):
        staff.use.find("barber", anna.id)


def test_a_person_has_one_key_with_their_role(staff: Staff) -> None:
    anna = staff.add()
    for scope in ("owner", "manager", "till"):
        with refused("not_their_role"):
            staff.key(anna, scope)
    text = staff.key(anna)
    assert staff.scope(text) == "staff"
    with refused("person_has_key"):
        staff.key(anna, key="annaskey2")
    staff.ring.revoke("coffee", "annaskey", COMMAND, START)
    assert staff.scope(staff.key(anna, key="annaskey2")) == "staff"
    assert staff.use.find("coffee", anna.id).key == "annaskey2"


def test_another_role_is_the_keys_from_the_next_request_on(staff: Staff) -> None:
    text = staff.key(anna := staff.add())
    for role in ("manager", "accountant", "owner"):
        staff.use.change("coffee", anna.id, COMMAND, START, role=role)
        assert staff.scope(text) == role


def test_whoever_goes_opens_nothing_any_more(staff: Staff) -> None:
    text = staff.key(anna := staff.add())
    staff.use.remove("coffee", anna.id, COMMAND, START)
    assert staff.scope(text) is None
    assert staff.use.listed("coffee") == []
    with refused("no_such_person"):
        staff.use.remove("coffee", anna.id, COMMAND, START)


def test_the_last_owner_stays_one(staff: Staff) -> None:
    olga = staff.add("Olga", "owner")
    with refused("last_owner"):
        staff.use.remove("coffee", olga.id, COMMAND, START)
    with refused("last_owner"):
        staff.use.change("coffee", olga.id, COMMAND, START, role="manager")
    staff.add("Petr", "owner")
    staff.use.remove("coffee", olga.id, COMMAND, START)


def test_one_person_works_for_several_programs_which_know_nothing_of_each_other(
    staff: Staff,
) -> None:
    anna = staff.add()
    there = staff.add("Anya", "manager", program="barber", known=anna.id)
    assert (there.id, there.name) == (anna.id, "Anya")
    assert staff.use.find("coffee", anna.id) == anna
    assert people.read_programs(staff.tables, anna.id) == (
        {"coffee": "staff", "barber": "manager"},
        2,
    )
    with refused("works_here_already"):
        staff.add(known=anna.id)
    with refused("unknown_person"):
        staff.add("Eve", known="e" * 26)
    staff.use.remove("coffee", anna.id, COMMAND, START)
    assert people.read_programs(staff.tables, anna.id) == ({"barber": "manager"}, 3)


@pytest.mark.parametrize(
    "bounds", [{"sources": ("till",)}, {"expires_at": START + timedelta(hours=1)}]
)
def test_a_bounded_key_says_nothing_about_people(staff: Staff, bounds: Any) -> None:
    anna = staff.add()
    asker = Asker("key:ownerkey1", ApiKey("ownerkey1", "coffee", "owner", **bounds))
    before = dict(staff.tables.items)
    with refused("beyond_your_rights"):
        staff.use.add("coffee", "Eve", "owner", "", "e" * 26, asker, START)
    with refused("beyond_your_rights"):
        staff.use.change("coffee", anna.id, asker, START, role="owner")
    with refused("beyond_your_rights"):
        staff.use.remove("coffee", anna.id, asker, START)
    assert staff.tables.items == before


def test_there_are_not_endlessly_many(staff: Staff) -> None:
    for number in range(MOST_PEOPLE):
        staff.add(act=f"{number:026d}")
    with refused("too_many_people"):
        staff.add("Eve")


def test_lines_say_what_but_not_how_people_are_called(staff: Staff) -> None:
    anna = staff.add()
    staff.use.change("coffee", anna.id, COMMAND, START, name="Anna Petrovna", role="manager")
    staff.use.remove("coffee", anna.id, COMMAND, START)
    page = audit_log.page(staff.tables, "coffee", (1, 2**52), "", 100)
    assert {one.what: (one.before, one.after) for one in page.changes} == {
        "person.added": ({}, {"role": "staff", "key": ""}),
        "person.changed": ({"role": "staff", "key": ""}, {"role": "manager", "key": ""}),
        "person.removed": ({"role": "manager", "key": ""}, {}),
    }


def test_pages_of_changes_go_on_where_they_ended_within_their_dates(staff: Staff) -> None:
    for number in range(7):
        at = START + timedelta(minutes=number)
        staff.use.add("coffee", "Anna", "staff", "", f"{number:026d}", COMMAND, at)
    first, last = (microseconds(START + timedelta(minutes=number)) for number in (1, 5))
    seen, cursor = [], ""
    while True:
        page = audit_log.page(staff.tables, "coffee", (first, last), cursor, 2)
        seen += [int(one.which) for one in page.changes]
        if page.next is None:
            break
        cursor = page.next
    assert seen == [5, 4, 3, 2, 1]
    assert audit_log.page(staff.tables, "coffee", (last, first), "", 2).changes == ()
    assert audit_log.page(staff.tables, "barber", (first, last), "", 2).changes == ()
    with refused("invalid_cursor"):
        audit_log.page(staff.tables, "coffee", (first, last), "xx", 2)
