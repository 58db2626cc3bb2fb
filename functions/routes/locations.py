"""/v1/locations: the places of a program, their hours and holidays; a part of its document."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.program import SpokenAsked, put, seen_version, tag_of
from functions.wiring import storage
from loyalty.core.opening import is_open
from loyalty.program.by_language import told_in
from loyalty.program.describe.places import place
from loyalty.program.document import dump
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.store.program_versions import changed_meanwhile

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.program.rules import Location, Program

operations = Operations("Locations", "others")

_NAMES = {"location": Name(r"[a-z][a-z0-9-]{0,39}", "The location's id.", "mitte")}
_PLACE: dict[str, Any] = {
    "name": {"en": "Mitte"},
    "latitude": 52.53,
    "longitude": 13.4,
    "zone": "Europe/Berlin",
    "address": {"en": "Torstraße 1, Berlin"},
    "hours": [{"weekdays": ["mon", "tue", "wed"], "start": "08:00", "until": "18:00"}],
    "holidays": [{"first_day": "2026-12-25", "last_day": "2026-12-26"}],
}
_SHOWN: dict[str, Any] = {
    "id": "mitte", **_PLACE, "text": None,
    "holidays": [
        {"first_day": "2026-12-25", "last_day": "2026-12-26", "name": None, "hours": []}
    ],
    "sentences": ["Torstraße 1, Berlin.", "Closed on December 25, 2026."],
}  # fmt: skip

Texts = Annotated[dict[str, str], Field(description="By language.")]
TimeOfDay = Annotated[str, Field(description="On the wall: `HH:MM`.")]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class HoursSent(Sent):
    """A span of opening hours; past midnight where `until` is not after `start`."""

    weekdays: Annotated[list[Weekday], Field(description="None means every day.")] = Field(
        default_factory=list
    )
    start: TimeOfDay = "00:00"
    until: TimeOfDay = "00:00"


class HolidaySent(Sent):
    """Days with other hours than in the week; closed where none are named."""

    first_day: Annotated[str, Field(description="YYYY-MM-DD")]
    last_day: Annotated[str | None, Field(description="The same day if not said.")] = None
    name: Texts | None = None
    hours: list[HoursSent] = Field(default_factory=list)


class LocationSent(Sent):
    """A whole place; what is not named it does not have."""

    name: Texts
    latitude: Annotated[float, Field(description="WGS 84, north positive.")]
    longitude: Annotated[float, Field(description="WGS 84, east positive.")]
    zone: Annotated[str | None, Field(description="IANA; the program's if not said.")] = None
    text: Annotated[Texts | None, Field(description="What a lock screen says near it.")] = None
    address: Texts | None = None
    hours: list[HoursSent] = Field(default_factory=list)
    holidays: list[HolidaySent] = Field(default_factory=list)


class HoursTold(Told):
    """A span of opening hours."""

    weekdays: list[Weekday]
    start: TimeOfDay
    until: TimeOfDay


class HolidayTold(Told):
    """Days with hours of their own."""

    first_day: str
    last_day: str
    name: Texts | None
    hours: list[HoursTold]


class LocationTold(Told):
    """A place of business."""

    id: str
    name: Texts
    latitude: float
    longitude: float
    zone: Annotated[str, Field(description="Its own, or the program's.")]
    text: Texts | None
    address: Texts | None
    hours: list[HoursTold]
    holidays: list[HolidayTold]
    sentences: Annotated[list[str], Field(description="Address, hours and holidays in words.")]


class ListedLocation(LocationTold):
    """A place, and whether it is open."""

    open: Annotated[bool | None, Field(description="Now; null where no hours are known.")]


class Locations(Told):
    """All places of the program, in its order."""

    locations: list[ListedLocation]


class RemovedLocation(Told):
    """What is not there any more. Members whose home it was have none then."""

    id: str


@operations.add(
    "GET",
    "/v1/locations",
    summary="List locations",
    scopes=("owner",),
    query=SpokenAsked,
    answers={
        200: Said(Locations, "All there are.", {"one": {"locations": [{**_SHOWN, "open": True}]}})
    },
)
def list_locations(call: Call[None, SpokenAsked]) -> Answer:
    """List all places with their hours, and whether they are open now."""
    program = storage.programs().latest(call.key.program).program
    found = [
        ListedLocation(
            **_told(program, one, call.query.language).model_dump(),
            open=is_open(program, one, call.now),
        )
        for one in program.locations
    ]
    return Answer(Locations(locations=found))


@operations.add(
    "GET",
    "/v1/locations/{location}",
    summary="Show a location",
    scopes=("owner",),
    names=_NAMES,
    query=SpokenAsked,
    answers={200: Said(LocationTold, "As it is in force.", {"mitte": _SHOWN})},
    refusals=("location_not_found",),
)
def show_location(call: Call[None, SpokenAsked]) -> Answer:
    """Show a place. Its ETag is the program's: what a change of it has to name."""
    program = storage.programs().latest(call.key.program).program
    return _shown(call, program, call.query.language)


