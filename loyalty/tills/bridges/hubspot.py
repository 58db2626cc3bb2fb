"""HubSpot: deals that were won, read back by their ids; and people who are to be forgotten.

Each message is a list of up to a hundred events and is signed (version 3), the address that was
configured there included. Of a deal only the id is believed; who is deleted for good there, by the
law's name ``privacyDeletion``, is told to the owner, who erases them here with one call.

Sources: developers.hubspot.com ("Validating requests", webhooks, deals, contacts, search). The
vendor was never called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from loyalty.core.instants import microseconds
from loyalty.tills import signatures
from loyalty.tills.bridges.amounts import minor, number
from loyalty.tills.bridges.client_data import CLIENT, client_gone, client_of, to_be_forgotten
from loyalty.tills.bridges.deals import DEAL, Deal, as_listed, as_sale, gone
from loyalty.tills.bridges.phone_numbers import international
from loyalty.tills.client import path
from loyalty.tills.failures import VendorFailed
from loyalty.tills.fields import Fields, customer_of
from loyalty.tills.incoming import Buyer, check_merchant, texts
from loyalty.tills.reading import Reading, Wanted, each, ignored, together

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ADDRESS: Final = "https://api.hubapi.com"
PAUSE: Final = 0.1
"""Seconds between two questions: a private app may ask a hundred in ten seconds."""

_ERASED: Final = "contact.privacyDeletion"
_PROPERTIES: Final = (
    "amount",
    "deal_currency_code",
    "hs_is_closed_won",
    "closedate",
    "hs_lastmodifieddate",
)
_PERSON: Final = (
    *("phone", "mobilephone", "email", "firstname", "date_of_birth"),
    *("hs_email_optout", "lastmodifieddate"),
)
_PAGE: Final = 100
_MOST_PAGES: Final = 20


def verify(
    endpoint: Endpoint, secrets: list[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Tell whether a message is signed for the address that was configured at HubSpot."""
    return signatures.hubspot(secrets, headers, body, endpoint.notification_url, now)


def read(sender: Sender, message: Message) -> Reading:
    """Read which deals have changed, and who is to be forgotten.

    Raises
    ------
    Refusal
        An event is another portal's, or has no id.
    """
    document = message.document
    events = document if isinstance(document, list) else [document]
    return together(_event(sender, Fields(one)) for one in events if isinstance(one, dict))


def _event(sender: Sender, event: Fields) -> Reading:
    check_merchant(sender, str(event.get("portalId")))
    kind = event.word("subscriptionType")
    if kind == _ERASED:
        return to_be_forgotten(sender, kind, event.id("objectId"))
    what = {"deal": DEAL, "contact": CLIENT}.get(kind.partition(".")[0])
    if what is None or (what == CLIENT and event.word("propertyName") in _ours(sender)):
        return ignored("other")
    return Reading(wanted=(Wanted(what, event.id("objectId")),))


def _ours(sender: Sender) -> frozenset[str]:
    """Return the properties that nobody but us writes."""
    return frozenset(sender.endpoint.fields.written.values())


def read_back(client: Client, sender: Sender, wanted: Wanted) -> Reading:
    """Ask for a deal as it is now, and for its contact if it was won; or for a contact.

    Raises
    ------
    VendorFailed
        The CRM did not tell.
    Refusal
        What it told cannot be used.
    """
    if wanted.kind == CLIENT:
        told = _contact(client, sender, wanted.id)
        if told is None or told.get("archived") is True:
            return client_gone()
        return _client(sender, told)
    asked = {"properties": ",".join(_PROPERTIES), "associations": "contacts"}
    found = client.get(path("crm", "v3", "objects", "deals", wanted.id), asked, _headers(client))
    if found is None:
        return gone(sender, wanted.id)
    deal = _deal(sender, Fields(found))
    return as_sale(sender, deal, lambda contact: _buyer(client, sender, contact))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the deals that changed between two instants; those that were won are read one by one.

    Raises
    ------
    VendorFailed
        The CRM did not tell, or there is no end of it.
    """
    times = {
        "propertyName": "hs_lastmodifieddate",
        "operator": "BETWEEN",
        "value": str(int(since.timestamp() * 1000)),
        "highValue": str(int(until.timestamp() * 1000)),
    }
    asked: dict[str, Any] = {
        "filterGroups": [{"filters": [times]}],
        "properties": list(_PROPERTIES),
        "limit": _PAGE,
    }
    found: list[Fields] = []
    for _ in range(_MOST_PAGES):
        place = path("crm", "v3", "objects", "deals", "search")
        answer = Fields(client.post(place, asked, headers=_headers(client)) or {})
        found += answer.objects("results")
        after = answer.get("paging", "next", "after")
        if not isinstance(after, str) or not after:
            return each(lambda one: as_listed(sender, _deal(sender, one)), found)
        asked["after"] = after
    raise VendorFailed("not_understood")


def _headers(client: Client) -> dict[str, str]:
    return {"Authorization": f"Bearer {client.token}"}


def _deal(sender: Sender, told: Fields) -> Deal | None:
    """Return a deal; None where its money is not the program's."""
    facts, currency = told.object("properties"), sender.program.currency
    is_won = facts.word("hs_is_closed_won") == "true" and told.get("archived") is not True
    # A portal with one currency tells none.
    if is_won and facts.word("deal_currency_code") not in {"", currency}:
        return None
    contacts = told.objects("associations", "contacts", "results")
    changed = facts.instant("hs_lastmodifieddate")
    return Deal(
        told.id("id"),
        microseconds(changed),
        # The close date is a day that somebody types, and may lie ahead of the deal's being won.
        min(facts.instant("closedate"), changed) if is_won else None,
        minor(number(facts, "amount"), currency) if is_won and facts.get("amount") else 0,
        contacts[0].id("id") if contacts else "",
    )


def write(client: Client, sender: Sender, name: str, values: Mapping[str, str]) -> bool:  # noqa: ARG001
    """Write into properties of a contact.

    Raises
    ------
    VendorFailed
        It was not taken.
    """
    place = path("crm", "v3", "objects", "contacts", name)
    told = client.write("PATCH", place, {"properties": dict(values)}, _headers(client))
    return told is not None


def _contact(client: Client, sender: Sender, name: str) -> Fields | None:
    mapped = sender.endpoint.fields
    wanted = dict.fromkeys((*_PERSON, *mapped.attributes, *mapped.consents))
    asked = {"properties": ",".join(wanted)}
    place = path("crm", "v3", "objects", "contacts", name)
    found = client.get(place, asked, _headers(client))
    return None if found is None else Fields(found)


def _client(sender: Sender, told: Fields) -> Reading:
    facts, name = told.object("properties"), told.id("id")
    opted_out = facts.word("hs_email_optout")
    return client_of(
        sender,
        name,
        microseconds(facts.instant("lastmodifieddate")),
        _known_by(sender, told, name),
        first_name=facts.get("firstname"),
        birthday=facts.get("date_of_birth"),
        fields=facts.values,
        consents={"email": opted_out == "false"} if opted_out in {"true", "false"} else {},
    )


def _buyer(client: Client, sender: Sender, contact: str) -> Buyer:
    return _known_by(sender, _contact(client, sender, contact) or Fields({}), contact)


def _known_by(sender: Sender, told: Fields, contact: str) -> Buyer:
    phones = [told.get("properties", name) for name in ("mobilephone", "phone")]
    return Buyer(
        phones=tuple(found for one in phones for found in international(one)),
        emails=texts(told.get("properties", "email")),
        customers=customer_of(sender, contact),
    )
