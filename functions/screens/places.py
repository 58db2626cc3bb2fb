"""Locations: opening one, what is known of it, closing it."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, RefusedError, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TypedError, by_language, new_id

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

LOCATION = "/v1/locations/{location}"
_POLE, _DATE_LINE = 90, 180
_DEGREES = r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?)"
_SPOT = re.compile(rf"\s*{_DEGREES}\s*°?\s*[,;\s]\s*{_DEGREES}\s*°?\s*", re.ASCII)
_IN_A_LINK = re.compile(rf"(?:@|!3d|[?&]q=|map=[0-9]+/|ll=){_DEGREES}(?:,|!4d|/|%2C){_DEGREES}")
_DIGITS = 6
"""Of a degree: a step of a person."""


def spot(typed: Mapping[str, str]) -> tuple[float, float]:
    """Return north and east of what was copied from a map: two numbers, or a map's link.

    Raises
    ------
    TypedError
        ``spot`` is none.
    """
    text = typed.get("spot", "")
    if not text.strip():
        raise TypedError("spot", "missing")
    found = _SPOT.fullmatch(text) or _IN_A_LINK.search(text)
    if found is None:
        raise TypedError("spot", "not_a_spot")
    north, east = (round(float(one), _DIGITS) for one in found.groups())
    if abs(north) > _POLE or abs(east) > _DATE_LINE:
        raise TypedError("spot", "not_a_spot")
    return north, east


def texts(name: str, languages: list[str], typed: Mapping[str, str]) -> dict[str, str] | None:
    """Return a text that may be left out, by language; one that is missing is said as the first."""
    said = {one: typed.get(f"{name}.{one}", "").strip() for one in languages}
    first = next(filter(None, said.values()), "")
    return {one: text or first for one, text in said.items()} if first else None


def change(desk: Desk, named: str, changes: Mapping[str, Any], seen: str) -> Told:
    """Keep what is different of a place; whatever else is known of it stays as it is."""
    # As the program says it: a zone that is the program's is none of its own.
    before = {one["id"]: one for one in desk.program.get("locations", ())}.get(named, {})
    together = {name: one for name, one in {**before, **changes}.items() if one is not None}
    together.pop("id", None)
    try:
        return desk.api.ask(Ask("PUT", path(LOCATION, location=named), body=together, seen=seen))
    except RefusedError as error:
        first: Mapping[str, Any] = next(iter(error.told.content.get("errors", ())), {})
        if first.get("code") != "contradiction":
            raise
        raise TypedError(*_meant(str(first.get("pointer", "")))) from None


def _meant(pointer: str) -> tuple[str, str]:
    """Return the field, and what is wrong with it, of what a place says against itself."""
    part = pointer.strip("/").partition("/")[0]
    known = {
        "hours": ("hours", "hours_overlap"),
        "holidays": ("first_day", "days_overlap"),
        "zone": ("zone", "not_a_zone"),
    }
    return known.get(part, ("spot", "same_spot"))


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Open a place, or keep what is known of one."""
    languages = list(desk.program["languages"])
    name = by_language("name", languages, typed)
    north, east = spot(typed)
    zone = typed.get("zone", "").strip()
    about = {
        "name": name,
        "latitude": north,
        "longitude": east,
        "zone": zone if zone != desk.program["zone"] and zone else None,
        "address": texts("address", languages, typed),
        "text": texts("text", languages, typed),
    }
    named = desk.names.get("location") or _new(desk, name[languages[0]], typed)
    return change(desk, named, about, typed.get("seen", ""))


def _new(desk: Desk, name: str, typed: Mapping[str, str]) -> str:
    """Return an id out of a name: keys and links of the place say it."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    base = "-".join(re.findall(r"[a-z0-9]+", plain))[:30].strip("-")
    taken = {one["id"] for one in desk.program.get("locations", ())} | {"new"}
    return base if base[:1].isalpha() and base not in taken else new_id(name, typed)


def _filled(one: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields of the form as they are of a place."""
    return {"spot": f"{one['latitude']}, {one['longitude']}", "zone": one["zone"]}


_KEEP = Act("PUT", "", does=_put, then="/console/settings/places/{id}")


@screens.add("/console/places/new", "settings", {"place": _KEEP})
def new_place(desk: Desk) -> Shown:
    """Open a location."""
    seen = desk.typed.get("seen") or desk.api.ask(Ask("GET", "/v1/program")).tag
    return Shown("place.html", {"one": None, "seen": seen, "filled": {}})


@screens.add(
    "/console/places/{location}/about",
    "settings",
    {"place": _KEEP, "close": Act("DELETE", LOCATION, guarded=True, then="/console/settings")},
)
def about(desk: Desk) -> Shown:
    """Change what is known of a location, or close it."""
    told = desk.api.ask(Ask("GET", path(LOCATION, **desk.names)))
    seen = desk.typed.get("seen") or told.tag
    return Shown("place.html", {"one": told.content, "seen": seen, "filled": _filled(told.content)})
