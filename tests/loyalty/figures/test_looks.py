"""Looking for cards, from the till's question to what an owner sees of it."""

from __future__ import annotations

import pytest

from loyalty.access import short_code
from loyalty.figures.looks import Looks
from loyalty.figures.refreshing import Refreshing
from loyalty.ledger import looking, misses
from loyalty.refusals import Refusal
from loyalty.store import figure_charts
from loyalty.store.tables import Cancelled
from tests.support.figure_streams import FigureStreams
from tests.support.world import World

ANNA, BEN = "key:anna", "key:ben"


@pytest.fixture
def world() -> World:
    made = World()
    made.put_program()
    return made


def seen(world: World) -> dict[str, Looks]:
    """Return what is seen of staff on the next day, by who."""
    streams = FigureStreams(world)
    streams.ring(streams.news())
    world.wait(days=1)
    Refreshing(world.tables, world.programs).work("coffee", world.now)
    chart = figure_charts.read(world.tables, "coffee", "staff")
    assert chart is not None
    names = ("scans", "refused", "why", "without_sale")
    return {row["who"]: Looks(*(row[name] for name in names)) for row in chart.data["rows"]}


def look(world: World, code: str, who: str = ANNA) -> str | None:
    world.wait(seconds=1)
    return looking.by_code(world.books, "coffee", code, who, world.now)


def test_a_sale_within_two_hours_is_what_a_look_was_for(world: World) -> None:
    ann, bob, cat = world.enrol(), world.enrol(), world.enrol()
    world.wait(days=1)
    assert look(world, ann.card_code) == ann.member_id
    assert look(world, bob.card_code) == bob.member_id
    look(world, cat.card_code, BEN)
    world.wait(minutes=119)
    world.sell("1", total=900, member=ann)
    world.wait(minutes=2)
    world.sell("2", total=900, member=bob)
    assert seen(world) == {ANNA: Looks(2, 0, {}, 0), BEN: Looks(1, 0, {}, 1)}, (
        "of bob's card something moved on that day, though later"
    )


def test_a_sale_that_gives_nothing_counts_only_in_time(world: World) -> None:
    ann = world.enrol()
    world.wait(days=1)
    world.sell("0", total=1, member=ann)
    world.wait(minutes=1)
    look(world, ann.card_code)
    world.wait(minutes=121)
    world.sell("1", total=1, member=ann)
    assert seen(world)[ANNA].without_sale == 1


def test_what_is_refused_is_told_with_why(world: World) -> None:
    world.wait(days=1)
    for code in ("no code at all", "0000-0000-0000"):
        assert look(world, code) is None
    for _ in range(misses.MOST):
        look(world, short_code.code(7), BEN)
    with pytest.raises(Refusal, match="within the hour"):
        look(world, short_code.code(7), BEN)
    found = seen(world)
    assert found[ANNA] == Looks(2, 2, {"card_not_found": 2}, 0)
    assert found[BEN].why == {"card_not_found": misses.MOST, "too_many_misses": 1}


def test_looks_of_more_than_thirty_days_ago_are_not_told(world: World) -> None:
    ann = world.enrol()
    look(world, ann.card_code)
    world.wait(days=30)
    look(world, ann.card_code, BEN)
    assert set(seen(world)) == {BEN}


def test_a_look_that_cannot_be_kept_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = world.enrol()

    def full(*_: object) -> None:
        raise Cancelled(())

    monkeypatch.setattr(world.tables, "write_alone", full)
    assert look(world, ann.card_code) == ann.member_id
