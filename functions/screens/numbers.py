"""Numbers: what an owner watches, each with what it means; what is owed in points; goals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens import actors
from functions.screens.calling import Ask, RefusedError, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.feedback import whole
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, WHOLE, YES, Field, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

screens = Screens()

_SHOWN = (
    ("active", 30), ("joined", 30), ("put_into_apple", 30), ("taken_from_apple", 30),
    ("put_into_google", 30), ("taken_from_google", 30), ("penetration", 30), ("second_visit", 60),
    ("slipping", 0),
)  # fmt: skip
"""Those that come first, by name and days; the rest is below. See `first_numbers`."""
_WALLETS = ("put_into_apple", "taken_from_apple", "put_into_google", "taken_from_google")
_GOAL = "/v1/goals/{goal}"


_GOAL_FIELDS = {"figure": TEXT, "by": TEXT, "main": YES}
_UNITS = {"minor_units": Field("money"), "basis_points": Field("percent")}
_UNITS["hundredths"] = _UNITS["basis_points"]
"""How a target is typed, by the unit of its figure; a whole number where it is none of these."""


def _goal(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Set a goal for a figure; another one for the same figure takes its place."""
    body = read(_GOAL_FIELDS, typed)
    figure, days, unit = (*body["figure"].split("/"), "", "")[:3]
    body |= read({"target": _UNITS.get(unit, WHOLE)}, typed, desk.currency)
    address = path(_GOAL, goal="-".join((figure.replace("_", "-"), days or "0")))
    body |= {"figure": figure, "days": int(days or 0)}
    return desk.api.ask(Ask("PUT", address, body=body))


_ACTS = {
    "work_out": Act("POST", "/v1/figures/work-out"),
    "goal": Act("PUT", "", does=_goal),
    "no_goal": Act("DELETE", _GOAL),
}


@screens.add("/console/numbers", "numbers", _ACTS)
def numbers(desk: Desk) -> Shown:
    """Show the figures with last period beside each, the days as bars, cohorts, groups, goals."""
    try:
        found = desk.api.all(
            figures=Ask("GET", "/v1/figures", desk.spoken),
            days=Ask("GET", "/v1/figures/days"),
            cohorts=Ask("GET", "/v1/figures/cohorts"),
            groups=Ask("GET", "/v1/figures/groups"),
            today=Ask("GET", "/v1/figures/today"),
            goals=Ask("GET", "/v1/goals"),
        )
    except RefusedError as error:
        if error.told.code != "figures_missing":
            raise
        return Shown("numbers.html", {"found": None})
    shown, rest = sorted_figures(found["figures"])
    days = found["days"]["days"]
    score = desk.api.maybe(Ask("GET", "/v1/figures/nps", desk.spoken))
    return Shown(
        "numbers.html",
        {
            "found": found,
            "nps": whole(score),
            "shown": [one for one in shown if one["name"] not in _WALLETS],
            "wallets": [one for one in shown if one["name"] in _WALLETS],
            "rest": rest,
            "bars": bars([one["net"] for one in days], [one["member_net"] for one in days]),
            "shown_groups": _groups(found["groups"]["groups"]),
        },
    )


@screens.add("/console/money", "numbers")
def money(desk: Desk) -> Shown:
    """Show what members hold, when it ends and what of it will be used, and what staff gave."""
    try:
        found = desk.api.all(
            owing=Ask("GET", "/v1/figures/owing"), staff=Ask("GET", "/v1/figures/staff")
        )
    except RefusedError as error:
        if error.told.code != "figures_missing":
            raise
        return Shown("money.html", {"owing": None, "staff": None})
    staff = found["staff"]
    rows, shifts = (actors.named(desk, staff[one], "who") for one in ("rows", "shifts"))
    return Shown("money.html", {**found, "staff": {**staff, "rows": rows, "shifts": shifts}})


def sorted_figures(told: dict[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the whole shop's figures: those that come first, and the others."""
    figures = [figure for part in told["groups"] if not part["value"] for figure in part["figures"]]
    first = [one for name in _SHOWN for one in figures if (one["name"], one["days"]) == name]
    return first, [one for one in figures if one not in first]


def bars(
    whole: Sequence[int], part: Sequence[int], width: int = 600, height: int = 120
) -> list[dict[str, float]]:
    """Return bars of a chart, each with its part: places and heights in units of the drawing."""
    highest = max([*whole, 1])
    step = width / max(len(whole), 1)
    return [
        {
            "x": round(place * step + step * 0.15, 2),
            "width": round(step * 0.7, 2),
            "y": round(height - height * max(all_of_it, 0) / highest, 2),
            "height": round(height * max(all_of_it, 0) / highest, 2),
            "part_y": round(height - height * max(some, 0) / highest, 2),
            "part_height": round(height * max(some, 0) / highest, 2),
        }
        for place, (all_of_it, some) in enumerate(zip(whole, part, strict=True))
    ]


def _groups(groups: Sequence[dict[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for one in groups:
        # Who never came yet is shown apart: they have not gone.
        name = "not_yet" if one["group"] == "prospects" else one["shown"]
        found[name] = found.get(name, 0) + one["members"]
    return found
