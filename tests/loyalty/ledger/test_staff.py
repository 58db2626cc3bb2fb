"""Acts of staff and owners: each once per key, within the key's limits, with its reason kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.tokens import digest
from loyalty.core.decide.spending import Price
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.messages import Contact
from loyalty.refusals import Busy
from loyalty.store import keys
from loyalty.store.items.fact import fact_entries
from loyalty.store.items.member import member_item, to_member
from loyalty.store.tables import Cancelled, Put, Reason
from tests.support import soundness
from tests.support.refusals import refused
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.core.account import Entry
    from loyalty.members.enrolment import Enrolled

STAFF = {"at_once": 50, "per_shift": 80, "per_month": 100}


@pytest.fixture
def world() -> World:
    world = World()
    world.put_program(staff=STAFF, pots=[{"id": "points"}, {"id": "stars"}])
    return world


@pytest.fixture
def ann(world: World) -> Enrolled:
    return world.enrol(Contact("email", "ann@example.com"))


@pytest.fixture
def ben(world: World) -> Enrolled:
    return world.enrol(Contact("email", "ben@example.com"))


def act(name: str, key: str = "anna", reason: str = "late") -> Act:
    return Act("coffee", key, name, reason)


def last(world: World, member: Enrolled) -> Entry:
    return world.entries(member)[-1]


def fact(world: World, kind: str, name: str, key: str = "anna") -> dict[str, Any]:
    found: dict[str, Any] = world.tables.items[keys.fact_key("coffee", kind, key, name)]
    return found


def note(world: World, member: Enrolled, kind: str, name: str, key: str = "anna") -> Any:
    place = keys.note_key("coffee", member.member_id, kind, key, name)
    return {
        name: value for name, value in world.tables.items[place].items() if name not in {"pk", "sk"}
    }


def given(world: World, key: str, length: str, number: int) -> int:
    return int(world.tables.items[keys.given_key("coffee", key, length, number)]["n"])


def test_a_gift_is_one_entry_with_its_fact_and_its_reason(world: World, ann: Enrolled) -> None:
    answer = world.staff.give(act("1"), ann.member_id, "stars", 7, world.now)
    assert answer.body == {"outcome": "given", "points": 7, "balance": 7}
    assert not answer.replayed
    entry = last(world, ann)
    assert (entry.kind, entry.fact, entry.actor) == ("gift", "gift#anna#1", "key:anna")
    assert fact_entries(fact(world, "gift", "1")) == ((ann.member_id, entry.seq),)
    assert note(world, ann, "gift", "1") == {"text": "late", "by": "anna"}
    assert world.account(ann).pot("points").available == 0


def test_an_adjustment_is_one_entry_with_its_fact_and_its_reason(
    world: World, ann: Enrolled
) -> None:
    world.staff.adjust(act("1"), ann.member_id, "points", 9, world.now)
    answer = world.staff.adjust(act("2", reason="typo"), ann.member_id, "points", -4, world.now)
    assert answer.body == {"outcome": "adjusted", "balance": 5}
    entry = last(world, ann)
    assert (entry.kind, entry.fact, entry.actor) == ("adjust", "adjust#anna#2", "key:anna")
    assert fact_entries(fact(world, "adjust", "2")) == ((ann.member_id, 2),)
    assert note(world, ann, "adjust", "2") == {"text": "typo", "by": "anna"}
    # What is taken is counted against the key like what is given.
    assert given(world, "anna", "day", world.now.toordinal()) == 13
    assert soundness.faults(world) == []


@pytest.mark.parametrize("kind", ["give", "adjust"])
def test_a_repeat_is_answered_as_before_and_counts_nothing(
    world: World, ann: Enrolled, kind: str
) -> None:
    deed = getattr(world.staff, kind)
    first = deed(act("1"), ann.member_id, "points", 50, world.now)
    again = deed(act("1"), ann.member_id, "points", 50, world.now + timedelta(days=9))
    assert again == replace(first, replayed=True)
    assert given(world, "anna", "day", world.now.toordinal()) == 50
    for other in ((ann.member_id, "points", 49), (ann.member_id, "stars", 50), ("x", "points", 50)):
        with refused("id_reused"):
            deed(act("1"), *other, world.now)
    assert len(world.entries(ann)) == 1


def test_one_name_with_another_key_or_deed_is_another_act(world: World, ann: Enrolled) -> None:
    world.staff.give(act("1"), ann.member_id, "points", 5, world.now)
    world.staff.give(act("1", "otto"), ann.member_id, "points", 5, world.now)
    world.staff.adjust(act("1"), ann.member_id, "points", 5, world.now)
    assert world.balance(ann) == 15


def test_nobody_gives_what_there_is_not(world: World, ann: Enrolled) -> None:
    with refused("unknown_pot", match="moons"):
        world.staff.give(act("1"), ann.member_id, "moons", 5, world.now)
    with refused("member_not_found", match="nobody"):
        world.staff.give(act("1"), "nobody", "points", 5, world.now)
    # Neither was an act, so the name is free.
    assert world.staff.give(act("1"), ann.member_id, "points", 5, world.now).body["points"] == 5


def test_limits_of_a_key_at_once_in_a_shift_and_in_a_month(world: World, ann: Enrolled) -> None:
    def give(name: str, points: int, key: str = "anna") -> None:
        world.staff.give(act(name, key), ann.member_id, "points", points, world.now)

    world.now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    give("1", 50)
    with refused("limit_reached") as reached:
        give("2", 51)
    assert reached.value.detail == "The limit at_once of this program is 50."
    assert str(reached.value) == "The limit at_once of this program is 50."
    give("3", 30)
    with refused("limit_reached") as reached:
        give("4", 1)
    assert reached.value.detail == "The limit per_shift of this program is 80."
    give("4", 50, "otto")
    # A shift is a day of the shop's: in New York it is still the 4th.
    world.now = datetime(2026, 5, 5, 3, 59, tzinfo=UTC)
    with refused("limit_reached"):
        give("5", 1)
    world.now = datetime(2026, 5, 5, 4, 0, tzinfo=UTC)
    give("5", 20)
    with refused("limit_reached") as reached:
        give("6", 1)
    assert reached.value.detail == "The limit per_month of this program is 100."
    world.now = datetime(2026, 6, 1, 3, 59, tzinfo=UTC)
    with refused("limit_reached"):
        give("6", 1)
    world.now = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
    give("6", 1)
    assert given(world, "anna", "month", 2026 * 12 + 4) == 100
    assert given(world, "anna", "month", 2026 * 12 + 5) == 1
    assert world.balance(ann) == 50 + 30 + 50 + 20 + 1


def test_two_at_once_do_not_give_more_than_the_limit(
    world: World, ann: Enrolled, ben: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another act of the key, between looking at what it gave and giving."""
    for first, second in ((0, 0), (10, 10)):
        key = f"key{first}"
        if first:
            world.staff.give(act("0", key), ann.member_id, "points", first, world.now)
        right, raced = world.tables.write, list[int]()

        def race(
            *writes: Any, key: str = key, right: Any = right, raced: list[int] = raced
        ) -> None:
            if not raced:
                raced.append(1)
                world.staff.give(act("b", key), ben.member_id, "points", 50, world.now)
            right(*writes)

        monkeypatch.setattr(world.tables, "write", race)
        with refused("limit_reached"):
            world.staff.give(act("a", key), ann.member_id, "points", 40, world.now)
        monkeypatch.undo()
        assert given(world, key, "day", world.now.toordinal()) == 50 + second


