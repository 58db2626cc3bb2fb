"""/v1/privacy-requests: what vendors ask for their customers' sake, and answering it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.member_shapes import ANN
from functions.wiring import staffing
from loyalty.core.calendar import at

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Privacy", "others")

ANSWER_WITHIN = timedelta(days=30)
"""Source: Shopify, "Privacy law compliance", mandatory compliance webhooks."""

_ID = "5c9a31d07be24f6a8e10"
_NAMES = {"request": Name(r"[0-9a-zA-Z-]{1,64}", "The request's id, as it is listed.", _ID)}


class RequestTold(Told):
    """What a vendor asks."""

    id: str
    kind: Annotated[str, Field(description="In the vendor's word, as customers/redact.")]
    source: Annotated[str, Field(description="Which till's vendor asks.")]
    came_at: datetime
    answer_by: datetime
    customer: Annotated[str, Field(description="The customer there; empty: all of them.")]
    orders: Annotated[list[str], Field(description="The orders there that it names.")]
    members: Annotated[list[str], Field(description="Ids of the members that it leads to.")]


class RequestList(Told):
    """All requests that wait, the oldest first."""

    requests: list[RequestTold]


class AnswerSent(Sent):
    """How it is answered."""

    erase: Annotated[
        bool,
        Field(
            description="Forget the members that it leads to, for good. False: it was answered in "
            "another way, and is listed no more."
        ),
    ]


class Answered(Told):
    """It is listed no more."""

    id: str
    erased: Annotated[list[str], Field(description="Ids of the members who were forgotten.")]


@operations.add(
    "GET",
    "/v1/privacy-requests",
    summary="List what vendors ask for customers' sake",
    scopes=("owner",),
    answers={
        200: Said(
            RequestList,
            "All that wait.",
            {
                "one": {
                    "requests": [
                        {
                            "id": _ID, "kind": "customers/redact", "source": "shopify",
                            "came_at": "2026-05-04T12:00:00Z", "answer_by": "2026-06-03T12:00:00Z",
                            "customer": "207119551", "orders": ["450789469"],
                            "members": [ANN["member_id"]],
                        }
                    ]
                }
            },
        )
    },
)  # fmt: skip
def list_privacy_requests(call: Call[None, None]) -> Answer:
    """List what tills' vendors ask for their customers' sake, until it is answered."""
    found = staffing.privacy().waiting(call.key.program)
    shown = [
        RequestTold(
            id=one.request.id,
            kind=one.request.kind,
            source=one.request.source,
            came_at=at(one.second),
            answer_by=at(one.second) + ANSWER_WITHIN,
            customer=one.request.customer,
            orders=list(one.request.orders),
            members=list(one.members),
        )
        for one in found
    ]
    return Answer(RequestList(requests=shown))


@operations.add(
    "POST",
    "/v1/privacy-requests/{request}/answer",
    summary="Answer what a vendor asks",
    scopes=("owner",),
    reserved=True,
    names=_NAMES,
    body=AnswerSent,
    examples={"forget them": {"erase": True}, "answered by mail": {"erase": False}},
    answers={
        200: Said(
            Answered,
            "It is listed no more.",
            {"forgotten": {"id": _ID, "erased": [ANN["member_id"]]}},
        )
    },
    refusals=("request_not_found", "busy"),
)
def answer_privacy_request(call: Call[AnswerSent, None]) -> Answer:
    """Forget whom a request is about, or say that it was answered otherwise.

    Whoever is forgotten loses card and balance for good. Interrupted, it goes on when sent again.
    """
    request = call.names["request"]
    erased = staffing.privacy().answer(
        call.key.program, request, call.key.id, call.now, erase=call.body.erase
    )
    return Answer(Answered(id=request, erased=list(erased)))
