"""A year of a shop: its figures equal what is worked out by hand from the till roll."""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.keys import Credentials, Endpoint
from loyalty.core.order import OrderKey
from loyalty.figures import charts
from loyalty.figures.reading import Figures
from loyalty.figures.refreshing import Refreshing
from loyalty.ledger.act import Act
from loyalty.refusals import Refusal
from loyalty.store import counted, figure_charts, happenings
from loyalty.store.happenings import InWallet
from tests.support.extent import FULL
from tests.support.figure_streams import FigureStreams
from tests.support.naive_shop import Roll, Told
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

PLACES = (
    {"id": "north", "name": {"en": "North", "ru": "Север"}, "latitude": 40.7, "longitude": -74.0,
     "zone": "America/New_York"},
    {"id": "south", "name": {"en": "South", "ru": "Юг"}, "latitude": 52.5, "longitude": 13.4,
     "zone": "Europe/Berlin"},
)  # fmt: skip
TILLS = {"till-n": ("north", "America/New_York"), "till-s": ("south", "Europe/Berlin")}


class Year:
    """A shop of two locations, and the till roll beside it."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World(seed=seed)
        self.world.now = datetime(2025, 9, 20, 5, tzinfo=UTC)
        self.world.put_program(locations=list(PLACES))
        credentials = Credentials(self.world.tables)
        for till, (place, _) in TILLS.items():
            endpoint = Endpoint(f"door-{till}", "coffee", (till,), "standard", secrets_at=1)
            credentials.put_endpoint(replace(endpoint, location=place))
        self.fed = FigureStreams(self.world)
        self.roll = Roll(dict(TILLS))
        self.people: list[Enrolled] = []
        self.waiting: list[Any] = []

    def join(self) -> None:
        self.people.append(self.world.enrol(location=self.dice.choice(("north", "south", None))))

    def sell(self, number: int) -> None:
        dice, till = self.dice, self.dice.choice(list(TILLS))
        # Few come often, many hardly ever.
        who = self.people[int(len(self.people) * dice.random() ** 2)] if self.people else None
        if dice.random() < 0.2:
            who = None
        money = dice.randrange(100, 5000)
        self.tell(till, f"{till}-{number}", 1, money, who)
        name = self.roll.is_now(who.member_id) if who else None
        self.roll.receipts[f"{till}-{number}"] = Told(self.world.now, till, name, money)

    def tell(self, till: str, order: str, version: int, money: int, who: Any = None) -> None:
        self.world.sell(order, version, total=money, member=who, source=till)

    def change(self, step: int) -> None:
        """Mend a receipt, pay it back, or let somebody claim it."""
        if not self.roll.receipts:
            return
        name, one = self.dice.choice(sorted(self.roll.receipts.items()))
        if self.world.now - one.sold > timedelta(days=40):
            return
        if one.who is None and self.dice.random() < 0.6:
            who = self.dice.choice(self.people)
            with suppress(Refusal):
                self.world.sales.claim_order(
                    OrderKey("coffee", one.till, name), who.card_code, "staff", self.world.now
                )
                one.who = self.roll.is_now(who.member_id)
            return
        if self.dice.random() < 0.5:
            # Also what was paid back: the till has thought better of it.
            one.money, one.paid_back = self.dice.choice((0, 250, 1900)), False
            self.tell(one.till, name, 10 + step, one.money)
        else:
            self.world.sell(name, 10 + step, total=one.money, status="refunded", source=one.till)
            one.paid_back = True

    def merge(self) -> None:
        old, into = self.dice.sample(self.people, 2)
        names = self.roll.is_now(old.member_id), self.roll.is_now(into.member_id)
        if None in names or names[0] == names[1]:
            return
        act = Act("coffee", "anna", f"m{len(self.roll.became)}", "twice")
        self.world.merging.merge(act, old.member_id, into.member_id, self.world.now)
        self.roll.became[str(names[0])] = str(names[1])

    def erase(self) -> None:
        one = self.dice.choice(self.people)
        name = self.roll.is_now(one.member_id)
        if name is None or len(self.roll.gone) > 4:
            return
        act = Act("coffee", "anna", f"e{len(self.roll.gone)}", "asked")
        self.world.erasure.erase(act, name, self.world.now)
        self.roll.gone.add(name)
        self.people.remove(one)

    def live(self, steps: int) -> None:
        """Let about a year go by, over both ends of daylight saving time, with bad streams."""
        for step in range(steps):
            self.world.wait(minutes=self.dice.randrange(2 * 380 * 24 * 60 // steps))
            roll = self.dice.random()
            if len(self.people) < 10 or roll < 0.06:
                self.join()
            elif roll < 0.16:
                self.change(step)
            elif roll < 0.175:
                self.merge()
            elif roll < 0.18:
                self.erase()
            else:
                self.sell(step)
            self.waiting += self.fed.badly(self.fed.news(), self.dice)
            if self.dice.random() < 0.1:
                self.fed.ring(self.waiting)
                self.waiting = []
        self.world.wait(days=1)
        self.fed.ring(self.waiting)
        self.fed.night()
        self.fed.ring(self.fed.news())

    def worked_out(self) -> Figures:
        Refreshing(self.world.tables, self.world.programs).work("coffee", self.world.now)
        return Figures(self.world.tables, self.world.programs)


def lived(seed: int, steps: int = 420) -> Year:
    year = Year(seed)
    year.live(steps)
    return year


@pytest.fixture(scope="module", params=range(6 if FULL else 2))
def year(request: pytest.FixtureRequest) -> Year:
    return lived(request.param, 2500 if FULL else 420)


def test_figures_of_a_year_are_what_the_till_roll_says(year: Year) -> None:
    found = year.worked_out()
    shop = year.roll.shop()
    summary = found.summary("coffee", "", "en")
    until = date.fromisoformat(summary["as_of"])
    said = {(one["name"], one["days"]): one for one in summary["groups"][0]["figures"]}
    since = until - timedelta(30)
    for days in (30, 90, 365):
        assert said["active", days]["value"] == shop.active(days, until)
    assert said["new", 30]["value"] == shop.new(since, until)
    assert said["new", 30]["previous"] == shop.new(since - timedelta(30), since)
    assert said["returning", 30]["value"] == shop.returning(since, until)
    for days in (90, 365):
        assert_share(said["repeat_rate", days], *shop.repeat_rate(days, until))
    for days in (60, 90):
        assert said["lapsed", days]["value"] == shop.lapsed(days, until)
    for days in (30, 60, 90):
        assert_share(said["second_visit", days], *shop.second_visit(days, until))
    theirs, every, money, all_money = shop.penetration(since, until)
    assert_share(said["penetration", 30], theirs, every)
    assert_share(said["penetration_money", 30], money, all_money, n=every)
    for name, members in (("average_ticket", True), ("average_ticket_others", False)):
        ticket = shop.ticket(since, until, members=members)
        mean, n = ticket or (Fraction(0), 0)
        assert said[name, 30]["n"] == n
        assert said[name, 30]["value"] == (half_up(mean) if n >= 30 else None)
    assert said["visits", 30]["value"] == shop.visits(since, until)
    assert said["sales", 30]["value"] == len(shop.inside(since, until))
    assert said["net", 30]["value"] == sum(one.money for one in shop.inside(since, until))
    for row in figure_charts.read(year.world.tables, "coffee", "cohorts").data:  # type: ignore[union-attr]
        number, month = map(int, row["month"].split("-"))
        for later, share in enumerate(row["shares"]):
            told = shop.cohort(number, month, later, until)
            if told is None:
                assert (share, row["missing"][later]) == (None, "not_over")
            else:
                assert told[1] == row["size"]
                few = told[1] < 5
                assert share == (None if few else half_up(Fraction(10_000 * told[0], told[1])))


def test_days_and_places_are_what_the_till_roll_says(year: Year) -> None:
    found = year.worked_out()
    shop = year.roll.shop()
    whole = found.days("coffee", "", "", "", year.world.now)
    until = date.fromisoformat(whole["as_of"])
    first = until - timedelta(390)
    rows = found.days("coffee", first.isoformat(), "", "location", year.world.now)["days"]
    told = {(row["day"], row["value"]): row for row in rows}
    receipts = [one for one in shop.receipts if first <= one.when < until]
    for day, place in {(one.when, one.where) for one in receipts}:
        here = [one for one in receipts if (one.when, one.where) == (day, place)]
        row = told[day.isoformat(), place]
        assert row["sales"] == len(here)
        assert row["net"] == sum(one.money for one in here)
        assert row["member_sales"] == len([one for one in here if one.who])
        assert row["member_net"] == sum(one.money for one in here if one.who)
        assert row["visits"] == len({one.who for one in here if one.who})
    silent = [row for place, row in told.items() if row["sales"] == 0 and not row["joined"]]
    assert all(row["net"] == 0 and row["visits"] == 0 for row in silent)
    assert sum(row["sales"] for row in rows) == len(receipts)
    by_place = found.summary("coffee", "location", "en")["groups"]
    for group in by_place:
        said = {(one["name"], one["days"]): one["value"] for one in group["figures"]}
        here = [one for one in receipts if one.where == group["value"]]
        assert said["sales", 30] == len([one for one in here if one.when >= until - timedelta(30)])


def test_how_members_come_is_put_right_by_the_night(year: Year) -> None:
    tables = year.world.tables
    key = next(key for key in tables.items if key.sk == "COUNTED" and "y" in tables.items[key])
    member = key.pk.partition("#M#")[2]
    right = counted.read(tables, "coffee", member)
    assert right is not None
    assert right.rhythm is not None
    last, gaps, short, long = right.rhythm
    wrong = replace(right, rhythm=(last - 3, gaps, short, long))
    assert counted.put(tables, "coffee", member, right, wrong)
    year.worked_out()
    assert counted.read(tables, "coffee", member) == right


def test_a_past_day_that_changes_says_so() -> None:
    world = World()
    world.put_program()
    fed = FigureStreams(world)
    for number in range(3):
        world.sell(str(number), total=500)
    sold = world.now.date().isoformat()
    fed.ring(fed.news())
    world.wait(days=1)
    refreshing, figures = (
        Refreshing(world.tables, world.programs),
        Figures(world.tables, world.programs),
    )
    refreshing.work("coffee", world.now)

    def day() -> dict[str, Any]:
        (found,) = figures.days("coffee", sold, sold, "", world.now)["days"]
        row: dict[str, Any] = found
        return row

    assert (day()["sales"], day()["net"], day()["changed"]) == (3, 1500, None)
    world.wait(days=2)
    refreshing.work("coffee", world.now)
    assert day()["changed"] is None
    world.sell("1", 2, status="refunded")
    fed.ring(fed.news())
    refreshing.work("coffee", world.now)
    today = world.now.date().isoformat()
    assert (day()["sales"], day()["net"], day()["changed"]) == (2, 1000, today)
    world.wait(days=1)
    refreshing.work("coffee", world.now)
    assert day()["changed"] == today


def test_working_out_twice_writes_nothing_the_second_time(year: Year) -> None:
    year.worked_out()
    refreshing = Refreshing(year.world.tables, year.world.programs)
    assert refreshing.work("coffee", year.world.now)["written"] == 0


def test_what_is_owed_is_what_members_have(year: Year) -> None:
    found = year.worked_out().chart("coffee", "owing").data
    (points,) = [one for one in found if one["pot"] == "points"]
    names = {key.pk.partition("#M#")[2] for key in year.world.tables.items if key.sk == "ACCOUNT"}
    accounts = [year.world.books.account("coffee", one) for one in sorted(names)]
    there = {one.member: one for one in accounts if one and not one.closed}
    have = sum(one.balance("points") + one.pot("points").waiting for one in there.values())
    assert points["points"] == have > 0
    assert sum(points["by_month"].values()) == have
    assert points["expected_low"] <= points["expected_high"] <= have


def assert_share(told: dict[str, Any], part: int, whole: int, n: int | None = None) -> None:
    basis = whole if n is None else n
    assert told["n"] == basis
    if basis < 30:
        assert (told["value"], told["missing"]) == (None, "too_few")
    else:
        assert told["value"] == half_up(Fraction(10_000 * part, whole))


def half_up(number: Fraction) -> int:
    return int(number + Fraction(1, 2))


def test_cards_in_wallets_are_counted_by_day_wallet_and_part() -> None:
    """A card counts where its member joined; of whoever has left only for the whole shop."""
    world = World()
    world.put_program(locations=list(PLACES))
    ann, bob = world.enrol(location="north"), world.enrol(location="south")
    begun = int(world.now.timestamp())

    def line(who: Enrolled, wallet: Any, name: str, *, taken: bool = False, day: int = 0) -> None:
        at = begun + day * 86_400
        made = InWallet(who.member_id, wallet, name, taken, at)
        for _ in range(2):  # what comes again counts once
            world.tables.write(happenings.put_in_wallet("coffee", made))

    line(ann, "apple", "1")
    line(ann, "apple", "2", day=1)
    line(ann, "apple", "1", taken=True, day=1)
    line(bob, "google", "x")
    line(bob, "google", "y", taken=True, day=40)
    world.wait(days=39)
    assert in_wallets(world) == {
        "": {0: (1, 0, 1, 0), 1: (1, 1, 0, 0)},
        "north": {0: (1, 0, 0, 0), 1: (1, 1, 0, 0)},
        "south": {0: (0, 0, 1, 0)},
    }
    assert summed(world) == {"put_into_apple": 0, "taken_from_google": 0}
    world.wait(days=2)
    world.erasure.erase(Act("coffee", "anna", "e", "asked"), bob.member_id, world.now)
    assert in_wallets(world) == {
        "": {0: (1, 0, 1, 0), 1: (1, 1, 0, 0), 40: (0, 0, 0, 1)},
        "north": {0: (1, 0, 0, 0), 1: (1, 1, 0, 0)},
    }
    assert summed(world) == {"put_into_apple": 0, "taken_from_google": 1}


def test_days_from_before_something_was_counted_have_not_changed_by_it() -> None:
    old = {"2026-05-04": [1, 1, 500, 500, 1, 1, 0, ""], "2026-05-05": [1, 0, 5, 0, 0, 0, 0, ""]}
    day = date(2026, 5, 4).toordinal()
    now = {day: [1, 1, 500, 500, 1, 1, 0, 0, 0, 0, 0], day + 1: [1, 0, 5, 0, 0, 0, 0, 1, 0, 0, 0]}
    found = charts.changed(old, now, day + 9)
    assert [one[-1] for one in found.values()] == ["", "2026-05-13"]
    assert charts.counted(old["2026-05-04"]) == now[day]


def in_wallets(world: World) -> dict[str, dict[int, tuple[int, ...]]]:
    """Return by part and day since the beginning what was counted of cards in wallets."""
    Refreshing(world.tables, world.programs).work("coffee", world.now)
    figures = Figures(world.tables, world.programs)
    first = date(2026, 5, 4)
    found: dict[str, dict[int, tuple[int, ...]]] = {}
    for by in ("", "location"):
        for row in figures.days("coffee", first.isoformat(), "", by, world.now)["days"]:
            numbers = tuple(row[name] for name in charts.POCKETED)
            if any(numbers):
                number = (date.fromisoformat(row["day"]) - first).days
                found.setdefault(row["value"], {})[number] = numbers
    return found


def summed(world: World) -> dict[str, int]:
    told = Figures(world.tables, world.programs).summary("coffee", "", "en")["groups"][0]
    said = {one["name"]: one["value"] for one in told["figures"]}
    return {name: said[name] for name in ("put_into_apple", "taken_from_google")}
