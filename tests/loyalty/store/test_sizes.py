"""How large an account can get: small for ordinary members, bounded for any."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from loyalty.core.decide.spending import Price
from loyalty.ledger.spending import Request
from loyalty.store import keys
from tests.support.metering import KILOBYTE, size
from tests.support.shops import LEVELS, PROGRAMS, metered
from tests.support.world import World

# DynamoDB takes items up to 400 KB; nothing that people can do may bring an account near it.
BOUND_OF_ANY = 64 * KILOBYTE


def account_size(world: World, member: Any) -> int:
    key = keys.account_key("coffee", member.member_id)
    item = world.tables.get(key)
    assert item is not None
    return size(item)


def test_an_ordinary_member_fits_into_a_kilobyte() -> None:
    """Two years of monthly visits under each kind of program."""
    for changes in PROGRAMS.values():
        world, _, ann = metered(**changes)
        assert account_size(world, ann) <= KILOBYTE


def test_the_busiest_member_of_the_largest_program_is_bounded() -> None:
    """Four pots with the longest lives and waits, all figures, as many holds as there may be."""
    pots = [
        {"id": f"a-pot-with-quite-a-long-name-{n}", "expiry": {"months": 120}, "pending_days": 366}
        for n in range(4)
    ]
    world = World()
    world.put_program(
        pots=pots,
        earning=[{"pot": pot["id"], "points": 10**9, "amount": 999_999_937} for pot in pots],
        rewards=[
            {"id": pot["id"], "pot": pot["id"], "price": 1, "name": {"en": "Cup", "ru": "Чашка"}}
            for pot in pots
        ],
        caps=[
            {"pot": pot["id"], "period": period, "points": 10**9}
            for pot in pots
            for period in ("day", "week", "month", "year")
        ],
        limits=[
            {"action": action, "period": period, "count": count}
            for action in ("earn", "redeem")
            # As many as a pause of one minute leaves possible.
            for period, count in (
                ("hour", 60),
                ("day", 1_440),
                ("week", 10_000),
                ("month", 10_000),
                ("year", 10_000),
            )
        ],
        tiers={"levels": LEVELS, "window": "rolling", "down": "step", "quiet_months": 3},
        cool_down_minutes=1,
        hold_minutes=120,
    )
    ann = world.enrol()
    sizes = []
    for day in range(366 + 121 * 31):
        # Daily while value is still pending, then at least once in every month.
        if day > 120 * 31 or day % 15 == 0:
            world.sell(order=f"{day}", total=1_234_567, member=ann)
        world.wait(days=1)
    sizes.append(account_size(world, ann))
    outcomes = []
    for number in range(2):
        pot = pots[number % len(pots)]["id"]
        request = Request("coffee", "a-source-of-some-length", f"{number:0128d}", "key:till")
        price = Price(reward=str(pot))
        outcomes.append(world.spending.hold(request, ann.card_code, price, world.now).body)
    sizes.append(account_size(world, ann))
    account = world.account(ann)
    assert max(len(pot.lots) for pot in account.pots.values()) >= 110
    assert max(len(pot.pending) for pot in account.pots.values()) >= 360
    assert [one["outcome"] for one in outcomes] == ["held", "declined"]
    assert outcomes[-1]["reason"] == "another_hold_open"
    assert max(sizes) <= BOUND_OF_ANY, sizes
    world.wait(minutes=121)
    request = Request("coffee", "till", "later", "key:till")
    price = Price(reward=str(pots[0]["id"]))
    assert world.spending.hold(request, ann.card_code, price, world.now).body["outcome"] == "held"


def test_years_of_visits_add_nothing_once_the_windows_are_full() -> None:
    world = World()
    world.put_program(**PROGRAMS["a ladder that shrinks"])
    ann = world.enrol()
    sizes = []
    for visit in range(36 * 6):
        world.sell(order=str(visit), total=100_000, member=ann)
        world.now += timedelta(days=10)
        sizes.append(account_size(world, ann))
    assert sizes[-1] - sizes[36 * 3] <= 8
