"""A member: who they are, what they have, what has happened and why, and all that can be done."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.members import looked_for
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT, WHOLE, YES, TypedError

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()
_ID = re.compile(r"[0-9a-f]{32}")
_MOST_FOUND = 8

_MEMBER = "/v1/members/{member}"
_CONSENT = f"{_MEMBER}/consents/{{purpose}}/{{channel}}"
_REASON = {"reason": TEXT}


def _less(typed: dict[str, Any]) -> dict[str, Any]:
    return {**typed, "points": -abs(typed["points"])}


def _attributes(typed: dict[str, Any]) -> dict[str, Any]:
    return {"attributes": {typed["attribute"]: typed.get("value") or None}}


def _look(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Show two members side by side, the other one found as in the one box.

    Several fit: they are told, to be chosen from.
    """
    text = typed.get("chosen") or typed.get("other", "").strip()
    if not text:
        raise TypedError("other", "missing")
    if _ID.fullmatch(text) is None:
        body = {**looked_for(text), "limit": _MOST_FOUND}
        told = desk.api.ask(Ask("POST", "/v1/members/search", body=body)).content["members"]
        found = [one for one in told if one["member_id"] != desk.names["member"]]
        if not found:
            raise TypedError("other", "member_not_found")
        if len(found) > 1:
            return Told(200, {"several": found})
        text = found[0]["member_id"]
    address = path(f"{_MEMBER}/merge/preview", member=desk.names["member"])
    told = desk.api.ask(Ask("POST", address, body={"other": text}))
    return Told(200, {**told.content, "several": []})


_VALUE = {"points": WHOLE, "pot": MAYBE, **_REASON}
_ACTS = {
    "gift": Act("POST", f"{_MEMBER}/gifts", _VALUE),
    "take": Act("POST", f"{_MEMBER}/adjustments", _VALUE, _less),
    "take_back": Act("POST", f"{_MEMBER}/entries/{{entry}}/undo", {"reason": TEXT}),
    "note": Act("POST", f"{_MEMBER}/notes", {"text": TEXT}),
    "tag": Act("PUT", f"{_MEMBER}/tags/{{tag}}"),
    "untag": Act("DELETE", f"{_MEMBER}/tags/{{tag}}"),
    "attribute": Act(
        "PATCH", f"{_MEMBER}/record", {"attribute": TEXT, "value": MAYBE}, _attributes
    ),
    "agree": Act("PUT", _CONSENT, {"version": TEXT}, lambda read: {"given": True, **read}),
    "withdraw": Act("PUT", _CONSENT, {"version": TEXT}, lambda read: {"given": False, **read}),
    "pause": Act("POST", f"{_MEMBER}/pause", _REASON),
    "resume": Act("POST", f"{_MEMBER}/resume", _REASON),
    "card": Act("POST", f"{_MEMBER}/card", shows=True),
    "leave": Act("POST", f"{_MEMBER}/leave", {**_REASON, "forfeit": YES}),
    "erase": Act("POST", f"{_MEMBER}/erase", _REASON, then="/console/members"),
    "look": Act("POST", "", does=_look, shows=True),
    "merge": Act("POST", f"{_MEMBER}/merge", {"other": TEXT, **_REASON}),
    "data": Act("GET", f"{_MEMBER}/data", shows=True),
}


@screens.add("/console/members/{member}", "members", _ACTS)
def member(desk: Desk) -> Shown:
    """Show a member; an accountant sees what they have, and changes nothing."""
    at = partial(path, member=desk.names["member"])
    language = desk.spoken
    found = desk.api.all(
        standing=Ask("GET", at(_MEMBER), language),
        record=Ask("GET", at(f"{_MEMBER}/record")),
        outlook=Ask("GET", at(f"{_MEMBER}/outlook")),
        timeline=Ask("GET", at(f"{_MEMBER}/timeline"), {"limit": "20", **desk.page}),
    )
    known = {one["id"]: one for one in desk.program.get("attributes", ())}
    return Shown(
        "member.html",
        {**found, "known": known, "declared": desk.program.get("attributes", ())},
    )


@screens.add("/console/members/{member}/{entry}", "members")
def why(desk: Desk) -> Shown:
    """Say why an order earned what it did."""
    address = path(f"{_MEMBER}/entries/{{entry}}/why", **desk.names)
    return Shown("why.html", {"told": desk.api.get(address, **desk.spoken)})
