"""What figures take up equals what stands in the tables, however its bells come."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.order import OrderKey
from loyalty.figures.feeding import Feeding, packed
from loyalty.figures.places import Places
from loyalty.forecast import rhythm
from loyalty.ledger.act import Act
from loyalty.refusals import Refusal
from loyalty.store import counted, figure_lines, reading
from loyalty.store.figure_lines import Moves, SaleLine
from loyalty.store.tables import Cancelled, Reason
from tests.support.figure_streams import FigureStreams
from tests.support.memory import Killed, MemoryTables
from tests.support.metering import MeteredTables
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled


@pytest.fixture
def fed() -> FigureStreams:
    world = World()
    world.put_program()
    return FigureStreams(world)


def lines(world: World) -> list[SaleLine | Moves]:
    months = {
        int(key.pk.rpartition("#")[2])
        for key in world.tables.items
        if key.pk.startswith("coffee#N#0")
    }
    found: list[SaleLine | Moves] = []
    for number in sorted(months):
        for line in figure_lines.month(world.tables, "coffee", number):
            assert isinstance(line, (SaleLine, Moves))
            found.append(line)
    return found


def said(line: SaleLine | Moves) -> SaleLine | Moves:
    return replace(line, revision=0) if isinstance(line, SaleLine) else line


def counts(world: World) -> dict[str, counted.Counted | None]:
    names = [key.pk.partition("#M#")[2] for key in world.tables.items if key.sk == "COUNTED"]
    return {one: counted.read(world.tables, "coffee", one) for one in names}


def afresh(world: World) -> tuple[list[SaleLine | Moves], dict[str, counted.Counted | None]]:
    """Return what comes of it when nothing was counted before."""
    for key in [one for one in world.tables.items if one.sk == "COUNTED" or "#N#" in one.pk]:
        del world.tables.items[key]
    streams = FigureStreams(world)
    streams.ring(streams.news())
    return lines(world), counts(world)


def tell(fed: FigureStreams, dice: random.Random, people: list[Enrolled], step: int) -> None:
    """Let something happen."""
    world = fed.world
    world.wait(hours=dice.randrange(1, 60))
    who = dice.choice(people)
    orders = sorted(key.pk for key in world.tables.items if key.sk == "ORDER")
    old = dice.choice(orders).rpartition("#")[2] if orders else "0"
    match dice.randrange(10):
        case 0:
            world.sell(
                old,
                step + 2,
                total=dice.choice((0, 700)),
                status=dice.choice(("completed", "refunded", "cancelled")),
            )
        case 1:
            world.sell(f"n{step}", total=900)
        case 2:
            key = OrderKey("coffee", "till", old)
            order = reading.read_order(world.tables, key)
            if order and order.member is None:
                with suppress(Refusal):  # after thirty days nobody can
                    world.sales.claim_order(key, who.card_code, "staff", world.now)
        case 3:
            act = Act("coffee", "anna", f"g{step}", "because")
            world.staff.adjust(act, who.member_id, "points", 30, world.now)
        case 4:
            # It was sold days ago, and is told now.
            before, world.now = world.now, world.now.replace(day=max(1, world.now.day - 6))
            report = world.report(f"l{step}", total=800, member=who)
            world.now = before
            world.sales.record_order(report, world.now)
        case _:
            world.sell(f"s{step}", total=dice.randrange(100, 4000), member=who)


def test_a_sale_counts_where_it_is_said_to_have_been(fed: FigureStreams) -> None:
    """Whatever is known of the till: several places may report under one name."""
    report = replace(fed.world.report("1", total=900), location="harbour")
    fed.world.sales.record_order(report, fed.world.now)
    fed.world.sell("2", total=500)
    fed.ring(fed.news())
    told = {one.order.id: one.place for one in lines(fed.world) if isinstance(one, SaleLine)}
    assert told == {"1": "harbour", "2": ""}


@pytest.mark.parametrize("seed", range(8))
def test_bad_streams_and_a_night_end_in_what_the_tables_say(fed: FigureStreams, seed: int) -> None:
    dice, world = random.Random(seed), fed.world
    people = [world.enrol() for _ in range(4)]
    fed.ring(fed.badly(fed.news(), dice))
    waiting = []
    for step in range(40):
        tell(fed, dice, people, step)
        if step == 25:
            act = Act("coffee", "anna", "m", "twice")
            world.merging.merge(act, people[0].member_id, people[1].member_id, world.now)
        if step == 32:
            world.erasure.erase(Act("coffee", "anna", "e", "asked"), people[3].member_id, world.now)
        waiting += fed.badly(fed.news(), dice)
        if dice.random() < 0.4:
            fed.ring(waiting)
            waiting = []
    fed.ring(waiting)
    fed.night()
    # What a night has settled rings, too.
    fed.ring(fed.news())
    found = lines(world), counts(world)
    expected = afresh(world)
    # A revision that changed nothing, and left no entry, is looked at in its turn.
    assert [said(one) for one in found[0]] == [said(one) for one in expected[0]]
    assert found[1] == expected[1]


def test_a_line_says_what_was_sold_and_what_its_entries_did(fed: FigureStreams) -> None:
    world = fed.world
    ann = world.enrol()
    world.sell("1", total=2000, member=ann)
    fed.ring(fed.news())
    (line,) = [one for one in lines(world) if isinstance(one, SaleLine)]
    assert (line.member, line.net, line.sold, line.day) == (
        ann.member_id, 2000, True, world.now.toordinal(),
    )  # fmt: skip
    (moves,) = line.moves
    assert [(cause, pot) for cause, pot, *_ in moves.amounts] == [("earn", "points")]
    assert moves.actor == "endpoint:test"
    world.sell("1", 2, status="refunded", member=ann)
    fed.ring(fed.news())
    (line,) = [one for one in lines(world) if isinstance(one, SaleLine)]
    assert (line.net, line.sold, len(line.moves)) == (0, False, 2)


def test_a_visit_that_is_gone_is_gone_from_the_rhythm(fed: FigureStreams) -> None:
    world = fed.world
    ann = world.enrol()
    days = []
    for number in range(4):
        world.sell(str(number), total=500, member=ann)
        days.append(world.now.toordinal())
        world.wait(days=3 + number)
        fed.ring(fed.news())
    assert rhythm_of(world, ann) == packed(rhythm.of(days))
    world.sell("2", 2, status="refunded", member=ann)
    fed.ring(fed.news())
    assert rhythm_of(world, ann) == packed(rhythm.of([days[0], days[1], days[3]]))


def rhythm_of(world: World, member: Enrolled) -> counted.Rhythm | None:
    found = counted.read(world.tables, "coffee", member.member_id)
    return found.rhythm if found else None


def test_of_whoever_leaves_no_rhythm_is_kept(fed: FigureStreams) -> None:
    world = fed.world
    ann = world.enrol()
    world.sell("1", total=500, member=ann)
    fed.ring(fed.news())
    world.erasure.erase(Act("coffee", "anna", "e", "asked"), ann.member_id, world.now)
    fed.ring(fed.news())
    assert rhythm_of(world, ann) is None
    assert not world.erasure.left("coffee", ann.member_id, world.now)


def test_a_line_outlives_an_order_that_nobody_has_claimed(fed: FigureStreams) -> None:
    world = fed.world
    world.sell("1", total=500)
    fed.ring(fed.news())
    key = next(key for key in world.tables.items if key.sk == "ORDER")
    del world.tables.items[key]
    fed.ring([OrderKey("coffee", "till", "1")])
    (line,) = lines(world)
    assert isinstance(line, SaleLine)
    assert (line.member, line.net) == (None, 500)


@pytest.mark.parametrize("calls", range(14))
def test_an_interruption_anywhere_is_made_good_by_the_next_bell(calls: int) -> None:
    world = World()
    world.put_program()
    fed = FigureStreams(world)
    ann = world.enrol()
    world.sell("1", total=500, member=ann)
    fed.ring(fed.news())
    world.wait(days=5)
    world.sell("2", total=500, member=ann)
    world.sell("1", 2, status="refunded", member=ann)
    bells = fed.news()
    world.tables.plan("killed", calls)
    try:
        fed.ring(bells)
    except Killed:
        fed.ring(bells)
    found = lines(world), counts(world)
    assert found == afresh(world)


def test_a_sale_costs_two_units_and_one_of_nobody_one() -> None:
    tables = MemoryTables()
    world = World(tables)
    world.put_program()
    fed = FigureStreams(world)
    ann = world.enrol()
    world.sell("0", total=500, member=ann)
    fed.ring(fed.news())
    metered = MeteredTables(tables)
    fed.feeding = Feeding(metered, world.programs, Places(tables, lambda: world.now))
    for number in range(1, 40):
        world.wait(days=1)
        world.sell(str(number), total=500, member=ann)
        before = metered.bill.write_units + metered.bill.index_units
        fed.ring(fed.news())
        assert metered.bill.write_units + metered.bill.index_units - before <= 2
    world.sell("nobody", total=500)
    before = metered.bill.write_units
    fed.ring(fed.news())
    assert metered.bill.write_units - before == 1


def test_whoever_is_overtaken_leaves_it_to_the_other(
    fed: FigureStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = fed.world
    ann = world.enrol()
    world.sell("1", total=500, member=ann)
    bells = fed.news()
    write: Callable[..., None] = world.tables.write_alone
    other = FigureStreams(world)

    def overtaken(update: Any) -> None:
        monkeypatch.setattr(world.tables, "write_alone", write)
        other.ring(bells)
        write(update)

    monkeypatch.setattr(world.tables, "write_alone", overtaken)
    fed.ring(bells)
    found = lines(world), counts(world)
    assert found == afresh(world)


def test_a_database_that_refuses_to_write_is_told(
    fed: FigureStreams, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Any) -> None:
        raise Cancelled((Reason("throttled"),))

    fed.world.sell("1", total=500)
    monkeypatch.setattr(fed.world.tables, "write_alone", refused)
    with pytest.raises(Cancelled):
        fed.ring(fed.news())
