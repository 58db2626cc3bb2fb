"""What an owner does with keys, and that no key makes another that can do more than it."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.key_ring import LIMITS, MOST_KEYS, Asker, KeyRing
from loyalty.access.keys import ApiKey, Credentials
from loyalty.store import audit_log
from tests.support.memory import MemoryTables
from tests.support.refusals import refused
from tests.support.world import START

if TYPE_CHECKING:
    from loyalty.store.audit_log import Changed

COMMAND = Asker("command")
ANNAS = ApiKey("annaskey", "coffee", "staff", name="Anna's phone")
HOUR = timedelta(hours=1)


class Ring:
    """Keys in memory, and the door that they open."""

    def __init__(self) -> None:
        self.tables = MemoryTables()
        numbers = itertools.count()
        self.use = KeyRing(self.tables, "live", lambda: f"{next(numbers):040d}")
        self.door = Credentials(self.tables, "live")

    def make(self, key: ApiKey = ANNAS, asker: Asker = COMMAND) -> str:
        return self.use.make(key, asker, START)

    def owner(self, **bounds: Any) -> Asker:
        """Return an owner who asks with a key of these bounds."""
        key = ApiKey("ownerkey1", "coffee", "owner", **bounds)
        return Asker(f"key:{key.id}", key)

    def changes(self, program: str = "coffee") -> list[Changed]:
        """Return the lines of what was changed, the oldest first."""
        page = audit_log.page(self.tables, program, (1, 2**52), "", 100)
        return [*reversed(page.changes)]


@pytest.fixture
def ring() -> Ring:
    return Ring()


def test_a_key_is_made_shown_once_and_listed(ring: Ring) -> None:
    key = replace(
        ANNAS,
        sources=("till",),
        expires_at=START + HOUR,
        location="main-street",
        limits={"per_shift": 300},
    )
    text = ring.make(key)
    assert ring.door.key(text, START) == key
    (listed,) = ring.use.listed("coffee")
    assert listed == ring.use.find("coffee", "annaskey")
    assert (listed.key, listed.last4) == (key, text[-13:-9])
    assert text.split("_")[3] not in repr(ring.tables.items)
    assert ring.use.listed("barber") == []
    with refused("key_not_found"):
        ring.use.find("barber", "annaskey")


@pytest.mark.parametrize("program", ["coffee", "barber"])
def test_an_id_names_one_key_for_good(ring: Ring, program: str) -> None:
    """It is the actor of entries: another key, of another program too, must not be taken for it."""
    text = ring.make()
    ring.use.revoke("coffee", "annaskey", COMMAND, START)
    with refused("key_exists"):
        ring.make(replace(ANNAS, program=program))
    assert ring.door.key(text, START) is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"id": "short"}, "bad_key_id"),
        ({"id": "ANNASKEY"}, "bad_key_id"),
        ({"expires_at": START}, "key_ends_before_it_begins"),
        ({"limits": {"per_year": 5}}, "unknown_limit"),
        ({"person": "a" * 26}, "person_not_found"),
    ],
)
def test_what_cannot_be_a_key_makes_none(ring: Ring, changes: Any, code: str) -> None:
    with refused(code):
        ring.make(replace(ANNAS, **changes))
    assert ring.tables.items == {}


def test_there_are_not_endlessly_many_keys(ring: Ring) -> None:
    for number in range(MOST_KEYS):
        ring.make(replace(ANNAS, id=f"key{number:06d}"))
    with refused("too_many_keys"):
        ring.make()
    ring.use.revoke("coffee", "key000000", COMMAND, START)
    ring.make()


def test_a_revoked_key_opens_nothing_from_then_on(ring: Ring) -> None:
    text = ring.make()
    for key, program in (("nobodykey", "coffee"), (ANNAS.id, "barber")):
        with refused("key_not_found"):
            ring.use.revoke(program, key, COMMAND, START)
    assert ring.door.key(text, START) is not None
    ring.use.revoke("coffee", ANNAS.id, COMMAND, START)
    assert ring.door.key(text, START) is None
    ring.use.revoke("coffee", ANNAS.id, COMMAND, START + HOUR)
    assert [one.what for one in ring.changes()] == ["key.made", "key.revoked"]
    # Nothing brings it back.
    with refused("key_ended"):
        ring.use.change("coffee", ANNAS.id, {"expires_at": START + HOUR}, COMMAND, START)
    with refused("key_ended"):
        ring.use.rotate("coffee", ANNAS.id, HOUR, COMMAND, START)


def test_another_secret_takes_over_with_or_without_a_gap(ring: Ring) -> None:
    first = ring.make()
    second = ring.use.rotate("coffee", ANNAS.id, HOUR, COMMAND, START)
    last = START + HOUR - timedelta(microseconds=1)
    assert ring.door.key(first, last) == ring.door.key(second, last) == ANNAS
    assert ring.door.key(first, START + HOUR) is None
    assert ring.door.key(second, START + HOUR) == ANNAS
    third = ring.use.rotate("coffee", ANNAS.id, timedelta(0), COMMAND, START)
    assert [ring.door.key(one, START) for one in (first, second)] == [None, None]
    assert ring.door.key(third, START) == ANNAS
    # A revoked key takes the old secret along.
    fourth = ring.use.rotate("coffee", ANNAS.id, HOUR, COMMAND, START)
    ring.use.revoke("coffee", ANNAS.id, COMMAND, START)
    assert [ring.door.key(one, START) for one in (third, fourth)] == [None, None]


def test_an_overlap_ends_after_a_day_at_the_latest(ring: Ring) -> None:
    first = ring.make()
    ring.use.rotate("coffee", ANNAS.id, timedelta(days=365), COMMAND, START)
    assert ring.door.key(first, START + timedelta(days=1)) is None


def test_a_change_counts_from_the_next_request_on(ring: Ring) -> None:
    text = ring.make()
    changes: dict[str, Any] = {
        "sources": ("till",),
        "limits": {"at_once": 5},
        "location": "harbour",
    }
    ring.use.change("coffee", ANNAS.id, changes, COMMAND, START)
    assert ring.door.key(text, START) == replace(ANNAS, **changes)


WIDER = [
    ({"sources": ("till",)}, {}),
    ({"sources": ("till",)}, {"sources": ("till", "square")}),
    ({"sources": ("till",)}, {"sources": ("square",)}),
    ({"expires_at": START + HOUR}, {}),
    ({"expires_at": START + HOUR}, {"expires_at": START + 2 * HOUR}),
]


@pytest.mark.parametrize(("bounds", "wanted"), WIDER)
@pytest.mark.parametrize("scope", ["till", "staff", "owner"])
def test_no_key_makes_or_touches_one_that_can_do_more(
    ring: Ring, bounds: Any, wanted: Any, scope: Any
) -> None:
    asker = ring.owner(**bounds)
    wide = replace(ANNAS, scope=scope, **wanted)
    narrow = replace(wide, id="narrowkey", **bounds)
    with refused("beyond_your_rights"):
        ring.make(wide, asker)
    texts = ring.make(wide), ring.make(narrow, asker)
    before = dict(ring.tables.items)
    widened = {name: wanted.get(name, () if name == "sources" else None) for name in bounds}
    for refuse in (
        lambda: ring.use.rotate("coffee", wide.id, HOUR, asker, START),
        lambda: ring.use.revoke("coffee", wide.id, asker, START),
        lambda: ring.use.change("coffee", wide.id, {"name": "x"}, asker, START),
        lambda: ring.use.change("coffee", narrow.id, widened, asker, START),
    ):
        with refused("beyond_your_rights"):
            refuse()
    assert ring.tables.items == before
    assert [ring.door.key(text, START) for text in texts] == [wide, narrow]


def test_a_key_does_not_raise_its_own_bounds(ring: Ring) -> None:
    own = ApiKey("ownerkey1", "coffee", "owner", ("till",), START + HOUR)
    ring.make(own)
    asker = Asker("key:ownerkey1", own)
    for changes in ({"sources": ()}, {"expires_at": None}, {"expires_at": START + 2 * HOUR}):
        with refused("beyond_your_rights"):
            ring.use.change("coffee", own.id, changes, asker, START)
    ring.use.rotate("coffee", own.id, HOUR, asker, START)
    ring.use.revoke("coffee", own.id, asker, START)


def test_every_change_leaves_a_line_without_what_people_are_called(ring: Ring) -> None:
    texts = [ring.make()]
    ring.use.change("coffee", ANNAS.id, {"name": "Boris", "location": "x"}, ring.owner(), START)
    texts.append(ring.use.rotate("coffee", ANNAS.id, HOUR, ring.owner(), START))
    ring.use.revoke("coffee", ANNAS.id, ring.owner(), START)
    lines = ring.changes()
    assert [(one.by, one.what, one.which) for one in lines] == [
        ("key:ownerkey1", "key.changed", ANNAS.id),
        ("command", "key.made", ANNAS.id),
        ("key:ownerkey1", "key.revoked", ANNAS.id),
        ("key:ownerkey1", "key.rotated", ANNAS.id),
    ]  # of one instant, in the order of what they are
    told = {one.what: one for one in lines}
    assert told["key.made"].before == {}
    assert told["key.changed"].before["location"] == ""
    assert told["key.changed"].after["location"] == "x"
    written = json.dumps([[one.before, one.after] for one in lines])
    for word in ("Anna", "Boris", *(text.split("_")[3] for text in texts)):
        assert word not in written
    staff = {"at_once", "per_shift", "per_month", "acts_per_hour"}
    pace = {"sales_per_minute", "spending_per_minute", "spending_per_hour", "others_per_minute"}
    assert set(LIMITS) == staff | pace


def test_who_changes_at_the_same_time_is_told(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.make()
    read, lost = ring.tables.get, list[Any]()

    def raced(key: Any) -> Any:
        found = read(key)
        if not lost:
            lost.append(key)
            ring.use.change("coffee", ANNAS.id, {"name": "first"}, COMMAND, START)
        return found

    monkeypatch.setattr(ring.tables, "get", raced)
    with refused("key_changed"):
        ring.use.rotate("coffee", ANNAS.id, HOUR, COMMAND, START)
    assert len(ring.changes()) == 2
