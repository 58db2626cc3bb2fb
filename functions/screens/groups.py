"""Groups of members that stand as chips: what people call them, and the conditions they are. Pure.

A group that the program has no use for (no rewards, no end of points) is not there. What owners
have kept under a name of their own stands beside them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Conditions = Mapping[str, Any]

_SOON = 7  # days to a birthday
_ENDS = 30  # days until something a member holds ends
_NEAR = 5  # a reward is near if a fifth of its price is missing, at most
KEPT = "kept-"
"""What stands before the id of a group that somebody has kept."""


def ready(program: Mapping[str, Any]) -> dict[str, Conditions]:
    """Return the conditions of each group that any shop watches, by the name of its word."""
    found: dict[str, Conditions] = {
        "regulars": {"field": "class", "is": "regulars"},
        "new": {"field": "class", "is": "new"},
        "slipping": {"field": "slipping", "is": True},
        "gone": {"field": "gone", "is": True},
        "birthday": {"field": "birthday_in", "at_most": _SOON},
    }
    rewards = program.get("rewards") or ()
    if rewards:
        cheapest = min(int(one["price"]) for one in rewards)
        found["near"] = {"field": "to_reward", "at_most": max(1, cheapest // _NEAR)}
    pot = ending(program)
    if pot:
        found["ending"] = {"field": "expires_in", "of": pot, "at_most": _ENDS}
    found["wallet"] = {"field": "wallet", "is": True}
    return found


def ending(program: Mapping[str, Any]) -> str:
    """Return the first pot whose value ends some day; empty if there is none."""
    return next((str(one["id"]) for one in program.get("pots", ()) if one.get("expiry")), "")


def kept(segments: Sequence[Mapping[str, Any]]) -> dict[str, Conditions]:
    """Return the conditions of what owners have kept, as the API lists it."""
    return {f"{KEPT}{one['id']}": one["conditions"] for one in segments if one["said"]}
