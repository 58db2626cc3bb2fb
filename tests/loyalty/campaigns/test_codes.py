"""Single-use codes that campaigns hand out: one each, exactly as many as there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access import coupon_code
from loyalty.campaigns import running
from loyalty.core.coupon import Coupon
from loyalty.messages import Contact
from loyalty.refusals import Refusal
from tests.support.memory import FAULTS, Killed
from tests.support.offering import Offering
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.campaigning import Campaigning

NOON = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
OWN: dict[str, Any] = {
    "actions": [
        {"kind": "message", "text": {"en": "Yours: {coupon}", "ru": "Ваш: {coupon}"}},
        {"kind": "coupon", "coupon": "mine"},
    ]
}


def opened(codes: int) -> Offering:
    world = World()
    world.put_program()
    world.now = NOON
    shop = Offering(world)
    name = {"en": "Mine", "ru": "Мой"}
    coupon = Coupon("mine", name, codes=codes, pot="points", points=5)
    world.offers.make("coffee", coupon, "key:owner", world.now)
    return shop


def serials(shop: Campaigning, told: list[str]) -> list[int]:
    """Return which codes were told; whatever is none fails."""
    found = [
        coupon_code.read(shop.world.books.tokens, "coffee", one.partition(": ")[2]) for one in told
    ]
    assert all(found)
    return sorted(one[1] for one in found if one)


def test_each_member_has_a_code_of_their_own_and_the_last_ones_have_none() -> None:
    shop = opened(codes=3)
    people = [shop.join(f"P{number}") for number in range(5)]
    shop.start("gift", **OWN)
    assert sorted(shop.run()) == ["no_codes"] * 2 + ["sent"] * 3
    told = [shop.told(one) for one in people]
    assert serials(shop, [one for one in told if one]) == [1, 2, 3]
    assert told.count("") == 2
    # Another campaign of the same coupon goes on where this one has ended.
    shop.start("again", **OWN)
    assert set(shop.run()) == {"no_codes"}


def test_a_code_that_goes_by_mail_is_the_one_of_the_claim() -> None:
    shop = opened(codes=9)
    shop.set_up("email")
    for name in ("ann", "ben"):
        shop.agreed(name, "email", contact=Contact("email", f"{name}@example.com"))
    shop.start("gift", channels=["email"], **OWN)
    shop.run()
    assert shop.handed() == ["accepted", "accepted"]
    told = [offer.text.partition("\n")[0] for _, offer in shop.carrier.taken]
    assert serials(shop, told) == [1, 2]


def test_a_coupon_that_is_stopped_is_handed_out_no_more() -> None:
    shop = opened(codes=9)
    shop.join("Ann")
    shop.start("gift", **OWN)
    offers = shop.world.offers
    seen = offers.one("coffee", "mine").coupon
    offers.change("coffee", seen, replace(seen, stopped=True), "key:owner", shop.world.now)
    assert shop.run() == ["no_codes"]


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_fails_wherever_no_code_is_told_twice_or_lost(fault: Any) -> None:
    calls, met = 1, True
    while met:
        shop = opened(codes=2)
        people = [shop.join(f"P{number}") for number in range(3)]
        shop.start("gift", **OWN)
        begun = shop.world.tables.calls
        shop.world.tables.plan(fault, calls)
        for _ in range(4):
            try:
                shop.run()
            except (Killed, Refusal, Exception):  # noqa: BLE001 - the queue delivers again
                shop.world.restart()
                shop.restarted()
                shop.waiting.append(running.Cursor("coffee", ("gift",)))
        met = shop.world.tables.calls - begun >= calls
        shop.world.tables.fault_at = None
        told = [shop.told(one) for one in people]
        assert serials(shop, [one for one in told if one]) == [1, 2], (fault, calls)
        assert sorted(one.outcome for one in shop.claims("gift")) == ["no_codes", "sent", "sent"]
        calls += 1
    assert calls > 8
