"""Tables that seal: nothing personal lies in clear; who has lost their key is unreadable."""

from __future__ import annotations

import base64
from datetime import date
from typing import Any

import pytest

from loyalty.access.tokens import Tokens
from loyalty.core.member import Member
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from loyalty.store import keys, member_records, membership, resealing
from loyalty.store.items.member import member_item
from loyalty.store.member_records import Consent, Record
from loyalty.store.sealing import UNREADABLE, is_sealed
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Key, Put, Reason, Update
from tests.support.memory import MemoryTables
from tests.support.metering import Bill, MeteredTables
from tests.support.sealed import SealedMemory
from tests.support.world import START

TOKENS = Tokens("A", {"A": bytes(range(32))})
ROTATED = Tokens("B", {"A": bytes(range(32)), "B": bytes(range(1, 33))})
ANN = Member(
    program="coffee",
    id="1",
    serial="s",
    card_code="c",
    link_generation=1,
    card_version=1,
    first_name="Kanari",
    contact=Contact("email", "kanari@example.com"),
    birthday=date(1990, 5, 4),
    language="en",
    consent_version="v1",
    marketing_consent_version=None,
    enrolled_at=START,
)
PLACE, RECORD = keys.member_key("coffee", "1"), keys.record_key("coffee", "1")
DATA_KEY = keys.data_key_key(PLACE.pk)
KNOWN = Record(("kanari",), {"nick": "kanari"}, {"marketing/card": Consent(True, "v1", 1)}, 1)
ACT = ("gift", "key", "id")


@pytest.fixture
def tables() -> SealedMemory:
    return SealedMemory(TOKENS.wraps())


def written(tables: Any) -> None:
    tables.write(Put(PLACE, member_item(ANN), Absent()))
    tables.write(
        member_records.change_record("coffee", "1", Record(), KNOWN),
        membership.put_note("coffee", "1", ACT, "kanari sings"),
    )


def as_read(tables: Any) -> tuple[Any, ...]:
    return (
        membership.read_member(tables, "coffee", "1"),
        member_records.read_record(tables, "coffee", "1"),
        membership.read_note(tables, "coffee", "1", ACT),
        membership.read_all_notes(tables, "coffee", "1"),
    )


def test_nothing_personal_lies_in_clear_and_everything_is_read(tables: SealedMemory) -> None:
    written(tables)
    assert "kanari" not in str(tables.items).lower()
    assert "1990" not in str(tables.items)
    assert as_read(tables) == (ANN, KNOWN, "kanari sings", ["kanari sings"])


def test_the_search_above_finds_what_is_not_sealed() -> None:
    """Negative control."""
    memory = MemoryTables()
    written(memory)
    assert "kanari" in str(memory.items).lower()
    assert "1990" in str(memory.items)


def test_what_lies_in_clear_is_read_and_sealed_at_the_next_write(tables: SealedMemory) -> None:
    written(tables.beneath)
    assert as_read(tables) == (ANN, KNOWN, "kanari sings", ["kanari sings"])
    tables.write(membership.change_member(ANN, ANN))
    assert is_sealed(tables.items[PLACE])
    assert as_read(tables) == (ANN, KNOWN, "kanari sings", ["kanari sings"])
    tables.write(member_records.change_record("coffee", "1", KNOWN, KNOWN))
    assert is_sealed(tables.items[RECORD])


def test_no_two_writes_are_sealed_alike_and_all_under_one_key(tables: SealedMemory) -> None:
    written(tables)
    before, data_key = tables.items[PLACE], tables.items[DATA_KEY]
    tables.write(membership.change_member(ANN, ANN))
    assert tables.items[PLACE]["se"] != before["se"]
    assert tables.items[DATA_KEY] == data_key


