"""Cal.com: bookings as appointments, each message signed.

It says who has booked, moved, cancelled or not come, and never that somebody came or paid. A
booking that is moved gets another id there: the earlier one is cancelled then.

Source: cal.com/docs, "Webhooks" (triggers, payload, ``X-Cal-Signature-256``); shapes as public
receivers read them. The vendor was never called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from loyalty.core.booking import VisitReport, VisitStatus
from loyalty.core.instants import microseconds
from loyalty.core.report import OrderKey
from loyalty.tills import signatures
from loyalty.tills.fields import Fields
from loyalty.tills.incoming import Buyer, texts
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

SIGNATURE: Final = "x-cal-signature-256"

_STATUS: Final[Mapping[str, VisitStatus]] = {
    "BOOKING_CREATED": "booked",
    "BOOKING_RESCHEDULED": "booked",
    "BOOKING_CANCELLED": "cancelled",
    "BOOKING_REJECTED": "cancelled",
}
_NO_SHOW: Final = "BOOKING_NO_SHOW_UPDATED"


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, __: datetime
) -> bool:
    """Tell whether a message carries the endpoint's signature."""
    return signatures.hex_hmac(secrets, headers.get(SIGNATURE, ""), body)


def read(sender: Sender, message: Message) -> Reading:
    """Read what has become of a booking; other triggers are not for us.

    Raises
    ------
    Refusal
        A field that every booking has is missing or wrong.
    """
    told = Fields(message.object)
    trigger = told.word("triggerEvent")
    if trigger not in _STATUS and trigger != _NO_SHOW:
        return ignored("other")
    version = microseconds(told.instant("createdAt"))
    payload = told.object("payload")
    if trigger == _NO_SHOW:
        missed = any(one.get("noShow") is True for one in payload.objects("attendees"))
        name = payload.id("bookingUid")
        return _ended(sender, name, version, "no_show") if missed else ignored("other")
    found = [_report(sender, payload, version, _STATUS[trigger])]
    earlier = payload.get("rescheduleUid")
    if trigger == "BOOKING_RESCHEDULED" and earlier and earlier != payload.get("uid"):
        name, at = payload.id("rescheduleUid"), payload.instant("startTime")
        found += _ended(sender, name, version, "cancelled", at).visits
    return Reading(visits=tuple(found))


def _report(sender: Sender, payload: Fields, version: int, status: VisitStatus) -> VisitReport:
    at, ends = payload.instant("startTime"), payload.instant("endTime")
    if ends < at:
        payload.refuse(("endTime",), "before_at", "A booking does not end before it begins.")
    guests = payload.objects("attendees")
    buyer = Buyer(
        phones=texts(*(one.get("phoneNumber") for one in guests)),
        emails=texts(*(one.get("email") for one in guests)),
    )
    return VisitReport(
        _key(sender, payload.id("uid")),
        version,
        status,
        at,
        ends,
        sender.names.hints(sender.program, buyer),
        f"endpoint:{sender.endpoint.id}",
        sender.endpoint.location,
    )


def _ended(
    sender: Sender, name: str, version: int, status: VisitStatus, at: datetime | None = None
) -> Reading:
    """Return that a booking is none any more of which no more is told.

    ``at``: any time near it; with one it is remembered that it has ended before anybody told of it.
    """
    actor = f"endpoint:{sender.endpoint.id}"
    report = VisitReport(_key(sender, name), version, status, at, None, (), actor)
    return Reading(visits=(report,))


def _key(sender: Sender, name: str) -> OrderKey:
    return OrderKey(sender.program.id, sender.endpoint.source, name)
