"""The generic visit webhook: visits in our own words, signed by Standard Webhooks.

It is the way for every tool that has no bridge of its own: a few lines in a script, or a step in
Zapier, Make or n8n. Each message says the whole present state of one visit; the last state wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.booking import VisitReport, VisitStatus
from loyalty.core.instants import microseconds
from loyalty.core.part import BASKET, Part, Status
from loyalty.core.report import OrderKey, OrderReport
from loyalty.tills import signatures
from loyalty.tills.bridges.client_data import client_of, day_of, to_be_forgotten
from loyalty.tills.faults import Place
from loyalty.tills.incoming import Buyer, check_currency, refusal, texts
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.refusals import FieldRefusal
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

VISIT_UPDATED: Final = "visit.updated"
CLIENT_UPDATED: Final = "client.updated"
CLIENT_DELETED: Final = "client.deleted"
LONGEST_WORDS: Final = 200
LARGEST_VERSION: Final = 2**53 - 1

STATUSES: Final[Mapping[str, VisitStatus]] = {
    "booked": "booked",
    "came": "came",
    "no_show": "no_show",
    "cancelled": "cancelled",
    "canceled": "cancelled",
}
AS_SALE: Final[Mapping[VisitStatus, Status]] = {
    "booked": "open",
    "came": "completed",
    "no_show": "cancelled",
    "cancelled": "cancelled",
}
"""What a visit is as an order: nothing yet, a sale, or one that was taken back."""


@dataclass(frozen=True, slots=True)
class Paid:
    """Money of a visit in minor units: what the customer pays, and what of it was paid back."""

    total: int
    refunded: int = 0


def verify(
    _: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Tell whether a message carries one of the endpoint's signatures, and is not old."""
    return signatures.standard(secrets, headers, body, now)


def read(sender: Sender, message: Message) -> Reading:
    """Read a visit, or what is told of a client; messages of other types are not for us.

    Raises
    ------
    Refusal
        Fields are missing or wrong; all of them are named.
    """
    kind = message.object.get("type")
    if not isinstance(kind, str) or kind not in {VISIT_UPDATED, CLIENT_UPDATED, CLIENT_DELETED}:
        return ignored("other")
    faults: list[FieldRefusal] = []
    if kind != VISIT_UPDATED:
        client = Place(message.object, "", faults).inside("data", "client")
        if client is None:
            raise refusal(*faults)
        return _client(sender, client, kind)
    visit = Place(message.object, "", faults).inside("data", "visit")
    if visit is None:
        raise refusal(*faults)
    return Reading(visits=(_visit(sender, visit),))


def _client(sender: Sender, client: Place, kind: str) -> Reading:
    """Return what is told of a client, or that they are to be forgotten."""
    name = client.id("id")
    if kind == CLIENT_DELETED:
        if client.faults:
            raise refusal(*client.faults)
        return to_be_forgotten(sender, CLIENT_DELETED, name)
    version = _version(client)
    first_name = client.words("name", LONGEST_WORDS)
    birthday = client.words("birthday", LONGEST_WORDS)
    fields = _plain(client, "fields")
    agrees = _plain(client, "marketing")
    for channel, given in agrees.items():
        if not isinstance(given, bool):
            client.wrong(f"marketing/{channel}", "bool_type", "true or false is expected.")
    if birthday and day_of(birthday) is None:
        client.wrong("birthday", "invalid", "A day such as 1990-05-04 is expected.")
    buyer = _named(client, sender.endpoint.source)
    if client.faults:
        raise refusal(*client.faults)
    return client_of(
        sender,
        name,
        version,
        buyer,
        first_name=first_name,
        birthday=birthday,
        fields=fields,
        consents=agrees,
    )


def _plain(client: Place, name: str) -> Mapping[str, Any]:
    """Return an object of plain values that may be missing."""
    if client.values.get(name) in (None, [], {}):
        return {}
    found = client.inside(name)
    return found.values if found else {}


def _visit(sender: Sender, visit: Place) -> VisitReport:
    name = visit.id("id")
    version = _version(visit)
    status = visit.choice("status", STATUSES)
    at = visit.instant("at")
    ends = visit.instant("ends_at") if visit.values.get("ends_at") is not None else None
    location = visit.id("location", default="")
    total = visit.whole("total", default=0)
    back = visit.whole("refunded", default=0)
    told = "total" in visit.values
    currency = visit.currency("currency") if told else sender.program.currency
    buyer = _buyer(visit, sender.endpoint.source)
    if at and ends and ends < at:
        visit.wrong("ends_at", "before_at", "A visit does not end before it begins.")
    if back > total:
        visit.wrong("refunded", "less_than_equal", "No more is paid back than was paid.")
    if location and sender.program.location(location) is None:
        known = ", ".join(one.id for one in sender.program.locations) or "none"
        visit.wrong("location", "unknown_location", f"The program's locations are: {known}.")
    if visit.faults or at is None:
        raise refusal(*visit.faults)
    check_currency(sender, currency, f"{visit.pointer}/currency")
    hints = sender.names.hints(sender.program, buyer)
    where = location or sender.endpoint.location
    key = OrderKey(sender.program.id, sender.endpoint.source, name)
    paid = Paid(total, back)
    return visit_of(sender, key, (version, status), (at, ends), hints=hints, where=where, paid=paid)


def visit_of(
    sender: Sender,
    key: OrderKey,
    state: tuple[int, VisitStatus],
    times: tuple[datetime, datetime | None],
    *,
    hints: tuple[str, ...],
    where: str,
    paid: Paid | None,
) -> VisitReport:
    """Return a visit and, unless its money comes from elsewhere, what it is as a sale.

    Parameters
    ----------
    state
        Version and status.
    times
        When it begins, and when it ends (None: not said).
    paid
        None where the money comes from the till.
    """
    version, status = state
    at, ends = times
    actor = f"endpoint:{sender.endpoint.id}"
    sale = None
    if paid is not None:
        basket = Part(BASKET, version, AS_SALE[status], paid.total, paid.refunded)
        sale = OrderReport(key, sender.program.currency, at, (basket,), hints, actor, where)
    return VisitReport(key, version, status, at, ends, hints, actor, where, sale)


def _version(visit: Place) -> int:
    """Return ``version``, or the instant of ``updated_at`` in microseconds since 1970."""
    if visit.values.get("version") is None and visit.values.get("updated_at") is not None:
        changed = visit.instant("updated_at")
        return microseconds(changed) if changed else 0
    return visit.whole("version", most=LARGEST_VERSION)


def _buyer(visit: Place, source: str) -> Buyer:
    if visit.values.get("client") in (None, "", [], {}):
        return Buyer()
    client = visit.inside("client")
    return Buyer() if client is None else _named(client, source)


def _named(client: Place, source: str) -> Buyer:
    name = client.id("id", default="")
    return Buyer(
        texts(client.words("card_code", 200)),
        texts(client.words("phone", 50)),
        texts(client.words("email", 254)),
        ((source, name),) if name else (),
    )
