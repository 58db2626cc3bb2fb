"""What conditions of a segment are asked of: one member as they stand at an instant. Pure.

The same profile is made of one member whose entry has just come in and of everybody in a walk
through a program, so a condition cannot mean two things.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from loyalty.core.booking import ahead
from loyalty.core.calendar import at, birthday, day, local
from loyalty.core.draft import Draft
from loyalty.core.news import NOTHING, Marks
from loyalty.core.settle import settle
from loyalty.core.visible import visible
from loyalty.forecast.standing import standing

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from loyalty.core.account import Account
    from loyalty.core.booking import Appointment
    from loyalty.core.member import Member
    from loyalty.core.visible import Visible
    from loyalty.figures.groups import Group
    from loyalty.forecast.custom import Custom
    from loyalty.forecast.rhythm import Rhythm
    from loyalty.forecast.standing import Standing
    from loyalty.program.rules import Program

MARKETING, CARD = "marketing", "card"
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Portrait:
    """What the night has worked out of a member beside all others.

    ``group`` is one of eleven (``loyalty.figures.groups``); ``visits`` and ``money`` (minor units)
    are those of the 365 days before.
    """

    group: Group
    visits: int
    money: int


@dataclass(frozen=True, slots=True)
class Habit:
    """The item (the till's id), local hour and weekday (0 is Monday) that are usual, if any are."""

    favourite: str | None = None
    hour: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """Addresses that marketing may use if they agree: proved, and somebody is there; else empty."""

    email: str = ""
    sms: str = ""
    telegram: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """All that lies in the tables of one member, as it was read.

    Attributes
    ----------
    consents
        By ``<purpose>/<channel>``, as the shop's records say them: given, or taken back.
    rhythm
        How they come; None of whoever never came.
    portrait
        None until a night has seen them.
    told
        What campaigns have told them, and when.
    appointments
        What they have booked, as booking tools say; some of it may be over.
    habit, wallet
        Read only where a condition asks for it.
    ways
        Read only where a campaign goes by other ways than the card.
    """

    person: Member
    account: Account
    tags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    consents: Mapping[str, bool] = field(default_factory=dict)
    rhythm: Rhythm | None = None
    portrait: Portrait | None = None
    told: Marks = NOTHING
    appointments: tuple[Appointment, ...] = ()
    habit: Habit = Habit()
    wallet: bool = False
    ways: Ways = Ways()


@dataclass(frozen=True, slots=True)
class Profile:
    """A member at an instant, settled.

    Attributes
    ----------
    zone
        Of their home location, else the program's: whose clock their days and hours are told by.
    today
        The day there (``date.toordinal``).
    """

    program: Program
    known: Known
    account: Account
    now: datetime
    zone: str
    today: int
    custom: Custom

    @property
    def member(self) -> str:
        return self.known.person.id

    @property
    def shown(self) -> Visible:
        """Return what their card shows, as figures."""
        return visible(self.program, self.account, self.now)

    @property
    def standing(self) -> Standing | None:
        """Return how they are expected; None of whoever never came."""
        rhythm = self.known.rhythm
        return _standing(rhythm, self.custom, self.today) if rhythm else None

    @property
    def appointment(self) -> Appointment | None:
        """Return the next appointment that is not over."""
        return ahead(self.known.appointments, int(self.now.timestamp()))

    def days_to_appointment(self) -> int | None:
        """Return in how many days of their clock the next appointment is, 0 on the day."""
        one = self.appointment
        return None if one is None else day(at(one.at), self.zone) - self.today

    def consents(self, channel: str) -> bool:
        """Tell whether they agree to marketing by ``card``, ``email``, ``sms`` or ``messenger``.

        What was agreed to when joining is about the card; e-mail is asked for by itself.
        """
        said = self.known.consents.get(f"{MARKETING}/{channel}")
        if said is not None:
            return said
        return channel == CARD and self.known.person.marketing_consent_version is not None

    def days_to_birthday(self) -> int | None:
        """Return in how many days the next birthday is, 0 on the day."""
        born = self.known.person.birthday
        if born is None:
            return None
        return (next_birthday(born, self.here.date()) - self.here.date()).days

    def age(self) -> int | None:
        born = self.known.person.birthday
        if born is None:
            return None
        today = self.here.date()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @property
    def here(self) -> datetime:
        """Return the instant on the member's clock."""
        return local(self.now, self.zone)

    def lot_ends(self, pot: str) -> int | None:
        """Return the second at which the soonest value of a pot ends; None where none does."""
        lots = [one for one in self.account.pot(pot).lots if one[1] > 0]
        return lots[0][0] if lots else None

    def days_to_end(self, pot: str) -> int | None:
        """Return after how many days the soonest value of a pot is gone."""
        second = self.lot_ends(pot)
        if second is None:
            return None
        last = day(self.now + timedelta(seconds=second - 1 - self.now.timestamp()), self.zone)
        return last - self.today

    def missing_for(self, reward: str) -> int | None:
        """Return how much of its pot a reward still takes; of the next one ahead for ``""``."""
        if not reward:
            return self.shown.missing if self.shown.next_reward else None
        found = self.program.reward(reward)
        if found is None:
            return None
        pot = self.account.pot(found.pot)
        return max(0, found.price - pot.available + pot.debt)

    def missing_level(self, metric: str) -> int | None:
        """Return what is missing to the next level by a metric (``spend``, ``visits`` …)."""
        way = self.shown.way
        return dict(way.needs).get(metric) if way else None

    def last_score(self, campaign: str) -> int | None:
        """Return the score of their last answer to a campaign's question."""
        found = self.known.told.scores.get(campaign)
        return None if found is None else found[0]

    def days_since(self, campaign: str) -> int | None:
        """Return how long ago a campaign has reached them; any of them for ``""``."""
        reached = self.known.told.reached
        last = reached.get(campaign) if campaign else max(reached.values(), default=None)
        if last is None:
            return None
        return int(self.now.timestamp() * 1_000_000 - last) // (_DAY * 1_000_000)


def profile(program: Program, known: Known, custom: Custom, now: datetime) -> Profile:
    """Return a member at an instant."""
    draft = Draft(program, known.account, now)
    settle(draft)
    zone = home_zone(program, known.person)
    return Profile(
        program=program,
        known=known,
        account=draft.account,
        now=now,
        zone=zone,
        today=day(now, zone),
        custom=custom,
    )


@lru_cache(maxsize=1024)
def _standing(rhythm: Rhythm, custom: Custom, today: int) -> Standing:
    # Several conditions ask for it, and it is the dearest thing here to work out.
    return standing(rhythm, custom, today)


def home_zone(program: Program, person: Member) -> str:
    """Return the zone of a member's home location, else the program's."""
    home = program.location(person.home)
    return home.zone if home and home.zone else program.zone


def next_birthday(born: date, today: date) -> date:
    """Return the next birthday, today included; 29 February is 28 February in other years."""
    this = birthday(born, today.year)
    return this if this >= today else birthday(born, today.year + 1)
