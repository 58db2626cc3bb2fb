"""Promotions in words: what they give, on what, from when to when."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from loyalty import words
from loyalty.program.rules import ONE, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.program.describe.speaker import Speaker
    from loyalty.program.rules import Promotion, Reward, Window

_MIDNIGHT = "00:00"


def promotions(speaker: Speaker) -> Iterator[str]:
    """Return a sentence per promotion, and what happens when several apply."""
    for promotion in speaker.program.promotions:
        yield _promotion(speaker, promotion)
    pots = Counter(promotion.pot for promotion in speaker.program.promotions)
    if any(count > 1 for count in pots.values()):
        yield speaker.phrase(f"stacking.{speaker.program.stacking}")


def times_as_many(speaker: Speaker, multiplier: int, pot_id: str | None = None) -> str:
    """Return ``twice the points`` or ``1.5 times the points``."""
    noun = speaker.noun_of(pot_id)
    of_money = ".money" if speaker.in_money(pot_id) else ""
    if multiplier == 2 * ONE:
        return speaker.phrase(f"promotion.twice{of_money}", noun=noun)
    times = speaker.plural("times", _number(multiplier))
    return speaker.phrase(f"promotion.times{of_money}", times=times, noun=noun)


def personal(speaker: Speaker, promotion: Promotion, last: str, left: int) -> str:
    """Return what a member alone is given, a sentence.

    ``last``: the day with whose end it is over; ``left``: purchases that it still counts for, 0 for
    any number.
    """
    said = speaker.phrase(
        "personal",
        day=words.date_of(speaker.language, last),
        what=_what(speaker, promotion),
        on=speaker.on(promotion.only, "promotion.on"),
        minimum=speaker.minimum(promotion.minimum, promotion.only),
        times=times_said(speaker, promotion),
        left=speaker.phrase("personal.left", purchases=speaker.plural("purchases", left))
        if left
        else "",
    )
    return words.sentence(said)


def _what(speaker: Speaker, promotion: Promotion) -> str:
    if promotion.bonus is None:
        return times_as_many(speaker, promotion.multiplier or ONE, promotion.pot)
    points = speaker.counted(promotion.pot, promotion.bonus)
    each = ".item" if promotion.per == "item" else ""
    return speaker.phrase(f"promotion.bonus{each}", points=points)


def _promotion(speaker: Speaker, promotion: Promotion) -> str:
    return speaker.phrase(
        "promotion",
        name=promotion.name[speaker.language],
        what=_what(speaker, promotion),
        on=speaker.on(promotion.only, "promotion.on"),
        minimum=speaker.minimum(promotion.minimum, promotion.only),
        dates=dates_said(speaker, promotion),
        times=times_said(speaker, promotion),
    )


def times_said(speaker: Speaker, promotion: Promotion | Reward) -> str:
    """Return at what hours there is something; nothing where it is all day long."""
    windows = "; ".join(window_said(speaker, window) for window in promotion.windows)
    return speaker.phrase("promotion.times_of_day", windows=windows) if windows else ""


def dates_said(speaker: Speaker, promotion: Promotion | Reward) -> str:
    """Return on what days there is something; nothing where they are not bounded."""
    first, last = (
        words.date_of(speaker.language, day) if day else ""
        for day in (promotion.first_day, promotion.last_day)
    )
    if first and last:
        return speaker.phrase("promotion.dates", first=first, last=last)
    if first:
        return speaker.phrase("promotion.first", first=first)
    return speaker.phrase("promotion.last", last=last) if last else ""


def window_said(speaker: Speaker, window: Window, *, plain: bool = False) -> str:
    """Return days and hours; ``plain``: the hours alone, of days that are named elsewhere."""
    named = [number for number, name in enumerate(WEEKDAYS) if name in window.weekdays]
    every_day = len(named) in {0, len(WEEKDAYS)}
    days = words.weekdays(speaker.language, named)
    days = speaker.phrase("window.every_day") if every_day else days
    days = "" if plain else days
    if window.start == window.until == _MIDNIGHT:
        return speaker.phrase("window.all_day", days=days).strip()
    said = speaker.phrase(
        "window.until_midnight" if window.until == _MIDNIGHT else "window.hours",
        days=days,
        start=words.time_of_day(speaker.language, window.start),
        until=words.time_of_day(speaker.language, window.until),
    )
    return said.strip()


def _number(multiplier: int) -> int | Decimal:
    whole, rest = divmod(multiplier, ONE)
    return Decimal(multiplier) / ONE if rest else whole
