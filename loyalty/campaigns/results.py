"""What a campaign has done: how it ended for each member, and what they did after it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from math import floor
from typing import TYPE_CHECKING, Final, Literal

from loyalty import words
from loyalty.campaigns.campaign import read_kept
from loyalty.campaigns.promoting import given_by
from loyalty.campaigns.uplift import Member, measured
from loyalty.core.calendar import day
from loyalty.core.instants import instant
from loyalty.languages import LANGUAGES
from loyalty.money import FINE
from loyalty.program.rules import ONE
from loyalty.store import campaign_book, figure_lines, reading
from loyalty.store.figure_lines import SaleLine

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.campaigns.campaign import Campaign
    from loyalty.campaigns.uplift import Result
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.campaign_book import Claim, KeptCampaign, Spent

MOST: Final = 20_000
"""Claims that one answer looks through."""

ASSIGNED: Final = {"sent": "treated", "capped": "treated", "budget": "treated",
                   "no_codes": "treated", "control": "control"}  # fmt: skip
"""Outcomes by the side that they were assigned to: who was not reached counts with it."""

Verdict = Literal[
    "not_over", "not_measurable", "uneven", "not_proven", "proven_more", "proven_less"
]


@dataclass(frozen=True, slots=True)
class Promoted:
    """What a promotion has given: to how many members, on how many purchases.

    ``points`` are whole and before caps of periods; ``money`` is what they are worth, minor units,
    where bills are paid with them. It is counted for eighty days after its end.
    """

    members: int
    purchases: int
    points: int
    money: int


@dataclass(frozen=True, slots=True)
class Results:
    """What came of it.

    Attributes
    ----------
    outcomes
        Occurrences by how they ended: sent, control, held out, suppressed and why.
    channels
        What was handed to other channels than the card, by channel and how that ended; ``unknown``:
        it may have been sent, and is not sent again.
    promotion
        What the campaign's promotion has given so far; None where it has none.
    friends
        Friends who have bought since, by the side that who brought them was drawn to; None where
        the campaign does not ask for any.
    over
        Members whose window is over, by side: what is measured rests on them.
    came
        Of these, who came within the window.
    money
        What they spent within it, minor units.
    result
        The difference and its intervals; None before both sides have members.
    verdict, sentences
        What may be said of it, and the sentence by language.
    """

    outcomes: Mapping[str, int]
    channels: Mapping[str, Mapping[str, int]]
    spent: Spent
    promotion: Promoted | None
    friends: Mapping[str, int] | None
    over: Mapping[str, int]
    came: Mapping[str, int]
    money: Mapping[str, int]
    result: Result | None
    verdict: Verdict
    sentences: Mapping[str, str]


def results(books: Books, program: str, kept: KeptCampaign, now: datetime) -> Results:
    """Return what a campaign has done by now, analysed by assignment (figures.md, section 4)."""
    tables, rules = books.tables, books.programs.current(program)
    campaign = read_kept(kept.id, kept.document, rules)
    claims = []
    for one in campaign_book.claims(tables, program, kept.id):
        claims.append(one)
        if len(claims) >= MOST:
            break
    window = campaign.guards.window
    over = [
        one
        for one in claims
        if one.outcome in ASSIGNED and instant(one.at) + timedelta(days=window) <= now
    ]
    bought = _bought(books, rules, over, window, now)
    sides: dict[str, list[Member]] = {"treated": [], "control": []}
    for one in over:
        sides[ASSIGNED[one.outcome]].append(_member(bought[one.member], one, window, rules.zone))
    result = None
    if sides["treated"] and sides["control"]:
        cost = -(-sum(one.cost for one in over) // FINE)
        share = kept.control / ONE
        result = measured(sides["treated"], sides["control"], share, (cost, 0))
    verdict = _verdict(result, waiting=len(over) < sum(one.outcome in ASSIGNED for one in claims))
    return Results(
        outcomes=Counter(one.outcome for one in claims),
        channels=_channels(claims),
        spent=campaign_book.read_spent(tables, program, kept.id),
        promotion=_promoted(books, rules, campaign, claims),
        friends=_friends(books, rules, campaign, claims),
        over={side: len(found) for side, found in sides.items()},
        came={side: sum(one.came for one in found) for side, found in sides.items()},
        money={side: sum(one.money for one in found) for side, found in sides.items()},
        result=result,
        verdict=verdict,
        sentences=sentences(verdict, thousandths(result)),
    )


def _promoted(
    books: Books, rules: Program, campaign: Campaign, claims: list[Claim]
) -> Promoted | None:
    """Return what members were given on their purchases; nothing was to who was held out."""
    given = given_by(campaign)
    if given is None:
        return None
    reached = {one.member for one in claims if one.outcome == "sent"}
    accounts = reading.read_accounts(books.tables, rules.id, sorted(reached))
    # Two cards that became one have their promotions on the one that stays.
    moved = {one.successor for one in accounts if one.successor}
    stays = [books.account(rules.id, one) for one in sorted(moved - reached)]
    mine = [
        one
        for account in (*accounts, *filter(None, stays))
        for one in account.personal
        if one.campaign == campaign.id
    ]
    points, money = floor(sum(one.brought for one in mine)), rules.points_as_money
    pays = money is not None and money.pot == given.promotion.pot
    return Promoted(
        members=sum(one.used > 0 for one in mine),
        purchases=sum(one.used for one in mine),
        points=points,
        money=-(-points * money.amount // money.points) if money and pays else 0,
    )


def _friends(
    books: Books, rules: Program, campaign: Campaign, claims: list[Claim]
) -> dict[str, int] | None:
    """Return how many friends have come since, of whom was asked for them and of the others.

    Who has become another card is left out: what that one had brought before is not of this.
    """
    if not campaign.brings_friends:
        return None
    first: dict[str, Claim] = {}
    for one in sorted(claims, key=lambda one: one.at):
        if one.outcome in ASSIGNED and one.friends is not None:
            first.setdefault(one.member, one)
    found = dict.fromkeys(("treated", "control"), 0)
    for account in reading.read_accounts(books.tables, rules.id, sorted(first)):
        claim = first[account.member]
        if not account.successor:
            found[ASSIGNED[claim.outcome]] += max(0, account.referrals - (claim.friends or 0))
    return found


def _channels(claims: list[Claim]) -> dict[str, Counter[str]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in claims:
        if one.channel:
            found[one.channel]["unknown" if one.state == "sending" else one.state] += 1
    return dict(found)


def _bought(
    books: Books, rules: Program, claims: list[Claim], window: int, now: datetime
) -> dict[str, list[tuple[int, int]]]:
    """Return what these members bought around their windows: (local day, net)."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    if not claims:
        return found
    members = {one.member for one in claims}
    first = instant(min(one.at for one in claims)) - timedelta(days=window)
    for number in range(figure_lines.month_of(first), figure_lines.month_of(now) + 1):
        for line in figure_lines.month(books.tables, rules.id, number):
            if isinstance(line, SaleLine) and line.sold and line.member in members:
                found[line.member].append((line.day, line.net))
    return found


