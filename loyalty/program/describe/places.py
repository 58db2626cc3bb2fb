"""A location in words: where it is, when it is open, which holidays it keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty import words
from loyalty.program.describe.promotions import window_said
from loyalty.program.describe.speaker import Speaker

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.languages import Language
    from loyalty.program.rules import Holiday, Location, Program


def place(program: Program, location: Location, language: Language) -> tuple[str, ...]:
    """Return what is to be said of a location."""
    speaker = Speaker(program, language)
    told = speaker.program.location(location.id) or location
    return tuple(words.sentence(text) for text in _said(speaker, told))


def _said(speaker: Speaker, location: Location) -> Iterator[str]:
    if location.address:
        yield location.address[speaker.language]
    if location.hours:
        hours = "; ".join(window_said(speaker, window) for window in location.hours)
        yield speaker.phrase("place.hours", hours=hours)
    for holiday in location.holidays:
        yield _holiday(speaker, holiday)


def _holiday(speaker: Speaker, holiday: Holiday) -> str:
    language = speaker.language
    first = words.date_of(language, holiday.first_day)
    several = holiday.last_day and holiday.last_day != holiday.first_day
    days = (
        speaker.phrase("place.days", first=first, last=words.date_of(language, holiday.last_day))
        if several and holiday.last_day
        else first
    )
    name = speaker.phrase("place.named", name=holiday.name[language]) if holiday.name else ""
    if not holiday.hours:
        return speaker.phrase("place.closed", days=days, name=name)
    hours = "; ".join(window_said(speaker, one, plain=True) for one in holiday.hours)
    return speaker.phrase("place.open", days=days, name=name, hours=hours)