def test_who_is_refused_is_told_so_and_counted_for_nothing(world: World, ann: Enrolled) -> None:
    answer = world.staff.adjust(act("1"), ann.member_id, "points", -5, world.now)
    assert answer.body["reason"] == "insufficient_balance"
    assert keys.given_key("coffee", "anna", "day", world.now.toordinal()) not in world.tables.items
    assert world.entries(ann) == ()
    # For good: the act has been answered.
    world.staff.give(act("2"), ann.member_id, "points", 50, world.now)
    again = world.staff.adjust(act("1"), ann.member_id, "points", -5, world.now)
    assert again == replace(answer, replayed=True)


def test_a_transfer_is_one_fact_with_two_entries(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.staff.give(act("g"), ann.member_id, "points", 50, world.now)
    who = ann.member_id, ben.member_id
    answer = world.staff.transfer(act("t"), *who, "points", 20, world.now)
    assert answer.body == {"outcome": "moved", "points": 20}
    assert answer.replayed is False
    assert (world.balance(ann), world.balance(ben)) == (30, 20)
    for member in (ann, ben):
        entry = last(world, member)
        assert (entry.kind, entry.fact, entry.actor) == ("transfer", "transfer#anna#t", "key:anna")
    assert fact_entries(fact(world, "transfer", "t")) == ((who[0], 2), (who[1], 1))
    again = world.staff.transfer(act("t"), *who, "points", 20, world.now)
    assert again == replace(answer, replayed=True)
    cat = world.enrol().member_id
    others: list[tuple[Any, ...]] = [(*who, "points", 21), (*who, "stars", 20)]
    strangers = ((cat, who[1]), (who[0], cat), ("nobody", who[1]), (who[0], "nobody"))
    others += [(one, other, "points", 20) for one, other in strangers]
    again_as: Any = world.staff.transfer
    for other in others:
        with refused("id_reused"):
            again_as(act("t"), *other, world.now)
    assert (world.balance(ann), world.balance(ben)) == (30, 20)
    assert world.account(ann).closed == 0
    # Value moves, and nothing of what was bought.
    world.sell(total=990, member=ann)
    world.staff.transfer(act("u"), *who, "points", 9, world.now)
    assert (world.account(ben).spend, world.account(ben).visits) == (0, 0)
    assert world.account(ann).spend == 990
    person = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    assert person.contact == Contact("email", "ann@example.com")
    assert soundness.faults(world) == []


def test_a_transfer_that_is_refused_moves_nothing(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    who = ann.member_id, ben.member_id
    answer = world.staff.transfer(act("t"), *who, "points", 1, world.now)
    assert answer.body == {
        "outcome": "declined",
        "reason": "insufficient_balance",
        "balance": 0,
        "price": 1,
    }
    world.staff.give(act("g"), ann.member_id, "points", 50, world.now)
    assert world.staff.transfer(act("t"), *who, "points", 1, world.now).replayed
    world.erasure.erase(act("e"), ben.member_id, world.now)
    answer = world.staff.transfer(act("u"), *who, "points", 1, world.now)
    assert answer.body == {"outcome": "declined", "reason": "membership_ended"}
    assert world.balance(ann) == 50


def test_who_gives_to_themselves_or_to_nobody_is_told(world: World, ann: Enrolled) -> None:
    world.staff.give(act("g"), ann.member_id, "points", 50, world.now)
    for kind, more in (("transfer", ("points", 5)), ("merge", ())):
        one: Any = getattr(world.staff, kind)
        with refused("same_member"):
            one(act("t"), ann.member_id, ann.member_id, *more, world.now)
        with refused("member_not_found", match="nobody"):
            one(act("t"), ann.member_id, "nobody", *more, world.now)
        with refused("member_not_found", match="someone"):
            one(act("t"), "someone", ann.member_id, *more, world.now)


def test_a_merge_closes_leads_on_and_forgets_the_old_name(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.staff.give(act("g"), ann.member_id, "points", 20, world.now)
    world.staff.give(act("h"), ben.member_id, "points", 5, world.now)
    old = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    answer = world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert answer.body == {"outcome": "moved", "points": 20}
    account = world.account(ann)
    assert (account.closed, account.successor) == (1, ben.member_id)
    assert world.account(ben).successor == ""
    assert world.balance(ben) == 25
    for member in (ann, ben):
        entry = last(world, member)
        assert (entry.kind, entry.fact, entry.actor) == ("merge", "merge#anna#m", "key:anna")
    left = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    assert left == replace(
        old,
        first_name="",
        contact=None,
        birthday=None,
        marketing_consent_version=None,
        card_version=old.card_version + 1,
    )
    contact = TOKENS.contact_key("coffee", Contact("email", "ann@example.com"))
    assert world.tables.get(keys.contact_key("coffee", contact))["member"] == ben.member_id
    again = world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert again == replace(answer, replayed=True)
    with refused("same_member"):
        world.staff.merge(act("n"), ann.member_id, ben.member_id, world.now)
    assert len(fact_entries(fact(world, "merge", "m"))) == 2
    cat = world.enrol().member_id
    for who in ((ann.member_id, cat), (cat, ben.member_id)):
        with refused("id_reused"):
            world.staff.merge(act("m"), *who, world.now)
    assert soundness.faults(world) == []


def test_a_merge_into_somebody_who_has_left_is_refused_and_nobody_is_renamed(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    world.erasure.erase(act("e"), ben.member_id, world.now)
    answer = world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert answer.body == {"outcome": "declined", "reason": "membership_ended"}
    member = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    assert member.contact == Contact("email", "ann@example.com")
    assert world.account(ann).successor == ""
    contact = TOKENS.contact_key("coffee", Contact("email", "ann@example.com"))
    assert world.tables.get(keys.contact_key("coffee", contact))["member"] == ann.member_id
    # And who has left cannot be merged into anybody.
    answer = world.staff.merge(act("n"), ben.member_id, ann.member_id, world.now)
    assert answer.body["reason"] == "membership_ended"


def test_erasing_forgets_the_person_and_keeps_the_sums(
    world: World, ann: Enrolled, ben: Enrolled
) -> None:
    key = keys.member_key("coffee", ann.member_id)
    known = replace(
        to_member(world.tables.get(key)),
        birthday=date(1990, 5, 4),
        marketing_consent_version="1",
    )
    world.tables.write(Put(key, member_item(known)))
    world.sell(total=990, member=ann)
    world.staff.give(act("g", reason="secret"), ann.member_id, "points", 20, world.now)
    before = [entry.hash for entry in world.entries(ann)]
    old = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    answer = world.erasure.erase(act("e"), ann.member_id, world.now)
    assert answer.body["outcome"] == "left"
    entry = last(world, ann)
    assert (entry.kind, entry.fact, entry.actor) == ("close", "erase#anna#e", "key:anna")
    assert [one.hash for one in world.entries(ann)][:-1] == before
    member = to_member(world.tables.get(keys.member_key("coffee", ann.member_id)))
    assert (member.first_name, member.contact, member.birthday) == ("", None, None)
    assert member.marketing_consent_version is None
    assert member.card_version == old.card_version + 1
    gone = [
        keys.directory_key("link", digest(ann.link)),
        keys.note_key("coffee", ann.member_id, "gift", "anna", "g"),
        keys.contact_key(
            "coffee", TOKENS.contact_key("coffee", Contact("email", "ann@example.com"))
        ),
    ]
    assert not any(key in world.tables.items for key in gone)
    # Nobody else has lost anything.
    assert keys.directory_key("link", digest(ben.link)) in world.tables.items
    again = world.erasure.erase(act("e"), ann.member_id, world.now)
    assert again == replace(answer, replayed=True)
    assert world.erasure.erase(act("f"), ann.member_id, world.now).body == {
        "outcome": "declined",
        "reason": "membership_ended",
    }
    assert (world.account(ann).spend, world.balance(ann)) == (990, 0)
    assert len(fact_entries(fact(world, "erase", "e"))) == 1
    with refused("id_reused"):
        world.erasure.erase(act("e"), ben.member_id, world.now)
    assert soundness.faults(world) == []


def test_all_notes_of_a_person_go_with_them(world: World, ann: Enrolled) -> None:
    for number in range(7):
        world.staff.give(act(f"{number}"), ann.member_id, "points", 1, world.now)
    world.erasure.erase(act("e"), ann.member_id, world.now)
    assert not [key for key in world.tables.items if key.sk.startswith("NOTE#")]


@pytest.mark.parametrize("kind", ["transfer", "merge"])
def test_whoever_writes_meanwhile_makes_both_sides_decide_again(
    world: World, ann: Enrolled, ben: Enrolled, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.staff.give(act("g"), ann.member_id, "points", 50, world.now)
    right, raced = world.tables.write, list[int]()

    def race(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            world.sell(order="meanwhile", total=100, member=ben)
        right(*writes)

    monkeypatch.setattr(world.tables, "write", race)
    more: tuple[Any, ...] = ("points", 50) if kind == "transfer" else ()
    deed = getattr(world.staff, kind)
    answer = deed(act("t"), ann.member_id, ben.member_id, *more, world.now)
    assert answer.body == {"outcome": "moved", "points": 50}
    assert world.balance(ben) == 60
    assert soundness.faults(world) == []


@pytest.mark.parametrize("kind", ["transfer", "merge"])
def test_who_is_always_too_late_is_told_that_nothing_happened(
    world: World, ann: Enrolled, ben: Enrolled, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.staff.give(act("g"), ann.member_id, "points", 50, world.now)

    def busy(*writes: Any) -> None:
        raise Cancelled(tuple(Reason("conflict") for _ in writes))

    monkeypatch.setattr(world.tables, "write", busy)
    more: tuple[Any, ...] = ("points", 50) if kind == "transfer" else ()
    with pytest.raises(Busy):
        getattr(world.staff, kind)(act("t"), ann.member_id, ben.member_id, *more, world.now)
    assert world.balance(ann) == 50


@pytest.mark.parametrize("kind", ["merge", "erase"])
def test_forgetting_waits_for_whoever_changes_the_person(
    world: World, ann: Enrolled, ben: Enrolled, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the person changed meanwhile is not written over by the forgetting."""
    right, raced = world.tables.write, list[int]()
    key = keys.member_key("coffee", ann.member_id)

    def race(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            member = to_member(world.tables.get(key))
            changed = replace(member, language="ru", card_version=member.card_version + 1)
            right(Put(key, member_item(changed)))
        right(*writes)

    monkeypatch.setattr(world.tables, "write", race)
    more = [ben.member_id] if kind == "merge" else []
    use_case: Any = world.staff if kind == "merge" else world.erasure
    getattr(use_case, kind)(act("m"), ann.member_id, *more, world.now)
    member = to_member(world.tables.get(key))
    assert (member.language, member.first_name) == ("ru", "")


def test_a_contact_that_was_given_up_meanwhile_is_not_taken_along(
    world: World, ann: Enrolled, ben: Enrolled, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = TOKENS.contact_key("coffee", Contact("email", "ann@example.com"))
    key = keys.contact_key("coffee", contact)
    cat = world.enrol().member_id
    right, raced = world.tables.write, list[int]()

    def race(*writes: Any) -> None:
        if not raced:
            raced.append(1)
            right(Put(key, {**world.tables.get(key), "member": cat}))
        right(*writes)

    monkeypatch.setattr(world.tables, "write", race)
    with pytest.raises(Busy):
        world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert world.tables.get(key)["member"] == cat


def test_a_merged_holds_value_comes_free(world: World, ann: Enrolled, ben: Enrolled) -> None:
    world.sell(total=2000, member=ann)
    request = Request("coffee", "till", "h", "endpoint:till")
    world.spending.hold(request, ann.card_code, Price(reward="free-coffee"), world.now)
    answer = world.staff.merge(act("m"), ann.member_id, ben.member_id, world.now)
    assert answer.body["points"] == 200
    assert world.account(ben).pot("points").available == 200
    late = world.spending.capture(request, ann.card_code, world.now)
    assert late.body == {"outcome": "declined", "reason": "hold_not_open"}
