"""Saving together: what groups of members collect for, how far each is, beginning and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told
from functions.screens.desk import Act, Desk, Shown
from functions.screens.documents import Documents
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, WHOLE, Field, TypedError, by_language, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

COUNTS = ("points", "visits", "spend")
_GOALS = Documents(
    "/v1/savings-goals/{goal}",
    here="/console/saving",
    act="saving",
    said="saving",
    template="collecting.html",
    told=frozenset({"id", "version", "places", "taken"}),
)
_FIELDS = {
    "begins": TEXT,
    "ends": TEXT,
    "least": Field("whole", needed=False),
    "most": Field("whole", needed=False),
    "groups": Field("whole", needed=False),
    "budget": Field("money", needed=False),
}


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep a goal as it was typed: what no field is of stays."""
    before, counts = _GOALS.sent(desk), typed.get("counts", "")
    if counts not in COUNTS:
        raise TypedError("counts", "missing")
    target = Field("money" if counts == "spend" else "whole")
    body = {
        **before,
        **_GOALS.texts(desk, typed, "name", "text"),
        "counts": counts,
        "groups": None,
        "budget": None,
        **read({"target": target, **_FIELDS}, typed, desk.currency),
        "prizes": [*before.get("prizes", [])[:-1], _prize(desk, typed, before)],
    }
    return _GOALS.put(desk, typed, body)


def _prize(desk: Desk, typed: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every group is given: a text, and points, a reward, or a coupon that stays."""
    kept = dict(before["prizes"][-1]) if before.get("prizes") else {}
    cost = read({"cost": Field("money", needed=False)}, typed, desk.currency)
    texts = by_language("prize", desk.program["languages"], typed)
    made = {**kept, "text": texts, "cost": cost.get("cost")}
    gives = typed.get("gives", "")
    if gives == "coupon" and kept.get("coupon"):
        return made
    made |= {"pot": None, "points": None, "reward": None, "coupon": None}
    if gives == "points":
        return made | read({"points": WHOLE}, typed) | {"pot": desk.program["pots"][0]["id"]}
    if gives != "reward":
        raise TypedError("gives", "missing")
    return made | read({"reward": TEXT}, typed)


_KEEP = Act("POST", "", does=_put, then="/console/saving/{id}")


@screens.add("/console/saving", "campaigns")
def savings(desk: Desk) -> Shown:
    """List what members save for together: what can be joined comes first."""
    found = desk.api.get("/v1/savings-goals")["goals"]
    return _GOALS.list(sorted(found, key=lambda one: not one["open"]))


@screens.add("/console/saving/new", "campaigns", {"saving": _KEEP})
def new_saving(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Name a goal on an empty form."""
    return _GOALS.new(counts=COUNTS)


@screens.add("/console/saving/{goal}", "campaigns", {"saving": _KEEP, **_GOALS.opening()})
def saving(desk: Desk) -> Shown:
    """Show how far groups have come, and let it be changed or ended."""
    address = _GOALS.one(desk)
    told = desk.api.ask(Ask("GET", address))
    groups = desk.api.get(f"{address}/groups", limit="50", **desk.page)
    found = sorted(groups["groups"], key=lambda one: -one["percent"])
    more = {"groups": found, "next": groups["next"], "counts": COUNTS}
    return _GOALS.shown("saving.html", desk, told, **more)
