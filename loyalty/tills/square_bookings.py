"""Square Appointments: a booking is an appointment, and never a sale.

The money of a visit comes as a payment and an order of the same customer, as all of Square's does.

Source: Square, "Booking" object and "booking.created", "booking.updated" events.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from loyalty.core.booking import VisitReport, VisitStatus
from loyalty.core.report import OrderKey
from loyalty.tills.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.tills.fields import Fields
    from loyalty.tills.incoming import Buyer, Sender

_STATUS: Final[Mapping[str, VisitStatus]] = {
    "PENDING": "booked",
    "ACCEPTED": "booked",
    "NO_SHOW": "no_show",
    "DECLINED": "cancelled",
    "CANCELLED_BY_CUSTOMER": "cancelled",
    "CANCELLED_BY_SELLER": "cancelled",
}
_LONGEST: Final = 24 * 60
"""Minutes of a visit; what is longer is not believed."""


def booking_reading(sender: Sender, booking: Fields, who: Buyer) -> Reading:
    """Return a booking as an appointment of whoever booked.

    Raises
    ------
    Refusal
        A field that every booking has is missing or wrong.
    """
    status = _STATUS.get(booking.text("status"))
    if status is None:
        booking.refuse(("status",), "invalid", f"One of {', '.join(_STATUS)} is expected here.")
    at = booking.instant("start_at")
    minutes = sum(
        length
        for one in booking.objects("appointment_segments")
        if type(length := one.get("duration_minutes")) is int and length > 0
    )
    endpoint = sender.endpoint
    report = VisitReport(
        key=OrderKey(sender.program.id, endpoint.source, f"booking-{booking.id('id')}"),
        version=booking.whole("version"),
        status=status,
        at=at,
        ends=at + timedelta(minutes=minutes) if 0 < minutes <= _LONGEST else None,
        hints=sender.names.hints(sender.program, who),
        actor=f"endpoint:{endpoint.id}",
        location=endpoint.location,
    )
    return Reading(visits=(report,))
