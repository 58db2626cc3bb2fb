"""Whether a campaign reaches a member now, and why not. Pure.

An occurrence names what is due: one time of a plan, one birthday, one absence. A member is reached
once for each, however often this is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

from loyalty.campaigns import promoting, public_days
from loyalty.campaigns.assigning import held_out
from loyalty.campaigns.campaign import GIFTS, MOST_DAYS, NUDGES, ONCE, PUBLIC, is_quiet
from loyalty.campaigns.channels.choosing import chosen
from loyalty.campaigns.recurring import days_between
from loyalty.campaigns.segment import fits
from loyalty.core import personal
from loyalty.core.calendar import birthday, local
from loyalty.core.instants import instant
from loyalty.core.news import has_room
from loyalty.core.opening import holiday_on

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from loyalty.campaigns.campaign import Campaign, Trigger
    from loyalty.campaigns.profile import Profile
    from loyalty.campaigns.promoting import Gives
    from loyalty.core.account import Entry
    from loyalty.core.feedback import Feedback
    from loyalty.core.order import Order
    from loyalty.program.rules import Location

Outcome = Literal[
    "sent", "control", "held_out", "no_consent", "capped", "budget", "no_codes", "appointment"
]
"""What an occurrence ended with for a member; there is one for each."""

LATE: Final = 3
"""Days after a day on which what was due is still done: nights may be missed."""

_OF_THE_SHOP: Final = frozenset({"recurring", "holiday", "birthday"})
"""Triggers whose days come whether somebody is a member or not."""

_DAY = timedelta(days=1)
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Due:
    """An occurrence that is due, and what it ends with; None: the member is to be reached."""

    occurrence: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Not:
    """Nothing is done now. ``later``: something will be, at a later walk."""

    why: Literal[
        "not_due", "other_audience", "appointment", "quiet", "card_full", "promotion_over",
        "promotions_full", "paused",
    ]  # fmt: skip
    later: bool = False


def decide(
    campaign: Campaign,
    profile: Profile,
    started: datetime,
    control: int,
    event: str | None = None,
) -> Due | Not:
    """Decide about one member at the profile's instant.

    Parameters
    ----------
    started
        When the campaign was; what was due before is not.
    control
        Share held out for it, basis points.
    event
        What has happened, where the trigger is an event: its occurrence.
    """
    occurrence = due(campaign, profile, started) if event is None else event
    if occurrence is None:
        return Not("not_due")
    given = promoting.given_by(campaign)
    if given and given.is_over(profile.now, profile.program.zone):
        return Not("promotion_over")
    if not fits(campaign.audience, profile):
        return Not("other_audience")
    # Before anybody is drawn for the control group: neither side of it is asked to come.
    if campaign.trigger.kind in NUDGES and profile.appointment is not None:
        # Of what goes out once it is told who was left out; the rest asks again once it is over.
        return (
            Due(occurrence, "appointment") if campaign.trigger.kind in ONCE else Not("appointment")
        )
    if is_quiet(profile.here.time(), campaign.guards.quiet):
        return Not("quiet", later=True)
    outcome = _outcome(campaign, profile, occurrence, control)
    waits = _waits(campaign, profile, given) if outcome is None else None
    return waits or Due(occurrence, outcome)


def _waits(campaign: Campaign, profile: Profile, given: Gives | None) -> Not | None:
    """Return why somebody who is to be reached has to be looked at later; None where not."""
    if profile.account.paused and any(one.kind in GIFTS for one in campaign.actions):
        # Nothing can be given to a card that staff have paused; whoever has it again is reached.
        return Not("paused", later=True)
    if not _fits_card(campaign, profile):
        return Not("card_full", later=True)
    if given and not personal.has_room(profile.account, profile.now):
        return Not("promotions_full", later=True)
    return None


def _fits_card(campaign: Campaign, profile: Profile) -> bool:
    """Tell whether what is said pushes nothing off the card that may not have been seen."""
    if chosen(campaign.channels, profile) not in {None, "card"}:
        return True
    said = sum(1 for one in campaign.actions if one.texts)
    return has_room(profile.known.told.news, int(profile.now.timestamp()), said)


def _outcome(
    campaign: Campaign,
    profile: Profile,
    occurrence: str,
    control: int,
) -> Outcome | None:
    program, guards = profile.program.id, campaign.guards
    if campaign.trigger.kind == "before_appointment" and profile.program.consent.reminders:
        # A service notice: it belongs to what they have booked, and asks for nothing.
        return None
    if chosen(campaign.channels, profile) is None:
        return "no_consent"
    year = f"hold-out#{profile.here.year}"
    if held_out(program, year, profile.member, guards.hold_out):
        return "held_out"
    # Drawn anew for each time of a plan; of what happens to a member by itself once and for all.
    drawn = occurrence if campaign.trigger.kind in {"recurring", "holiday"} else ""
    if held_out(program, f"{campaign.id}#{drawn}", profile.member, control):
        return "control"
    since = profile.now.timestamp() * _MICROSECONDS - guards.cap_days * 86_400 * _MICROSECONDS
    if sum(one > since for one in profile.known.told.times) >= guards.cap:
        return "capped"
    return None


def due(campaign: Campaign, profile: Profile, started: datetime) -> str | None:
    """Return the occurrence that is due at the profile's instant; None where none is."""
    trigger = campaign.trigger
    here = profile.here
    today = here.date()
    begun = local(started, profile.zone).date()
    match trigger.kind:
        case "now":
            return "once"
        case "at":
            at = trigger.at
            passed = at is not None and here.replace(tzinfo=None) >= at
            return (
                "once" if passed and at is not None and today <= at.date() + LATE * _DAY else None
            )
        case "lapsed" | "near_reward" | "near_level" | "expiring" | "will_fall":
            return _state(campaign, profile) if here.time() >= trigger.time else None
    earliest = max(today - LATE * _DAY, begun)
    if trigger.kind in _OF_THE_SHOP:
        # Nobody is told late of what was due before they belonged to it.
        earliest = max(earliest, local(profile.known.person.enrolled_at, profile.zone).date())
    for day, name in _days(campaign, profile, today):
        if earliest <= day < today or (day == today and here.time() >= trigger.time):
            return name
    return None


