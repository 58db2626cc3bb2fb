"""From nothing to a card: trade, program, card, poster, till. Each step is left as it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages.qr_code import qr_code
from functions.screens import card_designs, rule_forms
from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, TypedError, by_language, read
from functions.wiring import environment

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()
STEPS = ("shop", "program", "card", "poster", "till")
_DESIGN = "first-card"


def _take(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Put a ready program in force, under the shop's own name."""
    languages = desk.program["languages"]
    organization = read({"organization": TEXT}, typed)["organization"]
    name = by_language("name", languages, typed)
    if not typed.get("trade"):
        raise TypedError("trade", "missing")
    told = desk.api.ask(Ask("GET", "/v1/program"))
    if typed["trade"] == "own":
        document = dict(told.content["document"])
    else:
        address = path("/v1/templates/{trade}", trade=typed["trade"])
        document = dict(desk.api.get(address)["document"])
    document["organization"] = organization
    document["name"] = name
    return desk.api.ask(Ask("PUT", "/v1/program", body={"document": document}, seen=told.tag))


def _dress(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Draw a card, publish it, and let the program wear it."""
    address = path("/v1/designs/{design}", design=_DESIGN)
    there = desk.api.maybe(Ask("GET", address))
    seen = desk.api.ask(Ask("GET", address)).tag if there else '"0"'
    name = desk.program["organization"][:80]
    told = card_designs.draw(
        desk, {**typed, "name": name, "style": style(desk.program), "seen": seen}, _DESIGN
    )
    if told.content["changed"] or not told.content["published"]:
        ask = Ask("POST", f"{address}/publish", seen=told.tag, longest=card_designs.DRAWING)
        desk.api.ask(ask)
    return card_designs.wear(desk, {"design": _DESIGN})


def style(program: Mapping[str, Any]) -> str:
    """Return how a program's card works, as designs call it."""
    kinds = {str(one.get("kind", "points")) for one in program.get("pots", ())}
    tiers = program.get("tiers")
    if "stamps" in kinds:
        return "stamps"
    if tiers and not kinds:
        return "ladder"
    if program.get("points_as_money") and not program.get("rewards"):
        return "cashback"
    return "membership" if tiers else "points"


def _shown(step: str, **content: Any) -> Shown:
    return Shown(f"start_{step}.html", {"step": step, "steps": STEPS, **content})


@screens.add(
    "/console/start",
    "program",
    {"set_up": Act("PUT", "", does=_take, then="/console/start/program")},
)
def shop(desk: Desk) -> Shown:
    """Ask what the shop is called, and what it is."""
    return _shown("shop", templates=desk.api.get("/v1/templates", **desk.spoken)["templates"])


@screens.add("/console/start/program", "program")
def program(desk: Desk) -> Shown:
    """Say the program, each part with its form."""
    asked = {**desk.spoken, "audience": "customer"}
    found = desk.api.get("/v1/program/description", **asked)
    return _shown("program", sections=found["sections"], forms=rule_forms.usable(desk.program))


@screens.add(
    "/console/start/card",
    "program",
    {"dress": Act("PUT", "", does=_dress, then="/console/start/poster")},
)
def card(_desk: Desk) -> Shown:
    """Ask for a logo and two colours."""
    lists = {"patterns": card_designs.PATTERNS, "icons": card_designs.ICONS}
    return _shown("card", **lists)


@screens.add("/console/start/poster", "program")
def poster(desk: Desk) -> Shown:
    """Show the code to print, by which the first card is got, too."""
    join = environment.configuration().base_url + path("/join/{id}", id=str(desk.program["id"]))
    return _shown("poster", join=join, code=qr_code(join))


@screens.add("/console/start/till", "program")
def till(_desk: Desk) -> Shown:
    """Say how the shop's phone or till comes in."""
    return _shown("till", till=f"{environment.configuration().base_url}/till")
