"""Causes: what members give points to, what has come together, and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, Field, by_language, new_id, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_CAUSE = "/v1/causes/{cause}"
_NEW = '"0"'
_FIELDS = {
    "pot": TEXT,
    "least": Field("whole", needed=False),
    "target": Field("whole", needed=False),
    "link": Field(needed=False),
}
_KEPT = ("name", "text", "pot", "least", "target", "link", "open")
"""What is sent of a cause: the rest is told of it."""


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep a cause as it was typed; whether something can be given stays as it is."""
    languages = desk.program["languages"]
    name = desk.names.get("cause", "")
    body: dict[str, Any] = {
        "name": by_language("name", languages, typed),
        "text": by_language("text", languages, typed),
        **read(_FIELDS, typed),
    }
    if name:
        body["open"] = desk.api.get(path(_CAUSE, cause=name))["open"]
    else:
        name = new_id(body["name"][languages[0]], typed)
    seen = typed.get("seen") or _NEW
    return desk.api.ask(Ask("PUT", path(_CAUSE, cause=name), body=body, seen=seen))


def _open(desk: Desk, typed: Mapping[str, str]) -> Told:
    """End a cause, or let it collect again."""
    address = path(_CAUSE, **desk.names)
    found = desk.api.get(address)
    body = {name: found[name] for name in _KEPT} | {"open": typed["act"] == "open_cause"}
    return desk.api.ask(Ask("PUT", address, body=body, seen=typed.get("seen", "")))


_KEEP = Act("POST", "", does=_put, then="/console/causes/{id}")


@screens.add("/console/causes", "campaigns")
def causes(desk: Desk) -> Shown:
    """List causes with what each was given: those that still collect come first."""
    found = desk.api.get("/v1/causes")["causes"]
    return Shown("causes.html", {"found": sorted(found, key=lambda one: not one["open"])})


@screens.add("/console/causes/new", "campaigns", {"cause": _KEEP})
def new_cause(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Make a cause from an empty form."""
    return Shown("new_cause.html", {})


@screens.add(
    "/console/causes/{cause}",
    "campaigns",
    {
        "cause": _KEEP,
        "end_cause": Act("PUT", "", does=_open),
        "open_cause": Act("PUT", "", does=_open),
    },
)
def cause(desk: Desk) -> Shown:
    """Show what has come together, and let it be changed or ended."""
    told = desk.api.ask(Ask("GET", path(_CAUSE, **desk.names)))
    return Shown("cause.html", {"one": told.content, "seen": told.tag})