def happened(  # noqa: PLR0917 - whose, and all that tells of it
    campaign: Campaign,
    profile: Profile,
    entries: Iterable[Entry],
    orders: Iterable[Order],
    answers: Iterable[Feedback] = (),
    claimed: Collection[tuple[str, str]] = (),
) -> list[str]:
    """Return the occurrences that a member's entries, orders behind them, or answers tell of.

    ``claimed``: source and id of orders that were given to the member after they were paid.
    """
    trigger, member = campaign.trigger, profile.member
    if trigger.kind == "answer_given":
        return [f"answer-{one.id}" for one in answers if trigger.of in {"", one.campaign}]
    if trigger.kind == "level_changed":
        level = profile.program.level(profile.account.level)
        if trigger.of and (level is None or level.id != trigger.of):
            return []
        return [f"entry-{one.seq}" for one in entries if _moves_level(one)]
    return [
        f"order-{one.key.source}-{one.key.id}"
        for one in orders
        if one.member == member and not one.void and one.total > 0
        if _is_of(trigger, one, claimed)
    ]


def _is_of(trigger: Trigger, order: Order, claimed: Collection[tuple[str, str]]) -> bool:
    if trigger.kind == "claimed":
        return (order.key.source, order.key.id) in claimed
    if not trigger.of:
        return True
    return any(trigger.of in {line.item, line.category} for line in order.lines)


def _moves_level(entry: Entry) -> bool:
    return sum(int(one.amount) for one in entry.postings if one.measure == "level") != 0


def _state(campaign: Campaign, profile: Profile) -> str | None:
    """Return the occurrence of what holds for as long as it holds."""
    trigger, standing = campaign.trigger, profile.standing
    if trigger.kind == "lapsed":
        away = standing is not None and standing.slipping and not standing.gone
        rhythm = profile.known.rhythm
        return f"since-{date.fromordinal(rhythm.last)}" if away and rhythm else None
    if trigger.kind == "near_reward":
        reward, missing = profile.program.reward(trigger.of), profile.missing_for(trigger.of)
        if reward is None or missing is None or not 0 < missing <= trigger.amount:
            return None
        # The same way to it is one; who has gone it and begins anew, is on another.
        return f"{reward.id}-{profile.account.earned // reward.price}"
    if trigger.kind == "near_level":
        missing, way = profile.missing_level("spend"), profile.shown.way
        near = missing is not None and 0 < missing <= trigger.amount
        return f"{way.level}-{profile.here.year}" if near and way else None
    if trigger.kind == "will_fall":
        # In the time of grace: the level falls at its end unless enough is bought until then.
        deadline = profile.account.deadline
        ahead = deadline - profile.now.timestamp()
        return f"falls-{deadline}" if 0 < ahead <= (trigger.days or MOST_DAYS) * 86_400 else None
    days, second = profile.days_to_end(trigger.of), profile.lot_ends(trigger.of)
    return str(second) if days is not None and 0 <= days <= trigger.days else None


