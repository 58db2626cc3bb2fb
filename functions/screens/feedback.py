"""Feedback: what members answered, and what the shop does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT, WHOLE
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

screens = Screens()

STATES = ("open", "answered", "resolved", "noted")
FILTERS = ("low", "leaving", "said")
_MANY = "50"
_ONE = "/v1/feedback/{feedback}"
_ACTS = {
    "reply": Act("PUT", f"{_ONE}/reply", {"text": TEXT}),
    "resolve": Act("POST", f"{_ONE}/resolve"),
    "make_good": Act(
        "POST", f"{_ONE}/compensation", {"pot": MAYBE, "points": WHOLE, "reason": TEXT}
    ),
}


@screens.add("/console/feedback", "feedback", _ACTS)
def feedback(desk: Desk) -> Shown:
    """List answers that stand so, what is most urgent first; each with what can be done about it.

    Of those that wait, only what is urgent stands open; all others are a line each.
    """
    state, only = desk.query.get("state", "open"), desk.query.get("only", "")
    if state not in STATES or only not in {"", *FILTERS}:
        raise Refusal("not_found", "not_found")
    found = desk.api.get("/v1/feedback", state=state, limit=_MANY, **desk.page)
    told = desk.api.some(
        leaving=Ask("GET", "/v1/members", {"order": "slipping", "limit": _MANY}),
        score=Ask("GET", "/v1/figures/nps", desk.spoken),
    )
    away = (told["leaving"] or {"members": []})["members"]
    leaving = {one["member"]["member_id"] for one in away}
    rows = by_urgency(found["feedback"], leaving)
    content = {
        "rows": [one for one in rows if not only or one[only]],
        "counts": {one: sum(bool(row[one]) for row in rows) for one in FILTERS},
        "next": found["next"],
        "state": state,
        "only": only,
        "states": STATES,
        "filters": FILTERS,
        "nps": whole(told["score"]),
    }
    return Shown("feedback.html", content)


def by_urgency(
    found: Iterable[Mapping[str, Any]], leaving: Collection[str]
) -> list[Mapping[str, Any]]:
    """Return answers as they should be read, each with what makes it urgent. Pure.

    Who is unhappy and slips away first, then who is unhappy, then who slips away; among equals
    what says something in words, and who waits longest.
    """
    rows = [
        {**one, "leaving": one["member_id"] in leaving, "said": bool(one["words"])} for one in found
    ]
    return sorted(
        rows,
        key=lambda one: (
            -2 * one["low"] - one["leaving"],
            not one["said"],
            one["answered_at"],
        ),
    )


def whole(told: dict[str, object] | None) -> dict[str, object] | None:
    """Return the whole shop's score of what /v1/figures/nps tells; None where it tells none."""
    groups = told["groups"] if told else None
    return groups[0] if isinstance(groups, list) and groups else None
