"""A program tried on past sales, and what came of it beside the present one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from functions.aws.time_left import DEADLINE
from functions.screens.calling import Ask, path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.screens.calling import Api

_PATIENCE = 8.0
"""Seconds that a page waits for an outcome; what takes longer is looked at again."""
_PAUSE = 0.4
_SPARE = 3.0  # seconds that are left for drawing the page


def tried(api: Api, document: Mapping[str, Any], first: str, running: str = "") -> dict[str, Any]:
    """Return how a trial on the sales since a day stands; begun anew unless one is ``running``.

    ``state`` is ``done`` (then ``proposed`` and ``present`` are outcomes), ``running`` with the
    trial's ``id``, or ``refused``.
    """
    name = running or _begun(api, document, first)
    until = time.monotonic() + min(_PATIENCE, max(0.0, DEADLINE.left - _SPARE))
    while True:
        told = api.get(path("/v1/simulations/{simulation}", simulation=name))
        if told["state"] not in {"made", "running"} or time.monotonic() > until:
            break
        time.sleep(_PAUSE)
    outcomes = {one["which"]: one for one in told["programs"]}
    state = told["state"] if told["state"] in {"done", "refused"} else "running"
    return {
        "state": state,
        "id": name,
        "since": first,
        "sales": told["sales"],
        "proposed": outcomes.get("proposed"),
        "present": outcomes.get("present"),
    }


def _begun(api: Api, document: Mapping[str, Any], first: str) -> str:
    name = str(api.ask(Ask("POST", "/v1/simulations")).content["id"])
    body = {"program": document, "first_day": first}
    api.ask(Ask("POST", path("/v1/simulations/{simulation}/run", simulation=name), body=body))
    return name
