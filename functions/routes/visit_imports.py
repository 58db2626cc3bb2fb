"""/v1/imports/{import}/visits: visits out of a file that a booking tool has saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.tills import speaks_for
from functions.wiring import moving, queues, storage
from loyalty.access.keys import Credentials
from loyalty.refusals import Refusal
from loyalty.store import audit_log
from loyalty.store.audit_log import Changed
from loyalty.tills import looking

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Moving in and out", "others")

_ID = "4f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
_IMPORT = {"import": Name(r"[0-9a-f]{32}", "As it was told when it was made.", _ID)}
_STANDING = "visits.json"
_NOTHING: dict[str, Any] = {
    "id": _ID,
    "state": "looking",
    "endpoint": "salon-bookings",
    "columns": {},
    "shown": [],
    "visits": 0,
    "left_out": 0,
    "wrong": [],
    "told": 0,
    "problem": None,
}
_LOOKED = {
    **_NOTHING,
    "state": "looked",
    "columns": {"day": "Date", "phone": "Phone", "total": "Paid"},
    "shown": [{"at": "2026-05-04T14:00:00+03:00", "status": "came", "total": 250_000}],
    "visits": 1,
    "left_out": 1,
    "wrong": [{"line": 3, "code": "no_day", "why": "There is no day."}],
}


class VisitsSent(Sent):
    """Under which address the visits come."""

    endpoint: Annotated[
        str,
        Field(
            pattern=r"^[a-z0-9][a-z0-9-]{0,63}$", description="A till's address of scheme `visits`."
        ),
    ]


class VisitShown(Told):
    """A visit as it will count."""

    at: str
    status: Literal["came", "booked", "no_show", "cancelled"]
    total: Annotated[int | None, Field(description="Minor units; null: none is told.")]


class RowTold(Told):
    """A row that cannot be read, and why."""

    line: int
    code: str
    why: str


class VisitsProblem(Told):
    """Why nothing of the file can be used."""

    code: str
    detail: str


class VisitsTold(Told):
    """How it stands with the visits of a file."""

    id: str
    state: Literal["looking", "refused", "looked", "telling", "told"]
    endpoint: str
    columns: Annotated[
        dict[str, str], Field(description="Which column was taken for what: its header.")
    ]
    shown: Annotated[list[VisitShown], Field(description="The first of them.")]
    visits: int
    left_out: Annotated[int, Field(description="How many rows cannot be read.")]
    wrong: Annotated[list[RowTold], Field(description="The first of these.")]
    told: Annotated[int, Field(description="How many visits are told of.")]
    problem: VisitsProblem | None


@operations.add(
    "POST",
    "/v1/imports/{import}/visits",
    summary="Look at a file of visits",
    scopes=("owner",),
    names=_IMPORT,
    body=VisitsSent,
    examples={"a salon's": {"endpoint": "salon-bookings"}},
    answers={202: Said(VisitsTold, "It is being looked at.", {"soon": _NOTHING})},
    refusals=("no_visits_address",),
)
def look_at_visits(call: Call[VisitsSent, None]) -> Answer:
    """Read the file, a visit in each row, as it will be told. Nothing is told of yet."""
    _uploaded(call)
    sent = call.body.endpoint
    endpoint = Credentials(storage.tables()).endpoint(sent)
    if (
        endpoint is None
        or (endpoint.program, endpoint.scheme) != (call.key.program, looking.VISITS)
        or not any(speaks_for(call.key, source) for source in endpoint.sources)
    ):
        detail = "Name an address of this program that was added with the scheme visits."
        raise Refusal("invalid", "no_visits_address", detail, pointer="/endpoint")
    found = {"state": "looking", "endpoint": endpoint.id}
    _write(call, found)
    _ask(call, "visits", {"endpoint": endpoint.id})
    return Answer(_told(call, found), 202)


@operations.add(
    "GET",
    "/v1/imports/{import}/visits",
    summary="Look how a file of visits stands",
    scopes=("owner",),
    names=_IMPORT,
    answers={200: Said(VisitsTold, "As it stands.", {"looked": _LOOKED})},
)
def get_visits(call: Call[None, None]) -> Answer:
    """Return what the rows were understood as, or how many of them are told of."""
    return Answer(_told(call, _standing(call)))


@operations.add(
    "POST",
    "/v1/imports/{import}/visits/tell",
    summary="Tell of a file's visits",
    scopes=("owner",),
    names=_IMPORT,
    answers={202: Said(VisitsTold, "They are being told.", {"looked": _LOOKED})},
    refusals=("visits_not_looked_at",),
)
def tell_of_visits(call: Call[None, None]) -> Answer:
    """Tell of the visits as the booking tool would. Once more changes nothing: each counts once."""
    found = _standing(call)
    if found["state"] not in {"looked", "telling", "told"}:
        detail = "Look first at what the rows of the file are understood as."
        raise Refusal("conflict", "visits_not_looked_at", detail)
    if found["state"] == "looked":
        found = {**found, "state": "telling"}
        _write(call, found)
    change = Changed(
        call.key.program, call.now, call.actor, "visits.told", call.names["import"], {}, {}
    )
    audit_log.note(storage.tables(), change)
    _ask(call, "tell", {})
    return Answer(_told(call, found), 202)


def _ask(call: Call[Any, None], do: str, more: dict[str, Any]) -> None:
    queues.moving_queue().ask(call.key.program, call.names["import"], do, call.actor, more)


def _folder(call: Call[Any, None]) -> str:
    return moving.folder("imports", call.key.program, call.names["import"])


def _write(call: Call[Any, None], found: dict[str, Any]) -> None:
    moving.write(_folder(call), found, _STANDING)


def _uploaded(call: Call[Any, None]) -> None:
    if moving.read(_folder(call), "standing.json") is None:
        raise Refusal("not_found", "not_found")


def _standing(call: Call[Any, None]) -> dict[str, Any]:
    found = moving.read(_folder(call), _STANDING)
    if found is None:
        raise Refusal("not_found", "not_found")
    return found


def _told(call: Call[Any, None], found: dict[str, Any]) -> VisitsTold:
    known = {**_NOTHING, "endpoint": "", **found}
    return VisitsTold.model_validate({**known, "id": call.names["import"]})
