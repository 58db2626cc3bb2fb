"""The card designer: a logo, two colours, a pattern and a sign become the card of both wallets."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING, Any

from functions.pages import colours
from functions.pages.sentences import words
from functions.screens.calling import Ask, Told, path
from functions.screens.desk import ROOM, Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, WHOLE, Field, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()
STYLES = ("points", "stamps", "cashback", "ladder", "membership")
PATTERNS = ("plain", "waves", "dots", "stripes", "rays")
ICONS = ("star", "heart", "cup", "scissors", "flower", "leaf", "paw", "drop", "crown", "check")
FILES = ("logo", "photo")
_FIELDS = {
    "name": TEXT,
    "style": TEXT,
    "colour": TEXT,
    "accent": TEXT,
    "pattern": TEXT,
    "icon": TEXT,
    "count": Field("whole", needed=False),
}
_FRESH: dict[str, Any] = {
    "style": "points", "colour": "#4a2c20", "accent": "#f0b84b", "pattern": "waves",
    "icon": "star", "count": None, "logo": None, "photo": None,
}  # fmt: skip
_DESIGN = "/v1/designs/{design}"
DRAWING = 25.0  # seconds: the function that draws has 28


def draw(desk: Desk, typed: Mapping[str, str], design: str = "") -> Told:
    """Draw a draft of what was typed; pictures that were sent before stay.

    ``design``: its id, where the address names none.
    """
    body = read(_FIELDS, typed)
    name = design or desk.names.get("design") or _id(str(body["name"]))
    seen = typed.get("seen") or '"0"'
    for one in FILES:
        if one in desk.files:
            body[one] = desk.api.upload("/v1/pictures", desk.files[one])
        elif typed.get(f"kept_{one}") and not typed.get(f"without_{one}"):
            body[one] = typed[f"kept_{one}"]
    address = path(_DESIGN, design=name)
    return desk.api.ask(Ask("PUT", address, body=body, seen=seen, longest=DRAWING))


def _publish(desk: Desk, typed: Mapping[str, str]) -> Told:
    address = path(_DESIGN, design=desk.names["design"])
    seen = typed.get("seen", "")
    return desk.api.ask(Ask("POST", f"{address}/publish", seen=seen, longest=DRAWING))


def _back(desk: Desk, typed: Mapping[str, str]) -> Told:
    body = read({"version": WHOLE}, typed)
    address = path(_DESIGN, design=desk.names["design"])
    seen = typed.get("seen", "")
    ask = Ask("POST", f"{address}/rollback", body=body, seen=seen, longest=DRAWING)
    return desk.api.ask(ask)


def wear(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Let the program's cards wear a design."""
    told = desk.api.ask(Ask("GET", "/v1/program"))
    document = {**told.content["document"], "design": typed.get("design", "")}
    return desk.api.ask(Ask("PUT", "/v1/program", body={"document": document}, seen=told.tag))


def _preview(desk: Desk, _typed: Mapping[str, str]) -> Told:
    address = path(_DESIGN, design=desk.names["design"])
    return desk.api.ask(Ask("POST", f"{address}/previews", body={}, longest=DRAWING))


def _remove(desk: Desk, typed: Mapping[str, str]) -> Told:
    address = path(_DESIGN, design=desk.names["design"])
    return desk.api.ask(Ask("DELETE", address, seen=typed.get("seen", "")))


@screens.add("/console/card", "card", {"wear": Act("PUT", "", does=wear)})
def cards(desk: Desk) -> Shown:
    """List designs of one's own and those that are shipped, and which one the cards wear."""
    found = desk.api.get("/v1/designs")
    return Shown("designs.html", {**found, "worn": desk.program["design"]})


@screens.add(
    "/console/card/new", "card", {"draw": Act("PUT", "", does=draw, then="/console/card/{id}")}
)
def new_card(desk: Desk) -> Shown:
    """Draw a design of one's own."""
    typed = {name: desk.typed[name] for name in _FRESH if name in desk.typed}
    content: dict[str, Any] = {
        "recipe": {**_FRESH, **typed},
        "one": None,
        "seen": "",
        "versions": [],
    }
    return _drawn(desk, content)


@screens.add(
    "/console/card/{design}",
    "card",
    {
        "draw": Act("PUT", "", does=draw),
        "publish": Act("POST", "", does=_publish),
        "rollback_design": Act("POST", "", does=_back),
        "wear": Act("PUT", "", does=wear),
        "preview": Act("POST", "", does=_preview, shows=True),
        "remove_design": Act("DELETE", "", does=_remove, then="/console/card"),
    },
)
def card(desk: Desk) -> Shown:
    """Show a design as both wallets draw it, change its draft, publish it, go back."""
    address = path(_DESIGN, design=desk.names["design"])
    told = desk.api.ask(Ask("GET", address))
    versions = desk.api.get(f"{address}/versions", limit="5")["versions"]
    typed = {name: desk.typed[name] for name in _FRESH if name in desk.typed}
    recipe = told.content["recipe"]
    content = {
        "recipe": {**recipe, **typed} if recipe else None,
        "one": told.content,
        "seen": told.tag,
        "versions": versions,
    }
    return _drawn(desk, content)


def _drawn(desk: Desk, content: Mapping[str, Any]) -> Shown:
    one, said = content["one"], words(desk.language, ROOM)["card"]
    lists = {"styles": STYLES, "patterns": PATTERNS, "icons": ICONS}
    named = {what: [(one, said[f"{what}_{one}"]) for one in ids] for what, ids in lists.items()}
    pictures = one["pictures"] if one else {}
    recipe = (one["recipe"] if one else None) or {}
    fill = recipe.get("colour") or ""
    face = fill if re.fullmatch(r"#[0-9A-Fa-f]{6}", fill) else ""
    dark = bool(face) and colours.on(face, "#ffffff") == "#ffffff"
    drawn = {"named": named, "states": states(pictures), "face": face, "dark": dark}
    return Shown("design.html", {**content, **drawn})


def states(pictures: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return every state of a card: its name, empty for the first, and both wallets' pictures.

    Addresses without our own name, which a browser may know by another one.
    """
    paths = {name: re.sub(r"^https?://[^/]+", "", url) for name, url in pictures.items()}
    hero = paths.get("google-hero.png", "")
    found = {}
    for name, address in paths.items():
        if match := re.fullmatch(r"strip(?:-([a-z0-9-]{1,20}))?@3x\.png", name):
            state = match[1] or ""
            found[state] = address, paths.get(f"google-hero-{state}.png", hero)
    ordered = sorted(found, key=lambda one: (int(one) if one.isdecimal() else -1, one))
    return [(one, *found[one]) for one in ordered]


def _id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).lower().encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-")
    return f"{word if word[:1].isalpha() else 'card'}-{secrets.token_hex(2)}"
