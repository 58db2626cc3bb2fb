"""Campaigns to start from: each a whole campaign in every language of the program. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.pages import drawing as pages
from functions.screens import groups
from functions.screens.campaign_forms import EVERYBODY

if TYPE_CHECKING:
    from collections.abc import Mapping

_BEFORE_THE_END = 14  # days
_NEAR = 5  # a fifth of a reward's price
_AFTER_JOINING = 3  # days
_KNOWN = {"field": "visits", "at_least": 2}


def ideas(program: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return whom and when of each idea that a program has a use for, by its name."""
    found: dict[str, dict[str, Any]] = {
        "win_back": {"audience": {"field": "slipping", "is": True}, "trigger": {"kind": "now"}},
        "lapsed": {"audience": _KNOWN, "trigger": {"kind": "lapsed"}},
        "birthday": {"audience": EVERYBODY, "trigger": {"kind": "birthday", "days": 0}},
        "before_visit": {"audience": _KNOWN, "trigger": {"kind": "before_visit"}},
    }
    rewards = program.get("rewards") or ()
    if rewards:
        first = min(rewards, key=lambda one: int(one["price"]))
        near = {"kind": "near_reward", "of": first["id"]}
        near["amount"] = max(1, int(first["price"]) // _NEAR)
        found["near_reward"] = {"audience": EVERYBODY, "trigger": near}
    pot = groups.ending(program)
    if pot:
        ends = {"kind": "expiring", "of": pot, "days": _BEFORE_THE_END}
        found["expiring"] = {"audience": EVERYBODY, "trigger": ends}
    found["welcome"] = {
        "audience": EVERYBODY,
        "trigger": {"kind": "welcome", "days": _AFTER_JOINING},
    }
    found["quiet_day"] = {
        "audience": EVERYBODY,
        "trigger": {"kind": "recurring", "rule": "FREQ=WEEKLY;BYDAY=TU"},
    }
    return found


def campaign(name: str, program: Mapping[str, Any], language: str, today: str) -> dict[str, Any]:
    """Return an idea as a campaign's document, called in the language of whoever starts it."""
    found = dict(ideas(program)[name])
    if found["trigger"]["kind"] == "recurring":
        found["trigger"] = {**found["trigger"], "first": today}
    called = pages.words(language, "console")["ideas"][name]["name"]
    texts = {
        one: pages.words(one, "console")["ideas"][name]["text"] for one in program["languages"]
    }
    return {"name": called, **found, "actions": [{"kind": "message", "text": texts}], "guards": {}}
