"""Prize draws: making one, who has entered, fixing the list, and what chance has decided."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from functions.screens.calling import Ask, RefusedError, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.documents import Documents
from functions.screens.screen import Screens
from functions.screens.typed import TEXT, WHOLE, Field, TypedError, lines_by_language, read
from loyalty.languages import spoken

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_DRAWS = Documents(
    "/v1/draws/{draw}",
    here="/console/draws",
    act="prize_draw",
    said="draws",
    template="drawing.html",
)
_FIELDS = {
    "pot": TEXT,
    "price": WHOLE,
    "most": Field("whole", needed=False),
    "closes": TEXT,
}
_OF_A_ROUND = ("round", "randomness", "signature")
_LONGEST = 20.0  # seconds that fixing a list, or telling who has won, may take


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep a draw as it was typed."""
    texts = _DRAWS.texts(desk, typed, "name", "text")
    prizes = lines_by_language("prizes", desk.program["languages"], typed, "prizes_differ")
    return _DRAWS.put(desk, typed, {**texts, "prizes": prizes, **read(_FIELDS, typed)})


def _close(desk: Desk, typed: Mapping[str, str]) -> Told:  # noqa: ARG001 - nothing is typed
    return desk.api.ask(Ask("POST", f"{_DRAWS.one(desk)}/close", longest=_LONGEST))


def _decide(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Send what was copied from the public source: the whole of its answer."""
    try:
        told = json.loads(typed.get("beacon", ""))
        body = {name: told[name] for name in _OF_A_ROUND}
    except (ValueError, TypeError, KeyError):
        raise TypedError("beacon", "not_a_beacon") from None
    return desk.api.ask(Ask("POST", f"{_DRAWS.one(desk)}/draw", body=body, longest=_LONGEST))


def _tell(desk: Desk, typed: Mapping[str, str]) -> Told:  # noqa: ARG001 - nothing is typed
    """Draft a campaign that tells everybody how it went: it is looked at before it starts."""
    one = desk.api.get(_DRAWS.one(desk))
    languages = desk.program["languages"]
    news = {
        "kind": "news",
        "title": one["name"],
        "text": {language: spoken(language).PHRASES["draw.went"] for language in languages},
        "link": one["page"],
    }
    sent = {
        "name": one["name"][languages[0]],
        "audience": {"all": []},
        "trigger": {"kind": "now"},
        "actions": [news],
    }
    address = path("/v1/campaigns/{campaign}", campaign=f"{one['id'][:30]}-went")
    try:
        return desk.api.ask(Ask("PUT", address, body=sent, seen='"0"'))
    except RefusedError as refused:
        if refused.told.code != "precondition_failed":
            raise
        # It was drafted before, and perhaps changed since.
        return desk.api.ask(Ask("GET", address))


_KEEP = Act("POST", "", does=_put, then="/console/draws/{id}")


@screens.add("/console/draws", "campaigns")
def draws(desk: Desk) -> Shown:
    """List draws as they stand: those that somebody has to do something for come first."""
    found = desk.api.get("/v1/draws")["draws"]
    found.sort(key=lambda one: (one["state"] == "drawn", one["closes"]))
    return _DRAWS.list([{**one, "stage": _stage(one)} for one in found])


@screens.add("/console/draws/new", "campaigns", {"prize_draw": _KEEP})
def new_draw(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Make a draw from an empty form."""
    return _DRAWS.new()


@screens.add(
    "/console/draws/{draw}",
    "campaigns",
    {
        "prize_draw": _KEEP,
        "close_draw": Act("POST", "", does=_close),
        "decide_draw": Act("POST", "", does=_decide),
        "tell_draw": Act("POST", "", does=_tell, then="/console/campaigns/{id}"),
    },
)
def draw(desk: Desk) -> Shown:
    """Show how a draw stands, and what comes next."""
    told = desk.api.ask(Ask("GET", _DRAWS.one(desk)))
    one = told.content
    people = {
        each["member_id"]: Ask("GET", path("/v1/members/{member}", member=each["member_id"]))
        for each in one["winners"]
        if desk.changes
    }
    stage = _stage(one)
    return _DRAWS.shown(
        "draw.html",
        desk,
        Told(told.status, {**one, "stage": stage}, told.tag),
        changeable=stage == "open" and not one["entries"],
        closes=_local(desk, one["closes"]),
        decided=bool(one["decides"]) and _past(one["decides"]),
        members=desk.api.some(**people) if people else {},
    )


def _stage(one: Mapping[str, Any]) -> str:
    """Return how a draw stands: open, over (its list is to be fixed), closed or drawn."""
    if one["state"] in {"open", "shut"}:
        return "over" if one["state"] == "shut" or _past(one["closes"]) else "open"
    return str(one["state"])


def _past(iso: str) -> bool:
    return datetime.fromisoformat(iso) <= datetime.now(UTC)


def _local(desk: Desk, iso: str) -> str:
    """Return an instant as a field of a form holds it, where the shop is."""
    at = datetime.fromisoformat(iso).astimezone(ZoneInfo(desk.program["zone"]))
    return f"{at:%Y-%m-%dT%H:%M}"
