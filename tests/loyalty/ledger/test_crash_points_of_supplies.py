"""Stock and coupons: every store call, every fault: then restart, try again, and nothing is off."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.coupon import Coupon
from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.coupon_uses import Shown
from loyalty.ledger.offers import codes
from loyalty.ledger.spending import Request, Whose
from loyalty.ledger.stock import Stock
from loyalty.store import supplies
from loyalty.store.tables import Put
from tests.loyalty.ledger import test_crash_points as sweep
from tests.loyalty.ledger.test_crash_points import act
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled

pytestmark = pytest.mark.no_cover

NAME = {"en": "x", "ru": "x"}
BILL = OrderKey("coffee", "till", "bill")
FIFTY = Coupon("fifty", NAME, word="FIFTY", pot="points", points=50, uses=9, per_member=3)
TENTH = Coupon("tenth", NAME, word="TENTH", basis_points=1000, per_member=None)
FLYERS = Coupon("flyers", NAME, codes=9, pot="points", points=10, per_member=None)


@cache
def _prepared() -> tuple[dict[Any, Any], Enrolled]:
    world = World(seed=7)
    mug = {"id": "mug", "pot": "points", "price": 10, "name": NAME, "stocked": True}
    world.put_program(rewards=[{**mug, "per_member": 5}], lowered_bills="nothing")
    for one in (FIFTY, TENTH, FLYERS):
        world.offers.make("coffee", one, "key:owner1", world.now)
    Stock(world.books).put(act("full"), "mug", world.now, left=4)
    ann = world.enrol()
    world.sell(order="old", total=5000, member=ann)
    world.sell(order="bill", total=1000, member=ann)
    spend(world, ann, "spent", OrderKey("coffee", "till", "paid"))
    world.sell(order="paid", total=700, member=ann)
    world.spending.hold(request("held"), ann.card_code, Price("mug"), world.now)
    use(world, ann, "FIFTY", "used")
    use(world, ann, code(world, 2), "single")
    use(world, ann, "TENTH", "lowered", OrderKey("coffee", "till", "old"))
    return dict(world.tables.items), ann


@pytest.fixture(autouse=True)
def prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "_prepared", _prepared)


def request(name: str) -> Request:
    return Request("coffee", "API", name, "key:till1")


def code(world: World, serial: int) -> str:
    return codes(world.books, "coffee", world.offers.one("coffee", "flyers").coupon, serial, 1)[0]


def spend(world: World, ann: Enrolled, name: str, order: OrderKey | None = None) -> Any:
    answer = world.spending.spend(request(name), ann.card_code, Price("mug"), world.now, order)
    return answer.body


def use(world: World, ann: Enrolled, typed: str, name: str, order: OrderKey | None = None) -> Any:
    who = Shown(card_code=ann.card_code)
    return world.coupons.use(request(name), who, typed, 1000, world.now, order).body


def redeem(world: World, ann: Enrolled) -> Any:
    return spend(world, ann, "new")


def capture(world: World, ann: Enrolled) -> Any:
    return world.spending.capture(request("held"), ann.card_code, world.now).body


def release(world: World, ann: Enrolled) -> Any:
    return world.spending.release(request("held"), ann.card_code, world.now).body


def undo(world: World, ann: Enrolled) -> Any:
    return world.spending.undo(request("spent"), ann.card_code, world.now).body


def refund(world: World, ann: Enrolled) -> Any:
    return world.sell(order="paid", version=2, total=700, status="refunded", member=ann).result


def fill(world: World, _: Enrolled) -> Any:
    return Stock(world.books).put(act("more"), "mug", world.now, more=3).body


def word(world: World, ann: Enrolled) -> Any:
    return use(world, ann, "FIFTY", "new")


def single(world: World, ann: Enrolled) -> Any:
    return use(world, ann, code(world, 3), "new")


def lower(world: World, ann: Enrolled) -> Any:
    return use(world, ann, "TENTH", "new", BILL)


def undo_word(world: World, _: Enrolled) -> Any:
    return world.coupons.undo(request("used"), world.now, Whose()).body


def undo_single(world: World, _: Enrolled) -> Any:
    return world.coupons.undo(request("single"), world.now, Whose()).body


def undo_lowered(world: World, _: Enrolled) -> Any:
    return world.coupons.undo(request("lowered"), world.now, Whose()).body


def make(world: World, _: Enrolled) -> Any:
    new = Coupon("new", NAME, codes=5, pot="points", points=1)
    made = world.offers.make("coffee", new, "key:owner1", world.now)
    return made.coupon.id, made.left


def erase(world: World, ann: Enrolled) -> Any:
    return world.erasure.erase(act("e"), ann.member_id, world.now).body


OPERATIONS = (
    redeem, capture, release, undo, refund, fill, word, single, lower, undo_word, undo_single,
    undo_lowered, make, erase,
)  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.__name__)
def test_every_fault_at_every_call(operation: Callable[[World, Enrolled], Any]) -> None:
    sweep.test_every_fault_at_every_call(operation)


@pytest.mark.corrupts
def test_the_sweep_sees_a_count_beside_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: what is left, written before the entry, is counted twice or for nothing."""
    plain = supplies.writes

    def careless(tables: Any, entry: Any) -> Any:
        found = plain(tables, entry) or []
        apart = [one for one in found if not isinstance(one, Put)]
        if apart:
            tables.write(*apart)
        return [one for one in found if isinstance(one, Put)]

    monkeypatch.setattr(supplies, "writes", careless)
    with pytest.raises(AssertionError):
        test_every_fault_at_every_call(redeem)
