"""Today: what needs somebody, and what is coming."""

from __future__ import annotations

from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT

screens = Screens()

_ORDER = "/v1/orders/{source}/{order}"
_ACTS = {
    "claim": Act("POST", f"{_ORDER}/claim", {"card_code": TEXT}),
    "forget": Act("POST", f"{_ORDER}/forget", {"reason": TEXT}),
    "keep": Act("POST", f"{_ORDER}/keep", {"reason": TEXT}),
}


@screens.add("/console", "today")
def today(desk: Desk) -> Shown:
    """Show what needs somebody, each with where it is mended."""
    asks = {
        "parked": Ask("GET", "/v1/orders", {"state": "parked", "limit": "20"}),
        "doubles": Ask("GET", "/v1/orders", {"state": "double", "limit": "20"}),
        "endpoints": Ask("GET", "/v1/endpoints"),
        "privacy": Ask("GET", "/v1/privacy-requests"),
        "sentences": Ask("GET", "/v1/program/description", _spoken(desk)),
        "rewards": Ask("GET", "/v1/rewards"),
    }
    if desk.changes:  # who only reads figures does not search people
        asks["newest"] = Ask("POST", "/v1/members/search", body={"limit": 5})
    found = desk.api.all(**asks)
    quiet = [one for one in found["endpoints"]["endpoints"] if one["state"] == "quiet"]
    empty = [one for one in found["rewards"]["rewards"] if one["stocked"] and not one["left"]]
    return Shown(
        "today.html",
        {
            "parked": found["parked"]["orders"],
            "doubles": found["doubles"]["orders"],
            "quiet": quiet,
            "silent": not found["endpoints"]["endpoints"],
            "privacy": found["privacy"]["requests"],
            "empty": empty,
            "sentences": found["sentences"]["sentences"],
            "newest": found.get("newest", {"members": None})["members"],
        },
    )


@screens.add("/console/orders/{state}", "today", _ACTS)
def orders(desk: Desk) -> Shown:
    """List orders that wait for somebody, each with what can be done about it."""
    state = desk.names["state"]
    asked = {"state": state, "limit": "20", **_cursor(desk)}
    return Shown("orders.html", {"state": state, "found": desk.api.get("/v1/orders", **asked)})


def _cursor(desk: Desk) -> dict[str, str]:
    return {"cursor": desk.query["cursor"]} if desk.query.get("cursor") else {}


def _spoken(desk: Desk) -> dict[str, str]:
    return {"language": desk.language} if desk.language in desk.program["languages"] else {}
