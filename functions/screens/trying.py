"""A program tried on past sales: begun by a form, looked at on a page of its own until it is there.

The page tells how far it is and keeps what came of it, so that one may go away and come back; the
same question, asked twice, is one trial.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from functions.screens.calling import Ask, Told, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.screens.calling import Api

screens = Screens()

_DAYS = 90
"""Of past sales, on which a change is tried."""
_NAME = re.compile(r"[0-9a-f]{32}")
_FORM = re.compile(r"(rules|templates)/[a-z0-9_-]{1,40}")


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def begun(api: Api, document: Mapping[str, Any], seen: str) -> Told:
    """Let a document be tried on the sales of the last months; return where that is to be seen.

    ``seen``: the tag of the program that the document was made from.
    """
    first = (now() - timedelta(days=_DAYS)).date().isoformat()
    asked = json.dumps([document, first], sort_keys=True)
    name = hashlib.sha256(asked.encode()).hexdigest()[:32]
    body = {"program": document, "first_day": first, "templates": False}
    api.ask(Ask("POST", path("/v1/simulations/{simulation}/run", simulation=name), body=body))
    return Told(HTTPStatus.SEE_OTHER, {"id": name, "seen": quote(seen)})


def document(desk: Desk) -> dict[str, Any]:
    """Return the program that forms go on with: one that was tried, or the one in force."""
    name = desk.query.get("tried", "")
    if not _NAME.fullmatch(name):
        return dict(desk.program)
    told = desk.api.maybe(Ask("GET", path("/v1/simulations/{simulation}", simulation=name)))
    return {**desk.program, **told["program"]} if told and told["program"] else dict(desk.program)


def _put(desk: Desk, typed: Mapping[str, str]) -> Told:
    body = {"document": _simulation(desk)["program"]}
    return desk.api.ask(Ask("PUT", "/v1/program", body=body, seen=typed.get("seen", "")))


def _simulation(desk: Desk) -> dict[str, Any]:
    if not _NAME.fullmatch(desk.names["simulation"]):
        raise Refusal("not_found", "not_found")
    found: dict[str, Any] = desk.api.get(path("/v1/simulations/{simulation}", **desk.names))
    if found["program"] is None:
        raise Refusal("not_found", "not_found")
    return found


@screens.add(
    "/console/program/trials/{simulation}",
    "program",
    {"put": Act("PUT", "", does=_put, then="/console/program")},
)
def trial(desk: Desk) -> Shown:
    """Show what would be different, how far trying it is, and then what it would have cost."""
    told = _simulation(desk)
    check = Ask("POST", "/v1/program/check", desk.spoken, {"document": told["program"]})
    outcomes = {one["which"]: one for one in told["programs"]}
    form = desk.query.get("back", "")
    tried = {
        "state": told["state"] if told["state"] in {"done", "refused"} else "running",
        "since": told["first_day"],
        "sales": told["sales"],
        "counted": told["tried"],
        "proposed": outcomes.get("proposed"),
        "present": outcomes.get("present"),
    }
    shown = {
        "tried": tried,
        "checked": desk.api.ask(check).content,
        "name": told["id"],
        "form": form if _FORM.fullmatch(form) else "",
        "seen": desk.typed.get("seen") or desk.query.get("seen", ""),
    }
    return Shown("trial.html", shown)
