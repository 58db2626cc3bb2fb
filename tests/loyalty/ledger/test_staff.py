"""Acts of staff and owners: each once per key, within the key's limits, with its reason kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.store import keys
from loyalty.store.items.fact import fact_entries
from tests.loyalty.ledger.acts import STAFFED, act, fact, given, last, note
from tests.support import soundness
from tests.support.refusals import refused

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World


@pytest.fixture
def changes() -> dict[str, Any]:
    return STAFFED


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


def test_an_act_on_several_pots_is_one_entry_and_one_fact(world: World, ann: Enrolled) -> None:
    more = (("stars", 2),)
    answer = world.staff.give(act("1"), ann.member_id, "points", 7, world.now, more)
    assert answer.body == {
        "outcome": "given", "points": 7, "balance": 7, "also": [["stars", 2, 2]],
    }  # fmt: skip
    entry = last(world, ann)
    assert fact_entries(fact(world, "gift", "1")) == ((ann.member_id, entry.seq),)
    assert {one.pot for one in entry.postings if one.measure == "lot"} == {"points", "stars"}
    # Both count against the key's limits, and a repeat has to ask for both.
    assert given(world, "anna", "day", world.now.toordinal()) == 9
    for other in ((), (("stars", 3),), (*more, ("stars", 1))):
        with refused("id_reused"):
            world.staff.give(act("1"), ann.member_id, "points", 7, world.now, other)
    assert world.staff.give(act("1"), ann.member_id, "points", 7, world.now, more).replayed
    with refused("limit_reached", match="at_once"):
        world.staff.give(act("2"), ann.member_id, "points", 30, world.now, (("stars", 21),))
    assert soundness.faults(world) == []


def test_of_several_pots_all_move_or_none(world: World, ann: Enrolled) -> None:
    world.staff.give(act("1"), ann.member_id, "points", 7, world.now, (("stars", 2),))
    short = world.staff.adjust(act("2"), ann.member_id, "points", 5, world.now, (("stars", -3),))
    assert short.body["reason"] == "insufficient_balance"
    assert (short.body["pot"], short.body["balance"], short.body["price"]) == ("stars", 2, 3)
    assert len(world.entries(ann)) == 1
    done = world.staff.adjust(act("3"), ann.member_id, "points", -5, world.now, (("stars", 3),))
    assert done.body == {"outcome": "adjusted", "balance": 2, "also": [["stars", 3, 5]]}
    for name, code in (("points", "same_pot"), ("moons", "unknown_pot")):
        with refused(code):
            world.staff.give(act("4"), ann.member_id, "points", 1, world.now, ((name, 1),))
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
    assert reached.value.detail == "The limit at_once is 50."
    assert str(reached.value) == "The limit at_once is 50."
    give("3", 30)
    with refused("limit_reached") as reached:
        give("4", 1)
    assert reached.value.detail == "The limit per_shift is 80."
    give("4", 50, "otto")
    # A shift is a day of the shop's: in New York it is still the 4th.
    world.now = datetime(2026, 5, 5, 3, 59, tzinfo=UTC)
    with refused("limit_reached"):
        give("5", 1)
    world.now = datetime(2026, 5, 5, 4, 0, tzinfo=UTC)
    give("5", 20)
    with refused("limit_reached") as reached:
        give("6", 1)
    assert reached.value.detail == "The limit per_month is 100."
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