@operations.add(
    "PUT",
    "/v1/locations/{location}",
    summary="Make or change a location",
    scopes=("owner",),
    names=_NAMES,
    body=LocationSent,
    guarded=True,
    largest_body=100_000,
    examples={"with holidays": _PLACE},
    answers={200: Said(LocationTold, "In force now.", {"mitte": _SHOWN})},
    refusals=("invalid_program", "test_side"),
)
def put_location(call: Call[LocationSent, None]) -> Answer:
    """Put a place; the program has a new version then, of which only that is different."""
    document = _document(call)
    place_sent = {"id": call.names["location"], **call.body.model_dump(exclude_defaults=True)}
    places = document.setdefault("locations", [])
    ids = [one["id"] for one in places]
    at = ids.index(place_sent["id"]) if place_sent["id"] in ids else len(ids)
    places[at : at + 1] = [place_sent]
    try:
        put(call, document, below="")
    except Refusal as refusal:
        raise _of_the_place(refusal, f"/locations/{at}") from None
    return _shown(call, storage.programs().latest(call.key.program).program, None)


@operations.add(
    "DELETE",
    "/v1/locations/{location}",
    summary="Remove a location",
    scopes=("owner",),
    names=_NAMES,
    guarded=True,
    answers={200: Said(RemovedLocation, "It is gone.", {"mitte": {"id": "mitte"}})},
    refusals=("location_not_found", "invalid_program", "test_side"),
)
def remove_location(call: Call[None, None]) -> Answer:
    """Remove a place from the program. Sales and keys that name it stay as they are."""
    document = _document(call)
    left = [one for one in document.get("locations", ()) if one["id"] != call.names["location"]]
    if len(left) == len(document.get("locations", ())):
        raise Refusal("not_found", "location_not_found")
    answer = put(call, {**document, "locations": left}, below="")
    return Answer(RemovedLocation(id=call.names["location"]), tag=answer.tag)


def _document(call: Call[Any, None]) -> dict[str, Any]:
    """Return the document that was seen; refuses where another is in force by now."""
    latest = storage.programs().latest(call.key.program)
    if latest.program.version != seen_version(call):
        raise changed_meanwhile()
    document: dict[str, Any] = json.loads(dump(latest.program))
    return document


def _of_the_place(refusal: Refusal, prefix: str) -> Refusal:
    """Let what is said of a place in the document point into what was sent of it."""
    refusal.fields = tuple(
        FieldRefusal(
            one.pointer.removeprefix(prefix) if one.pointer.startswith(prefix) else "",
            one.code,
            one.detail,
        )
        for one in refusal.fields
    )
    return refusal


def _shown(call: Call[Any, Any], program: Program, language: str | None) -> Answer:
    location = program.location(call.names["location"])
    if location is None:
        raise Refusal("not_found", "location_not_found")
    return Answer(_told(program, location, language), tag=tag_of(program.version))


def _told(program: Program, location: Location, language: str | None) -> LocationTold:
    return LocationTold(
        id=location.id,
        name=dict(location.name),
        latitude=location.latitude,
        longitude=location.longitude,
        zone=location.zone or program.zone,
        text=_texts(location.text),
        address=_texts(location.address),
        hours=_hours(location.hours),
        holidays=[
            HolidayTold(
                first_day=one.first_day,
                last_day=one.last_day or one.first_day,
                name=_texts(one.name),
                hours=_hours(one.hours),
            )
            for one in location.holidays
        ],
        sentences=_sentences(program, location.id, language),
    )


def _sentences(program: Program, location: str, language: str | None) -> list[str]:
    """Return a place in words, in any language of ours; its own texts stay as the owner's."""
    told = told_in(program, language)
    found = told.location(location)
    return list(place(told, found, told.language(language))) if found else []


def _texts(found: Any) -> dict[str, str] | None:
    return dict(found) if found else None


def _hours(found: Any) -> list[HoursTold]:
    return [
        HoursTold(weekdays=list(one.weekdays), start=one.start, until=one.until) for one in found
    ]
