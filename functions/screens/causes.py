"""Causes: what members give points to, what has come together, and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.screens.calling import Ask, Told
from functions.screens.desk import Act, Desk, Shown
from functions.screens.documents import Documents
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, Field, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_CAUSES = Documents(
    "/v1/causes/{cause}",
    here="/console/causes",
    act="cause",
    said="causes",
    template="giving.html",
    told=frozenset({"id", "version", "points", "gifts", "page"}),
)
_FIELDS = {
    "pot": TEXT,
    "least": Field("whole", needed=False),
    "target": Field("whole", needed=False),
    "link": Field(needed=False),
}


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep a cause as it was typed; whether something can be given stays as it is."""
    body = {**_CAUSES.texts(desk, typed, "name", "text"), **read(_FIELDS, typed)}
    kept = {name: one for name, one in _CAUSES.sent(desk).items() if name == "open"}
    return _CAUSES.put(desk, typed, {**body, **kept})


_KEEP = Act("POST", "", does=_put, then="/console/causes/{id}")


@screens.add("/console/causes", "campaigns")
def causes(desk: Desk) -> Shown:
    """List causes with what each was given: those that still collect come first."""
    found = desk.api.get("/v1/causes")["causes"]
    return _CAUSES.list(sorted(found, key=lambda one: not one["open"]))


@screens.add("/console/causes/new", "campaigns", {"cause": _KEEP})
def new_cause(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Make a cause from an empty form."""
    return _CAUSES.new()


@screens.add("/console/causes/{cause}", "campaigns", {"cause": _KEEP, **_CAUSES.opening()})
def cause(desk: Desk) -> Shown:
    """Show what has come together, and let it be changed or ended."""
    return _CAUSES.shown("cause.html", desk, desk.api.ask(Ask("GET", _CAUSES.one(desk))))
