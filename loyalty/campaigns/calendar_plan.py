"""The plan of a year: which days campaigns, holidays and promotions fall on; also as iCalendar.

Pure. What follows a member (a birthday, an absence) falls on no day of a shop and is told apart.
Source of the feed: RFC 5545 (3.1 folding, 3.3.11 escaping, 3.6.1 events).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal
from zoneinfo import ZoneInfo

from loyalty import words
from loyalty.campaigns import public_days
from loyalty.campaigns.campaign import PUBLIC
from loyalty.campaigns.recurring import days_between
from loyalty.program.by_language import told_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from loyalty.campaigns.campaign import Campaign
    from loyalty.program.rules import Program

Kind = Literal["campaign", "holiday", "promotion"]
YEAR: Final = timedelta(days=366)
MOST: Final = 1000
"""Entries of a plan."""
_FOLD: Final = 73
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that falls on a day: of a campaign (its id), else a holiday or a promotion.

    ``at`` is the local time of the program, empty for whole days; ``last`` is the last of its days.
    """

    day: date
    last: date
    at: str
    kind: Kind
    id: str
    name: str
    state: str = ""


def plan(
    program: Program,
    campaigns: Iterable[tuple[Campaign, str]],
    today: date,
    language: str,
) -> list[Planned]:
    """Return what falls on days from today to a year from now, in their order.

    ``campaigns``: each with its state; drafts stand in the plan, what is over does not.
    """
    program = told_in(program, language)
    ends, found = today + YEAR, []
    for campaign, state in campaigns:
        if state in {"draft", "running", "paused"}:
            found += _of(program, campaign, state, today, ends)
    for place in program.locations:
        for one in place.holidays:
            name = one.name[language] if one.name else ""
            found.append(_whole(one.first_day, one.last_day, "holiday", place.id, name))
    called = public_days.names_between(program.region, today, ends)
    for first, last in public_days.runs_of(program.region):
        name = _called(called, first, last, language)
        found.append(Planned(first, last, "", "holiday", program.region, name))
    for promotion in program.promotions:
        if promotion.first_day:
            name = promotion.name[language] if promotion.name else promotion.id
            found.append(
                _whole(promotion.first_day, promotion.last_day, "promotion", promotion.id, name)
            )
    ahead = {one for one in found if one.last >= today and one.day <= ends}
    return sorted(ahead, key=lambda one: (one.day, one.at, one.kind, one.id))[:MOST]


def _called(names: Mapping[date, Mapping[str, str]], first: date, last: date, language: str) -> str:
    """Return what public holidays in a row are called, each once; what they are without a name."""
    here = [names[day] for day in sorted(names) if first <= day <= last]
    told = list(dict.fromkeys(one.get(language) or one["en"] for one in here))
    return ", ".join(told) or words.phrase(language, "campaign.public_holiday")


def _of(program: Program, campaign: Campaign, state: str, today: date, ends: date) -> list[Planned]:
    trigger = campaign.trigger
    days: list[date] = []
    clock = trigger.time.isoformat("minutes")
    if trigger.kind == "recurring":
        off = public_days.days_of(program.region) if trigger.skip_holidays else ()
        planned = days_between(trigger.rule, trigger.first, today, ends)
        days = [one for one in planned if one not in off]
    elif trigger.kind == "at" and trigger.at is not None:
        days, clock = [trigger.at.date()], trigger.at.time().isoformat("minutes")
    elif trigger.kind == "holiday" and trigger.of == PUBLIC:
        runs = public_days.runs_of(program.region)
        days = [first - trigger.days * _DAY for first, _ in runs]
    elif trigger.kind == "holiday":
        firsts = {one.first_day for place in program.locations for one in place.holidays}
        days = [date.fromisoformat(one) - trigger.days * _DAY for one in firsts]
    return [Planned(one, one, clock, "campaign", campaign.id, campaign.name, state) for one in days]


def _whole(first: str, last: str | None, kind: Kind, name: str, called: str) -> Planned:
    begins = date.fromisoformat(first)
    ends = date.fromisoformat(last) if last else begins
    return Planned(begins, ends, "", kind, name, called)


def feed(program: Program, planned: Iterable[Planned], language: str, now: datetime) -> str:
    """Return a plan as a calendar that phones and desks subscribe to."""
    zone, stamp = ZoneInfo(program.zone), f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//loyalty//calendar//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escaped(program.name[language])}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for one in planned:
        uid = f"{one.kind}-{one.id}-{one.day:%Y%m%d}-{one.at.replace(':', '')}@{program.id}.loyalty"
        lines += ["BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}"]
        if one.at:
            local = datetime.fromisoformat(f"{one.day}T{one.at}").replace(tzinfo=zone)
            begins = local.astimezone(UTC)
            lines += [f"DTSTART:{begins:%Y%m%dT%H%M%SZ}", "DURATION:PT30M"]
        else:
            lines += [f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}"]
            lines += [f"DTEND;VALUE=DATE:{one.last + _DAY:%Y%m%d}"]
        status = "TENTATIVE" if one.state in {"draft", "paused"} else "CONFIRMED"
        lines += [f"SUMMARY:{_escaped(one.name or one.id)}", f"STATUS:{status}"]
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(one)}\r\n" for one in lines)


def _escaped(text: str) -> str:
    for one in ("\\", ";", ","):
        text = text.replace(one, f"\\{one}")
    return " ".join(text.split())


def _folded(line: str) -> str:
    """Return a line of at most 75 octets a piece, no letter of which is cut."""
    pieces, piece = [], ""
    for letter in line:
        if len((piece + letter).encode()) > _FOLD:
            pieces.append(piece)
            piece = ""
        piece += letter
    return "\r\n ".join([*pieces, piece])
