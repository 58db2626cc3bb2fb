"""A year with each program that ships, decided order by order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.drawings import artists
from loyalty.card.drawing import card
from loyalty.core import tiers
from loyalty.core.account import Account
from loyalty.core.decide import Settle, decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.decide.spending import Price, Redeem
from loyalty.core.member import Member
from loyalty.core.order import BASKET, Line, Order, OrderKey, Part
from loyalty.core.visible import Visible, visible
from loyalty.program.describe import MOST_SENTENCES, describe, warnings
from passes.designs import design
from tests.support.world import TEMPLATES, shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.card.view import Card
    from loyalty.core.draft import Decision
    from loyalty.program.rules import Program

NAMES = sorted(path.stem for path in (TEMPLATES / "programs").glob("*.toml"))
COFFEE = Line("flat white", "coffee", 1000, 4_00)
BUN = Line("bun", "pastry", 1000, 3_00)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def drawn(program: Program, account: Account) -> Card:
    """Return the card of a member of whom only the account matters."""
    member = Member(
        program=program.id,
        id="m" * 32,
        serial="s" * 32,
        card_code="1.A.B.C",
        link_generation=1,
        card_version=0,
        first_name="Ann",
        contact=None,
        birthday=None,
        language="en",
        consent_version="1",
        marketing_consent_version=None,
        enrolled_at=utc("2026-01-05 14:00"),
        referrer=None,
    )
    return card(program, member, account, utc("2026-06-01 12:00"))


class Year:
    """One member of a program, and a clock that is set by hand."""

    def __init__(self, name: str, start: str) -> None:
        self.program = shipped(name)
        self.account = Account(name, "ann")
        self.now = utc(start)
        self.orders = 0

    def at(self, instant: str | datetime) -> Year:
        """Let time pass, and the night's settling happen."""
        self.now = utc(instant) if isinstance(instant, str) else instant
        self._decide(Settle("settle", "night"))
        return self

    def buy(self, total: int, *lines: Line) -> Mapping[str, Any]:
        self.orders += 1
        part = Part(BASKET, 1, "completed", total, lines=lines)
        key = OrderKey(self.program.id, "till", str(self.orders))
        order = Order(key, self.program.currency, self.now, self.now, (part,))
        return self._decide(RecordOrder(order, self.program, "till")).answer

    def redeem(self, **price: Any) -> Mapping[str, Any]:
        self.orders += 1
        return self._decide(Redeem(f"redeem#{self.orders}", Price(**price), "till")).answer

    @property
    def card(self) -> Visible:
        return visible(self.program, self.account, self.now)

    @property
    def balance(self) -> int:
        return self.card.balances[0]

    def _decide(self, command: Any) -> Decision:
        decision = decide(self.program, self.account, command, self.now)
        self.account = decision.account
        return decision


@pytest.mark.parametrize("name", NAMES)
def test_what_ships_can_be_told_in_a_few_sentences(name: str) -> None:
    program = shipped(name)
    assert (TEMPLATES / "designs" / program.design / "design.toml").exists()
    for language in program.languages:
        assert 0 < len(describe(program, language)) <= MOST_SENTENCES
        assert warnings(program, language) == ()


def test_every_shipped_program_wears_a_design_of_its_kind_and_every_design_is_worn() -> None:
    worn = {name: shipped(name).design for name in NAMES}
    assert worn == {
        "bakery": "plain",  # points and rewards, and no cup
        "barber": "barber",
        "barber-ladder": "barber",
        "cashback": "cashback",
        "coffee": "coffee",
        "coffee-stamps": "stamps",
        "ladder": "ladder",
        "membership": "membership",
        "restaurant": "cashback",
        "salon": "membership",
    }
    # The plain one is also worn where another is gone.
    assert {*worn.values(), design.PLAIN} == set(artists.ALL)


