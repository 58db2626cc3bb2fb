"""Moving members in from a file of another system, and everything out as files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from functions.aws.time_left import DEADLINE
from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TypedError

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "expires": ("program", "never", "column"),
    "known": ("skip", "add"),
    "duplicates": ("refuse", "largest", "sum", "last"),
    "rounding": ("refuse", "down", "half_up"),
    "negative": ("refuse", "nothing"),
    "without_contact": ("refuse", "card"),
}
"""What no file says, and what may be answered; the first is what is meant if nothing is said."""
PEOPLE = (
    "full_name", "first_name", "phone", "email", "birthday", "language", "level", "spend",
    "visits", "expires", "marketing", "home", "tags",
)  # fmt: skip
_IMPORT = "/v1/imports/{import}"
_VISITS = f"{_IMPORT}/visits"
_AT_WORK = frozenset({"looking", "telling"})
_BUSY = frozenset({"planning", "running", "undoing"})
_PATIENCE = 6.0  # seconds that a page waits for what a worker does
_PAUSE = 0.4
_SPARE = 3.0  # seconds that are left for drawing the page


def _upload(desk: Desk, _typed: Mapping[str, str]) -> Told:
    """Put the file where files are put, and let its columns be guessed."""
    if "file" not in desk.files:
        raise TypedError("file", "missing")
    name = desk.api.upload("/v1/imports", desk.files["file"])
    desk.api.ask(Ask("POST", path(f"{_IMPORT}/plan", **{"import": name}), body={}))
    return Told(202, {"id": name})


def _plan(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Say what would become of each line, by the columns that were chosen."""
    found = desk.api.get(path(_IMPORT, **desk.names))
    columns = {
        name.removeprefix("column_"): value
        for name, value in typed.items()
        if name.startswith("column_") and value
    }
    mapping = {**(found["mapping"] or {}), "columns": columns}
    for name, choices in ANSWERS.items():
        mapping.pop(name, None)
        if typed.get(name) in choices[1:]:
            mapping[name] = typed[name]
    mapping.pop("consent", None)
    if typed.get("consent", "").strip():
        mapping["consent"] = typed["consent"].strip()
    if typed.get("vouched"):
        mapping["vouched"] = True
    body = {"mapping": mapping}
    return desk.api.ask(Ask("POST", path(f"{_IMPORT}/plan", **desk.names), body=body))


def _visits(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Put a file of visits where files are put, and let it be looked at."""
    if "visits" not in desk.files:
        raise TypedError("visits", "missing")
    name = desk.api.upload("/v1/imports", desk.files["visits"])
    body = {"endpoint": typed.get("endpoint", "")}
    desk.api.ask(Ask("POST", path(_VISITS, **{"import": name}), body=body))
    return Told(202, {"id": name})


@screens.add(
    "/console/import",
    "tills",
    {
        "upload": Act("POST", "", does=_upload, then="/console/import/{id}"),
        "visits": Act("POST", "", does=_visits, then="/console/visits/{id}"),
    },
)
def begin(desk: Desk) -> Shown:
    """Take a file of members, or one of visits."""
    known = desk.api.get("/v1/endpoints")["endpoints"]
    names = [one["id"] for one in known if one["scheme"] == "visits"]
    return Shown("import.html", {"endpoints": names})


@screens.add(
    "/console/visits/{import}",
    "tills",
    {"tell": Act("POST", f"{_VISITS}/tell", then="/console/visits/{import}")},
)
def visits(desk: Desk) -> Shown:
    """Show what the rows of a file of visits are understood as, and whether they are told of."""
    address = path(_VISITS, **desk.names)
    found = _waited(desk, address, lambda told: told["state"] in _AT_WORK)
    return Shown("visits.html", {"found": found, "busy": found["state"] in _AT_WORK})


@screens.add(
    "/console/import/{import}",
    "tills",
    {
        "plan": Act("POST", "", does=_plan, then="/console/import/{import}"),
        "run": Act("POST", f"{_IMPORT}/run", then="/console/import/{import}"),
        "undo": Act("POST", f"{_IMPORT}/undo", then="/console/import/{import}"),
    },
)
def standing(desk: Desk) -> Shown:
    """Show how an import stands: the columns that were guessed, what would happen, what has."""
    found = _waited(desk, path(_IMPORT, **desk.names), lambda told: told["state"] in _BUSY)
    pots = [f"balance.{one['id']}" for one in desk.program.get("pots", ())]
    fields = [*PEOPLE[:5], *pots, *PEOPLE[5:]]
    mapping: dict[str, Any] = found["mapping"] or {}
    content = {"found": found, "fields": fields, "mapping": mapping, "answers": ANSWERS}
    return Shown("importing.html", {**content, "busy": found["state"] in _BUSY})


@screens.add(
    "/console/export",
    "settings",
    {"export": Act("POST", "/v1/exports", then="/console/export/{id}")},
)
def export(_desk: Desk) -> Shown:
    """Say what an export holds, and begin one."""
    return Shown("export.html", {"found": None})


@screens.add("/console/export/{export}", "settings")
def exported(desk: Desk) -> Shown:
    """Show where the files of an export are, once it has ended."""
    address = path("/v1/exports/{export}", **desk.names)
    found = _waited(desk, address, lambda told: not told["ended"], **desk.page)
    return Shown("export.html", {"found": found})


def _waited(desk: Desk, address: str, busy: Any, **query: str) -> dict[str, Any]:
    """Return how something stands, after a moment's patience while it is being worked on."""
    until = time.monotonic() + min(_PATIENCE, max(0.0, DEADLINE.left - _SPARE))
    while True:
        found: dict[str, Any] = desk.api.get(address, **query)
        if not busy(found) or time.monotonic() > until:
            return found
        time.sleep(_PAUSE)