def _days(campaign: Campaign, profile: Profile, today: date) -> list[tuple[date, str]]:
    """Return local days on which something is due, none later than today, the newest first."""
    trigger = campaign.trigger
    found: list[tuple[date, str]] = []
    if trigger.kind == "recurring":
        days = days_between(trigger.rule, trigger.first, today - LATE * _DAY, today)
        skips = trigger.skip_holidays
        found = [
            (one, one.isoformat()) for one in days if not (skips and _is_holiday(profile, one))
        ]
    elif trigger.kind == "holiday":
        found = _before_holidays(campaign, profile)
    elif trigger.kind == "birthday":
        born = profile.known.person.birthday
        years = (today.year - 1, today.year, today.year + 1) if born else ()
        found = [(birthday(born, year) - trigger.days * _DAY, str(year)) for year in years if born]
    elif trigger.kind == "welcome":
        joined = local(profile.known.person.enrolled_at, profile.zone).date()
        found = [(joined + trigger.days * _DAY, "once")]
    elif trigger.kind == "before_appointment":
        found = _before_appointment(campaign, profile)
    elif trigger.kind == "before_visit":
        standing, rhythm = profile.standing, profile.known.rhythm
        if standing and rhythm and standing.nudge is not None:
            name = f"after-{date.fromordinal(rhythm.last)}"
            found = [(date.fromordinal(standing.nudge), name)]
    return sorted(one for one in found if one[0] <= today)[::-1]


def _before_holidays(campaign: Campaign, profile: Profile) -> list[tuple[date, str]]:
    ahead = campaign.trigger.days * _DAY
    if campaign.trigger.of == PUBLIC:
        latest = profile.here.date() + ahead
        # Of several days in a row the first one is the occasion.
        firsts = [first for first, _ in public_days.runs_of(profile.program.region)]
        return [
            (one - ahead, one.isoformat())
            for one in firsts
            if latest - LATE * _DAY <= one <= latest
        ]
    place = _place(profile)
    return [
        (date.fromisoformat(one.first_day) - ahead, one.first_day)
        for one in (place.holidays if place else ())
    ]


def _is_holiday(profile: Profile, day: date) -> bool:
    """Tell whether the country, or the member's location, has a holiday on a day."""
    place = _place(profile)
    own = place is not None and holiday_on(place, day) is not None
    return own or day in public_days.days_of(profile.program.region)


def _place(profile: Profile) -> Location | None:
    """Return the location that a member is at home in, or the first one."""
    home = profile.program.location(profile.known.person.home)
    return home or next(iter(profile.program.locations), None)


def _before_appointment(campaign: Campaign, profile: Profile) -> list[tuple[date, str]]:
    """Return the day on which to remind of the next appointment, if it has not begun."""
    one = profile.appointment
    if one is None or one.at <= profile.now.timestamp():
        return []
    day = local(instant(one.at * _MICROSECONDS), profile.zone).date()
    # One that has moved to another day is reminded of anew.
    return [(day - campaign.trigger.days * _DAY, f"{one.source}-{one.id}-{day}")]


def next_look(campaign: Campaign, zones: set[str], now: datetime) -> datetime:
    """Return when a campaign has to be looked at next after an instant.

    Each of the zones has its own time of the day; where clocks skip it, the moment after.
    """
    clock = campaign.trigger.at.time() if campaign.trigger.at else campaign.trigger.time
    found = []
    for zone in zones:
        here = local(now, zone)
        for ahead in (0, 1, 2):
            day = here.date() + ahead * _DAY
            at = datetime.combine(day, clock, tzinfo=here.tzinfo)
            if at > now:
                found.append(at)
                break
    return min(found, key=lambda one: one.timestamp())
