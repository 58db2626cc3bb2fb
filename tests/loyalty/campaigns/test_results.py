"""What a campaign did: from sales as tills report them to a sentence, counted again by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from loyalty.campaigns.results import Results, results
from loyalty.campaigns.uplift import shares
from tests.support.campaigning import Campaigning
from tests.support.figure_streams import FigureStreams
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

MEMBERS = 60
GUARDS = {"control": 5_000, "hold_out": 0, "window_days": 10}


class Shop:
    def __init__(self) -> None:
        self.world = World()
        self.world.put_program()
        self.world.now = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
        self.shop = Campaigning(self.world)
        self.fed = FigureStreams(self.world)
        self.people = [self.shop.join(f"P{number}") for number in range(MEMBERS)]
        self.number = 0

    def start(self) -> None:
        self.shop.start("hello", guards=GUARDS)
        self.shop.run()
        self.control = {one.member for one in self.shop.claims("hello") if one.outcome == "control"}

    def come(self, who: Callable[[int, bool], bool]) -> int:
        """Let those of each side come who are named by their number in it; return the money."""
        counted = {True: 0, False: 0}
        money = 0
        for one in self.people:
            held = one.member_id in self.control
            counted[held] += 1
            if who(counted[held], held):
                self.number += 1
                self.world.sell(f"o-{self.number}", total=100 + self.number, member=one)
                money += 0 if held else 100 + self.number
        self.fed.ring(self.fed.news())
        return money

    def told(self) -> Results:
        kept = self.shop.campaigns.one("coffee", "hello")
        return results(self.world.books, "coffee", kept, self.world.now)


@pytest.fixture
def shop() -> Shop:
    made = Shop()
    made.start()
    return made


def test_nothing_is_said_before_the_days_are_over(shop: Shop) -> None:
    shop.world.wait(days=2)
    shop.come(lambda _, held: not held)
    told = shop.told()
    assert (told.verdict, told.result) == ("not_over", None)
    assert told.over == {"treated": 0, "control": 0}
    assert told.outcomes == {"control": len(shop.control), "sent": MEMBERS - len(shop.control)}


def test_who_came_within_the_window_is_counted_on_the_side_they_were_drawn_to(shop: Shop) -> None:
    shop.world.wait(days=2)
    money = shop.come(lambda number, held: number <= (3 if held else 25))
    shop.world.wait(days=20)
    late = shop.come(lambda _, held: held)
    told = shop.told()
    control, treated = len(shop.control), MEMBERS - len(shop.control)
    assert late == 0
    assert told.over == {"treated": treated, "control": control}
    assert told.came == {"treated": min(25, treated), "control": 3}
    assert told.money["treated"] == money
    assert told.result is not None
    assert told.result.came == shares(min(25, treated), treated, 3, control)
    assert told.verdict == "proven_more"
    value = round((min(25, treated) / treated - 3 / control) * 100, 1)
    assert told.sentences["en"].startswith(f"It brought people: {value:g} percentage points more")


def test_what_the_interval_leaves_open_is_not_proven(shop: Shop) -> None:
    shop.world.wait(days=2)
    shop.come(lambda number, _: number % 2 == 0)
    shop.world.wait(days=20)
    told = shop.told()
    assert told.verdict == "not_proven"
    assert told.sentences["ru"].startswith("Не доказано: ")


def test_without_anybody_held_out_nothing_can_be_said() -> None:
    shop = Shop()
    shop.shop.start("hello", guards={**GUARDS, "control": 0})
    shop.shop.run()
    shop.control = set()
    shop.come(lambda *_: True)
    shop.world.wait(days=20)
    assert shop.told().verdict == "not_measurable"


def test_a_refund_takes_the_visit_away(shop: Shop) -> None:
    shop.world.wait(days=2)
    shop.come(lambda number, held: not held and number == 1)
    shop.world.sell("o-1", 2, total=0, status="cancelled")
    shop.fed.ring(shop.fed.news())
    shop.world.wait(days=20)
    assert shop.told().came == {"treated": 0, "control": 0}


def test_uneven_sides_are_believed_in_nothing(shop: Shop) -> None:
    shop.world.wait(days=20)
    kept = shop.shop.campaigns.one("coffee", "hello")
    told = results(shop.world.books, "coffee", replace(kept, control=500), shop.world.now)
    assert told.verdict == "uneven"
