"""Orders that much is told of: heads stay small, what a sale is worth does not depend on it."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loyalty.core import order as orders
from loyalty.core.decide.spending import MOST_ON_ORDER, Price
from loyalty.core.order import MOST_HINTS, Line, Order, OrderKey, Part, dated, merge
from loyalty.ledger.spending import Request
from loyalty.store import keys, reading
from loyalty.store.items import order as order_items
from tests.support import soundness
from tests.support.deciding import basket
from tests.support.memory import MemoryTables
from tests.support.metering import KILOBYTE, Bill, MeteredTables, size
from tests.support.world import START, World

if TYPE_CHECKING:
    from loyalty.ledger.sales import OrderOutcome
    from loyalty.members.enrolment import Enrolled
    from loyalty.store.tables import Key

KEY = OrderKey("coffee", "till", "1")
TEA = Line("tea", "tea", 900_000, 9_000_000)
CAKE = Line("cake", "cake", 100_000, 1_000_000)
RULES: dict[str, Any] = {
    "earning": [
        {"pot": "points", "points": 1, "amount": 100},
        {"pot": "points", "points": 1, "per": "item", "only": {"categories": ["cake"]}},
    ],
    "points_as_money": None,
}


def refund(number: int, amount: int = 700, *lines: Line, **changes: Any) -> Part:
    return Part(f"refund:r-{number:06d}", 1, "completed", amount, lines=lines, **changes)


def tell(world: World, member: Enrolled | None, *parts: Part) -> OrderOutcome:
    report = replace(world.report(member=member), parts=parts)
    return world.sales.record_order(report, world.now)


def stored(world: World, key: OrderKey = KEY) -> Order:
    order = reading.read_order(world.tables, key)
    assert order is not None
    return order


def test_five_thousand_refunds_of_one_order_stay_small() -> None:
    tables = MemoryTables()
    meter = MeteredTables(tables)
    world = World(meter)
    world.put_program(**RULES)
    ann = world.enrol()
    tell(world, ann, basket(10_000_000, TEA, CAKE, tip=0))
    twin = stored(world)
    cheapest = costs(world, meter, ann, refund(1, 700, Line("cake", "cake", 10, 100)))
    # Most of them in fewer messages than a till has room for, to save time.
    numbers = iter(range(2, 10_000))
    for many in (*(1_000,) * 4, *(99,) * 11):
        # By turns of a line, of no line, of a line that nobody knows.
        parts = [
            refund(
                number,
                700 + number % 7,
                *(Line(f"{('tea', 'cake')[number % 2]}", "", 10, 600),) * (number % 3 > 0),
                tax=number % 5,
            )
            for number in islice(numbers, many)
        ]
        version = int(parts[-1].key[-6:])
        tell(world, ann, basket(10_000_000, TEA, CAKE, version=version), *parts)
    last = [costs(world, meter, ann, refund(next(numbers))) for _ in range(12)]
    order = stored(world)
    assert sum(part.key.startswith("refund:") for part in order.parts) >= 5_000
    sizes = {key.sk: size(item) for key, item in tables.items.items() if "#O#" in key.pk}
    assert sizes["ORDER"] <= 6 * KILOBYTE
    assert max(n for name, n in sizes.items() if name > "PAGE#000004") <= 24 * KILOBYTE
    # A refund writes the head, an entry, the account, and once in a while a page.
    assert max(bill.write_units for bill in last) <= cheapest.write_units + 24
    assert sorted(bill.write_units for bill in last)[5] <= cheapest.write_units + 8
    # Reading it whole costs a unit for some thirty refunds, and never grows by writing.
    assert max(bill.read_units for bill in last) <= cheapest.read_units + 5_200 // 30
    # Nothing was forgotten: an unfolded twin of all that was told is worth the same.
    assert [part.key for part in order.parts] == sorted({part.key for part in order.parts})
    back = sum(part.total for part in order.parts if part.key.startswith("refund:"))
    assert order.total == twin.total - back
    assert world.account(ann).spend == order.total
    assert soundness.faults(World(tables)) == []


def costs(world: World, meter: MeteredTables, ann: Enrolled, part: Part) -> Bill:
    meter.bill = Bill()
    assert tell(world, ann, part).result == "recorded"
    bill, meter.bill = meter.bill, Bill()
    return bill


BOUGHT = (Line("tea", "tea", 3000, 2100), Line("cake", "sweet", 2000, 1800))
LINES = st.lists(
    st.sampled_from(
        (Line("tea", "tea", 1000, 700), Line("cake", "", 1000, 900), Line("", "tea", 0, 50))
    ),
    max_size=2,
)
REFUNDS = st.builds(
    Part,
    key=st.integers(1, 9).map("refund:{}".format),
    version=st.integers(1, 3),
    status=st.sampled_from(("completed", "completed", "completed", "cancelled")),
    total=st.integers(0, 2000),
    tip=st.integers(0, 40),
    lines=LINES.map(tuple),
)
PAYMENTS = st.builds(
    Part,
    key=st.integers(1, 3).map("payment:{}".format),
    version=st.integers(1, 3),
    status=st.sampled_from(("completed", "open", "cancelled")),
    total=st.integers(0, 9000),
)
BASKETS = st.builds(
    lambda version, total, tip: basket(
        total,
        Line("tea", "tea", 3000, 2100),
        Line("cake", "sweet", 2000, 1800),
        version=version,
        tip=tip,
    ),
    st.integers(1, 12),
    st.integers(0, 9000),
    st.sampled_from((0, 100)),
)
REPORTS = st.one_of(
    st.tuples(BASKETS, st.lists(REFUNDS, max_size=3, unique_by=lambda part: part.key)).map(
        lambda pair: (pair[0], *pair[1])
    ),
    st.tuples(REFUNDS),
    st.tuples(PAYMENTS),
)


@pytest.mark.parametrize("room", [0, 60, 300])
@given(told=st.lists(REPORTS, min_size=1, max_size=14), seed=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_an_order_in_pages_is_worth_what_its_unfolded_twin_is(
    room: int, told: list[tuple[Part, ...]], seed: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(order_items, "_MOST_IN_HEAD", room)
        heads = []
        for arrival in (told, random.Random(seed).sample(told, len(told))):
            world = World()
            world.put_program(**RULES)
            ann = world.enrol()
            twin = Order(KEY, "USD", START, START)
            for parts in (*arrival, *arrival[:2]):
                report = replace(world.report(member=ann), parts=parts)
                result = world.sales.record_order(report, world.now)
                before, twin = twin, merge(twin, *dated(report, world.now)).order
                assert result.result != "unchanged" or before == twin
                whole = stored(world)
                assert (whole.parts, whole.listed) == (twin.parts, twin.listed)
                assert (whole.totals, whole.bill) == (twin.totals, twin.bill)
            assert soundness.faults(world) == []
            heads.append(replace(twin, occurred_at=START))
            heads.append(replace(whole.posted, units=dict(whole.posted.units)))  # type: ignore[arg-type]
        # And every arrival of the same reports ends in the same order.
        assert heads[:2] == heads[2:]


def test_what_is_in_a_page_may_still_be_mended_and_taken_back() -> None:
    world = World()
    world.put_program(**RULES)
    ann = world.enrol()
    tell(world, ann, basket(10_000_000, TEA, CAKE))
    for first in range(0, 300, 75):
        tell(world, ann, *(refund(number) for number in range(first, first + 75)))
    order = stored(world)
    assert order.paged.count >= 3
    assert order.total == 10_000_000 - 300 * 700
    tell(world, ann, replace(refund(7), version=2, total=200))
    tell(world, ann, replace(refund(8), version=2, status="cancelled"))
    assert tell(world, ann, refund(7)).result == "unchanged"
    assert tell(world, ann, replace(refund(7), version=2, total=200)).result == "unchanged"
    contradicted = tell(world, ann, replace(refund(9), total=100))
    assert (contradicted.result, contradicted.conflict) == ("recorded", True)
    assert stored(world).total == 10_000_000 - 300 * 700 + 500 + 700 + 600
    assert soundness.faults(world) == []


def test_an_order_that_is_parked_with_pages_can_be_claimed() -> None:
    world = World()
    world.put_program(**RULES)
    ann = world.enrol()
    tell(world, None, basket(10_000_000, TEA, CAKE))
    tell(world, None, *(refund(number) for number in range(99)))
    (parked,) = world.sales.parked_orders("coffee", 9, world.now).orders
    assert parked.paged.count == 1
    assert parked.total == 10_000_000 - 99 * 700
    world.sales.claim_order(KEY, ann.card_code, "key:till", world.now)
    assert world.account(ann).spend == 10_000_000 - 99 * 700
    assert soundness.faults(world) == []


@pytest.mark.corrupts
def test_a_page_that_is_missing_is_a_fault_and_never_a_smaller_order() -> None:
    world = World()
    world.put_program(**RULES)
    ann = world.enrol()
    tell(world, ann, basket(10_000_000, TEA, CAKE), *(refund(number) for number in range(99)))
    page: Key = keys.order_page_key(KEY, 1)
    kept = world.tables.items.pop(page)
    with pytest.raises(LookupError, match="page"):
        tell(world, ann, refund(100))
    found = []
    for _ in range(28):
        world.wait(days=1)
        found += [fault for one in world.night() for fault in one.faults]
    assert any("LookupError in order" in fault for fault in found)
    world.tables.items[page] = kept
    assert tell(world, ann, refund(100)).result == "recorded"


def test_what_no_till_should_ever_tell_is_bounded_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "MOST_PARTS", 5)
    monkeypatch.setattr(orders, "MOST_VERSIONS", 6)
    standing = Order(KEY, "USD", START, START)
    for number in range(9):
        found = merge(standing, refund(number))
        assert found.conflict is (number >= 5)
        standing = found.order
    # The basket always counts, and what is known can still be mended.
    assert merge(standing, basket(9000)).order.total == 9000 - 5 * 700
    assert not merge(standing, replace(refund(3), version=2)).conflict
    for version in range(1, 12):
        found = merge(standing, basket(9000 + version, version=version))
        assert found.conflict is (version >= 6)
        standing = found.order
    assert len(standing.totals) == 6
    assert standing.basket
    assert standing.basket.total == 9011


def test_an_order_knows_so_many_ways_to_find_its_member_and_no_more() -> None:
    world = World()
    world.put_program()
    names = [f"contact:{number:064d}" for number in range(MOST_HINTS + 20)]
    ends = set()
    for arrival in (names, names[::-1]):
        order = Order(KEY, "USD", START, START)
        for name in arrival:
            order = merge(order, basket(), hints=(name,)).order
        ends.add(order.hints)
    assert ends == {tuple(names[:MOST_HINTS])}


def test_one_order_is_paid_for_so_many_times_and_no_more() -> None:
    world = World()
    world.put_program()
    ann = world.enrol()
    world.sell("before", total=10**8, member=ann)
    price = Price(reward="free-coffee")
    outcomes = []
    for number in range(MOST_ON_ORDER + 1):
        request = Request("coffee", "till", f"r{number}", "key:till")
        outcomes.append(world.spending.spend(request, ann.card_code, price, world.now, KEY).body)
    assert [one["outcome"] for one in outcomes[:-1]] == ["redeemed"] * MOST_ON_ORDER
    assert outcomes[-1]["reason"] == "too_many_on_order"
    request = Request("coffee", "till", "h", "key:till")
    world.spending.hold(request, ann.card_code, price, world.now)
    captured = world.spending.capture(request, ann.card_code, world.now, None, KEY).body
    assert captured["reason"] == "too_many_on_order"
    assert soundness.faults(world) == []


def test_thousands_of_versions_take_their_refunds_once() -> None:
    """More versions of a basket than a head has room for: none is forgotten."""
    order = Order(KEY, "USD", START, START)
    left = 1_000_000
    order = merge(order, basket(left)).order
    for number in range(300):
        left -= 700
        order = merge(order, basket(left, version=2 + number), refund(number)).order
    assert order.total == left == 1_000_000 - 300 * 700