def test_a_saved_copy_cannot_be_opened_once_the_data_key_is_gone(tables: SealedMemory) -> None:
    written(tables)
    copy = dict(tables.items)
    tables.write(Delete(DATA_KEY))
    for key, item in copy.items():
        if key.table == "state":
            tables.items[key] = item
    for read in (membership.read_member, member_records.read_record):
        with pytest.raises(Refusal) as refused:
            read(tables, "coffee", "1")
        assert (refused.value.kind, refused.value.code) == ("gone", "member_unreadable")
    assert membership.read_note(tables, "coffee", "1", ACT) == UNREADABLE
    remains = membership.read_remains(tables, "coffee", "1")
    assert remains is not None
    assert (remains.first_name, remains.contact, remains.serial) == (UNREADABLE, None, "s")
    assert not remains.is_forgotten
    # Nor is anything sealed anew, under a key that would open half of it.
    for write in (
        membership.put_note("coffee", "1", ACT, "again"),
        member_records.put_record("coffee", "1", KNOWN),
        membership.change_member(ANN, ANN),
    ):
        with pytest.raises(Refusal, match="data key is gone"):
            tables.write(write)
    assert DATA_KEY not in tables.items
    assert tables.items[PLACE] == copy[PLACE]


def test_another_data_key_opens_nothing_of_before(tables: SealedMemory) -> None:
    written(tables)
    copy = tables.items[PLACE]
    tables.write(Delete(DATA_KEY), Delete(PLACE), Delete(RECORD))
    tables.write(Put(PLACE, member_item(ANN), Absent()))
    tables.items[PLACE] = copy
    with pytest.raises(Refusal, match="data key is gone"):
        membership.read_member(tables, "coffee", "1")


def test_what_was_moved_to_another_member_is_unreadable(tables: SealedMemory) -> None:
    written(tables)
    other = keys.member_key("coffee", "2")
    tables.write(Put(other, member_item(ANN), Absent()))
    tables.items[other] = {**tables.items[other], "se": tables.items[PLACE]["se"]}
    with pytest.raises(Refusal, match="data key is gone"):
        membership.read_member(tables, "coffee", "2")


def test_of_two_who_make_a_key_at_once_the_second_seals_under_the_firsts(
    tables: SealedMemory,
) -> None:
    written(tables.beneath)  # in clear: both have to make one
    write: Any = tables.beneath.write
    meanwhile = SealedMemory(TOKENS.wraps(), tables.beneath)
    calls = []

    def raced(*writes: Any) -> None:
        calls.append(len(writes))
        if len(calls) == 1:
            tables.beneath.write = write  # type: ignore[method-assign]
            meanwhile.write(membership.put_note("coffee", "1", ("a", "b", "c"), "first"))
            tables.beneath.write = raced  # type: ignore[method-assign]
        write(*writes)

    tables.beneath.write = raced  # type: ignore[method-assign]
    tables.write(membership.change_member(ANN, ANN))
    assert calls == [2, 1], "with a key of its own, then under the other one's"
    assert membership.read_member(tables, "coffee", "1") == ANN
    assert membership.read_note(tables, "coffee", "1", ("a", "b", "c")) == "first"


def test_reasons_stand_in_the_places_of_what_was_asked(tables: SealedMemory) -> None:
    written(tables)
    wrong = Put(PLACE, member_item(ANN), Equals("cv", 7))
    with pytest.raises(Cancelled) as cancelled:
        tables.write(wrong, Put(Key("state", "x", "y"), {}))
    assert [one.kind for one in cancelled.value.reasons] == ["condition", "none"]
    newcomer = Put(keys.member_key("coffee", "3"), member_item(ANN), Absent())
    taken = Put(PLACE, member_item(ANN), Absent())
    with pytest.raises(Cancelled) as cancelled:
        tables.write(newcomer, taken)
    assert [one.kind for one in cancelled.value.reasons] == ["none", "condition"]
    assert keys.data_key_key(newcomer.key.pk) not in tables.items


@pytest.mark.parametrize("kind", ["conflict", "throttled"])
def test_whoever_meets_others_at_the_key_is_told_of_a_conflict(
    tables: SealedMemory, kind: Any
) -> None:
    def refused(*writes: Any) -> None:
        raise Cancelled((*(Reason("none") for _ in writes[1:]), Reason(kind)))

    tables.beneath.write = refused  # type: ignore[method-assign]
    with pytest.raises(Cancelled) as cancelled:
        written(tables)
    assert [one.kind for one in cancelled.value.reasons] == ["conflict"]


def test_what_is_sealed_as_a_whole_is_not_updated_in_clear(tables: SealedMemory) -> None:
    with pytest.raises(TypeError, match="as a whole"):
        tables.write(Update(PLACE, {"fn": "Anna"}))


