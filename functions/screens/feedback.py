"""Feedback: what members answered, and what the shop does about it."""

from __future__ import annotations

from functions.screens.calling import Ask
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT, WHOLE
from loyalty.refusals import Refusal

screens = Screens()

STATES = ("open", "answered", "resolved", "noted")
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
    """List answers that stand so, what is open first; each with what can be done about it."""
    state = desk.query.get("state", "open")
    if state not in STATES:
        raise Refusal("not_found", "not_found")
    found = desk.api.get("/v1/feedback", state=state, limit="20", **desk.page)
    score = desk.api.maybe(Ask("GET", "/v1/figures/nps", desk.spoken))
    content = {"found": found, "state": state, "states": STATES, "nps": whole(score)}
    return Shown("feedback.html", content)


def whole(told: dict[str, object] | None) -> dict[str, object] | None:
    """Return the whole shop's score of what /v1/figures/nps tells; None where it tells none."""
    groups = told["groups"] if told else None
    return groups[0] if isinstance(groups, list) and groups else None
