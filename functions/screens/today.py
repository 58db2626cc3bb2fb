"""Today: what needs somebody, and what is coming."""

from __future__ import annotations

from typing import Any

from functions.screens import first_numbers
from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.numbers import sorted_figures
from functions.screens.screen import Screens
from functions.screens.settings import PARTS
from functions.screens.typed import TEXT
from loyalty.refusals import Refusal

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
        "sentences": Ask("GET", "/v1/program/description", desk.spoken),
        "rewards": Ask("GET", "/v1/rewards"),
    }
    if desk.changes:  # who only reads figures does not search people
        asks["somebody"] = Ask("POST", "/v1/members/search", body={"limit": 1})
    found = desk.api.all(**asks)
    maybe = desk.api.some(
        figures=Ask("GET", "/v1/figures", desk.spoken),
        answers=Ask("GET", "/v1/feedback", {"state": "open", "limit": "20"}),
        goals=Ask("GET", "/v1/goals"),
        so_far=Ask("GET", "/v1/figures/today"),
        owing=Ask("GET", "/v1/figures/owing"),
        verdicts=Ask("GET", "/v1/campaigns/verdicts"),
        deployment=Ask("GET", "/v1/deployment"),
        mine=Ask("GET", "/v1/passkeys"),
    )
    figures, answers, so_far = maybe["figures"], maybe["answers"], maybe["so_far"]
    goals = maybe["goals"] or {"goals": []}
    told = maybe["verdicts"] or {"campaigns": []}
    since = {"first": first_numbers.monday(so_far["day"])} if so_far else {}
    days = desk.api.maybe(Ask("GET", "/v1/figures/days", since)) if so_far else None
    owing = maybe["owing"] if figures else None
    quiet = [one for one in found["endpoints"]["endpoints"] if one["state"] == "quiet"]
    empty = [one for one in found["rewards"]["rewards"] if one["stocked"] and not one["left"]]
    shown = first_numbers.told(sorted_figures(figures)[0]) if figures else []
    slipping = next((one["value"] for one in shown if one["name"] == "slipping"), 0)
    return Shown(
        "today.html",
        {
            "slipping": slipping,
            "judged": [one for one in told["campaigns"] if one["fresh"]],
            "proven": first_numbers.proven(told["campaigns"]),
            "figures": shown,
            "pace": first_numbers.pace(so_far, days["days"]) if so_far and days else None,
            "owed": first_numbers.owed(owing),
            "expected": figures["expected"] if figures else None,
            "goals": [one for one in goals["goals"] if one["main"]],
            "parked": _many(found["parked"]),
            "doubles": _many(found["doubles"]),
            "answers": _many(answers, "feedback") if answers else "",
            "quiet": quiet,
            "silent": not found["endpoints"]["endpoints"],
            "privacy": found["privacy"]["requests"],
            "empty": empty,
            "wrong": any((maybe["deployment"] or {}).get(one, {}).get("wrong") for one in PARTS),
            "keyless": maybe["mine"] is not None and not maybe["mine"]["passkeys"],
            "sentences": found["sentences"]["sentences"],
            "fresh": desk.changes and not found["somebody"]["members"],
        },
    )


@screens.add("/console/orders/{state}", "today", _ACTS)
def orders(desk: Desk) -> Shown:
    """List orders that wait for somebody, each with what can be done about it."""
    state = desk.names["state"]
    if state not in {"parked", "double"}:
        raise Refusal("not_found", "not_found")
    asked = {"state": state, "limit": "20", **desk.page}
    return Shown("orders.html", {"state": state, "found": desk.api.get("/v1/orders", **asked)})


def _many(found: dict[str, Any], what: str = "orders") -> str:
    """Return how many there are, as far as the first page tells; nothing for none."""
    many = len(found[what])
    return f"{many}{'+' if found['next'] else ''}" if many or found["next"] else ""
