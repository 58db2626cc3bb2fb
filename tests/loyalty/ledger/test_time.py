"""What the clock does to value and limits: two midnights, odd hours, months without a purchase."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core.decide.spending import Price
from loyalty.core.order import OrderKey
from loyalty.ledger.act import Act
from loyalty.ledger.spending import Request
from tests.support import healthy
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.ledger.books import Answer
    from loyalty.members.enrolment import Enrolled

COFFEE = Price(reward="free-coffee")
REWARDS = [{"id": "free-coffee", "pot": "points", "price": 10, "name": {"en": "C", "ru": "C"}}]
IDLE = [{"id": "points", "expiry": {"inactivity_months": 2}}]
WELCOME = {"pot": "points", "points": 25}


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def shop(now: datetime, **changes: Any) -> World:
    world = World(seed=3)
    world.now = now
    # Where no message can prove a contact, the welcome comes with the card.
    world.channel.reached = False
    world.put_program(rewards=REWARDS, **changes)
    return world


def spend(world: World, member: Enrolled, name: str) -> Answer:
    request = Request("coffee", "till", name, "endpoint:till")
    return world.spending.spend(request, member.card_code, COFFEE, world.now)


def hold(world: World, member: Enrolled, name: str) -> Answer:
    request = Request("coffee", "till", name, "endpoint:till")
    return world.spending.hold(request, member.card_code, COFFEE, world.now)


def release(world: World, member: Enrolled, name: str) -> Answer:
    request = Request("coffee", "till", name, "endpoint:till")
    return world.spending.release(request, member.card_code, world.now)


def act(name: str) -> Act:
    return Act("coffee", "anna", name, "because")


# Midnight that strikes twice


@pytest.mark.parametrize(
    ("zone", "expiry", "sold", "gone"),
    [
        ("America/Havana", {"months": 1}, utc(2026, 9, 20), utc(2026, 11, 1, 4)),
        ("America/Havana", {"dates": ["10-31"]}, utc(2026, 9, 20), utc(2026, 11, 1, 4)),
        ("Atlantic/Azores", {"dates": ["10-24"]}, utc(2026, 9, 20), utc(2026, 10, 25)),
        # Midnight that is left out: the day before ends as the clock jumps.
        ("America/Santiago", {"dates": ["09-05"]}, utc(2026, 5, 4), utc(2026, 9, 6, 4)),
    ],
)
def test_value_ends_with_the_first_of_two_midnights(
    zone: str, expiry: dict[str, Any], sold: datetime, gone: datetime
) -> None:
    world = shop(sold, zone=zone, pots=[{"id": "points", "expiry": expiry}])
    ann, ben = world.enrol(), world.enrol()
    for member in (ann, ben):
        world.sell(order=member.member_id, total=1000, member=member)
    world.now = gone - timedelta(seconds=1)
    assert spend(world, ann, "last").body["outcome"] == "redeemed"
    world.now += timedelta(seconds=1)
    assert spend(world, ben, "late").body["reason"] == "insufficient_balance"


def test_pending_value_is_spendable_from_the_first_of_two_midnights() -> None:
    pots = [{"id": "points", "pending_days": 1}]
    world = shop(datetime(2026, 10, 31, 12, tzinfo=UTC), zone="America/Havana", pots=pots)
    ann = world.enrol()
    world.sell(total=1000, member=ann)
    world.now = datetime(2026, 11, 1, 3, 59, 59, tzinfo=UTC)
    assert spend(world, ann, "early").body["outcome"] == "declined"
    world.wait(seconds=1)
    assert spend(world, ann, "now").body["outcome"] == "redeemed"


# Hours


@pytest.mark.parametrize(
    ("zone", "first", "second", "outcome"),
    [
        ("Asia/Kolkata", (4, 31), (5, 1), "declined"),  # 10:01 and 10:31
        ("Asia/Kolkata", (4, 29), (4, 30), "redeemed"),  # 9:59 and 10:00
        ("Asia/Kathmandu", (4, 15), (5, 14), "declined"),  # 10:00 and 10:59
        ("America/St_Johns", (12, 59), (13, 0), "declined"),  # 10:29 and 10:30
        ("UTC", (12, 59), (13, 0), "redeemed"),
    ],
)
def test_a_limit_per_hour_counts_the_hours_of_the_zone(
    zone: str, first: tuple[int, int], second: tuple[int, int], outcome: str
) -> None:
    limits = [{"action": "redeem", "period": "hour", "count": 1}]
    world = shop(datetime(2026, 5, 4, tzinfo=UTC), zone=zone, limits=limits)
    ann = world.enrol()
    world.sell(total=1000, member=ann)
    world.now = world.now.replace(hour=first[0], minute=first[1])
    assert spend(world, ann, "1").body["outcome"] == "redeemed"
    world.now = world.now.replace(hour=second[0], minute=second[1])
    assert spend(world, ann, "2").body["outcome"] == outcome


def test_orders_that_earn_are_limited_by_hours_of_the_zone_too() -> None:
    limits = [{"action": "earn", "period": "hour", "count": 1}]
    zone = "Asia/Kolkata"
    world = shop(datetime(2026, 5, 4, 4, 31, tzinfo=UTC), zone=zone, limits=limits)
    ann = world.enrol()
    points = []
    for number in range(3):
        points.append(world.sell(order=f"{number}", total=1000, member=ann).points)
        world.wait(minutes=30)
    assert points == [100, 0, 100]


# Months without a purchase


def ends(world: World, member: Enrolled) -> str:
    """Return the day on which the last value ends, night by night."""
    while world.balance(member):
        world.wait(days=1)
        world.night()
        assert world.now.year < 2030
    return f"{world.now:%Y-%m-%d}"


def test_welcome_points_end_as_the_text_says() -> None:
    world = shop(datetime(2026, 5, 4, 12, tzinfo=UTC), zone="UTC", pots=IDLE, welcome=WELCOME)
    assert ends(world, world.enrol()) == "2026-08-01"


def test_welcome_points_end_whether_or_not_a_night_ran() -> None:
    world = shop(datetime(2026, 5, 4, 12, tzinfo=UTC), zone="UTC", pots=IDLE, welcome=WELCOME)
    ann, ben = world.enrol(), world.enrol()
    world.now = datetime(2026, 7, 31, 23, 59, 59, tzinfo=UTC)
    assert spend(world, ann, "last").body["outcome"] == "redeemed"
    world.wait(seconds=1)
    assert spend(world, ben, "late").body["outcome"] == "declined"


def test_a_purchase_keeps_welcome_points_and_a_gift_does_not() -> None:
    world = shop(datetime(2026, 5, 4, 12, tzinfo=UTC), zone="UTC", pots=IDLE, welcome=WELCOME)
    ann, ben = world.enrol(), world.enrol()
    world.now = datetime(2026, 7, 20, 12, tzinfo=UTC)
    world.sell(total=100, member=ann)
    world.staff.give(act("1"), ben.member_id, "points", 5, world.now)
    world.now = datetime(2026, 8, 1, 12, tzinfo=UTC)
    world.night()
    assert (world.balance(ann), world.balance(ben)) == (35, 0)
    assert ends(world, ann) == "2026-10-01"


@pytest.mark.parametrize("kind", ["gift", "adjust", "transfer", "undo"])
def test_what_comes_after_everything_ended_lives_as_long(kind: str) -> None:
    """Neither for ever nor only until the next month begins."""
    start, long = datetime(2026, 5, 4, 12, tzinfo=UTC), 366 * 24 * 60
    world = shop(start, zone="UTC", pots=IDLE, undo_minutes=long)
    ann, ben = world.enrol(), world.enrol()
    world.sell(total=100, member=ann)
    spent = spend(world, ann, "r").body["outcome"]
    assert spent == "redeemed"
    world.sell(order="2", total=100, member=ann)
    world.now = datetime(2026, 12, 15, 12, tzinfo=UTC)
    world.night()
    assert world.balance(ann) == 0
    if kind == "gift":
        world.staff.give(act("1"), ann.member_id, "points", 5, world.now)
    elif kind == "adjust":
        world.staff.adjust(act("1"), ann.member_id, "points", 5, world.now)
    elif kind == "undo":
        request = Request("coffee", "till", "r", "endpoint:till")
        world.spending.undo(request, ann.card_code, world.now)
    else:
        world.sell(order="3", total=100, member=ben)
        who = (ben.member_id, ann.member_id)
        world.staff.transfer(act("1"), *who, "points", 5, world.now)
    assert world.balance(ann) > 0
    assert ends(world, ann) == "2027-03-01"


def test_value_from_before_there_was_a_beginning_gets_one() -> None:
    """Accounts as they were stored: a welcome, and nothing that says since when."""
    world = shop(datetime(2026, 5, 4, 12, tzinfo=UTC), zone="UTC", welcome=WELCOME)
    ann = world.enrol()
    world.put_program(rewards=REWARDS, zone="UTC", pots=IDLE, welcome=WELCOME)
    world.now = datetime(2026, 7, 20, 12, tzinfo=UTC)
    world.night()
    assert ends(world, ann) == "2026-10-01"


# Holds remember where they count


def held(world: World, member: Enrolled, **changes: Any) -> None:
    """Place a hold, then let the owner change the program."""
    assert hold(world, member, "h").body["outcome"] == "held"
    world.put_program(rewards=REWARDS, **changes)


ONE_A_DAY = [{"action": "redeem", "period": "day", "count": 1}]


def counting(**changes: Any) -> tuple[World, Enrolled]:
    world = shop(datetime(2026, 5, 4, 23, 50, tzinfo=UTC), zone="UTC", **changes)
    ann = world.enrol()
    world.sell(total=1000, member=ann)
    return world, ann


@pytest.mark.parametrize("lapses", [False, True])
@pytest.mark.parametrize("minutes", [1, 120])
def test_a_hold_that_comes_to_nothing_frees_the_room_it_took(minutes: int, *, lapses: bool) -> None:
    """Whatever has become of ``hold_minutes``, and of the day, since it was placed."""
    world, ann = counting(limits=ONE_A_DAY, hold_minutes=15)
    held(world, ann, limits=ONE_A_DAY, hold_minutes=minutes, zone="UTC")
    world.now = datetime(2026, 5, 5, 0, 4, tzinfo=UTC)
    assert spend(world, ann, "1").body["outcome"] == "redeemed"
    if lapses:
        world.wait(hours=3)
    else:
        release(world, ann, "h")
    assert spend(world, ann, "2").body["reason"] == "limit"
    assert healthy.ringing(world) == []


def test_room_is_free_again_on_the_day_it_was_taken() -> None:
    world, ann = counting(limits=ONE_A_DAY, hold_minutes=15)
    held(world, ann, limits=ONE_A_DAY, hold_minutes=2, zone="UTC")
    assert spend(world, ann, "1").body["reason"] == "limit"
    release(world, ann, "h")
    assert spend(world, ann, "2").body["outcome"] == "redeemed"


def test_a_hold_from_before_there_was_a_limit_frees_no_room_under_it() -> None:
    world, ann = counting()
    held(world, ann, limits=ONE_A_DAY, zone="UTC")
    assert spend(world, ann, "1").body["outcome"] == "redeemed"
    release(world, ann, "h")
    assert spend(world, ann, "2").body["reason"] == "limit"


def test_what_is_captured_keeps_its_room() -> None:
    world, ann = counting(limits=ONE_A_DAY, hold_minutes=15)
    held(world, ann, limits=ONE_A_DAY, hold_minutes=1, zone="UTC")
    request = Request("coffee", "till", "h", "endpoint:till")
    key = OrderKey("coffee", "till", "1")
    done = world.spending.capture(request, ann.card_code, world.now, None, key)
    assert done.body["outcome"] == "captured"
    assert spend(world, ann, "2").body["reason"] == "limit"
    assert world.account(ann).holds == {}
