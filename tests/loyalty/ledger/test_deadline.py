"""Whatever hangs, a use case is over in time, and the same request again tells what happened."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.coupon import Coupon
from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.act import Act
from loyalty.ledger.books import Books
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.spending import Request
from loyalty.refusals import Refusal
from loyalty.store.tables import Cancelled
from tests.support import soundness
from tests.support.slow import ATTEMPT, PAUSE, Slow
from tests.support.use_cases import UseCases
from tests.support.world import TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled

SECONDS = 12.5
"""What a function behind the gateway has, less the reserve."""
COFFEE = Price(reward="free-coffee")
FIFTY = Coupon("fifty", {"en": "A gift", "ru": "x"}, word="FIFTY", pot="points", points=50, uses=9)


def request(name: str) -> Request:
    return Request("coffee", "till", name, "endpoint:till")


def redeem(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    return uses.spending.spend(request("r"), ann.card_code, COFFEE, world.now).body


def pay(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    order = OrderKey("coffee", "till", "parked")
    return uses.spending.spend(request("p"), ann.card_code, COFFEE, world.now, order).body


def hold(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    return uses.spending.hold(request("h"), ann.card_code, COFFEE, world.now).body


def capture(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    return uses.spending.capture(request("held"), ann.card_code, world.now).body


def sell(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    outcome = uses.sales.record_order(world.report(order="new", member=ann), world.now)
    return outcome.member


def claim(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    order = OrderKey("coffee", "till", "parked")
    return uses.sales.claim_order(order, ann.card_code, "key:1", world.now).member


def give(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    act = Act("coffee", "anna", "g", "because")
    return uses.staff.give(act, ann.member_id, "points", 5, world.now).body


def transfer(world: World, uses: UseCases, ann: Enrolled, ben: Enrolled) -> Any:
    act = Act("coffee", "anna", "t", "because")
    return uses.staff.transfer(act, ann.member_id, ben.member_id, "points", 5, world.now).body


def merge(world: World, uses: UseCases, ann: Enrolled, ben: Enrolled) -> Any:
    act = Act("coffee", "anna", "m", "because")
    return uses.staff.merge(act, ann.member_id, ben.member_id, world.now).body


def release(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    return uses.spending.release(request("held"), ann.card_code, world.now).body


def undo(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    return uses.spending.undo(request("spent"), ann.card_code, world.now).body


def code(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    who = Shown(card_code=ann.card_code)
    order = OrderKey("coffee", "till", "bought")
    return uses.coupons.use(request("c"), who, "FIFTY", 900, world.now, order).body


def move(world: World, uses: UseCases, _: Enrolled, ben: Enrolled) -> Any:
    order = OrderKey("coffee", "till", "bought")
    act = Act("coffee", "anna", "v", "because")
    return uses.order_acts.move(act, order, ben.member_id, world.now).body


def forget(world: World, uses: UseCases, *_: Enrolled) -> Any:
    order = OrderKey("coffee", "till", "bought")
    return uses.order_acts.forget(Act("coffee", "anna", "f", "a double"), order, world.now).body


def pause(world: World, uses: UseCases, ann: Enrolled, _: Enrolled) -> Any:
    act = Act("coffee", "anna", "p", "because")
    return uses.staff.pause(act, ann.member_id, world.now, paused=True).body


DEEDS = (
    *(redeem, pay, hold, capture, sell, claim, give, transfer, merge),
    *(release, undo, code, move, forget, pause),
)
MODES = ("writes hang", "late", "reads hang", "slow", "slow conflicts")


def prepared() -> tuple[World, Enrolled, Enrolled]:
    world = World(seed=5)
    world.put_program(limits=[{"action": "redeem", "period": "day", "count": 9}])
    ann, ben = world.enrol(), world.enrol()
    world.sell(total=5000, member=ann)
    world.sell(order="bought", total=900, member=ann)
    world.sell(order="parked", total=700)
    world.spending.spend(request("spent"), ann.card_code, COFFEE, world.now)
    world.offers.make("coffee", FIFTY, "key:owner", world.now)
    world.spending.hold(request("held"), ann.card_code, COFFEE, world.now)
    return world, ann, ben


def over(tables: Slow, world: World) -> UseCases:
    return UseCases(
        Books(
            tables,
            world.programs,
            TOKENS,
            random=lambda: 1.0,
            sleep=tables.wait,
            deadline=tables.deadline,
        ),
        world.new_short_code,
    )


def answered(deed: Callable[[], Any]) -> Any:
    """Return what a deed was answered, None where it was not possible at this moment."""
    try:
        return deed()
    except ConnectionError:
        return None
    except Refusal as refusal:
        if refusal.kind in {"busy", "unavailable"} and refusal.retry_after:
            return None
        raise


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_it_is_over_in_time_and_counts_once(
    deed: Callable[[World, UseCases, Enrolled, Enrolled], Any], mode: str
) -> None:
    world, ann, ben = prepared()
    swift = Slow(world.tables.items, "well", 0)
    wanted = deed(world, over(swift, world), ann, ben)
    for after in range(swift.calls + 1):
        tables = Slow(world.tables.items, mode, after)
        uses = over(tables, world)
        tables.deadline.begin(SECONDS)
        told = answered(partial(deed, world, uses, ann, ben))
        assert tables.time <= SECONDS + PAUSE, (after, tables.time)
        assert told in (None, wanted)
        tables.heal()
        for writes in tables.late[:1]:
            # What was sent is done long after nobody waits any more.
            with suppress(Cancelled):
                tables.write(*writes)
        again = deed(world, uses, ann, ben)
        assert again == wanted
        world_after = World(tables)
        world_after.now = world.now
        assert soundness.faults(world_after) == []
        balance = world_after.account(ann), world_after.account(ben)
        swift_world = World(swift)
        same = swift_world.account(ann), swift_world.account(ben)
        assert [one.pots for one in balance] == [one.pots for one in same], (mode, after)


def test_an_hour_of_conflicts_takes_as_long_as_there_is_time() -> None:
    world, ann, ben = prepared()
    tables = Slow(world.tables.items, "slow conflicts", 0)
    tables.deadline.begin(3.0 + ATTEMPT)
    with pytest.raises(Refusal) as refused:
        redeem(world, over(tables, world), ann, ben)
    assert (refused.value.kind, refused.value.retry_after) == ("unavailable", 2)
    assert tables.time <= 3.0 + ATTEMPT
