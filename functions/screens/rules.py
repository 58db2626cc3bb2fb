"""Changing the program by forms: one for each section of its sentences, and programs to start from.

What is new is said in sentences, and can be tried on the sales of the last three months, before it
counts. What no form says is changed in the document itself (``edit``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens import rule_forms, trying
from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Made = Callable[[Desk, Mapping[str, str]], dict[str, Any]]

screens = Screens()


def _of_form(desk: Desk, typed: Mapping[str, str]) -> dict[str, Any]:
    section = desk.names["section"]
    if section not in rule_forms.usable(desk.program):
        raise Refusal("not_found", "not_found")
    return rule_forms.changed(trying.document(desk), section, typed)


def _of_template(desk: Desk, _typed: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = desk.api.get(path("/v1/templates/{trade}", **desk.names))
    return dict(found["document"])


def _acts(made: Made, form: str) -> dict[str, Act]:
    """Return what is done with a document that a form makes: look, try, put in force.

    ``form`` is where one comes back to from a trial.
    """

    def check(desk: Desk, document: Mapping[str, Any]) -> dict[str, Any]:
        ask = Ask("POST", "/v1/program/check", desk.spoken, {"document": document})
        return dict(desk.api.ask(ask).content)

    def look(desk: Desk, typed: Mapping[str, str]) -> Told:
        return Told(200, check(desk, made(desk, typed)))

    def tried(desk: Desk, typed: Mapping[str, str]) -> Told:
        document = made(desk, typed)
        checked = check(desk, document)
        if not checked["usable"]:
            return Told(200, checked)
        return trying.begun(desk.api, document, typed.get("seen", ""))

    def put(desk: Desk, typed: Mapping[str, str]) -> Told:
        body = {"document": made(desk, typed)}
        return desk.api.ask(Ask("PUT", "/v1/program", body=body, seen=typed.get("seen", "")))

    return {
        "look": Act("POST", "", does=look, shows=True),
        "try": Act(
            "POST",
            "",
            does=tried,
            shows=True,
            then=f"/console/program/trials/{{id}}?back={form}&seen={{seen}}",
        ),
        "put": Act("PUT", "", does=put, then="/console/program"),
    }


@screens.add("/console/program/rules/{section}", "program", _acts(_of_form, "rules/{section}"))
def rule(desk: Desk) -> Shown:
    """Change the rules of one section of the program by a form."""
    section = desk.names["section"]
    if section not in rule_forms.usable(desk.program):
        raise Refusal("not_found", "not_found")
    rows = list(rule_forms.rows(trying.document(desk), section))
    return Shown("rule.html", {"rows": rows, "section": section, "seen": _seen(desk)})


@screens.add("/console/program/templates", "program")
def templates(desk: Desk) -> Shown:
    """List ready programs to start from, by trade."""
    return Shown("templates.html", desk.api.get("/v1/templates", **desk.spoken))


@screens.add(
    "/console/program/templates/{trade}", "program", _acts(_of_template, "templates/{trade}")
)
def template(desk: Desk) -> Shown:
    """Show what would be different with a ready program, and put it in force."""
    found = desk.api.get("/v1/templates", **desk.spoken)["templates"]
    one = next((one for one in found if one["trade"] == desk.names["trade"]), None)
    if one is None:
        raise Refusal("not_found", "not_found")
    told = desk.told
    if told is None:
        body = {"document": _of_template(desk, {})}
        told = desk.api.ask(Ask("POST", "/v1/program/check", desk.spoken, body)).content
    return Shown("template.html", {"one": one, "checked": told, "seen": _seen(desk)})


def _seen(desk: Desk) -> str:
    """Return the tag of the program that is being changed, as it was when that began."""
    kept = desk.typed.get("seen") or desk.query.get("seen")
    return kept or desk.api.ask(Ask("GET", "/v1/program")).tag
