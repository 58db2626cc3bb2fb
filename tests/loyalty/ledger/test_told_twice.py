"""A visit that a booking tool and a till both tell of earns once, and the owner is asked once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from loyalty.core.booking import VisitReport
from loyalty.core.order import BASKET, OrderKey, OrderReport, Part
from loyalty.ledger.act import Act
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from loyalty.ledger.sales import OrderOutcome
    from loyalty.members.enrolment import Enrolled

AT = datetime(2026, 5, 7, 18, 0, tzinfo=UTC)
LATER = AT + timedelta(hours=6)
HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    world = World(bridged=True)
    world.put_program()
    world.now = LATER
    return world


def order(  # noqa: PLR0917
    member: Enrolled, source: str, name: str, total: int, at: datetime, location: str = ""
) -> OrderReport:
    hints = (f"code:{TOKENS.read_card_code(member.card_code)}",)
    key, part = OrderKey("coffee", source, name), Part(BASKET, 1, "completed", total)
    return OrderReport(key, "USD", at, (part,), hints, "key:till", location)


def rung_up(
    world: World, member: Enrolled, total: int = 5000, at: datetime = AT + HOUR, **more: str
) -> OrderOutcome:
    name = more.pop("name", "r-1")
    return world.sales.record_order(order(member, "till", name, total, at, **more), world.now)


def came(
    world: World, member: Enrolled, total: int = 5000, at: datetime = AT, version: int = 1
) -> OrderOutcome | None:
    sale = order(member, "salon", "b-1", total, at, "main")
    actor = "endpoint:salon"
    report = VisitReport(sale.key, version, "came", at, None, sale.hints, actor, sale=sale)
    return world.visits.record(report, world.now).sale


def listed(world: World) -> list[str]:
    found = world.sales.possible_doubles("coffee", 20, world.now).orders
    assert all(one.void and one.member is None and one.total == 0 for one in found)
    return [f"{one.key.source} {one.key.id} {one.bill.total}" for one in found]


def say(world: World, what: str, source: str, name: str) -> object:
    act = Act("coffee", "anna", f"{what}-{source}", "looked at the book")
    use = world.order_acts.keep if what == "keep" else world.order_acts.forget
    return use(act, OrderKey("coffee", source, name), world.now).body["outcome"]


def test_told_by_the_tool_first_the_tills_sale_waits_for_the_owners_word(world: World) -> None:
    ann = world.enrol()
    came(world, ann)
    assert world.balance(ann) == 500
    outcome = rung_up(world, ann)
    assert (outcome.result, outcome.double, outcome.points) == ("parked", True, 0)
    assert rung_up(world, ann).result == "unchanged"
    assert world.balance(ann) == 500
    assert listed(world) == ["till r-1 5000"]


def test_told_by_the_till_first_the_tools_sale_waits(world: World) -> None:
    ann = world.enrol()
    rung_up(world, ann)
    outcome = came(world, ann)
    assert outcome is not None
    assert outcome.double
    came(world, ann, version=2)
    assert world.balance(ann) == 500
    assert listed(world) == ["salon b-1 5000"]


def test_it_is_the_same_visit_and_that_stays_so(world: World) -> None:
    ann = world.enrol()
    came(world, ann)
    rung_up(world, ann)
    assert say(world, "forget", "till", "r-1") == "forgotten"
    assert listed(world) == []
    rung_up(world, ann)
    assert (world.balance(ann), listed(world)) == (500, [])
    say(world, "keep", "till", "r-1")
    assert world.balance(ann) == 500, "whoever keeps what was forgotten changes nothing"


def test_it_is_another_sale_and_that_stays_so(world: World) -> None:
    ann = world.enrol()
    came(world, ann)
    rung_up(world, ann)
    for _ in range(2):
        assert say(world, "keep", "till", "r-1") == "kept"
        assert (world.balance(ann), listed(world)) == (1000, [])
    rung_up(world, ann)
    came(world, ann, total=4000, version=2)
    assert (world.balance(ann), listed(world)) == (900, [])


@pytest.mark.parametrize(
    ("total", "at", "location"),
    [
        (4999, AT + HOUR, ""),
        (5000, AT + 3 * HOUR + timedelta(seconds=1), ""),
        (5000, AT - 3 * HOUR - timedelta(seconds=1), ""),
        (5000, AT + HOUR, "airport"),
    ],
)
def test_another_amount_time_or_place_is_another_sale(
    world: World, total: int, at: datetime, location: str
) -> None:
    ann = world.enrol()
    came(world, ann)
    assert rung_up(world, ann, total, at, location=location).result == "recorded"
    assert world.balance(ann) == 500 + total // 10
    assert listed(world) == []


def test_another_member_and_two_sales_of_one_till_are_other_sales(world: World) -> None:
    ann, ben = world.enrol(), world.enrol()
    came(world, ann)
    assert rung_up(world, ben).result == "recorded"
    assert rung_up(world, ben, name="r-2").result == "recorded"
    assert listed(world) == []


def test_a_visit_that_was_taken_back_hides_no_sale(world: World) -> None:
    ann = world.enrol()
    came(world, ann)
    report = VisitReport(
        OrderKey("coffee", "salon", "b-1"), 2, "cancelled", None, None, (), "endpoint:salon"
    )
    world.visits.record(report, world.now)
    assert world.balance(ann) == 0
    assert rung_up(world, ann).result == "recorded"
    assert world.balance(ann) == 500


def test_a_shop_without_booking_tools_sells_as_ever(world: World) -> None:
    ann = world.enrol()
    for number in range(3):
        rung_up(world, ann, name=f"r-{number}")
    assert world.balance(ann) == 1500
    assert listed(world) == []
