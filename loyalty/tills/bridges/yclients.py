"""YCLIENTS and Altegio, one platform under two names: records of a salon, read back by their ids.

Nothing is signed, so of a message only ids are believed, and the record is asked for. A visit is a
group of records (several services, several masters) and one sale, to which each record brings what
it costs; each record is an appointment of its own.

Sources: developer.alteg.io (REST v1, "Records", "Webhooks", the limits of 200 questions a minute
and 5 a second), YCLIENTS' API of the same shape. What a record looks like is known from public
clients of it; the vendor was never called.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.booking import VisitReport, VisitStatus
from loyalty.core.instants import microseconds, read_instant
from loyalty.core.part import PAYMENT, Part
from loyalty.core.report import OrderKey, OrderReport
from loyalty.money import LARGEST_ORDER
from loyalty.tills.bridges.amounts import minor, number
from loyalty.tills.bridges.client_data import CLIENT, client_gone, client_of
from loyalty.tills.bridges.phone_numbers import international
from loyalty.tills.bridges.visits import AS_SALE, LARGEST_VERSION
from loyalty.tills.client import path
from loyalty.tills.connector import by_address
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_merchant, texts
from loyalty.tills.reading import Reading, Wanted, each, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

YCLIENTS: Final = "https://api.yclients.com"
ALTEGIO: Final = "https://api.alteg.io"
PAUSE: Final = 0.2
"""Seconds between two questions: five a second are allowed."""

_GOES_BACK: Final = (
    *("name", "surname", "patronymic", "phone", "email", "birth_date", "sex_id", "importance_id"),
    *("card", "discount", "comment", "sms_check", "sms_not"),
)
"""Fields of a client that a write names anew, so that none of them is emptied."""
_PAGE: Final = 200
_MOST_PAGES: Final = 20
_LONGEST_VISIT: Final = 24 * 3600
# "+0300" of older answers is "+03:00" of newer ones.
_BARE_OFFSET: Final = re.compile(r"([+-]\d\d)(\d\d)$", re.ASCII)
# 2 is "confirmed by the client": still ahead.
_STATUS: Final[Mapping[int, VisitStatus]] = {-1: "no_show", 0: "booked", 1: "came", 2: "booked"}


verify = by_address


def read(sender: Sender, message: Message) -> Reading:
    """Read which record has changed; whatever else a message says is not believed.

    Raises
    ------
    Refusal
        It is of another company, or has no id.
    """
    told = Fields(message.object)
    kind = told.word("resource")
    if not kind:
        return ignored("other")
    check_merchant(sender, _company(told))
    if kind in {"record", CLIENT}:
        return Reading(wanted=(Wanted(kind, told.id("resource_id")),))
    if kind == "finances_operation" and told.get("data", "record_id"):
        return Reading(wanted=(Wanted("record", told.id("data", "record_id")),))
    return ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for a record, or a client, as it is now.

    Raises
    ------
    VendorFailed
        The tool did not tell.
    Refusal
        What it told cannot be used.
    """
    if wanted.kind == CLIENT:
        told = _client(client, sender, wanted.id)
        return _client_reading(sender, told) if told else client_gone()
    company = sender.endpoint.merchant
    found = client.get(path("api", "v1", "record", company, wanted.id), headers=_headers(client))
    if found is None:
        # It is gone for good, and what it was is no more told: whoever had it has it no more.
        return Reading(visits=(_gone(sender, wanted.id),))
    answer = Fields(found)
    if answer.get("success") is not True:
        raise VendorFailed("not_understood")
    return _record(sender, answer.object("data"))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the records that changed between two instants, deleted ones, too.

    Raises
    ------
    VendorFailed
        The tool did not tell, or there is no end of it.
    """
    place = path("api", "v1", "records", sender.endpoint.merchant)
    found: list[Fields] = []
    for page in range(1, _MOST_PAGES + 1):
        asked = {
            "changed_after": since.isoformat(timespec="seconds"),
            "changed_before": until.isoformat(timespec="seconds"),
            "with_deleted": "1",
            "count": str(_PAGE),
            "page": str(page),
        }
        answer = Fields(client.get(place, asked, _headers(client)) or {})
        if answer.get("success") is not True:
            raise VendorFailed("not_understood")
        listed = answer.objects("data")
        found += listed
        if len(listed) < _PAGE:
            return each(lambda one: _record(sender, one), found)
    raise VendorFailed("not_understood")


def write(client: Client, sender: Sender, name: str, values: Mapping[str, str]) -> bool:
    """Write into a client's own fields; the rest goes back as it was read.

    Raises
    ------
    VendorFailed
        It was not taken.
    """
    told = _client(client, sender, name)
    if told is None:
        return False
    kept = {field: told.get(field) for field in _GOES_BACK if told.get(field) is not None}
    body = {**kept, "custom_fields": {**_custom(told), **values}}
    place = path("api", "v1", "client", sender.endpoint.merchant, name)
    return client.write("PUT", place, body, _headers(client)) is not None


def _client(client: Client, sender: Sender, name: str) -> Fields | None:
    place = path("api", "v1", "client", sender.endpoint.merchant, name)
    found = client.get(place, headers=_headers(client))
    if found is None:
        return None
    answer = Fields(found)
    if answer.get("success") is not True:
        raise VendorFailed("not_understood")
    return answer.object("data")


def _client_reading(sender: Sender, told: Fields) -> Reading:
    # 1: left out of mailings by text message.
    left_out = told.get("sms_not")
    said = {"sms": left_out != 1} if type(left_out) is int else {}
    return client_of(
        sender,
        told.id("id"),
        microseconds(told.instant("last_change_date", read=_read_instant)),
        _known_by(sender, told.values),
        first_name=told.get("name"),
        birthday=told.get("birth_date"),
        fields={**told.values, **_custom(told)},
        consents=said,
    )


def _custom(told: Fields) -> dict[str, Any]:
    """Return a client's own fields by their codes; the vendor writes [] where there are none."""
    found = told.get("custom_fields")
    return dict(found) if isinstance(found, dict) else {}


