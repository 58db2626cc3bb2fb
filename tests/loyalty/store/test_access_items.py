"""Who may do what after tables of the past were taken into use: as it was last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.access.founding import Founding
from loyalty.access.key_ring import Asker, KeyRing
from loyalty.access.keys import ApiKey, Credentials
from loyalty.access.people import People
from loyalty.access.sessions import Sessions
from loyalty.core.instants import microseconds
from loyalty.store import receivers, sessions
from loyalty.store.access_items import as_it_was
from loyalty.store.people import is_founder
from loyalty.store.receivers import Receiver
from loyalty.store.sessions import Passkey
from tests.support.memory import MemoryTables
from tests.support.world import START

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.store.people import Person, Role

COMMAND = Asker("command")
LATER = START + timedelta(minutes=1)


class Desk:
    """People, keys and sessions over tables in memory."""

    def __init__(self, tables: MemoryTables) -> None:
        self.tables = tables
        self.people = People(tables)
        self.ring = KeyRing(tables, "live", lambda: "s" * 40)
        self.door = Credentials(tables, "live")
        names, secrets = _numbered("i", 26), _numbered("s", 43)
        self.sessions = Sessions(tables, lambda: next(names), lambda: next(secrets))

    def add(self, name: str, role: Role) -> Person:
        act = (name.lower() * 26)[:26]
        return self.people.add("coffee", name, role, "", act, COMMAND, START).person

    def key(self, key: str) -> str:
        return self.ring.make(ApiKey(key, "coffee", "till"), COMMAND, START)

    def receiver(self, name: str, url: str = "https://crm.example") -> None:
        made = Receiver("coffee", name, url, (), "active", START, microseconds(START))
        assert receivers.put_receiver(self.tables, made)

    def enter(self, person: Person) -> str:
        link = self.sessions.link("coffee", person.id, COMMAND, START)
        return self.sessions.enter(link, "a browser", START)[1]

    def backup(self) -> Desk:
        copied = MemoryTables()
        copied.items.update({key: dict(item) for key, item in self.tables.items.items()})
        return Desk(copied)


def _numbered(letter: str, length: int) -> Iterator[str]:
    for number in range(26):
        yield chr(ord("a") + number) * length if letter == "i" else f"{number:02}" * 21 + letter


@pytest.fixture
def desk() -> Desk:
    return Desk(MemoryTables())


def test_what_was_ended_since_is_not_good_again_and_what_was_made_since_goes_on(
    desk: Desk,
) -> None:
    ann, ben, col = desk.add("Ann", "owner"), desk.add("Ben", "manager"), desk.add("Col", "staff")
    leaked, kept = desk.key("leaked01"), desk.key("kept0001")
    desk.receiver("gone")
    desk.receiver("moved")
    bens, anns = desk.enter(ben), desk.enter(ann)
    whose = sessions.Whose("coffee", ben.id, ben.since)
    assert sessions.put_passkey(
        desk.tables, Passkey("ab" * 32, whose, "phone", "c", 0, START, None)
    )
    past = desk.backup()

    desk.ring.revoke("coffee", "leaked01", COMMAND, LATER)
    desk.people.remove("coffee", ben.id, COMMAND, LATER)
    sessions.remove_passkey(desk.tables, Passkey("ab" * 32, whose, "phone", "c", 0, START, None))
    desk.people.change("coffee", col.id, COMMAND, LATER, role="accountant")
    receivers.remove_receiver(desk.tables, "coffee", "gone")
    made = desk.key("made0001")
    dan = desk.add("Dan", "staff")
    assert past.door.key(leaked, LATER) is not None

    changed = as_it_was(past.tables, desk.tables, "coffee")
    assert changed is not None
    assert changed == {"keys": 2, "people": 3, "passkeys": 1, "receivers": 1}
    assert past.door.key(leaked, LATER) is None
    assert past.door.key(kept, LATER) is not None
    assert past.door.key(made, LATER) is not None
    assert past.sessions.acting(bens, LATER) is None
    assert past.sessions.acting(anns, LATER) is not None
    assert {one.id: one.role for one in past.people.listed("coffee")} == {
        ann.id: "owner",
        col.id: "accountant",
        dan.id: "staff",
    }
    assert [one.id for one in receivers.read_receivers(past.tables, "coffee")] == ["moved"]
    assert sessions.read_passkey(past.tables, "ab" * 32) is None
    assert not as_it_was(past.tables, desk.tables, "coffee")


def test_a_table_that_knows_of_nobody_locks_nobody_out(desk: Desk) -> None:
    desk.add("Ann", "owner")
    before = dict(desk.tables.items)
    assert as_it_was(desk.tables, MemoryTables(), "coffee") is None
    assert desk.tables.items == before


def test_who_may_make_programs_no_more_does_not_get_that_back(desk: Desk) -> None:
    ann = desk.add("Ann", "owner")
    founding = Founding(desk.tables, None)  # type: ignore[arg-type]
    founding.allow(ann.id, START, allowed=True)
    past = desk.backup()
    founding.allow(ann.id, LATER, allowed=False)
    as_it_was(past.tables, desk.tables, "coffee")
    assert not is_founder(past.tables, ann.id)


def test_signed_out_everywhere_is_out_by_session_link_and_passkey(desk: Desk) -> None:
    ann = desk.add("Ann", "owner")
    cookie = desk.enter(ann)
    link = desk.sessions.link("coffee", ann.id, COMMAND, START)
    whose = sessions.Whose("coffee", ann.id, ann.since)
    assert desk.sessions.person(whose) is not None
    desk.people.sign_out("coffee", ann.id, COMMAND, LATER)
    assert desk.sessions.acting(cookie, LATER) is None
    assert desk.sessions.person(whose) is None  # whose passkey it is
    with pytest.raises(Exception, match="Ask for a new link"):
        desk.sessions.enter(link, "a browser", LATER)
    new = desk.sessions.link("coffee", ann.id, COMMAND, LATER)
    assert desk.sessions.enter(new, "a browser", LATER)[0].person == ann.id
    assert [one.since for one in desk.people.listed("coffee")] == [LATER]
