"""A promotion for whom a campaign reaches: what it says, until when, and what it costs. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING, Any

from loyalty.core import personal
from loyalty.core.account import Personal
from loyalty.core.calendar import day_start, local
from loyalty.core.instants import read_local
from loyalty.program.rules import ONE, Filter, Promotion, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.profile import Profile
    from loyalty.program.rules import Program

    Fault = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Gives:
    """What a campaign gives.

    Attributes
    ----------
    uses
        Purchases that it counts for; 0 for any number.
    days
        After the day on which a member is reached, through the end of the last one.
    until
        The last day for everybody, instead; None where each has days of their own.
    """

    promotion: Promotion
    uses: int = 0
    days: int = 0
    until: date | None = None

    def ends(self, now: datetime, zone: str) -> int:
        """Return the second from which on it is over for who is reached at an instant."""
        last = self.until or local(now, zone).date() + timedelta(days=self.days)
        return day_start(last.toordinal() + 1, zone)

    def is_over(self, now: datetime, zone: str) -> bool:
        """Tell whether there is nothing left to give."""
        return self.ends(now, zone) <= now.timestamp()


def gives(program: Program, sent: Mapping[str, Any] | None, below: str, fault: Fault) -> Gives:
    """Return what an action says that a campaign gives; faults with their pointers."""
    pointer = f"{below}/promotion"
    if not sent:
        fault(pointer, "missing", "Say what the promotion gives, and for how long.")
        return Gives(Promotion("personal", {}, ""))
    promotion = _promotion(program, sent)
    if program.pot(promotion.pot) is None:
        fault(f"{pointer}/pot", "unknown_pot", "The program has no such pot.")
    else:
        # Most campaigns have none, and judging a program is dear to load.
        from loyalty.program import checks  # noqa: PLC0415

        for why in checks.of_promotion(program, promotion, "promotion"):
            fault(pointer, "not_a_promotion", why)
    days, until = sent.get("days"), _day(sent.get("until"), f"{pointer}/until", fault)
    if (days is None) is (sent.get("until") is None):
        fault(pointer, "how_long", "Say for how many days, or until which day: one of the two.")
    return Gives(promotion, int(sent.get("uses") or 0), int(days or 0), until)


def _promotion(program: Program, sent: Mapping[str, Any]) -> Promotion:
    only, pots = sent.get("only") or {}, program.pots
    named = ("categories", "items", "exclude_categories", "exclude_items")
    return Promotion(
        id="personal",
        name={},
        pot=sent.get("pot") or (pots[0].id if pots else ""),
        multiplier=sent.get("multiplier"),
        bonus=sent.get("bonus"),
        per=sent.get("per") or "order",
        windows=tuple(
            Window(
                tuple(one.get("weekdays") or ()), one.get("start") or "00:00",
                one.get("until") or "00:00",
            )
            for one in sent.get("windows") or ()
        ),
        minimum=int(sent.get("minimum") or 0),
        only=Filter(*(tuple(only.get(one) or ()) for one in named)),
    )  # fmt: skip


def _day(text: str | None, pointer: str, fault: Fault) -> date | None:
    if text is None:
        return None
    found = read_local(text)
    if found is None:
        fault(pointer, "not_a_day", "Give a day: 2026-12-24.")
        return None
    return found.date()


def most(given: Gives) -> int | None:
    """Return how many points a member can get by it at most; None where nobody can know."""
    promotion = given.promotion
    if promotion.bonus is None or promotion.per == "item" or not given.uses:
        return None
    return promotion.bonus * given.uses


def given_by(campaign: Campaign) -> Gives | None:
    """Return the promotion of a campaign; most have none."""
    return next((one.gives for one in campaign.actions if one.gives), None)


def promised(campaign: Campaign, now: datetime, zone: str) -> Personal | None:
    """Return the promotion that a member has who is reached at an instant."""
    given = given_by(campaign)
    if given is None:
        return None
    terms = personal.written(given.promotion, given.uses)
    return Personal(campaign.id, int(now.timestamp()), given.ends(now, zone), terms)


def expected(
    given: Gives, program: Program, sample: Sequence[Profile], now: datetime
) -> int | None:
    """Return about how much a member will get by it, minor units; None where nobody can tell.

    As often and as dearly as each of a sample has bought in the last year, by what the program
    gives for money and visits. What only some goods earn is counted as if all bill were of them.
    """
    money, pot = program.points_as_money, given.promotion.pot
    if money is None or money.pot != pot or not sample:
        return None
    share = max(0, given.ends(now, program.zone) - int(now.timestamp())) / (365 * 86_400)
    rules = [one for one in program.earning if one.pot == pot]
    points = 0.0
    for one in sample:
        year = one.known.portrait
        visits, spent = (year.visits * share, year.money * share) if year else (0.0, 0.0)
        counted = min(visits, given.uses) if given.uses else visits
        spent *= counted / visits if visits else 0
        if given.promotion.bonus is not None:
            points += given.promotion.bonus * counted
            continue
        base = sum(
            spent * rule.points / (rule.amount or 1)
            if rule.per == "amount"
            else counted * rule.points
            for rule in rules
        )
        points += base * ((given.promotion.multiplier or ONE) - ONE) / ONE
    return ceil(points / len(sample) * money.amount / money.points)
