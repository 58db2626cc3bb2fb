"""Programs: those that somebody works for, going over to another one, and making one."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, TypedError, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_FIELDS = {"organization": TEXT, "currency": TEXT, "zone": TEXT, "region": TEXT}
_TRADE = "coffee"
"""The program that a new one begins as; the next step chooses another."""
_JUDGING = 12.0  # seconds that drawing the cards of a new program may take
_LONGEST_ID = 30


def _go(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Go over to another program: through its own door, where one signs in."""
    address = path("/v1/programs/{program}/links", program=typed.get("program") or "-")
    url = str(desk.api.ask(Ask("POST", address)).content["url"])
    # By its path: a browser may know this host by another name than links do.
    return Told(201, {"door": f"/sign-in/{url.rpartition('/')[2]}"})


def _found(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Make a program, and go over to it."""
    own = read(_FIELDS, typed)
    own["currency"], own["region"] = own["currency"].upper(), own["region"].upper()
    document = named(desk.api.get(path("/v1/templates/{trade}", trade=_TRADE))["document"], own)
    body = {"document": document}
    desk.api.ask(Ask("POST", "/v1/programs", body=body, longest=_JUDGING))
    return _go(desk, {"program": document["id"]})


def named(document: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """Return a document as that of another shop: called otherwise, wherever it is called. Pure.

    Raises
    ------
    TypedError
        No id can be made of the name.
    """
    name = own["organization"].strip()
    texts = {one: json.dumps(document[one], ensure_ascii=False) for one in ("consent", "contact")}
    for old in (*document["name"].values(), document["organization"]):
        for part, text in texts.items():
            inner = json.dumps(str(old), ensure_ascii=False)[1:-1]
            texts[part] = text.replace(inner, json.dumps(name, ensure_ascii=False)[1:-1])
    return {
        **document,
        **own,
        "id": _id(name),
        "organization": name,
        "name": dict.fromkeys(document["languages"], name),
        "locations": [],
        **{part: json.loads(text) for part, text in texts.items()},
    }


def _id(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    found = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].strip("-")
    if not found:
        # A name in another script: its letters' numbers make an id that is the same next time.
        found = "shop-" + "".join(f"{ord(one):x}" for one in name if one.isalnum())[:16]
    if not found.removeprefix("shop-"):
        raise TypedError("organization", "missing")
    return found if found[0].isalpha() else f"shop-{found}"


@screens.add(
    "/console/programs",
    "settings",
    {
        "go": Act("POST", "", does=_go, then="{door}"),
        "found": Act("POST", "", does=_found, then="{door}"),
    },
)
def programs(desk: Desk) -> Shown:
    """List the programs of whoever is signed in, and make another one."""
    found = desk.api.get("/v1/programs")
    return Shown("programs.html", {"found": found})
