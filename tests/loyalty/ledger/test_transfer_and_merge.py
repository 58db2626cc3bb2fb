"""Acts between two members: one fact with two entries, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.ledger.spending import Request
from loyalty.messages import Contact
from loyalty.refusals import Busy
from loyalty.store import keys
from loyalty.store.items.fact import fact_entries
from loyalty.store.items.member import member_item, to_member
from loyalty.store.tables import Cancelled, Put, Reason
from tests.loyalty.ledger.acts import STAFFED, act, fact, last
from tests.support import soundness
from tests.support.refusals import refused
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled


@pytest.fixture
def changes() -> dict[str, Any]:
    return STAFFED


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
        consent_version="",
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
