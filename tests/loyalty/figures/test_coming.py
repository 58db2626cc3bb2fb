"""Figures of who comes equal what is worked out by hand from the receipts."""

from __future__ import annotations

import random
from datetime import date, timedelta
from fractions import Fraction

import pytest

from loyalty.figures import coming
from loyalty.figures.figure import FEWEST_MEMBERS, Figure, cell, ratio
from loyalty.figures.records import Record, Records, Visit, visits
from loyalty.languages import LANGUAGES
from loyalty.words import has_phrase
from tests.support.naive_figures import Receipt, Shop

BEGIN = date(2025, 1, 1)
PLACES = ("north", "south")


def shop(seed: int, members: int = 60, sales: int = 500) -> tuple[Shop, list[Record]]:
    """Return a year and a half of sales, by hand and as records."""
    dice = random.Random(seed)
    receipts = []
    for _ in range(sales):
        # Some come often, many hardly ever; some sales are nobody's.
        who = f"m{int(members * dice.random() ** 2)}" if dice.random() < 0.7 else None
        day = BEGIN + timedelta(dice.randrange(540))
        receipts.append(Receipt(day, dice.choice(PLACES), who, dice.randrange(5000)))
    records = [
        Record(("till", str(n)), 1, one.who, one.when.toordinal(), one.where, one.money, sold=True)
        for n, one in enumerate(receipts)
    ]
    return Shop(receipts), records


def visit(day: int, member: str = "ann", place: str = "north") -> Visit:
    return Visit(member, day, place, 1, 100)


def said(figure: Figure, part: int, whole: int) -> bool:
    if whole < FEWEST_MEMBERS:
        return (figure.value, figure.n, figure.missing) == (None, whole, "too_few")
    return (figure.value, figure.n, figure.missing) == (Fraction(part, whole), whole, None)


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_is_what_the_receipts_say(seed: int) -> None:
    by_hand, records = shop(seed, members=(60, 20)[seed % 2])
    seen = visits(records)
    dice = random.Random(seed)
    for _ in range(3):
        until = BEGIN + timedelta(dice.randrange(200, 560))
        since = until - timedelta(dice.randrange(1, 190))
        first, end = since.toordinal(), until.toordinal()
        for days in coming.WINDOWS:
            assert coming.active(seen, days, end).value == by_hand.active(days, until)
            assert coming.lapsed(seen, days, end).value == by_hand.lapsed(days, until)
            assert said(coming.repeat_rate(seen, days, end), *by_hand.repeat_rate(days, until))
        for days in coming.SECOND_VISIT:
            assert said(coming.second_visit(seen, days, end), *by_hand.second_visit(days, until))
        assert coming.new(seen, first, end).value == by_hand.new(since, until)
        assert coming.returning(seen, first, end).value == by_hand.returning(since, until)
        often = [by_hand.came_so_often(low, high, since, until) for low, high in coming.CLASSES]
        assert [one.value for one in coming.histogram(seen, first, end)] == often
        members, number = sum(often), by_hand.visits(since, until)
        frequency = coming.frequency(seen, first, 2, end)
        assert frequency.n == members
        assert frequency.value == (Fraction(number, 2 * members) if members >= 30 else None)
        theirs, all_sales, money, all_money = by_hand.penetration(since, until)
        found = coming.penetration(records, first, end)
        assert said(found["count"], theirs, all_sales)
        if all_sales >= FEWEST_MEMBERS:
            assert found["money"].value == Fraction(money, all_money)
        for name, figure in coming.average_ticket(records, first, end).items():
            ticket = by_hand.ticket(since, until, members=name == "members")
            value, n = ticket or (None, 0)
            assert (figure.value, figure.n) == (value if n >= FEWEST_MEMBERS else None, n)
        table = coming.cohorts(seen, end)
        for cohort, row in table.items():
            year, month = divmod(cohort, 12)
            for later, one in enumerate(row):
                cell_by_hand = by_hand.cohort(year, month + 1, later, until)
                if cell_by_hand is None:
                    assert (one.value, one.missing) == (None, "not_over")
                elif cell_by_hand[1] < 5:
                    assert (one.value, one.missing, one.n) == (None, "too_few", cell_by_hand[1])
                else:
                    assert (one.value, one.n) == (Fraction(*cell_by_hand), cell_by_hand[1])
        assert len(table) <= 12


