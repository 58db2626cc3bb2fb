"""Promotions that one member has: what a campaign has given them, for a time. Pure.

What it gives stands in the account itself, so that a sale is decided without reading more, and a
promise stays as it was made, whatever becomes of campaign and program. A sale counts by its own
instant; what it was computed with goes with the order, so that a refund takes back exactly that.
"""

from __future__ import annotations

import json
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.caps import REMEMBERED
from loyalty.core.changing import changed
from loyalty.core.order import Applied
from loyalty.program.rules import Filter, Promotion, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account, Cause, Personal
    from loyalty.core.draft import Draft
    from loyalty.program.rules import Program

MOST: Final = 8
"""Promotions that an account may have at once; more than that nobody can keep in mind."""


def written(promotion: Promotion, uses: int = 0) -> str:
    """Return what a promotion gives as text: short, since every sale writes the account."""
    only = promotion.only
    named = [only.categories, only.items, only.exclude_categories, only.exclude_items]
    terms: dict[str, Any] = {"p": promotion.pot}
    terms |= {"x": promotion.multiplier} if promotion.multiplier else {"b": promotion.bonus}
    terms |= {"i": 1} if promotion.per == "item" else {}
    terms |= {"m": promotion.minimum} if promotion.minimum else {}
    terms |= {"o": [list(one) for one in named]} if any(named) else {}
    if promotion.windows:
        terms["w"] = [[" ".join(one.weekdays), one.start, one.until] for one in promotion.windows]
    terms |= {"u": uses} if uses else {}
    return json.dumps(terms, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@lru_cache(maxsize=1024)
def read(terms: str) -> tuple[Promotion, int]:
    """Return what a text of terms gives, and for how many purchases; 0 for any number."""
    found = json.loads(terms)
    only = Filter(*(tuple(one) for one in found["o"])) if "o" in found else Filter()
    promotion = Promotion(
        id="personal",
        name={},
        pot=found["p"],
        multiplier=found.get("x"),
        bonus=found.get("b"),
        per="item" if found.get("i") else "order",
        windows=tuple(Window(tuple(days.split()), *hours) for days, *hours in found.get("w", ())),
        minimum=found.get("m", 0),
        only=only,
    )
    return promotion, found.get("u", 0)


def promotion_of(one: Personal | Applied) -> Promotion:
    """Return what it gives."""
    return read(one.terms)[0]


def left(one: Personal) -> int:
    """Return for how many purchases more it counts; 0 where it counts for any number, or none."""
    return max(0, read(one.terms)[1] - one.used)


def has_uses(one: Personal) -> bool:
    """Tell whether it counts for one purchase more."""
    return not read(one.terms)[1] or left(one) > 0


def running(account: Account, second: float) -> tuple[Personal, ...]:
    """Return what counts for a purchase of that second: of one campaign the one given first."""
    found: dict[str, Personal] = {}
    for one in account.personal:
        if one.runs(second) and has_uses(one):
            found.setdefault(one.campaign, one)
    return tuple(found.values())


def has_room(account: Account, now: datetime) -> bool:
    """Tell whether a member can be given one more."""
    return sum(one.until > now.timestamp() for one in account.personal) < MOST


def applying(
    account: Account, known: Iterable[Applied], program: Program, occurred_at: datetime
) -> tuple[Applied, ...]:
    """Return what an order of that instant is computed with.

    What it has been computed with stays, if it still happened in that time; and what the account
    has by now is added, so that every arrival of an order's parts ends the same.
    """
    second = occurred_at.timestamp()
    before = {one.key: one for one in known}
    had = {one.key: one for one in account.personal}
    found: dict[str, Applied] = {}
    for key in sorted({*before, *had}):
        one = before.get(key) or had[key]
        if not one.at <= second < one.until or program.pot(promotion_of(one).pot) is None:
            continue
        units = before[key].units if key in before else Fraction(0)
        if key in had and not units and not has_uses(had[key]):
            continue
        applied = Applied(one.campaign, one.at, one.until, one.terms, units)
        known_one = found.get(one.campaign)
        # Of one campaign one counts: that which has counted, else that which was given first.
        if known_one is None or (applied.units and not known_one.units):
            found[one.campaign] = applied
    return tuple(sorted(found.values(), key=lambda one: one.key))


def count(
    draft: Draft,
    cause: Cause,
    before: Iterable[Applied],
    after: Iterable[Applied],
    brought: Mapping[tuple[int, str], Fraction],
) -> tuple[Applied, ...]:
    """Count what an order was given by which promotion; return them with it."""
    now = tuple(changed(one, units=brought.get(one.key, Fraction(0))) for one in after)
    was = {one.key: one.units for one in before}
    become = {one.key: one.units for one in now}
    there = {one.key for one in draft.account.personal}
    for at, campaign in sorted({*was, *become} & there):
        old, new = (units.get((at, campaign), Fraction(0)) for units in (was, become))
        draft.post(cause, "", "applied", int(new > 0) - int(old > 0), at=at, ref=campaign)
        draft.post(cause, "", "brought", new - old, at=at, ref=campaign)
    return now


def give(draft: Draft, cause: Cause, one: Personal) -> None:
    """Give a promotion, with what it has counted for so far; what is long over is forgotten."""
    oldest = draft.now.timestamp() - REMEMBERED.total_seconds()
    for old in draft.account.personal:
        if old.until < oldest:
            take_away(draft, "settle", old)
    if all(each.key != one.key for each in draft.account.personal):
        ref = f"{one.campaign}#{one.terms}"
        draft.post(cause, "", "promotion", one.until - one.at, at=one.at, ref=ref)
    draft.post(cause, "", "applied", one.used, at=one.at, ref=one.campaign)
    draft.post(cause, "", "brought", one.brought, at=one.at, ref=one.campaign)


def take_away(draft: Draft, cause: Cause, one: Personal) -> None:
    """Take a promotion off an account."""
    ref = f"{one.campaign}#{one.terms}"
    draft.post(cause, "", "promotion", one.at - one.until, at=one.at, ref=ref)
