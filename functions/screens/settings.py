"""Settings: who is signed in where, what was changed by whom, and what vendors ask for people."""

from __future__ import annotations

from typing import Any

from functions.screens import actors
from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import YES

screens = Screens()

_ACTS = {
    "end": Act("DELETE", "/v1/sessions/{session}"),
    "forget": Act("DELETE", "/v1/passkeys/{passkey}"),
}
_GONE = ("member.erased", "member.left")
_PAGES, _ENOUGH = 5, 30
"""Pages of changes that are looked through at once, and lines that are enough."""
PARTS = ("apple", "google", "mail", "backups")
"""What all shops of an installation share."""
_ANSWER = {"answer": Act("POST", "/v1/privacy-requests/{request}/answer", {"erase": YES})}


@screens.add("/console/settings", "settings", _ACTS)
def settings(desk: Desk) -> Shown:
    """Show one's own passkeys and sessions, and the shop as the program knows it."""
    found = desk.api.all(
        sessions=Ask("GET", "/v1/sessions"),
        passkeys=Ask("GET", "/v1/passkeys"),
        locations=Ask("GET", "/v1/locations"),
    )
    return Shown(
        "settings.html",
        {
            "sessions": found["sessions"]["sessions"],
            "passkeys": found["passkeys"]["passkeys"],
            "places": found["locations"]["locations"],
        },
    )


@screens.add("/console/passkey", "settings")
def passkey(desk: Desk) -> Shown:
    """Offer the one step after a link: a passkey on this device. It may wait."""
    found = desk.api.all(sessions=Ask("GET", "/v1/sessions"), passkeys=Ask("GET", "/v1/passkeys"))
    here = next((one["browser"] for one in found["sessions"]["sessions"] if one["this"]), "")
    content = {"here": here, "passkeys": found["passkeys"]["passkeys"]}
    return Shown("passkey.html", content)


@screens.add("/console/settings/changes", "settings")
def changes(desk: Desk) -> Shown:
    """List who has changed what, the newest first."""
    told = desk.api.get("/v1/audit", limit="30", **desk.page)
    found = actors.named(desk, told["changes"], "by", "which")
    return Shown("changes.html", {"found": found, "next": told["next"]})


@screens.add("/console/settings/gone", "settings")
def gone(desk: Desk) -> Shown:
    """List who was erased or has left, when and by whom, in ids: of them nothing else is known."""
    found: list[Any] = []
    cursor = desk.query.get("cursor", "")
    for _ in range(_PAGES):
        told = desk.api.get("/v1/audit", limit="100", **({"cursor": cursor} if cursor else {}))
        found += [one for one in told["changes"] if one["what"] in _GONE]
        cursor = told["next"] or ""
        if not cursor or len(found) >= _ENOUGH:
            break
    return Shown("gone.html", {"found": actors.named(desk, found, "by"), "next": cursor})


@screens.add("/console/settings/deployment", "settings")
def deployment(desk: Desk) -> Shown:
    """Show what of the wallets, mail and backups is set up, and what is wrong with it."""
    told = desk.api.get("/v1/deployment")
    return Shown("deployment.html", {"told": told, "parts_of": {one: told[one] for one in PARTS}})


@screens.add("/console/settings/privacy", "settings", _ANSWER)
def privacy(desk: Desk) -> Shown:
    """List what vendors ask for their customers' sake, with until when it has to be answered."""
    return Shown("privacy.html", {"requests": desk.api.get("/v1/privacy-requests")["requests"]})
