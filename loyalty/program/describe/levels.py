"""Levels in words: what counts, what each gives, how one goes down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words
from loyalty.program.describe.promotions import times_as_many
from loyalty.program.rules import ONE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.program.describe.speaker import Speaker
    from loyalty.program.rules import Level, Tiers


def levels(speaker: Speaker) -> Iterator[str]:
    """Return a sentence on how one goes up, and one on how one goes down."""
    tiers = speaker.program.tiers
    if tiers is None:
        return
    many = tiers.rolling_months
    months = speaker.plural("last_months", many) if many > 1 else speaker.phrase("tiers.last_month")
    listed = "; ".join(_level(speaker, level) for level in tiers.levels)
    yield speaker.phrase(f"tiers.{tiers.window}", levels=listed, months=months)
    yield from _down(speaker, tiers)


def benefits(speaker: Speaker, level: Level) -> list[str]:
    """Return what a level gives."""
    found = []
    if level.discount:
        found.append(speaker.phrase("level.discount", percent=speaker.percent(level.discount)))
    if level.multiplier != ONE:
        found.append(times_as_many(speaker, level.multiplier))
    if level.perks:
        found.append(level.perks[speaker.language].rstrip("."))
    return found


def _level(speaker: Speaker, level: Level) -> str:
    thresholds = []
    if level.spend:
        thresholds.append(speaker.money(level.spend))
    if level.visits:
        thresholds.append(speaker.plural("visits.of", level.visits))
    if level.points:
        thresholds.append(speaker.counted_plainly(None, level.points, ".of"))
    if level.referrals:
        thresholds.append(speaker.plural("friends.of", level.referrals))
    reached = words.listing(speaker.language, thresholds, "or")
    given = ", ".join(benefits(speaker, level))
    return speaker.phrase(
        "level",
        name=level.name[speaker.language],
        threshold=speaker.phrase("level.threshold", thresholds=reached) if thresholds else "",
        benefits=speaker.phrase("level.benefits", benefits=given) if given else "",
    )


def _down(speaker: Speaker, tiers: Tiers) -> Iterator[str]:
    if tiers.down == "never":
        if tiers.window != "lifetime":
            yield speaker.phrase("down.never")
        return
    where = f"down.{tiers.down}"
    conditions = []
    # What counts for ever never falls off.
    if tiers.window != "lifetime":
        months = speaker.plural("months", tiers.grace_months)
        key = "down.grace" if tiers.grace_months else "down.window"
        conditions.append(speaker.phrase(key, months=months))
    if tiers.quiet_months:
        months = speaker.plural("months", tiers.quiet_months)
        quiet = speaker.phrase("down.quiet", months=months)
        if conditions:
            both = f"down.or.{tiers.down}"
            conditions = [speaker.phrase(both, first=conditions[0], second=quiet)]
        else:
            # For want of visits it is one level at a time, whatever else the program says.
            where, conditions = "down.step", [quiet]
    noticed = tiers.warn_days and (tiers.grace_months or tiers.quiet_months)
    days = speaker.plural("days", tiers.warn_days)
    yield speaker.phrase(
        "down",
        where=speaker.phrase(where),
        conditions="".join(conditions),
        warning=speaker.phrase("down.warning", days=days) if noticed else "",
    )
