"""What owners do with segments and campaigns."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.time_left import DEADLINE
from functions.wiring import environment, ledger
from loyalty.campaigns.audiences import Audiences
from loyalty.campaigns.broadcasting import Broadcasts
from loyalty.campaigns.judging import judged
from loyalty.campaigns.managing import Campaigns
from loyalty.campaigns.planning import Plans
from loyalty.core.calendar import local
from loyalty.refusals import Refusal
from loyalty.store import campaign_book

if TYPE_CHECKING:
    from datetime import date, datetime

    from loyalty.campaigns.judging import Judged
    from loyalty.core.feedback import Asks

_YEAR = 365  # days
_KEPT = 4.0
"""Seconds that are left for what comes after counting."""


@cache
def audiences() -> Audiences:
    """Return who names segments, and says who is in them."""
    return Audiences(ledger.books())


@cache
def campaigns() -> Campaigns:
    """Return who makes, starts and stops campaigns."""
    return Campaigns(ledger.books(), audiences())


@cache
def broadcasts() -> Broadcasts:
    """Return who says something on every card."""
    return Broadcasts(ledger.books())


@cache
def plans() -> Plans:
    """Return who makes drafts of templates, and tells the year's plan."""
    return Plans(ledger.books(), campaigns())


def verdicts(program: str, now: datetime) -> list[Judged]:
    """Return campaigns that have run, and what may be said of each."""
    return judged(ledger.books(), program, now, more)


def public_holidays(program: str, now: datetime) -> dict[date, dict[str, str]]:
    """Return how the public holidays of a program's country are called, for a year from today."""
    from loyalty.campaigns.public_days import names_between  # noqa: PLC0415 - few ask

    known = ledger.books().programs.current(program)
    today = local(now, known.zone).date()
    return names_between(known.region, today, today + timedelta(days=_YEAR))


def feed_address(program: str) -> str:
    """Return the address at which whoever has it subscribes to a program's calendar."""
    return _feed(program, plans().secret(program))


def replace_feed(program: str, actor: str, now: datetime) -> str:
    """Replace that address; return the new one."""
    return _feed(program, plans().replace_secret(program, actor, now))


def _feed(program: str, secret: str) -> str:
    return f"{environment.configuration().base_url}/calendar/{program}.{secret}"


def question(program: str, campaign: str) -> tuple[Asks, int, int]:
    """Return what a campaign asks for, since when (µs), and how many it has asked.

    Raises
    ------
    Refusal
        ``campaign_not_found``, ``no_question``.
    """
    kept = campaigns().one(program, campaign)
    found = [one for one in kept.document["actions"] if one["kind"] == "question"]
    if not found:
        raise Refusal("not_found", "no_question", "This campaign asks nothing.")
    return found[0]["asks"], kept.started, reached(program, campaign)


def reached(program: str, campaign: str) -> int:
    """Return how many members a campaign has reached."""
    return campaign_book.read_spent(ledger.books().tables, program, campaign).reached


def more() -> bool:
    """Tell whether there is time to look at more members."""
    return DEADLINE.left > _KEPT
