"""Where something happens: what a request says, or else where its key is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.wiring import storage
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from functions.http.operations import Call


def place_of(call: Call[Any, Any]) -> str:
    """Return the id of the location where something happens; empty where nobody says it.

    Raises
    ------
    Refusal
        ``location_not_allowed``: the key is used at another one. ``unknown_location``.
    """
    own, said = call.key.location, call.body.location
    known = storage.programs().current(call.key.program).location
    if said and own and said != own:
        detail = f"This key is used at {own}: it speaks for no other location."
        raise Refusal("forbidden", "location_not_allowed", detail, pointer="/location")
    if said and known(said) is None:
        detail = "The program has no such location."
        raise Refusal("invalid", "unknown_location", detail, pointer="/location")
    # A place that the program has no more turns nobody away.
    return said or (own if known(own) is not None else "")
