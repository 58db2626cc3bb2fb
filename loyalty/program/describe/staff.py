"""What staff need to know beyond what customers are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.program.describe.speaker import Speaker


def staff(speaker: Speaker, *, limits: bool = True) -> Iterator[str]:
    """Return the sentences that complete the cheat sheet; with what each may give, or without."""
    program, language = speaker.program, speaker.language
    yield from _earning(speaker)
    if program.rewards or program.points_as_money:
        time = words.span(language, program.hold_minutes)
        yield speaker.phrase("staff.hold", time=time)
        if program.undo_minutes:
            time = words.span(language, program.undo_minutes)
            yield speaker.phrase("staff.undo", time=time)
    if program.pots:
        yield speaker.phrase("staff.return")
        yield speaker.phrase(f"staff.debt.{program.debt}")
        if program.returned_value_days:
            days = speaker.plural("days", program.returned_value_days)
            yield speaker.phrase("staff.returned", days=days)
        if limits:
            yield _gifts(speaker)
    yield from _reminders(speaker)
    if program.tiers and any(level.referrals for level in program.tiers.levels):
        yield speaker.phrase("staff.lifetime_counts")
    if program.caps or program.limits or any(one.windows for one in program.promotions):
        yield speaker.phrase("staff.zone", zone=program.zone)


def _earning(speaker: Speaker) -> Iterator[str]:
    program = speaker.program
    if any(rule.per != "visit" for rule in program.earning):
        yield speaker.phrase("staff.remainder")
    if any(rule.per == "amount" for rule in program.earning):
        yield speaker.phrase("staff.nothing")
        if program.basis.tips == "without":
            yield speaker.phrase("staff.tips")


def _gifts(speaker: Speaker) -> str:
    limits, pot = speaker.program.staff, speaker.program.pots[0]
    # Pots that count different things have no word in common: the number alone is said.
    alike = len({(speaker.noun_of(one.id), one.kind) for one in speaker.program.pots}) == 1
    in_money = alike and speaker.in_money(pot.id)

    def plainly(number: int) -> str:
        return speaker.worth(number) if in_money else words.integer(speaker.language, number)

    said = speaker.counted_plainly(pot.id, limits.at_once, ".of")
    return speaker.phrase(
        "staff.limits",
        at_once=said if alike else plainly(limits.at_once),
        shift=plainly(limits.per_shift),
        month=plainly(limits.per_month),
    )


def _reminders(speaker: Speaker) -> Iterator[str]:
    said = set()
    for pot in speaker.program.pots:
        # Inactivity has no date that a card could name beforehand.
        dated = pot.expiry and not pot.expiry.inactivity_months
        if dated and pot.reminder_days and (pot.kind, pot.reminder_days) not in said:
            said.add((pot.kind, pot.reminder_days))
            days = speaker.plural("days", pot.reminder_days)
            key = "staff.reminder.money" if speaker.in_money(pot.id) else "staff.reminder"
            yield speaker.phrase(key, days=days, noun=speaker.noun_of(pot.id))
