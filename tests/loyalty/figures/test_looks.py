"""Looking for cards, from the till's question to what an owner sees of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loyalty.access import short_code
from loyalty.core.decide.spending import Price
from loyalty.figures import worth
from loyalty.figures.looks import Looks
from loyalty.figures.refreshing import Refreshing
from loyalty.figures.shop import Shop
from loyalty.ledger import looking, misses
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from loyalty.refusals import Refusal
from loyalty.store import figure_charts
from loyalty.store.figure_lines import Moves
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
    names = ("scans", "refused", "why", "without_sale", "declined", "reasons")
    return {row["who"]: Looks(*(row[name] for name in names)) for row in chart.data["rows"]}


def shifts_of(world: World, who: str) -> list[dict[str, Any]]:
    """Return somebody's shifts as they were worked out last, without who they are."""
    chart = figure_charts.read(world.tables, "coffee", "shifts")
    assert chart is not None
    return [row for row in chart.data if row["who"] == who]


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


def spend(world: World, code: str, name: str, who: str = ANNA) -> str:
    world.wait(seconds=1)
    request = Request("coffee", "till", name, who)
    answer = world.spending.spend(request, code, Price(reward="free-coffee"), world.now)
    return str(answer.body["outcome"])


def test_what_was_asked_for_and_declined_is_told_by_shift(world: World) -> None:
    """Each once, however often it is asked for again; what was given is no refusal."""
    ann = world.enrol()
    world.wait(days=1)
    assert spend(world, ann.card_code, "1") == "declined"
    assert spend(world, ann.card_code, "1") == "declined"
    assert spend(world, "no card at all", "2", BEN) == "declined"
    world.wait(days=1)
    request = Request("coffee", "till", "3", ANNA)
    held = world.spending.hold(request, ann.card_code, Price(reward="free-coffee"), world.now)
    assert held.body["outcome"] == "declined"
    world.sell("s", total=100_000, member=ann)
    assert spend(world, ann.card_code, "4") == "redeemed"
    found = seen(world)
    assert found[ANNA] == Looks(declined=2, reasons={"insufficient_balance": 2})
    assert found[BEN] == Looks(declined=1, reasons={"card_not_found": 1})
    shifts = shifts_of(world, ANNA)
    assert [one["declined"] for one in shifts] == [1, 1]
    assert shifts[0]["day"] > shifts[1]["day"], "the last one first"


def test_what_was_made_offline_counts_as_refused(world: World) -> None:
    ann = world.enrol()
    world.wait(days=1)
    made, now = world.now, world.now + timedelta(hours=1)
    request = Request("coffee", "till", "1", ANNA)
    price = Price(reward="free-coffee")
    with pytest.raises(Refusal, match="offline"):
        world.spending.spend(request, ann.card_code, price, now, made_at=made)
    world.wait(hours=1)
    assert seen(world)[ANNA].reasons == {"offline_redemption": 1}


def test_who_wants_to_give_more_than_a_shift_may_is_told(world: World) -> None:
    ann = world.enrol()
    world.wait(days=1)
    act = Act("coffee", "anna", "1", "sorry", limits={"per_shift": 100})
    world.staff.give(act, ann.member_id, "points", 80, world.now)
    with pytest.raises(Refusal, match="per_shift"):
        world.staff.give(replace(act, id="2"), ann.member_id, "points", 30, world.now)
    world.staff.give(act, ann.member_id, "points", 80, world.now)
    found = seen(world)[ANNA]
    assert (found.declined, found.reasons) == (1, {"limit_reached": 1})
    (shift,) = shifts_of(world, ANNA)
    assert (shift["gifts"], shift["points"], shift["declined"]) == (1, 80, 1)


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


def test_what_a_campaign_gives_by_itself_is_nobody_of_the_teams(world: World) -> None:
    shop = Shop(100, {}, (), ())
    moves = [
        Moves("ann", number, day, actor, ((cause, "points", 0, amount),))
        for number, (day, actor, cause, amount) in enumerate(
            (
                (99, ANNA, "gift", 10),
                (99, ANNA, "adjust", -4),
                (99, "campaign:autumn", "gift", 20),
                (60, "campaign:autumn", "gift", 30),
                (99, "saving:family", "gift", 50),
            )
        )
    ]
    program = world.programs.current("coffee")
    assert [(one["who"], one["points"]) for one in worth.staff(program, shop, moves)] == [(ANNA, 6)]
    assert [one["who"] for one in worth.shifts(program, shop, moves, {})] == [ANNA]
    # Of what was given, so much by staff.
    assert worth.by_day(moves, 100)["points"][99] == [80, 0, 0, 6]
