"""What people give and take: adjustments, gifts, transfers, merges, goodbyes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.account import NEVER, Hold, Month, Pot
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Adjust, Grant, Leave, Pause, Receive
from tests.support.deciding import FAR, MAY, NOON, account, program, second, told, well_formed

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.program.rules import Program

NOW = int(NOON.timestamp())
LEVELS = [
    {"id": "new", "name": {"en": "New"}},
    {"id": "old", "name": {"en": "Old"}, "spend": 900, "referrals": 1},
]


def decided(command: Command, standing: Account, rules: Program | None = None) -> Decision:
    decision = decide(rules or program(), standing, command, NOON)
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def kind(decision: Decision) -> tuple[str, str, str]:
    assert decision.entry is not None
    return decision.entry.kind, decision.entry.fact, decision.entry.actor


def test_adjusting_up_pays_debts_first() -> None:
    decision = decided(Adjust("adjust#k#1", "points", 5, "key:k"), account(debt=2))
    assert postings(decision) == [("adjust", "debt", -2), ("adjust", "lot", 3, NEVER)]
    assert decision.answer == {"outcome": "adjusted", "balance": 3}
    assert kind(decision) == ("adjust", "adjust#k#1", "key:k")


def test_adjusting_down_takes_what_is_there_and_never_more() -> None:
    decision = decided(Adjust("a", "points", -5, "k"), account((FAR, 5)))
    assert postings(decision) == [("adjust", "lot", -5, FAR)]
    refused = decided(Adjust("a", "points", -6, "k"), account((FAR, 5)))
    assert refused.entry is None
    assert refused.answer == {
        "outcome": "declined",
        "reason": "insufficient_balance",
        "balance": 5,
        "price": 6,
    }


def test_adjusting_by_nothing_is_no_entry() -> None:
    decision = decided(Adjust("a", "points", 0, "k"), account((FAR, 5)))
    assert decision.entry is None
    assert decision.answer == {"outcome": "adjusted", "balance": 5}


def test_unknown_pots_are_the_callers_error() -> None:
    with pytest.raises(LookupError, match="gold"):
        decided(Adjust("a", "gold", 5, "k"), account())
    with pytest.raises(LookupError, match="gold"):
        decided(Grant("gift", "g", "gold", 5, "k"), account())


def test_gifts_are_spendable_at_once_and_live_like_other_value() -> None:
    pots = [{"id": "points", "pending_days": 0, "expiry": {"months": 1}}]
    decision = decided(
        Grant("gift", "gift#k#1", "points", 5, "key:k"), account(), program(pots=pots)
    )
    assert postings(decision) == [("gift", "lot", 5, second(2026, 7, 1))]
    assert decision.answer == {"outcome": "given", "points": 5, "balance": 5}
    assert kind(decision) == ("gift", "gift#k#1", "key:k")
    assert decision.account.earned == 0


def test_a_transfer_moves_lots_as_they_are() -> None:
    leaving = Leave("transfer", "transfer#k#1", "key:k", "points", 5)
    decision = decided(leaving, account((FAR, 2), (FAR + 1, 9)))
    assert postings(decision) == [("transfer", "lot", -2, FAR), ("transfer", "lot", -3, FAR + 1)]
    assert decision.answer == {
        "outcome": "left",
        "lots": [["points", 0, FAR, 2], ["points", 0, FAR + 1, 3]],
    }
    assert kind(decision) == ("transfer", "transfer#k#1", "key:k")
    assert decision.account.closed == 0
    lots = (("points", 0, FAR, 2), ("points", 0, FAR + 1, 3))
    arrived = decided(Receive("transfer", "transfer#k#1", "key:k", lots), account(debt=1))
    assert arrived.account.pot("points") == Pot(((FAR, 1), (FAR + 1, 3)))
    assert arrived.answer == {"outcome": "received"}
    assert kind(arrived) == ("transfer", "transfer#k#1", "key:k")


def test_a_transfer_of_all_is_possible_and_of_more_is_not() -> None:
    enough = Leave("transfer", "t", "k", "points", 5)
    assert decided(enough, account((FAR, 5))).answer["outcome"] == "left"
    refused = decided(enough, account((FAR, 4)))
    assert refused.entry is None
    assert refused.answer["reason"] == "insufficient_balance"
    assert (refused.answer["balance"], refused.answer["price"]) == (4, 5)


HOLD = Hold((("points", FAR, 3),), NOW + 60)
RICH = replace(
    account(
        (FAR, 2),
        pending=((NOW + 5, FAR, 7),),
        holds={"till:1": HOLD},
        spend=1200,
        visits=4,
        earned=90,
        referrals=2,
        months={MAY: Month(1000, 3, 80)},
        counters={"cap:points:day": (7, Fraction(5, 2))},
    ),
    member="bob",
)


def test_goodbye_takes_everything_and_closes() -> None:
    decision = decided(Leave("close", "erase#k#1", "key:k"), RICH)
    assert decision.account.pots == {}
    assert decision.account.holds == {}
    assert decision.account.closed == 1
    assert decision.answer["lots"] == [
        ["points", 0, FAR, 3],
        ["points", NOW + 5, FAR, 7],
        ["points", 0, FAR, 2],
    ]
    assert kind(decision) == ("close", "erase#k#1", "key:k")
    assert {one[0] for one in postings(decision)} == {"close"}


def test_goodbye_also_forgets_debts_and_fractions() -> None:
    pots = {"points": Pot((), (), 5, Fraction(1, 3)), "stamps": Pot(((FAR, 1),))}
    decision = decided(Leave("close", "c", "k"), replace(account(), pots=pots))
    assert decision.account.pots == {}
    assert decision.answer["lots"] == [["stamps", 0, FAR, 1]]


def test_a_second_goodbye_is_refused() -> None:
    gone = decided(Leave("close", "c", "k"), RICH).account
    assert decided(Leave("close", "d", "k"), gone).answer["reason"] == "membership_ended"


def merged(into: Account, other: Account, rules: Program | None = None) -> Decision:
    lots = tuple(
        (str(pot), int(active), int(bucket), int(amount))
        for pot, active, bucket, amount in decided(Leave("merge", "m", "k"), other, rules).answer[
            "lots"
        ]
    )
    return decided(Receive("merge", "m", "k", lots, other), into, rules)


def test_a_merge_adds_value_and_figures() -> None:
    into = account(
        (FAR, 1), spend=10, visits=1, earned=2, referrals=1, months={MAY: Month(5, 1, 1)}
    )
    both = merged(into, RICH).account
    assert both.pot("points").lots == ((FAR, 6),)
    assert both.pot("points").pending == ((NOW + 5, FAR, 7),)
    assert (both.spend, both.visits, both.earned, both.referrals) == (1210, 5, 92, 3)
    assert both.months == {MAY: Month(1005, 4, 81)}
    assert both.counters == {"cap:points:day": (7, Fraction(5, 2))}


def test_a_merge_reviews_the_tier() -> None:
    rules = program(tiers={"levels": LEVELS})
    assert merged(account(spend=100), replace(RICH, spend=800), rules).account.level == 1


@pytest.mark.parametrize(
    ("available", "owed", "left", "debt"), [(9, 4, 5, 0), (4, 4, 0, 0), (3, 4, 0, 1)]
)
def test_debts_come_along_and_are_paid_by_what_is_there(
    available: int, owed: int, left: int, debt: int
) -> None:
    other = replace(account(debt=owed), member="bob")
    both = merged(account((FAR, available)), other).account
    assert both.pot("points").available == left
    assert both.pot("points").debt == debt


@pytest.mark.parametrize(
    ("mine", "theirs", "points", "rest"),
    [
        (Fraction(1, 3), Fraction(1, 3), 0, Fraction(2, 3)),
        (Fraction(1, 2), Fraction(1, 2), 1, Fraction(0)),
        (Fraction(2, 3), Fraction(2, 3), 1, Fraction(1, 3)),
    ],
)
def test_fractions_come_along_and_may_make_a_point(
    mine: Fraction, theirs: Fraction, points: int, rest: Fraction
) -> None:
    pots = [{"id": "points", "expiry": {"months": 1}}]
    into = replace(account(), pots={"points": Pot(remainder=mine)})
    other = replace(account(), member="bob", pots={"points": Pot(remainder=theirs)})
    pot = merged(into, other, program(pots=pots)).account.pot("points")
    assert pot.remainder == rest
    assert pot.lots == (((second(2026, 7, 1), points),) if points else ())


def test_what_outlived_its_time_in_a_hold_is_gone_after_a_merge() -> None:
    hold = Hold((("points", NOW - 5, 3),), NOW + 60)
    other = replace(account(holds={"a": hold}), member="bob")
    decision = merged(account(), other)
    assert decision.account.pots == {}
    assert [one[0] for one in postings(decision)] == ["merge", "expire"]


def test_adjustments_live_as_long_as_other_value() -> None:
    pots = [{"id": "points", "expiry": {"months": 1}}]
    decision = decided(Adjust("a", "points", 5, "k"), account(), program(pots=pots))
    assert decision.account.pot("points").lots == ((second(2026, 7, 1), 5),)


def test_every_posting_of_a_merge_is_of_its_cause() -> None:
    other = replace(RICH, pots={"points": Pot((), (), 5, Fraction(2, 3))}, holds={})
    into = replace(account((FAR, 2)), pots={"points": Pot(((FAR, 2),), (), 0, Fraction(2, 3))})
    decision = merged(into, other)
    assert decision.entry is not None
    assert {one.cause for one in decision.entry.postings} == {"merge"}
    left = decided(Leave("merge", "m", "k"), other)
    assert left.entry is not None
    assert {one.cause for one in left.entry.postings} == {"merge"}


def test_further_pots_of_one_act_are_told_with_it() -> None:
    pots = program(pots=[{"id": "points"}, {"id": "stamps"}])
    given = decided(Grant("gift", "g", "points", 5, "k", (("stamps", 2),)), account(), pots)
    assert given.answer == {
        "outcome": "given",
        "points": 5,
        "balance": 5,
        "also": [["stamps", 2, 2]],
    }
    less = decided(Adjust("a", "points", -4, "k", (("stamps", 1),)), given.account, pots)
    assert less.answer == {"outcome": "adjusted", "balance": 1, "also": [["stamps", 1, 3]]}
    much = decided(Adjust("a", "points", -1, "k", (("stamps", -9),)), given.account, pots)
    assert much.entry is None
    assert much.answer == {
        "outcome": "declined",
        "reason": "insufficient_balance",
        "balance": 2,
        "price": 9,
        "pot": "stamps",
    }


def test_a_card_is_paused_and_resumed_once() -> None:
    paused = decided(Pause("p", "k", paused=True), account())
    assert (kind(paused), postings(paused)) == (("pause", "p", "k"), [("pause", "paused", 1)])
    assert paused.answer == {"outcome": "paused"}
    again = decided(Pause("p2", "k", paused=True), paused.account)
    assert (again.entry, again.answer) == (None, {"outcome": "paused"})
    assert again.account == paused.account
    resumed = decided(Pause("r", "k", paused=False), paused.account)
    assert (kind(resumed), postings(resumed)) == (("resume", "r", "k"), [("resume", "paused", -1)])
    assert resumed.answer == {"outcome": "resumed"}
    assert resumed.account.paused == 0


def test_whoever_still_has_something_may_be_asked_to_spend_it_first() -> None:
    held = {"h": Hold((("stamps", FAR, 2),), NOW + 900)}
    standing = account((FAR, 5), pending=((FAR - 1, FAR, 3),), holds=held)
    decision = decided(Leave("close", "f", "k", empty=True), standing)
    assert decision.entry is None
    assert decision.answer == {
        "outcome": "declined",
        "reason": "value_left",
        "value": {"points": 8, "stamps": 2},
    }
    assert decided(Leave("close", "f", "k", empty=True), account()).entry is not None


def test_a_hold_goes_with_the_room_that_it_took() -> None:
    held = {"h": Hold((("points", FAR, 2),), NOW + 900, (("redeem:day", 7),))}
    decision = decided(Leave("close", "f", "k"), account(holds=held))
    assert postings(decision) == [
        ("close", "held", -2, FAR, "h"),
        ("close", "room", -1, 7, "h#redeem:day"),
        ("close", "hold", -(NOW + 900), "h"),
        ("close", "closed", 1),
    ]
    assert decision.account.holds == {}


def test_two_cards_keep_what_each_was_credited_under_a_cap() -> None:
    mine = account(caps={"points:day": {7: (Fraction(80), 50)}})
    other = account(caps={"points:day": {7: (Fraction(30), 50), 8: (Fraction(9), 20)}})
    other = replace(other, pots={"points": replace(Pot(), cut=Fraction(30))})
    decision = decided(Receive("merge", "f", "k", (), other), mine)
    assert postings(decision) == [
        ("merge", "cut", 30),
        ("merge", "raw", 30, 7, "points:day"),
        ("merge", "cap", 30, 7, "points:day"),
        ("merge", "raw", 9, 8, "points:day"),
        ("merge", "cap", 20, 8, "points:day"),
    ]
    generous = account(caps={"points:day": {7: (Fraction(1), 90)}})
    few = account(caps={"points:day": {7: (Fraction(2), 10)}})
    kept = decided(Receive("merge", "f", "k", (), few), generous).account
    assert kept.capped("points:day", 7) == (Fraction(3), 90)
