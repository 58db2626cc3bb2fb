"""Days on which a location keeps other hours than in the week: its own, and public holidays."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.opening_hours import spans
from functions.screens.places import LOCATION, change, texts
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, TypedError, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

screens = Screens()

Holiday = dict[str, Any]


def _kept(desk: Desk) -> list[Holiday]:
    """Return the days of the place as the program says them."""
    places = {one["id"]: one for one in desk.program.get("locations", ())}
    return list(places.get(desk.names["location"], {}).get("holidays", ()))


def _put(desk: Desk, holidays: Iterable[Holiday], typed: Mapping[str, str]) -> Told:
    in_order = sorted(holidays, key=lambda one: str(one["first_day"]))
    return change(desk, desk.names["location"], {"holidays": in_order}, typed.get("seen", ""))


def _add(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep days that were typed; closed where no hours were."""
    first = read({"first_day": TEXT}, typed)["first_day"]
    last = typed.get("last_day", "").strip() or first
    for name, day in (("first_day", first), ("last_day", last)):
        try:
            date.fromisoformat(day)
        except ValueError:
            raise TypedError(name, "not_a_day") from None
    if last < first:
        raise TypedError("last_day", "ends_before")
    found = spans("hours", typed.get("hours", ""))
    new = {
        "first_day": first,
        "last_day": last,
        "name": texts("name", list(desk.program["languages"]), typed),
        "hours": [{"start": begin, "until": end} for begin, end in found],
    }
    one = {name: value for name, value in new.items() if value}
    return _put(desk, [*_kept(desk), one], typed)


def _drop(desk: Desk, typed: Mapping[str, str]) -> Told:
    left = [one for one in _kept(desk) if one["first_day"] != typed.get("first_day", "")]
    return _put(desk, left, typed)


def _close(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Close on the public holidays that were ticked, each under its name."""
    named = {one["day"]: one["names"] for one in _public(desk, _kept(desk))}
    ticked = [day for day in named if typed.get(f"day.{day}")]
    if not ticked:
        raise TypedError("day", "none_ticked")
    languages = list(desk.program["languages"])
    new: list[Holiday] = [
        {"first_day": day, "name": _called(named[day], languages)} for day in ticked
    ]
    return _put(desk, [*_kept(desk), *new], typed)


def _called(names: Mapping[str, str], languages: Iterable[str]) -> dict[str, str]:
    """Return what a holiday is called in each language; where none is known, in English."""
    other = names.get("en") or next(iter(names.values()))
    return {one: names.get(one, other)[:100] for one in languages}


def _public(desk: Desk, kept: Iterable[Holiday]) -> list[dict[str, Any]]:
    """Return the public holidays of the year to come that the place says nothing of."""
    spoken = [(str(one["first_day"]), str(one.get("last_day") or one["first_day"])) for one in kept]
    told = desk.api.get("/v1/campaigns/holidays")["holidays"]
    return [one for one in told if not any(first <= one["day"] <= last for first, last in spoken)]


_ACTS = {
    "holiday": Act("PUT", "", does=_add),
    "no_holiday": Act("PUT", "", does=_drop),
    "public": Act("PUT", "", does=_close),
}


@screens.add("/console/places/{location}/days", "settings", _ACTS)
def days(desk: Desk) -> Shown:
    """List the days of a place that are unlike others, with public holidays to choose from."""
    told = desk.api.ask(Ask("GET", path(LOCATION, **desk.names), desk.spoken))
    return Shown(
        "own_days.html",
        {
            "one": told.content,
            "seen": desk.typed.get("seen") or told.tag,
            "public": _public(desk, told.content["holidays"]),
        },
    )