def test_whoever_was_forgotten_has_nothing_to_seal(tables: SealedMemory) -> None:
    tables.write(Put(PLACE, member_item(ANN.forgotten())))
    assert "se" not in tables.items[PLACE]
    assert DATA_KEY not in tables.items
    found = membership.read_member(tables, "coffee", "1")
    assert found is not None
    assert found.is_forgotten


def test_a_sale_asks_for_no_master_key_and_loads_no_cryptography() -> None:
    def wraps() -> Any:
        raise AssertionError("nobody is read")

    tables = SealedMemory(TOKENS.wraps())
    tables._wraps = wraps
    account = keys.account_key("coffee", "1")
    tables.write(Put(account, {"r": 1}), Put(keys.entry_key("coffee", "1", 1), {}))
    assert tables.get(account) == {"pk": account.pk, "sk": account.sk, "r": 1}
    assert tables.get_many([account])
    assert tables.calls == 3, "one call beneath for each above"


def test_a_list_of_fifty_reads_one_item_more_for_each() -> None:
    for sealing in (False, True):
        metered = MeteredTables(MemoryTables())
        chosen: Any = SealedMemory(TOKENS.wraps(), metered) if sealing else metered
        names = [f"{number:02d}" for number in range(50)]
        for name in names:
            chosen.write(
                Put(keys.member_key("coffee", name), member_item(ANN), Absent()),
                Put(keys.account_key("coffee", name), {}),
                member_records.change_record("coffee", name, Record(), KNOWN),
            )
        metered.bill = Bill()
        chosen.get_many(
            place
            for name in names
            for place in (
                keys.member_key("coffee", name),
                keys.account_key("coffee", name),
                keys.record_key("coffee", name),
            )
        )
        assert len(metered.bill.calls) == 1
        assert metered.bill.read_units == (200 if sealing else 150)


def test_what_lies_in_clear_is_sealed_by_a_walk_once(tables: SealedMemory) -> None:
    written(tables.beneath)
    gone = ANN.forgotten()
    old = {**member_item(gone), "fn": ""}  # as tombstones were before
    tables.items[keys.member_key("coffee", "2")] = {"pk": "coffee#M#2", "sk": "MEMBER", **old}
    first = resealing.page(tables, None, 100)
    assert (first.items, first.wrapped, first.gone, first.next) == (3, 0, (), None)
    assert "kanari" not in str(tables.items).lower()
    assert keys.data_key_key("coffee#M#2") not in tables.items
    assert as_read(tables) == (ANN, KNOWN, "kanari sings", ["kanari sings"])
    again = resealing.page(tables, None, 100)
    assert (again.items, again.wrapped) == (0, 0)


def test_the_walk_wraps_data_keys_by_the_newest_master_key(tables: SealedMemory) -> None:
    written(tables)
    rotated = SealedMemory(ROTATED.wraps(), tables.beneath)
    assert as_read(rotated)[0] == ANN, "an older master key still opens"
    assert resealing.page(rotated, None, 100).wrapped == 1
    assert tables.items[DATA_KEY]["w"] == "B"
    assert as_read(rotated) == (ANN, KNOWN, "kanari sings", ["kanari sings"])
    assert resealing.page(rotated, None, 100).wrapped == 0


def test_the_walk_names_whose_data_key_is_gone_and_seals_nothing_of_theirs(
    tables: SealedMemory,
) -> None:
    written(tables)
    del tables.items[DATA_KEY]
    note = keys.note_key("coffee", "1", "x", "y", "z")
    tables.items[note] = {"pk": note.pk, "sk": note.sk, "text": "clear", "by": "y"}
    found = resealing.page(tables, None, 100)
    assert (found.items, found.gone) == (0, (("coffee", "1"),))
    assert DATA_KEY not in tables.items


def test_random_is_asked_anew_for_each_nonce_and_key() -> None:
    asked: list[int] = []

    def random(count: int) -> bytes:
        asked.append(count)
        return bytes([len(asked)] * count)

    tables = SealedMemory(TOKENS.wraps())
    tables._random = random
    written(tables)
    assert asked == [32, 12, 12, 12, 12]
    nonces = {base64.b64decode(item["se"])[:12] for item in tables.items.values() if "se" in item}
    assert len(nonces) == 3
