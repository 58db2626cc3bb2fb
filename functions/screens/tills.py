"""Tills and links: how each source does, and who is told of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.screens.calling import Ask, path
from functions.screens.desk import Act, Desk, Shown
from functions.screens.screen import Screens
from functions.screens.typed import MAYBE, TEXT
from loyalty.outgoing import catalogue

if TYPE_CHECKING:
    from collections.abc import Mapping

screens = Screens()

_ENDPOINT = "/v1/endpoints/{endpoint}"
_WRONG = (
    *("not_authentic", "unreadable", "unusable", "not_read_back", "not_asked", "not_written"),
    "failed",
)
_RECEIVER = "/v1/receivers/{receiver}"
_KINDS = tuple(kind for kind in catalogue.KINDS if kind != "event.test")
_USUAL = ("member.enrolled", "points.earned", "points.redeemed", "tier.changed")
"""What most receivers want to hear of: ticked in a new form."""


@screens.add(
    "/console/tills",
    "tills",
    {
        "trial": Act("POST", f"{_ENDPOINT}/test"),
        "follow": Act("PUT", f"{_ENDPOINT}/calendar", {"url": TEXT}),
        "unfollow": Act("DELETE", f"{_ENDPOINT}/calendar"),
    },
)
def tills(desk: Desk) -> Shown:
    """List the tills' addresses with how they do, and the receivers of events."""
    found = desk.api.all(
        endpoints=Ask("GET", "/v1/endpoints"), receivers=Ask("GET", "/v1/receivers")
    )
    endpoints = found["endpoints"]["endpoints"]
    return Shown(
        "tills.html",
        {
            "wrong": {one["id"]: _wrong(one) for one in endpoints},
            "endpoints": endpoints,
            "receivers": found["receivers"]["receivers"],
        },
    )


def _wrong(endpoint: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return what went wrong in the last 24 hours that somebody should look at: kind, how many."""
    found = [
        (kind, sum(hour["counts"].get(kind, 0) for hour in endpoint["hours"])) for kind in _WRONG
    ]
    return [(kind, many) for kind, many in found if many]


def _receiver(typed: dict[str, Any]) -> dict[str, Any]:
    kinds = [kind for kind in _KINDS if typed.get(f"event.{kind}")]
    return {"id": typed["id"], "url": typed["url"], "events": kinds}


@screens.add(
    "/console/receivers/new",
    "tills",
    {
        "add": Act(
            "POST", "/v1/receivers",
            {"id": TEXT, "url": TEXT, **{f"event.{kind}": MAYBE for kind in _KINDS}},
            _receiver, shows=True,
        )
    },
)  # fmt: skip
def new_receiver(desk: Desk) -> Shown:  # noqa: ARG001 - nothing is asked for
    """Add a receiver of events; its secret is shown once."""
    return Shown("new_receiver.html", {"kinds": _KINDS, "usual": _USUAL})


@screens.add(
    "/console/receivers/{receiver}",
    "tills",
    {
        "trial": Act("POST", f"{_RECEIVER}/test"),
        "stop": Act("PATCH", _RECEIVER, body=lambda _: {"state": "paused"}),
        "go": Act("PATCH", _RECEIVER, body=lambda _: {"state": "active"}),
        "secret": Act("POST", f"{_RECEIVER}/secrets", shows=True),
        "remove": Act("DELETE", _RECEIVER, then="/console/tills"),
    },
)
def receiver(desk: Desk) -> Shown:
    """Show one receiver and what became of the latest events."""
    address = path(_RECEIVER, **desk.names)
    found = desk.api.all(
        one=Ask("GET", address), deliveries=Ask("GET", f"{address}/deliveries", {"limit": "20"})
    )
    return Shown("receiver.html", found)
