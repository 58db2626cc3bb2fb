"""Broadcasts: what is said on every card at once, how far it has come, and stopping it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.documents import Documents
from functions.screens.screen import Screens
from functions.screens.typed import Field, read

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_BROADCASTS = Documents(
    "/v1/broadcasts/{broadcast}",
    here="/console/broadcasts",
    act="broadcast",
    said="broadcasts",
    template="broadcasting.html",
)
_SHOWN_FIRST = ("running", "paused", "draft", "finished", "cancelled")
_OF_ONE = "broadcast_"
_FIELDS = {"link": Field(needed=False), "shown_days": Field("whole", needed=False)}
_COUNTING = 20.0  # seconds that counting members may take


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Keep what was typed as a draft; nothing is sent."""
    titled = any(typed.get(f"title.{one}", "").strip() for one in desk.program["languages"])
    texts = _BROADCASTS.texts(desk, typed, "text", *(["title"] if titled else []))
    return _BROADCASTS.put(desk, typed, {**texts, **read(_FIELDS, typed)}, named="text")


def _move(desk: Desk, typed: Mapping[str, str]) -> Told:
    """Send, pause, resume or take it back: what was seen, and nothing else."""
    address = path(
        f"{_BROADCASTS.address}/{{move}}", move=typed["act"].removeprefix(_OF_ONE), **desk.names
    )
    return desk.api.ask(Ask("POST", address, seen=typed.get("seen", ""), longest=_COUNTING))


_KEEP = Act("POST", "", does=_put, then="/console/broadcasts/{id}")
_MOVES = {
    f"{_OF_ONE}{one}": Act("POST", "", does=_move) for one in ("send", "pause", "resume", "cancel")
}


@screens.add("/console/broadcasts", "campaigns")
def broadcasts(desk: Desk) -> Shown:
    """List what was, or will be, said on every card: what goes on comes first."""
    found = desk.api.get("/v1/broadcasts")["broadcasts"]
    found.sort(key=lambda one: one["sent"] or "", reverse=True)
    found.sort(key=lambda one: _SHOWN_FIRST.index(one["state"]))
    return _BROADCASTS.list(found)


@screens.add("/console/broadcasts/new", "campaigns", {"broadcast": _KEEP})
def new_broadcast(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Write one on an empty form."""
    return _BROADCASTS.new()


@screens.add("/console/broadcasts/{broadcast}", "campaigns", {"broadcast": _KEEP, **_MOVES})
def broadcast(desk: Desk) -> Shown:
    """Show what would happen, while it is a draft; how far it has come, once it was sent."""
    address = _BROADCASTS.one(desk)
    told, preview = desk.api.ask(Ask("GET", address)), None
    draft = told.content["state"] == "draft"
    if draft:
        preview = desk.api.ask(Ask("GET", f"{address}/preview", longest=_COUNTING)).content
    return _BROADCASTS.shown("broadcast.html", desk, told, changeable=draft, preview=preview)