@pytest.mark.parametrize("name", ["barber-ladder", "ladder"])
def test_only_the_highest_level_fills_the_picture(name: str) -> None:
    program = shipped(name)
    assert program.tiers
    strips = design.load(program.design).apple.strips
    assert strips
    states = []
    for level in range(len(program.tiers.levels)):
        account = Account(name, "ann", level=level)
        states.append(strips.state(drawn(program, account)))
    assert states == list(range(len(strips.states)))


def test_a_fixed_discount_shows_no_steps() -> None:
    program = shipped("barber")
    strips = design.load(program.design).apple.strips
    assert strips
    assert strips.state(drawn(program, Account("barber", "ann"))) is None


def test_a_stamp_card_fills_and_is_redeemed() -> None:
    year = Year("coffee-stamps", "2026-01-05 14:00")
    for cup in range(1, 9):
        assert year.buy(7_00, COFFEE, BUN) == {"points": 1, "balance": cup}
        assert (year.card.ready, year.card.missing) == (None, 9 - cup)
        year.at(year.now + timedelta(days=7))
    assert year.redeem(reward="free-coffee")["outcome"] == "declined"
    year.buy(4_00, COFFEE)
    assert (year.balance, year.card.ready) == (9, "free-coffee")
    assert year.redeem(reward="free-coffee")["balance"] == 0
    # What is free earns nothing; two cups at once are two stamps; cakes are none.
    assert year.buy(0)["points"] == 0
    assert year.buy(3_00, BUN)["points"] == 0
    assert year.buy(8_00, replace(COFFEE, quantity=2000, amount=8_00))["points"] == 2


def test_a_year_of_a_coffee_a_week() -> None:
    year = Year("coffee-stamps", "2026-01-05 14:00")
    free = 0
    for _ in range(52):
        year.buy(4_00, COFFEE)
        free += year.redeem(reward="free-coffee")["outcome"] == "redeemed"
        year.at(year.now + timedelta(days=7))
    assert (free, year.balance) == (5, 52 - 5 * 9)
    # Of the seven that are left three are of November 2026 and four of December.
    year.at("2027-12-01 04:59:59")
    assert year.balance == 7
    assert year.card.expiring is not None
    year.at("2027-12-01 05:00:00")
    assert year.balance == 4


def test_the_barbers_ladder_only_climbs() -> None:
    year = Year("barber-ladder", "2026-01-15 15:00")
    discounts = [year.card.discount]
    for _ in range(6):
        year.buy(100_00)
        discounts.append(year.card.discount)
        year.at(year.now + timedelta(days=60))
    assert discounts == [500, 500, 700, 700, 700, 1000, 1000]
    year.at("2029-01-15 15:00")
    assert (year.card.discount, year.card.falling) == (1000, None)


def climbed() -> Year:
    """Return a year in which $250 were spent in each month from January to April."""
    year = Year("ladder", "2026-01-20 16:00")
    climb = []
    for month in ("01", "02", "03", "04"):
        year.at(f"2026-{month}-20 16:00").buy(250_00)
        climb.append(year.card.discount)
    assert climb == [1000, 1500, 2000, 3000]
    return year


def test_the_ladder_warns_and_steps_down_after_a_quiet_quarter() -> None:
    year = climbed()
    # May, June and July are quiet; August begins at 04:00 UTC in New York.
    falls = utc("2026-08-01 04:00")
    warns = falls - timedelta(days=30)
    assert year.at(warns - timedelta(seconds=1)).card.falling is None
    assert year.at(warns).card.falling == int(falls.timestamp())
    assert year.at(falls - timedelta(seconds=1)).card.discount == 3000
    assert year.at(falls).card.discount == 2000
    # One step a quarter, not one a month: the next one on 1 November, the day clocks go back.
    again = utc("2026-11-01 04:00")
    assert year.at("2026-10-01 12:00").card.discount == 2000
    assert year.at(again - timedelta(days=30, seconds=1)).card.falling is None
    assert year.at(again - timedelta(days=30)).card.falling == int(again.timestamp())
    assert year.at(again - timedelta(seconds=1)).card.discount == 2000
    assert year.at(again).card.discount == 1500
    # A visit, and the year's spend counts again.
    year.at("2026-11-10 17:00").buy(50_00)
    assert (year.card.discount, year.card.falling) == (3000, None)