def _member(bought: list[tuple[int, int]], claim: Claim, window: int, zone: str) -> Member:
    at = day(instant(claim.at), zone)
    within = [net for one, net in bought if at <= one < at + window]
    before = sum(net for one, net in bought if at - window <= one < at)
    return Member(money=sum(within), before=before, came=bool(within))


def _verdict(result: Result | None, *, waiting: bool) -> Verdict:
    if waiting:
        return "not_over"
    if result is None:
        return "not_measurable"
    if not result.even:
        return "uneven"
    if not result.came.proven:
        return "not_proven"
    return "proven_more" if result.came.low > 0 else "proven_less"


def thousandths(result: Result | None) -> tuple[int, int, int] | None:
    """Return the difference in who came, and its interval, in thousandths."""
    if result is None:
        return None
    value, low, high = (
        round(one * 1000) for one in (result.came.value, result.came.low, result.came.high)
    )
    return value, low, high


def sentences(verdict: Verdict, measured: tuple[int, int, int] | None) -> dict[str, str]:
    """Return what may be said of a campaign, in one honest sentence of each language."""
    parts = {}
    for language in LANGUAGES if measured else ():
        parts[language] = {
            name: words.decimal(language, Decimal(one).scaleb(-1))
            for name, one in zip(("value", "low", "high"), measured or (), strict=True)
        }
    key = f"campaign.{verdict}"
    return {one: words.phrase(one, key, **parts.get(one, {})) for one in LANGUAGES}
