"""The program: what it says in sentences, how it is changed, and what it was before."""

from __future__ import annotations

import json
from typing import Any

from functions.screens import actors, rule_forms
from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown, pretty
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, WHOLE, TypedError

screens = Screens()


def _document(typed: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"document": json.loads(typed["document"])}
    except ValueError:
        raise TypedError("document", "not_json") from None


_ACTS = {
    "check": Act("POST", "/v1/program/check", {"document": TEXT}, _document, shows=True),
    "put": Act(
        "PUT", "/v1/program", {"document": TEXT}, _document, then="/console/program", guarded=True
    ),
}
_HISTORY = {"rollback": Act("POST", "/v1/program/rollback", {"version": WHOLE}, guarded=True)}


@screens.add("/console/program", "program")
def program(desk: Desk) -> Shown:
    """Say the program as customers and staff hear it."""
    language = desk.spoken
    found = desk.api.all(
        staff=Ask("GET", "/v1/program/description", {**language, "audience": "staff"}),
        versions=Ask("GET", "/v1/program/versions", {**language, "limit": "3"}),
        locations=Ask("GET", "/v1/locations", language),
    )
    return Shown("program.html", {**found, "forms": rule_forms.usable(desk.program)})


@screens.add("/console/program/edit", "program", _ACTS)
def edit(desk: Desk) -> Shown:
    """Change the document; what is new is said in sentences before it counts."""
    told = desk.api.ask(Ask("GET", "/v1/program"))
    text = desk.typed.get("document") or pretty(told.content["document"])
    seen = desk.typed.get("seen") or told.tag
    return Shown("edit.html", {"text": text, "seen": seen, "version": told.content["version"]})


@screens.add("/console/program/history", "program", _HISTORY)
def history(desk: Desk) -> Shown:
    """List versions with what each has changed; an owner may go back to any of them."""
    below = {"below": desk.query["below"]} if desk.query.get("below") else {}
    told = desk.api.ask(Ask("GET", "/v1/program"))
    found = desk.api.get("/v1/program/versions", limit="20", **desk.spoken, **below)
    versions = actors.named(desk, found["versions"], "actor")
    shown = {"versions": versions, "next": found["next"], "seen": told.tag}
    return Shown("history.html", {**shown, "now": told.content["version"]})
