"""A shop with six campaigns at once, counted by who reads only what cards were told.

A year with five hundred members where everything is tried (``FULL``), else five months with few.
What is expected is worked out here from days and birthdays, with nothing of the product's own.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from loyalty.store import campaign_marks, keys
from tests.support.campaigning import HELLO, OPEN, Campaigning
from tests.support.extent import FULL
from tests.support.figure_streams import FigureStreams
from tests.support.world import World

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled

pytestmark = pytest.mark.timeout(7200 if FULL else 300)

MEMBERS = 500 if FULL else 5
PLACES = [
    {"id": "north", "name": {"en": "North", "ru": "Север"}, "latitude": 40.7, "longitude": -74.0,
     "zone": "America/New_York"},
    {"id": "south", "name": {"en": "South", "ru": "Юг"}, "latitude": 52.5, "longitude": 13.4,
     "zone": "Europe/Berlin"},
]  # fmt: skip
ZONES = {"north": "America/New_York", "south": "Europe/Berlin", None: "America/New_York"}
STARTED = datetime(2027, 9 if FULL else 10, 25, 15, 0, tzinfo=UTC)
ENDED = datetime(2028, 9 if FULL else 4, 1, 15, 0, tzinfo=UTC)
"""Both have the clocks of either place change, and a 29 February."""

STAYS_AWAY = datetime(2027, 12, 20, tzinfo=UTC)
DOWN = (datetime(2027, 11, 8, 0, tzinfo=UTC), datetime(2027, 11, 9, 6, tzinfo=UTC))
"""A Monday on which nothing runs, the day after clocks went back in New York."""

BORN = (date(2000, 2, 29), date(1990, 11, 7), date(1985, 3, 26), None, date(1970, 12, 31))
OFTEN = {**OPEN, "cap": 20, "cap_days": 1}
CAMPAIGNS: dict[str, dict[str, Any]] = {
    "weekly": {"kind": "recurring", "rule": "FREQ=WEEKLY;BYDAY=MO", "first": "2027-09-25"},
    "birthday": {"kind": "birthday"},
    "welcome": {"kind": "welcome", "days": 2},
    "lapsed": {"kind": "lapsed"},
    "expiring": {"kind": "expiring", "of": "points", "days": 14},
    "near": {"kind": "near_reward", "of": "free-coffee", "amount": 60},
}


class Year:
    """Plays the year, and keeps what each card was told, and when."""

    def __init__(self) -> None:
        self.world = World()
        self.world.now = STARTED
        pots = [{"id": "points", "expiry": {"months": 2}}]
        self.world.put_program(locations=PLACES, pots=pots)
        self.shop = Campaigning(self.world)
        self.dice = random.Random(7)
        self.people: dict[str, tuple[Enrolled, str | None, date | None, datetime]] = {}
        self.told: dict[str, list[tuple[str, datetime]]] = {}
        self.seen: set[tuple[str, str]] = set()
        self.read: dict[str, Any] = {}
        self.fed = FigureStreams(self.world)
        self.number = 0
        for name, trigger in CAMPAIGNS.items():
            text = {"en": f"{name}: {HELLO['text']['en']}", "ru": f"{name}!"}
            action = {**HELLO, "text": text, "shown_days": 1}
            self.shop.start(name, trigger=trigger, actions=[action], guards=OFTEN)

    def join(self) -> None:
        number = len(self.people)
        home, born = (None, "north", "south")[number % 3], BORN[number % len(BORN)]
        made = self.shop.join(f"P{number}", born=born, at=home)
        self.people[made.member_id] = (made, home, born, self.world.now)

    def play(self) -> None:
        while self.world.now < ENDED:
            if len(self.people) < MEMBERS:
                self.join()
            self._sell()
            if not DOWN[0] <= self.world.now < DOWN[1]:
                self.shop.run()
            self._read()
            self.world.wait(hours=3)

    def _sell(self) -> None:
        """Let everybody come every nine days or so; the second one stops for good."""
        now = self.world.now
        if now.hour != 15:
            return
        for number, (made, *_) in enumerate(self.people.values()):
            gone = number == 1 and now > STAYS_AWAY
            if not gone and (now.toordinal() + number) % 9 == 0:
                self.number += 1
                self.world.sell(f"o-{self.number}", total=300, member=made)
        self.fed.ring(self.fed.news())

    def _read(self) -> None:
        for member in self.people:
            item = self.world.tables.items.get(keys.reached_key("coffee", member))
            if item is None or item is self.read.get(member):
                continue
            self.read[member] = item
            news = campaign_marks.to_marks(item).news
            new = [one for one in news if (member, one.id) not in self.seen]
            if not new:
                continue
            says = self.shop.told(self.people[member][0])
            for one in new:
                self.seen.add((member, one.id))
                name = one.id.partition("#")[0]
                # Kept is not enough: it is on the card that whoever looks at it reads.
                if f"{name}: Hello P" in says:
                    self.told.setdefault(name, []).append((member, self.world.now))


@pytest.fixture(scope="module")
def year() -> Year:
    played = Year()
    played.play()
    return played


def here(year: Year, member: str, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(ZONES[year.people[member][1]]))


def test_nobody_is_told_anything_in_quiet_hours(year: Year) -> None:
    hours = {here(year, *one).hour for told in year.told.values() for one in told}
    assert hours <= set(range(9, 20))
    assert sum(map(len, year.told.values())) > 15 * len(year.people)


def test_every_monday_reaches_everybody_once(year: Year) -> None:
    counted = Counter(
        (
            member,
            (here(year, member, at).date() - timedelta(days=at_monday(here(year, member, at)))),
        )
        for member, at in year.told["weekly"]
    )
    assert set(counted.values()) == {1}
    for member, (_, _, _, joined) in year.people.items():
        first = here(year, member, joined).date()
        mondays = [
            first + timedelta(days=ahead)
            for ahead in range(1, 400)
            if (first + timedelta(days=ahead)).weekday() == 0
            and first + timedelta(days=ahead) < (ENDED - timedelta(days=1)).date()
        ]
        reached = {monday for one, monday in counted if one == member}
        # Who joined on a Monday may be told of it, and nobody of one before.
        assert set(mondays) <= reached <= {*mondays, first}
    late = [at for _, at in year.told["weekly"] if DOWN[0].date() <= at.date() <= DOWN[1].date()]
    assert {at.date() for at in late} == {date(2027, 11, 9)}


def at_monday(local: datetime) -> int:
    return local.weekday()


def days_for(year: Year, member: str, due: date) -> set[date]:
    """Return the days on which a member may be told what is due on one.

    A day later where they joined after that day's walk, or nothing ran.
    """
    joined = here(year, member, year.people[member][3]).date()
    days = {due, due + timedelta(days=1)} if joined == due else {due}
    return {date(2027, 11, 9) if one == date(2027, 11, 8) else one for one in days}


def test_every_birthday_reaches_its_member_once_on_the_day(year: Year) -> None:
    days = {
        date(2000, 2, 29): date(2028, 2, 29), date(1990, 11, 7): date(2027, 11, 7),
        date(1985, 3, 26): date(2028, 3, 26), date(1970, 12, 31): date(2027, 12, 31),
    }  # fmt: skip
    expected = {
        member: days[born]
        for member, (_, _, born, joined) in year.people.items()
        if born is not None and here(year, member, joined).date() <= days[born]
    }
    found = [member for member, _ in year.told["birthday"]]
    assert sorted(found) == sorted(expected)
    for member, at in year.told["birthday"]:
        assert here(year, member, at).date() in days_for(year, member, expected[member])


def test_everybody_is_welcomed_once_two_days_after_joining(year: Year) -> None:
    found = [member for member, _ in year.told["welcome"]]
    assert sorted(found) == sorted(year.people)
    for member, at in year.told["welcome"]:
        joined = here(year, member, year.people[member][3]).date()
        assert here(year, member, at).date() in days_for(year, member, joined + timedelta(days=2))


def test_who_stays_away_is_told_once_for_each_absence(year: Year) -> None:
    counted = Counter(member for member, _ in year.told.get("lapsed", []))
    second = list(year.people)[1]
    assert counted == {second: 1}


def test_what_ends_and_what_is_near_is_told_once_each(year: Year) -> None:
    for name in ("expiring", "near"):
        assert len(year.told[name]) >= len(year.people)
        assert len({claim_of(year, name, *one) for one in year.told[name]}) == len(year.told[name])


def claim_of(year: Year, name: str, member: str, at: datetime) -> tuple[str, str, int]:
    """Return which of their visits or lots it was about: never two of one a day."""
    return name, member, here(year, member, at).toordinal()


def test_what_was_claimed_as_sent_was_on_the_card(year: Year) -> None:
    for name in CAMPAIGNS:
        sent = [one.member for one in year.shop.claims(name) if one.outcome == "sent"]
        assert sorted(sent) == sorted(member for member, _ in year.told.get(name, []))
