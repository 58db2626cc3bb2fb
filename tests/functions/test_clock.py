"""What the clock does, at the doors: messages of tills and of the night as they come.

No clock can be moved on a running stack: here real events meet the functions by a clock of ours.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions import nightly, orders, redemptions, webhooks
from functions.aws.queues import SqsNightlyQueue
from functions.wiring import queues
from loyalty.core.member import Application
from loyalty.messages import Contact
from tests.functions.test_orders import failed
from tests.support.events import content, sqs
from tests.support.till import order, redemption

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

REWARDS = [{"id": "free-coffee", "pot": "points", "price": 10, "name": {"en": "C", "ru": "C"}}]
NIGHTLY = "https://sqs.example/nightly"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def begin(shop: Shop, now: datetime, **changes: Any) -> None:
    shop.world.now = now
    # Where no message can prove a contact, the welcome comes with the card.
    shop.world.channel.reached = False
    shop.world.put_program(rewards=REWARDS, **changes)
    shop.world.wait(minutes=2)


def sell(shop: Shop, ask: Ask, member: Enrolled, name: str, total: int = 1000) -> None:
    """Report a sale of this moment by webhook, and let the inbox be worked."""
    sold = shop.now.isoformat(timespec="seconds")
    message = order(
        id=name, total=total, lines=[], occurred_at=sold, member={"card_code": member.card_code}
    )
    assert ask(webhooks, shop.post("/webhooks/coffee-till", message))["statusCode"] == 202
    assert failed(ask(orders, sqs(shop.queues.bodies("inbox")[-1:]))) == []


def redeem(shop: Shop, ask: Ask, member: Enrolled, name: str) -> str:
    path = "/webhooks/coffee-till/redemptions"
    answer = content(ask(redemptions, shop.post(path, redemption(member.card_code, name))))
    return str(answer.get("reason") or answer["outcome"])


def night(shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the schedule ring, and work all that it puts into the queue."""
    client: Any = shop.queues
    monkeypatch.setattr(queues, "nightly_queue", lambda: SqsNightlyQueue(client, NIGHTLY))
    client.sent.pop(NIGHTLY, None)
    ask(nightly, {"source": "aws.scheduler", "detail-type": "Scheduled Event", "detail": "{}"})
    while bodies := shop.queues.bodies("nightly"):
        client.sent.pop(NIGHTLY)
        assert failed(ask(nightly, sqs(bodies))) == []


def born(shop: Shop, day: date) -> Enrolled:
    person = Application(
        first_name="Ann",
        contact=Contact("email", "ann@example.com"),
        birthday=day,
        language="en",
        consent_version="2026-11",
        marketing_consent_version=None,
    )
    return shop.world.enrolment.enrol("coffee", person, shop.now)


@pytest.mark.parametrize(("nights_missed", "points"), [(0, 25), (1, 25), (7, 25), (8, 0)])
def test_a_missed_night_loses_no_birthday_for_a_week(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch, nights_missed: int, points: int
) -> None:
    begin(shop, utc(2026, 5, 1, 12), zone="UTC", birthday={"pot": "points", "points": 25})
    ann = born(shop, date(1990, 5, 10))
    night(shop, ask, monkeypatch)
    assert shop.world.balance(ann) == 0
    shop.world.now = utc(2026, 5, 10, 3) + timedelta(days=nights_missed)
    for _ in range(3):
        night(shop, ask, monkeypatch)
        shop.world.wait(days=1)
    assert shop.world.balance(ann) == points
    # Once a year, and again in the next one.
    shop.world.now = utc(2027, 5, 10, 3)
    night(shop, ask, monkeypatch)
    assert shop.world.balance(ann) == points + 25


def test_value_ends_with_the_first_of_two_midnights(shop: Shop, ask: Ask) -> None:
    pots = [{"id": "points", "expiry": {"months": 1}}]
    begin(shop, utc(2026, 9, 20, 12), zone="America/Havana", pots=pots)
    ann, ben = shop.world.enrol(), shop.world.enrol()
    sell(shop, ask, ann, "a")
    sell(shop, ask, ben, "b")
    shop.world.now = utc(2026, 11, 1, 3, 59, 59)
    assert redeem(shop, ask, ann, "last") == "redeemed"
    shop.world.wait(seconds=1)
    assert redeem(shop, ask, ben, "late") == "insufficient_balance"


def test_limits_per_hour_are_of_the_zones_hours(shop: Shop, ask: Ask) -> None:
    limits = [{"action": "redeem", "period": "hour", "count": 1}]
    begin(shop, utc(2026, 5, 4), zone="Asia/Kolkata", limits=limits)
    ann = shop.world.enrol()
    sell(shop, ask, ann, "a")
    for clock, outcome in (((4, 31), "redeemed"), ((5, 1), "limit"), ((5, 31), "redeemed")):
        shop.world.now = utc(2026, 5, 4, *clock)
        assert redeem(shop, ask, ann, "r{}-{}".format(*clock)) == outcome


def test_welcome_points_end_where_nobody_buys(
    shop: Shop, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    pots = [{"id": "points", "expiry": {"inactivity_months": 2}}]
    welcome = {"pot": "points", "points": 25}
    begin(shop, utc(2026, 5, 4, 12), zone="UTC", pots=pots, welcome=welcome)
    ann, ben = shop.world.enrol(), shop.world.enrol()
    shop.world.now = utc(2026, 7, 31, 12)
    sell(shop, ask, ben, "kept")
    night(shop, ask, monkeypatch)
    assert shop.world.balance(ann) == 25
    shop.world.now = utc(2026, 8, 1, 3)
    night(shop, ask, monkeypatch)
    assert (shop.world.balance(ann), shop.world.balance(ben)) == (0, 125)
    assert redeem(shop, ask, ann, "late") == "insufficient_balance"


def test_a_level_that_was_paid_back_goes_at_once(shop: Shop, ask: Ask) -> None:
    levels = [
        {"id": "a", "name": {"en": "A", "ru": "A"}},
        {"id": "b", "name": {"en": "B", "ru": "B"}, "spend": 5000, "discount": 1000},
    ]
    begin(shop, utc(2026, 5, 4, 12), tiers={"levels": levels, "down": "never"})
    ann = shop.world.enrol()
    sell(shop, ask, ann, "large", 50_000)
    assert shop.world.account(ann).level == 1
    message = order(
        id="large", version=9, total=50_000, lines=[], status="refunded", occurred_at=str(shop.now)
    )
    ask(webhooks, shop.post("/webhooks/coffee-till", message))
    assert failed(ask(orders, sqs(shop.queues.bodies("inbox")[-1:]))) == []
    assert shop.world.account(ann).level == 0