def test_a_visit_in_time_stops_the_fall() -> None:
    year = climbed()
    assert year.at("2026-07-15 12:00").card.falling is not None
    year.buy(10_00)
    assert year.card.falling is None
    assert year.at("2026-08-02 12:00").card.discount == 3000


def test_the_ladder_shrinks_when_spend_falls_out_of_the_year() -> None:
    year = climbed()
    visits = ["2026-06-20", "2026-08-20", "2026-10-20", "2026-12-20"]
    for day in (*visits, "2027-01-20"):
        year.at(f"{day} 16:00").buy(1_00)
        assert (year.card.discount, year.card.falling) == (3000, None)
    # On 1 February last January is out of the year; two months of grace, across spring's change.
    begins, falls = utc("2027-02-01 05:00"), utc("2027-04-01 04:00")
    assert year.at(begins).account.deadline == int(falls.timestamp())
    year.at("2027-02-20 16:00").buy(1_00)
    warns = falls - timedelta(days=30)
    assert year.at(warns - timedelta(seconds=1)).card.falling is None
    assert year.at(warns).card.falling == int(falls.timestamp())
    assert year.at(falls - timedelta(seconds=1)).card.discount == 3000
    # By then only $250 and small change are left of the year; still it is one step.
    assert year.at(falls).card.discount == 2000
    # Enough spend in the time of grace, and it climbs again at once.
    year.at("2027-04-02 16:00").buy(800_00)
    assert (year.card.discount, year.card.falling) == (3000, None)


def test_cashback_pays_at_most_its_share() -> None:
    year = Year("cashback", "2026-01-10 12:00")
    assert year.buy(200_00) == {"points": 1000, "balance": 1000}
    declined = year.redeem(points=301, bill=10_00)
    assert (declined["outcome"], declined["reason"]) == ("declined", "above_share")
    assert year.redeem(points=300, bill=10_00)["balance"] == 700
    # 29.99 EUR: 30 % are 8.997.
    assert year.redeem(points=900, bill=29_99)["reason"] == "above_share"
    assert year.redeem(points=700, bill=29_99)["balance"] == 0
    # Cents that make no point are carried: five bills of 1.30 are 6.5 points each.
    moved = [year.buy(1_30)["points"] for _ in range(5)]
    assert moved == [6, 7, 6, 7, 6]


def test_cashback_ends_with_months_whatever_clocks_do() -> None:
    year = Year("cashback", "2025-09-15 10:00")
    year.buy(100_00)
    # In Berlin April begins two hours, November one hour before it does in UTC.
    for day, total in (("2026-03-20 10:00", 20_00), ("2026-04-10 10:00", 10_00)):
        year.at(day).buy(total)
        if total == 20_00:
            assert year.balance == 600
    # What was granted in September was there through March.
    assert year.balance == 150
    year.at("2026-09-30 21:59:59")
    assert year.balance == 150
    assert year.at("2026-09-30 22:00:00").balance == 50
    assert year.at("2026-10-31 22:59:59").balance == 50
    assert year.at("2026-10-31 23:00:00").balance == 0


def test_the_month_of_summer_time_ends_what_september_gave() -> None:
    year = Year("cashback", "2025-09-15 10:00")
    year.buy(100_00)
    assert year.at("2026-03-31 21:59:59").balance == 500
    assert year.at("2026-03-31 22:00:00").balance == 0


def test_the_suite_sees_a_month_that_is_short_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a quiet time that counts the month of the visit."""
    true = tiers.quiet_from

    def early(*arguments: Any) -> int | None:
        month = true(*arguments)
        return None if month is None else month - 1

    monkeypatch.setattr(tiers, "quiet_from", early)
    with pytest.raises(AssertionError):
        test_the_ladder_warns_and_steps_down_after_a_quiet_quarter()
