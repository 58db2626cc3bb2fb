"""What a booking tool or CRM says of a client, in our words: typed as the owner's mapping wants it.

Which field of the tool's is which attribute of the program, and which says whether somebody agrees
to offers, the owner has said (``ToolFields``); nothing else of a client's fields is read.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from loyalty.core.client_report import ClientReport
from loyalty.store.privacy_requests import PrivacyRequest
from loyalty.tills.incoming import Buyer
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.program.rules import Attribute
    from loyalty.tills.incoming import Sender

CLIENT: Final = "client"
"""What is read back, as our own messages call it."""

_YES: Final = frozenset({"1", "y", "yes", "true", "on", "да", "ja"})
_NO: Final = frozenset({"0", "n", "no", "false", "off", "нет", "nein"})
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_DOTTED: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})", re.ASCII)


def client_of(
    sender: Sender,
    name: str,
    version: int,
    buyer: Buyer,
    *,
    first_name: object = "",
    birthday: object = None,
    fields: Mapping[str, Any],
    consents: Mapping[str, bool] | None = None,
) -> Reading:
    """Return what a tool says of one of its clients.

    Parameters
    ----------
    fields
        All values of the client's by the tool's names; only those that are mapped are taken.
    consents
        What fields say whose meaning the tool itself has documented, by channel.
    """
    mapped = sender.endpoint.fields
    attributes = {}
    for field, attribute_id in mapped.attributes.items():
        attribute = sender.program.attribute(attribute_id)
        if attribute is not None and field in fields:
            value = typed(attribute, fields[field])
            if value is None or attribute.fault(value) is None:
                attributes[attribute_id] = value
    said = dict(consents or {})
    for field, channel in mapped.consents.items():
        answer = _yes_or_no(_text(fields.get(field)))
        if answer is not None:
            said[channel] = answer
    report = ClientReport(
        program=sender.program.id,
        source=sender.endpoint.source,
        id=name,
        version=version,
        hints=sender.names.hints(sender.program, buyer),
        name=_text(first_name),
        birthday=day_of(birthday),
        phones=buyer.phones,
        emails=buyer.emails,
        attributes=attributes,
        consents=said,
        mapping=_mapping(sender),
    )
    return Reading(clients=(report,))


def client_gone() -> Reading:
    """Return that a tool has a client no more: whose they were stays as it was."""
    return ignored("client.gone")


def to_be_forgotten(sender: Sender, kind: str, customer: str) -> Reading:
    """Return that a tool has deleted somebody for good, for their own sake: the owner decides."""
    source = sender.endpoint.source
    hints = sender.names.hints(sender.program, Buyer(customers=((source, customer),)))
    name = hashlib.sha256(f"{source}\n{kind}\n{customer}".encode()).hexdigest()[:20]
    request = PrivacyRequest(
        id=name,
        program=sender.program.id,
        source=source,
        kind=kind,
        customer=customer,
        hints=hints,
    )
    return Reading(ignored=(kind,), privacy=(request,))


def typed(attribute: Attribute, value: object) -> str | None:
    """Return a tool's value as an attribute has it; None where there is none.

    What cannot be one stays as it is: the attribute says so (``Attribute.fault``).
    """
    text = _text(value[0] if isinstance(value, list) and len(value) == 1 else value)
    if not text:
        return None
    if attribute.kind == "choice":
        return _choice(attribute, text)
    if attribute.kind == "yes_no":
        answer = _yes_or_no(text)
        return text if answer is None else "yes" if answer else "no"
    if attribute.kind == "number":
        return _whole(text)
    if attribute.kind == "date":
        found = day_of(text)
        return found.isoformat() if found else text
    return text


def day_of(value: object) -> date | None:
    """Return the day that a value begins with, ``2026-05-04…`` or ``04.05.2026``."""
    text = _text(value)
    parts = _DAY.match(text)
    dotted = _DOTTED.match(text)
    try:
        if parts:
            return date(int(parts[1]), int(parts[2]), int(parts[3]))
        return date(int(dotted[3]), int(dotted[2]), int(dotted[1])) if dotted else None
    except ValueError:
        return None


def _mapping(sender: Sender) -> str:
    """Return what stands for how a client's fields are read; empty where none is."""
    mapped = sender.endpoint.fields
    if not mapped.attributes and not mapped.consents:
        return ""
    read_as = (
        sorted(
            (field, repr(sender.program.attribute(name)))
            for field, name in mapped.attributes.items()
        ),
        sorted(mapped.consents.items()),
    )
    return hashlib.sha256(repr(read_as).encode()).hexdigest()[:16]


def _choice(attribute: Attribute, text: str) -> str:
    for one in attribute.choices:
        names = (one.id, *one.name.values())
        if text.casefold() in {name.casefold() for name in names}:
            return one.id
    return text


def _whole(text: str) -> str:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or number != number.to_integral_value() or number.adjusted() > 15:  # noqa: PLR2004
        return text
    return str(int(number))


def _yes_or_no(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _YES else False if word in _NO else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return str(value)
    return value.strip() if isinstance(value, str) else ""
