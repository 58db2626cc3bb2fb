"""The join kit: what a shop prints and posts so that people join."""

from __future__ import annotations

from functions.pages.qr_code import qr_code
from functions.screens.calling import path
from functions.screens.desk import Desk, Shown
from functions.screens.screen import Screens
from functions.wiring import environment

screens = Screens()


@screens.add("/console/join", "kit")
def kit(desk: Desk) -> Shown:
    """Show the link and its code, for the shop or one of its places, and what can be printed."""
    base = environment.configuration().base_url
    join = base + path("/join/{program}", program=str(desk.program["id"]))
    places = [
        (one["id"], one["name"], f"{join}?location={one['id']}")
        for one in desk.program.get("locations", ())
    ]
    return Shown("kit.html", {"join": join, "code": qr_code(join), "places": places})
