"""Settings: who is signed in where, what was changed by whom, and what vendors ask for people."""

from __future__ import annotations

from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import YES

screens = Screens()

_ACTS = {
    "end": Act("DELETE", "/v1/sessions/{session}"),
    "forget": Act("DELETE", "/v1/passkeys/{passkey}"),
}
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


@screens.add("/console/settings/changes", "settings")
def changes(desk: Desk) -> Shown:
    """List who has changed what, the newest first."""
    return Shown("changes.html", {"found": desk.api.get("/v1/audit", limit="30", **desk.page)})


@screens.add("/console/settings/privacy", "settings", _ANSWER)
def privacy(desk: Desk) -> Shown:
    """List what vendors ask for their customers' sake, with until when it has to be answered."""
    return Shown("privacy.html", {"requests": desk.api.get("/v1/privacy-requests")["requests"]})
