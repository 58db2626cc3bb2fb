"""Opening hours of a location: a field for each day of the week, as people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.places import LOCATION, change
from functions.screens.screen import Screens
from functions.screens.typed import TypedError
from loyalty.program.rules import WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

screens = Screens()

_CLOCK = r"([01]?[0-9]|2[0-4])(?:[:.]([0-5][0-9]))?"
_SPAN = re.compile(rf"\s*{_CLOCK}\s*[-\N{{EN DASH}}\N{{EM DASH}}]\s*{_CLOCK}\s*")
_MIDNIGHT = 24


def lines(hours: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the spans of each weekday as they stand in its field; empty where it is closed."""
    found = {
        day: sorted(
            (one["start"], "24:00" if one["until"] == "00:00" else one["until"])
            for one in hours
            if not one["weekdays"] or day in one["weekdays"]
        )
        for day in WEEKDAYS
    }
    return {day: ", ".join(f"{a}\N{EN DASH}{b}" for a, b in all_) for day, all_ in found.items()}


def hours(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what was typed as the API takes it: days with the same span together.

    Raises
    ------
    TypedError
        What was typed for a day is no span: ``not_hours``.
    """
    days: dict[tuple[str, str], list[str]] = {}
    for day in WEEKDAYS:
        for span in spans(f"hours.{day}", typed.get(f"hours.{day}", "")):
            days.setdefault(span, []).append(day)
    return [
        # Every day is what no named day means.
        {"weekdays": named if len(set(named)) < len(WEEKDAYS) else [], "start": a, "until": b}
        for (a, b), named in ((span, list(dict.fromkeys(on))) for span, on in days.items())
    ]


def spans(field: str, text: str) -> list[tuple[str, str]]:
    """Return the spans that were typed into one field: when each begins, and ends.

    Raises
    ------
    TypedError
        One is none: ``not_hours``.
    """
    return [_span(field, one) for one in re.split(r"[,;\n]", text) if one.strip()]


def _span(field: str, text: str) -> tuple[str, str]:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise TypedError(field, "not_hours")
    clocks = [(int(match[1]), match[2] or "00"), (int(match[3]), match[4] or "00")]
    for hour, minute in clocks:
        if hour == _MIDNIGHT and minute != "00":
            raise TypedError(field, "not_hours")
    begin, end = (f"{hour % _MIDNIGHT:02}:{minute}" for hour, minute in clocks)
    if begin == end != "00:00":
        raise TypedError(field, "not_hours")
    return begin, end


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep the hours; whatever else is known of the place stays as it is."""
    return change(desk, desk.names["location"], {"hours": hours(typed)}, typed.get("seen", ""))


_KEEP = Act("PUT", "", does=_put)


@screens.add("/console/settings/places/{location}", "settings", {"hours": _KEEP})
def opening_hours(desk: Desk) -> Shown:
    """Show when a place is open, day by day, with its holidays."""
    told = desk.api.ask(Ask("GET", path(LOCATION, **desk.names), desk.spoken))
    return Shown(
        "opening_hours.html",
        {
            "one": told.content,
            # What was typed was typed of what was seen then.
            "seen": desk.typed.get("seen") or told.tag,
            "week": lines(told.content["hours"]),
        },
    )