def _headers(client: Client) -> dict[str, str]:
    """Return both tokens as the vendor wants them; ours are kept as ``PARTNER,USER``."""
    partner, _, user = client.token.partition(",")
    return {
        "Authorization": f"Bearer {partner}, User {user}",
        "Accept": "application/vnd.api.v2+json",
    }


def _company(told: Fields) -> str:
    """Return whose a message or record is."""
    value = told.get("company_id")
    return str(value) if type(value) is int or isinstance(value, str) else ""


def _record(sender: Sender, record: Fields) -> Reading:
    """Return a record as an appointment, and as its part of what the visit cost."""
    if _company(record) != sender.endpoint.merchant:
        return ignored("other")
    name = record.id("id")
    status = _status(record)
    at = record.instant("datetime", read=_read_instant)
    length = record.get("seance_length")
    timed = type(length) is int and 0 < length <= _LONGEST_VISIT
    version = microseconds(record.instant("last_change_date", read=_read_instant))
    hints = sender.names.hints(sender.program, _buyer(sender, record))
    source, actor = sender.endpoint.source, f"endpoint:{sender.endpoint.id}"
    visit = record.get("visit_id")
    grouped = type(visit) is int and visit > 0
    sale = OrderReport(
        key=OrderKey(sender.program.id, source, str(visit) if grouped else f"record-{name}"),
        currency=sender.program.currency,
        occurred_at=at,
        parts=(Part(f"{PAYMENT}{name}", version, AS_SALE[status], _cost(sender, record)),),
        hints=hints,
        actor=actor,
        location=sender.endpoint.location,
    )
    key = OrderKey(sender.program.id, source, name)
    ends = at + timedelta(seconds=length) if timed else None
    report = VisitReport(
        key, version, status, at, ends, hints, actor, sender.endpoint.location, sale
    )
    return Reading(visits=(report,))


def _status(record: Fields) -> VisitStatus:
    if record.get("deleted") is True:
        return "cancelled"
    told = record.get("attendance")
    if type(told) is not int or told not in _STATUS:
        record.refuse(("attendance",), "invalid", "One of -1, 0, 1 and 2 is expected here.")
    return _STATUS[told]


def _gone(sender: Sender, name: str) -> VisitReport:
    key = OrderKey(sender.program.id, sender.endpoint.source, name)
    actor = f"endpoint:{sender.endpoint.id}"
    return VisitReport(key, LARGEST_VERSION, "cancelled", None, None, (), actor)


def _cost(sender: Sender, record: Fields) -> int:
    """Return what its services cost after discounts, each as often as it was done, rounded down."""
    whole = Decimal(0)
    for one in record.objects("services"):
        whole += number(one, "cost") * (1 if one.get("amount") is None else number(one, "amount"))
    cost = minor(whole, sender.program.currency)
    if cost > LARGEST_ORDER:
        record.refuse(("services",), "invalid", f"They cost {LARGEST_ORDER} at most.")
    return cost


def _buyer(sender: Sender, record: Fields) -> Buyer:
    """Return whose record it is; of who only walked in the tool knows nobody."""
    client = record.get("client")
    return _known_by(sender, client) if isinstance(client, dict) else Buyer()


def _known_by(sender: Sender, client: Mapping[str, Any]) -> Buyer:
    return Buyer(
        # A free field, where a salon may write the card's code.
        card_codes=texts(client.get("card")),
        phones=international(client.get("phone")),
        emails=texts(client.get("email")),
        customers=customer_of(sender, client.get("id")),
    )


def _read_instant(value: Any) -> datetime:
    """Return an instant with the salon's zone in it, as the vendor writes it."""
    return read_instant(_BARE_OFFSET.sub(r"\1:\2", value) if isinstance(value, str) else value)
