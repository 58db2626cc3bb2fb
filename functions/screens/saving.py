"""Saving together: what groups of members collect for, how far each is, beginning and ending it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, WHOLE, Field, TypedError, by_language, new_id, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

COUNTS = ("points", "visits", "spend")
_GOAL = "/v1/savings-goals/{goal}"
_NEW = '"0"'
_FIELDS = {
    "begins": TEXT,
    "ends": TEXT,
    "least": Field("whole", needed=False),
    "most": Field("whole", needed=False),
}
_TOLD = frozenset({"id", "version"})
"""What is told of a goal and not sent."""


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep a goal as it was typed: what no field is of stays."""
    languages, name = desk.program["languages"], desk.names.get("goal", "")
    before = _sent(desk.api.get(path(_GOAL, goal=name))) if name else {}
    counts = typed.get("counts", "")
    if counts not in COUNTS:
        raise TypedError("counts", "missing")
    target = Field("money" if counts == "spend" else "whole")
    body: dict[str, Any] = {
        **before,
        "name": by_language("name", languages, typed),
        "text": by_language("text", languages, typed),
        "counts": counts,
        **read({"target": target, **_FIELDS}, typed, desk.currency),
        "prizes": [*before.get("prizes", [])[:-1], _prize(desk, typed, before)],
    }
    name = name or new_id(body["name"][languages[0]], typed)
    seen = typed.get("seen") or _NEW
    return desk.api.ask(Ask("PUT", path(_GOAL, goal=name), body=body, seen=seen))


def _prize(desk: Desk, typed: Mapping[str, str], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what every group is given: a text, and points, a reward, or a coupon that stays."""
    kept = dict(before["prizes"][-1]) if before.get("prizes") else {}
    made = {**kept, "text": by_language("prize", desk.program["languages"], typed)}
    gives = typed.get("gives", "")
    if gives == "coupon" and kept.get("coupon"):
        return made
    made |= {"pot": None, "points": None, "reward": None, "coupon": None}
    if gives == "points":
        return made | read({"points": WHOLE}, typed) | {"pot": desk.program["pots"][0]["id"]}
    if gives != "reward":
        raise TypedError("gives", "missing")
    return made | read({"reward": TEXT}, typed)


def _open(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Let nobody begin or join any more, or let them again."""
    address = path(_GOAL, **desk.names)
    body = _sent(desk.api.get(address)) | {"open": typed["act"] == "open_saving"}
    return desk.api.ask(Ask("PUT", address, body=body, seen=typed.get("seen", "")))


def _sent(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in told.items() if name not in _TOLD}


_KEEP = Act("POST", "", does=_put, then="/console/saving/{id}")


@screens.add("/console/saving", "campaigns")
def savings(desk: Desk) -> Shown:
    """List what members save for together: what can be joined comes first."""
    found = desk.api.get("/v1/savings-goals")["goals"]
    return Shown("savings.html", {"found": sorted(found, key=lambda one: not one["open"])})


@screens.add("/console/saving/new", "campaigns", {"saving": _KEEP})
def new_saving(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Name a goal on an empty form."""
    return Shown("new_saving.html", {"counts": COUNTS})


@screens.add(
    "/console/saving/{goal}",
    "campaigns",
    {
        "saving": _KEEP,
        "end_saving": Act("PUT", "", does=_open),
        "open_saving": Act("PUT", "", does=_open),
    },
)
def saving(desk: Desk) -> Shown:
    """Show how far groups have come, and let it be changed or ended."""
    address = path(_GOAL, **desk.names)
    told = desk.api.ask(Ask("GET", address))
    groups = desk.api.get(f"{address}/groups", limit="50", **desk.page)
    found = sorted(groups["groups"], key=lambda one: -one["percent"])
    return Shown(
        "saving.html",
        {
            "one": told.content,
            "seen": told.tag,
            "groups": found,
            "next": groups["next"],
            "counts": COUNTS,
        },
    )
