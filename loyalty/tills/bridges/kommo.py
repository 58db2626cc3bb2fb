"""Kommo, in Russia amoCRM: leads that were won, read back by their ids.

Its webhooks are forms with several leads in one message, and nothing is signed. Stage 142 of any
pipeline is "won", 143 is "lost". Money is in the account's currency, which no lead names: it has to
be the program's.

Sources: amocrm.ru/developers and developers.kommo.com (webhooks, leads, contacts, filters, seven
questions a second). The vendor was never called.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from loyalty.core.instants import microseconds
from loyalty.tills.bridges.amounts import minor, number
from loyalty.tills.bridges.client_data import CLIENT, client_gone, client_of
from loyalty.tills.bridges.deals import DEAL, Deal, as_listed, as_sale, gone
from loyalty.tills.bridges.free_text import card_codes
from loyalty.tills.bridges.phone_numbers import international
from loyalty.tills.client import path
from loyalty.tills.connector import by_address
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, texts
from loyalty.tills.reading import Reading, Wanted, each, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

PAUSE: Final = 0.15
"""Seconds between two questions: seven a second are allowed."""

_WHAT: Final = ("add", "update", "status", "delete", "restore")
_WON: Final = 142
_PAGE: Final = 250
_MOST_PAGES: Final = 20
_LATEST: Final = 4_102_444_800
"""Seconds since 1970 until the year 2100."""


verify = by_address


def read(_: Sender, message: Message) -> Reading:
    """Read which leads and contacts have changed; whatever else a message says is not believed.

    Raises
    ------
    Refusal
        One of them has no id.
    """
    told = Fields(message.object)
    found = [
        Wanted(kind, one.id("id"))
        for name, kind in (("leads", DEAL), ("contacts", CLIENT))
        for what in _WHAT
        for one in told.objects(name, what)
    ]
    return Reading(wanted=tuple(dict.fromkeys(found))) if found else ignored("other")


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for a lead as it is now, and for its contact if it was won; or for a contact.

    Raises
    ------
    VendorFailed
        The CRM did not tell.
    Refusal
        What it told cannot be used.
    """
    if wanted.kind == CLIENT:
        told = _contact(client, wanted.id)
        return _client(sender, told) if told else client_gone()
    asked = path("api", "v4", "leads", wanted.id)
    found = client.get(asked, {"with": "contacts"}, _headers(client))
    if found is None:
        return gone(sender, wanted.id)
    deal = _deal(sender, Fields(found))
    return as_sale(sender, deal, lambda contact: _buyer(client, sender, contact))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the leads that changed between two instants; those that were won are read one by one.

    Raises
    ------
    VendorFailed
        The CRM did not tell, or there is no end of it.
    """
    found: list[Fields] = []
    for page in range(1, _MOST_PAGES + 1):
        asked = {
            "filter[updated_at][from]": str(int(since.timestamp())),
            "filter[updated_at][to]": str(int(until.timestamp())),
            "limit": str(_PAGE),
            "page": str(page),
        }
        answer = client.get(path("api", "v4", "leads"), asked, _headers(client))
        listed = Fields(answer or {}).objects("_embedded", "leads")
        found += listed
        if len(listed) < _PAGE:
            return each(lambda one: as_listed(sender, _deal(sender, one)), found)
    raise VendorFailed("not_understood")


def _headers(client: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.token}"}


def _deal(sender: Sender, told: Fields) -> Deal:
    currency = sender.program.currency
    is_won = told.get("status_id") == _WON and told.get("is_deleted") is not True
    closed = "closed_at" if told.get("closed_at") else "updated_at"
    contacts = told.objects("_embedded", "contacts")
    main = [one for one in contacts if one.get("is_main") is True] or contacts
    return Deal(
        told.id("id"),
        microseconds(_instant(told, "updated_at")),
        _instant(told, closed) if is_won else None,
        _price(told, currency) if is_won else 0,
        main[0].id("id") if main else "",
    )


def _price(told: Fields, currency: str) -> int:
    """Return what a lead is worth: newer accounts tell it with its small coins beside."""
    exact = "price_with_minor_units"
    name = exact if told.get(exact) is not None else "price"
    return minor(number(told, name), currency) if told.get(name) is not None else 0


def _instant(told: Fields, name: str) -> datetime:
    return datetime.fromtimestamp(told.whole(name, most=_LATEST), UTC)


def write(client: Client, sender: Sender, name: str, values: Mapping[str, str]) -> bool:  # noqa: ARG001
    """Write into fields of a contact, by the fields' numbers.

    Raises
    ------
    VendorFailed
        It was not taken.
    """
    fields = [
        {"field_id": int(field), "values": [{"value": value}]}
        for field, value in values.items()
        if field.isdecimal()
    ]
    place = path("api", "v4", "contacts", name)
    told = client.write("PATCH", place, {"custom_fields_values": fields}, _headers(client))
    return told is not None


def _contact(client: Client, name: str) -> Fields | None:
    found = client.get(path("api", "v4", "contacts", name), headers=_headers(client))
    return None if found is None else Fields(found)


def _client(sender: Sender, told: Fields) -> Reading:
    fields: dict[str, object] = {}
    for one in told.objects("custom_fields_values"):
        values = [value.get("value") for value in one.objects("values")]
        if values:
            fields[one.id("field_id")] = values[0]
    for field in sender.endpoint.fields.attributes:
        # What is empty there is not told at all.
        fields.setdefault(field, None)
    return client_of(
        sender,
        told.id("id"),
        microseconds(_instant(told, "updated_at")),
        _known_by(sender, told, told.id("id")),
        first_name=told.get("first_name") or told.get("name"),
        fields=fields,
    )


def _buyer(client: Client, sender: Sender, contact: str) -> Buyer:
    return _known_by(sender, _contact(client, contact) or Fields({}), contact)


def _known_by(sender: Sender, told: Fields, contact: str) -> Buyer:
    phones = _values(told, "PHONE")
    return Buyer(
        # Any field of the owner's, where the card's code may stand.
        card_codes=card_codes(_values(told, None)),
        phones=tuple(number for one in phones for number in international(one)),
        emails=texts(*_values(told, "EMAIL")),
        customers=customer_of(sender, contact),
    )


def _values(told: Fields, code: str | None) -> list[object]:
    """Return the values of a contact's field; those without a code are the owner's own."""
    return [
        value.get("value")
        for one in told.objects("custom_fields_values")
        if one.get("field_code") == code
        for value in one.objects("values")
    ]