def test_sales_of_one_day_at_one_place_are_one_visit() -> None:
    records = [
        Record(("till", "1"), 1, "ann", 700, "north", 100, sold=True),
        Record(("till", "2"), 1, "ann", 700, "north", 50, sold=True),
        Record(("till", "3"), 1, "ann", 700, "south", 20, sold=True),
        Record(("till", "4"), 1, None, 700, "north", 10, sold=True),
        Record(("till", "5"), 1, "bob", 700, "north", 0, sold=False),
        Record(("till", "6"), 1, "anna", 700, "south", 5, sold=True),
    ]
    assert visits(records, {"anna": "ann"}) == [
        Visit("ann", 700, "north", sales=2, net=150),
        Visit("ann", 700, "south", sales=2, net=25),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_records_end_the_same_however_they_arrive(seed: int) -> None:
    """Late, doubled, re-split, reversed, given to another member, merged."""
    dice = random.Random(seed)
    _, first = shop(seed, sales=40)
    told = list(first)
    for one in first:
        told += (
            Record(
                one.order,
                revision,
                dice.choice([one.member, "other", None]),
                one.day + dice.randrange(3),
                one.place,
                dice.randrange(5000),
                sold=dice.random() < 0.7,
            )
            for revision in range(2, dice.randrange(2, 6))
        )
    newest = {one.order: one for one in sorted(told, key=lambda one: one.revision)}
    wanted = visits(one for one in newest.values() if one.sold)
    for _ in range(5):
        again = [*told, *dice.sample(told, 30)]
        dice.shuffle(again)
        cut = dice.randrange(len(again))
        some, others = Records().told(*again[:cut]), Records()
        for record in again[cut:]:
            others = others.told(record)
        assert visits(some.merged(others).sales) == wanted
        assert some.merged(others) == others.merged(some)


def test_new_and_returning_count_people() -> None:
    seen = [visit(10), visit(20), visit(20, "bob"), visit(25, "bob"), visit(30, "cat")]
    assert coming.new(seen, 20, 30).value == 1  # Bob; Cat comes on the day after
    assert coming.returning(seen, 20, 30).value == 2
    assert coming.returning(seen, 26, 31).value == 0
    assert coming.new(seen, 10, 11).value == 1
    assert coming.active(seen, 10, 30).value == 2
    assert coming.active(seen, 10, 31).value == 2  # not Ann, whose day 20 is out again


def test_nobody_is_asked_for_a_second_visit_before_there_was_time_for_it() -> None:
    members = [f"m{n}" for n in range(FEWEST_MEMBERS)]
    seen = [visit(1, member) for member in members]
    seen += [visit(31, "m0"), visit(32, "m1")]
    young = coming.second_visit(seen, 30, 31)
    assert (young.value, young.n) == (None, 0)
    figure = coming.second_visit(seen, 30, 33)
    assert (figure.value, figure.n) == (Fraction(1, FEWEST_MEMBERS), FEWEST_MEMBERS)
    # Whoever came for the first time later is not asked.
    assert coming.second_visit([*seen, visit(4, "late")], 30, 33).n == FEWEST_MEMBERS


def test_a_cohort_of_everybody_begins_whole_and_a_month_that_is_not_over_is_blank() -> None:
    begin = date(2026, 1, 1).toordinal()
    seen = [visit(begin, f"m{n}") for n in range(5)] + [visit(begin + 59, "m0")]  # 1 March
    (row,) = coming.cohorts(seen, date(2026, 4, 30).toordinal()).values()
    assert [one.value for one in row] == [1, 0, Fraction(1, 5), None]
    assert row[-1].missing == "not_over"
    (row,) = coming.cohorts(seen, date(2026, 5, 1).toordinal()).values()
    assert [one.value for one in row] == [1, 0, Fraction(1, 5), 0, None]
    assert coming.cohorts(seen, date(2027, 1, 1).toordinal()) == {}


def test_too_few_say_nothing() -> None:
    assert ratio("x", 1, 29, 5) == Figure("x", None, 29, 5, "too_few")
    assert ratio("x", 1, 30, 5) == Figure("x", Fraction(1, 30), 30, 5)
    assert ratio("x", 0, 0, 5, n=40) == Figure("x", None, 40, 5, "too_few")
    assert cell("x", 1, 4, 5) == Figure("x", None, 4, 5, "too_few")
    assert cell("x", 1, 5, 5) == Figure("x", Fraction(1, 5), 5, 5)


def test_net_money_per_member_who_came() -> None:
    seen = [visit(day, f"m{n}") for n in range(30) for day in (5, 9)]
    assert coming.lifetime_value(seen, 5, 9).value == 100
    assert coming.lifetime_value(seen, 5, 10).value == 200
    assert coming.lifetime_value(seen[2:], 5, 10).missing == "too_few"


def test_every_figure_has_its_definition_in_every_language() -> None:
    seen = visits(shop(1)[1])
    figures = [
        coming.active(seen, 30, 1), coming.new(seen, 0, 1), coming.returning(seen, 0, 1),
        coming.repeat_rate(seen, 30, 1), coming.second_visit(seen, 30, 1),
        coming.frequency(seen, 0, 1, 1), coming.lifetime_value(seen, 0, 1),
        *coming.histogram(seen, 0, 1), *coming.penetration([], 0, 1).values(),
        *coming.average_ticket([], 0, 1).values(),
        *next(iter(coming.cohorts(seen, seen[-1].day).values())),
    ]  # fmt: skip
    for language in LANGUAGES:
        assert all(has_phrase(language, f"figure.{figure.name}") for figure in figures)
