"""An order id that a till has used again: kept apart, counted, and listed page by page."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.double import MOST_NAMED
from loyalty.core.order import OrderKey
from loyalty.refusals import Refusal
from loyalty.store import reading
from tests.support.soundness import sound
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.core.order import Order
    from loyalty.ledger.sales import OrderOutcome
    from loyalty.members.enrolment import Enrolled


def told(world: World, member: Enrolled, currency: str, **changes: Any) -> OrderOutcome:
    report = replace(world.report(member=member, **changes), currency=currency)
    return world.sales.record_order(report, world.now)


def listed(world: World, limit: int) -> list[list[Order]]:
    """Return all possible doubles, page by page."""
    pages = [world.sales.possible_doubles("coffee", limit, world.now)]
    while pages[-1].next:
        following = pages[-1].next
        pages.append(world.sales.possible_doubles("coffee", limit, world.now, following))
    return [list(page.orders) for page in pages]


def test_an_id_used_again_in_another_currency_is_another_order(world: World, ann: Enrolled) -> None:
    assert told(world, ann, "USD", total=1000).double is False
    again = told(world, ann, "EUR", total=500)
    assert (again.result, again.points, again.double) == ("recorded", 50, True)
    assert world.balance(ann) == 150
    # Repeats and later versions find their own; neither takes from the other.
    assert told(world, ann, "EUR", total=500).result == "unchanged"
    assert told(world, ann, "EUR", version=2, total=300).points == -20
    assert told(world, ann, "USD", version=2, total=1000, status="refunded").points == -100
    assert world.balance(ann) == 30
    ((double,),) = listed(world, 10)
    assert (double.currency, double.member, double.total) == ("EUR", ann.member_id, 300)
    first = reading.read_order(world.tables, OrderKey("coffee", "till", "1"))
    assert first
    assert (first.currency, first.doubles) == ("USD", (double.key.id,))
    assert sound(world, ann)


def test_every_arrival_of_two_currencies_gives_the_same_points() -> None:
    reports: tuple[tuple[str, dict[str, Any]], ...] = (
        ("USD", {"total": 1000}),
        ("USD", {"version": 2, "total": 700}),
        ("EUR", {"total": 500}),
        ("EUR", {"version": 3, "total": 300}),
    )
    ends = set()
    for arrival in permutations(reports):
        world = World()
        world.put_program()
        ann = world.enrol()
        for currency, report in (*arrival, arrival[0]):
            told(world, ann, currency, **report)
        # Whichever currency came first keeps the plain id.
        ((double,),) = listed(world, 10)
        assert double.currency != arrival[0][0]
        account = world.account(ann)
        ends.add((account.balance("points"), account.spend, account.visits))
        assert sound(world, ann)
    assert ends == {(100, 1000, 2)}


def test_another_customer_in_another_currency_is_found_again(world: World, ann: Enrolled) -> None:
    ben = world.enrol()
    told(world, ann, "USD", total=1000)
    told(world, ann, "EUR", total=1000)
    told(world, ben, "EUR", total=700)
    assert told(world, ben, "EUR", total=700).result == "unchanged"
    told(world, ben, "EUR", version=2, total=500)
    assert (world.balance(ann), world.balance(ben)) == (200, 50)
    assert [order.member for order in listed(world, 10)[0]] == [ann.member_id, ben.member_id]
    assert sound(world, ann)


def test_more_doubles_than_the_first_order_names_are_all_kept(world: World, ann: Enrolled) -> None:
    others = [world.enrol() for _ in range(MOST_NAMED + 2)]
    told(world, ann, "USD", total=100)
    for version in (1, 2, 3):
        for other in others:
            told(world, other, "USD", version=version, total=100 * version)
    assert [world.balance(other) for other in others] == [30] * len(others)
    listing = [order.member for page in listed(world, 5) for order in page]
    assert {*listing} == {other.member_id for other in others}
    assert len(listing) == len(others)


def test_a_parked_order_has_its_double_too(world: World, ann: Enrolled) -> None:
    world.sell(total=1000)
    assert told(world, ann, "EUR", total=500).points == 50
    key = OrderKey("coffee", "till", "1")
    assert world.sales.claim_order(key, ann.card_code, "key:till", world.now).points == 100
    assert world.balance(ann) == 150
    ((double,),) = listed(world, 10)
    assert double.currency == "EUR"


def test_noting_a_double_leaves_the_parked_order_claimable(world: World, ann: Enrolled) -> None:
    world.sell(total=1000)
    told(world, ann, "EUR", total=500)
    (parked,) = world.sales.parked_orders("coffee", 10, world.now).orders
    assert (parked.key.id, parked.currency) == ("1", "USD")
    assert parked.doubles == ("1 EUR",)


def test_doubles_are_listed_by_pages_oldest_first(world: World, ann: Enrolled) -> None:
    wanted = []
    for number in range(7):
        told(world, ann, "USD", order=f"{number}#ы", total=100)
        told(world, ann, "EUR", order=f"{number}#ы", total=100)
        wanted.append(f"{number}#ы EUR")
        # Some within one second.
        world.wait(seconds=number % 2)
    other = replace(world.report("0", program="barber"), currency="EUR")
    world.put_program("barber")
    world.sales.record_order(other, world.now)
    pages = listed(world, 3)
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [order.key.id for page in pages for order in page] == wanted
    assert [len(page) for page in listed(world, 7)] == [7, 0]


def test_parked_orders_come_by_pages_without_what_has_found_its_member(
    world: World, ann: Enrolled
) -> None:
    for number in range(5):
        world.sell(f"{number}", total=100)
        world.wait(seconds=1)
    first = world.sales.parked_orders("coffee", 2, world.now)
    assert first.next
    assert [order.key.id for order in first.orders] == ["0", "1"]
    for name in ("1", "2"):
        key = OrderKey("coffee", "till", name)
        world.sales.claim_order(key, ann.card_code, "key:till", world.now)
    second = world.sales.parked_orders("coffee", 2, world.now, first.next)
    assert second.next
    assert [order.key.id for order in second.orders] == ["3", "4"]
    assert world.sales.parked_orders("coffee", 2, world.now, second.next).orders == ()


@pytest.mark.parametrize("cursor", ["x", "eA", "MSMy", "ы", "MTIzNDU2Nzg5MDEyMyN0aWxsIzE"])
def test_what_no_page_has_returned_is_no_cursor(world: World, cursor: str) -> None:
    with pytest.raises(Refusal) as refused:
        world.sales.possible_doubles("coffee", 2, world.now, cursor)
    assert refused.value.code == "invalid_cursor"


def test_what_names_nobody_belongs_to_the_double_of_its_instant(
    world: World, ann: Enrolled
) -> None:
    """Even where the first order of that id is days away, which alone would set it apart."""
    ben = world.enrol()
    world.sell(total=1000, member=ann)
    world.wait(days=8)
    world.sold_at.clear()  # another sale, at this instant
    assert world.sell(version=1, total=500, member=ben).double
    told = world.sell(version=2, total=300)
    assert (told.result, told.member, told.points) == ("recorded", ben.member_id, -20)
    assert len(listed(world, 10)[0]) == 1


@pytest.mark.parametrize("known", ["nobody's", "nothing's worth"])
def test_a_far_away_day_sets_apart_whether_or_not_the_first_counts_so_repeats_change_nothing(
    world: World, ann: Enrolled, known: str
) -> None:
    """A message whose answer was lost comes again, and finds the order that it has made count."""
    world.sell(version=5, total=1160) if known == "nobody's" else world.sell(total=0, member=ann)
    world.wait(days=14)
    world.sold_at.clear()
    told = world.report(version=3, total=700, member=ann)
    assert world.sales.record_order(told, world.now).points == 70
    for _ in range(2):
        assert world.sales.record_order(told, world.now).result == "unchanged"
    assert (world.balance(ann), world.account(ann).visits) == (70, 1)
    assert len(listed(world, 10)[0]) == 1


def test_an_order_that_was_open_for_weeks_is_one_order(world: World, ann: Enrolled) -> None:
    world.sell(total=1000, status="open", member=ann)
    world.wait(days=14)
    world.sold_at.clear()
    told = world.report(version=2, total=1000, member=ann)
    assert world.sales.record_order(told, world.now).points == 100
    assert world.sales.record_order(told, world.now).result == "unchanged"
    assert listed(world, 10) == [[]]


def test_an_old_version_that_comes_again_after_its_day_was_mended_is_no_double(
    world: World, ann: Enrolled
) -> None:
    """Each step is within what is believed; all together are more than a week."""
    reports = []
    for version in (1, 2, 3):
        reports.append(world.report(version=version, total=1000, member=ann))
        world.sales.record_order(reports[-1], world.now)
        world.wait(days=6)
        world.sold_at.clear()
    for report in reports:
        outcome = world.sales.record_order(report, world.now)
        assert (outcome.result, outcome.double) == ("unchanged", False)
    assert (world.balance(ann), world.account(ann).visits) == (100, 1)
    assert listed(world, 10) == [[]]
    assert sound(world, ann)
