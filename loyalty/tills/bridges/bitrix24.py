"""Bitrix24: deals that were won, read back by their ids.

Its outgoing webhooks say of a deal nothing but its id, as a form, and sign nothing. Deals and their
contacts are asked for through an incoming webhook, whose token is two parts of the address:
``/rest/<user>/<token>/crm.deal.list.json``.

Sources: apidocs.bitrix24.com (onCrmDealAdd, onCrmDealUpdate, onCrmDealDelete, crm.deal.list,
crm.contact.list, limits: two questions a second). The vendor was never called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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
    from datetime import datetime

    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

PAUSE: Final = 0.5
"""Seconds between two questions: two a second are allowed."""

_EVENTS: Final = {
    f"ONCRM{what}{change}": kind
    for what, kind in (("DEAL", DEAL), ("CONTACT", CLIENT))
    for change in ("ADD", "UPDATE", "DELETE")
}
_WON: Final = "S"
_PAGE: Final = 50
_MOST_PAGES: Final = 20
_OWN: Final = "UF_"
"""So begin the names of fields that an owner has made."""
_FIELDS: Final = (
    "ID",
    "STAGE_SEMANTIC_ID",
    "OPPORTUNITY",
    "CURRENCY_ID",
    "CONTACT_ID",
    "DATE_MODIFY",
    "MOVED_TIME",
)

_CONTACT: Final = ("ID", "PHONE", "EMAIL", f"{_OWN}*")
_PERSON: Final = ("NAME", "BIRTHDATE", "DATE_MODIFY")


verify = by_address


def read(_: Sender, message: Message) -> Reading:
    """Read which deal or contact has changed; whatever else a message says is not believed.

    Raises
    ------
    Refusal
        It names none.
    """
    told = Fields(message.object)
    kind = _EVENTS.get(told.word("event").upper())
    if kind is None:
        return ignored("other")
    return Reading(wanted=(Wanted(kind, told.id("data", "FIELDS", "ID")),))


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
        return _client(client, sender, wanted.id)
    # By a list of one: a method that gets one deal answers 400 for one that is gone.
    found, _ = _listed(client, "crm.deal.list", {"ID": wanted.id}, _FIELDS)
    if not found:
        return gone(sender, wanted.id)
    deal = _deal(sender, found[0])
    return as_sale(sender, deal, lambda contact: _buyer(client, sender, contact))


def changed(client: Client, sender: Sender, since: datetime, until: datetime) -> Reading:
    """Ask for the deals that changed between two instants; those that were won are read one by one.

    Raises
    ------
    VendorFailed
        The CRM did not tell, or there is no end of it.
    """
    times = {
        ">=DATE_MODIFY": since.isoformat(timespec="seconds"),
        "<=DATE_MODIFY": until.isoformat(timespec="seconds"),
    }
    found: list[Fields] = []
    start: int | None = 0
    for _ in range(_MOST_PAGES):
        page, start = _listed(client, "crm.deal.list", times, _FIELDS, start)
        found += page
        if start is None:
            return each(lambda one: as_listed(sender, _deal(sender, one)), found)
    raise VendorFailed("not_understood")


def _listed(
    client: Client,
    method: str,
    only: Mapping[str, str],
    fields: tuple[str, ...],
    start: int | None = 0,
) -> tuple[list[Fields], int | None]:
    """Return one page of a list, and where the next one begins; None where there is none."""
    user, _, token = client.token.partition("/")
    asked = {"filter": dict(only), "select": list(fields), "order": {"ID": "ASC"}, "start": start}
    answer = Fields(client.post(path("rest", user, token, f"{method}.json"), asked) or {})
    if answer.get("error") is not None or not isinstance(answer.get("result"), list):
        raise VendorFailed("not_understood")
    following = answer.get("next")
    return answer.objects("result"), following if type(following) is int else None


def _deal(sender: Sender, told: Fields) -> Deal | None:
    """Return a deal; None where its money is not the program's."""
    currency = sender.program.currency
    is_won = told.word("STAGE_SEMANTIC_ID") == _WON
    if is_won and told.word("CURRENCY_ID") != currency:
        return None
    moved = "MOVED_TIME" if told.get("MOVED_TIME") else "DATE_MODIFY"
    return Deal(
        told.id("ID"),
        microseconds(told.instant("DATE_MODIFY")),
        told.instant(moved) if is_won else None,
        minor(number(told, "OPPORTUNITY"), currency) if is_won and told.get("OPPORTUNITY") else 0,
        _contact(told.get("CONTACT_ID")),
    )


def _contact(value: Any) -> str:
    told = str(value) if type(value) is int or isinstance(value, str) else ""
    return "" if told == "0" else told


def write(client: Client, sender: Sender, name: str, values: Mapping[str, str]) -> bool:  # noqa: ARG001
    """Write into fields of a contact.

    Raises
    ------
    VendorFailed
        It was not taken.
    """
    user, _, token = client.token.partition("/")
    # Who follows the contact there is told nothing of it.
    body = {"id": name, "fields": dict(values), "params": {"REGISTER_SONET_EVENT": "N"}}
    answer = client.post(path("rest", user, token, "crm.contact.update.json"), body)
    if Fields(answer or {}).get("error") is not None:
        raise VendorFailed("not_understood")
    return answer is not None


def _client(client: Client, sender: Sender, name: str) -> Reading:
    fields = (*_CONTACT, *_PERSON, *sender.endpoint.fields.attributes)
    found, _ = _listed(client, "crm.contact.list", {"ID": name}, tuple(dict.fromkeys(fields)))
    if not found:
        return client_gone()
    told = found[0]
    return client_of(
        sender,
        name,
        microseconds(told.instant("DATE_MODIFY")),
        _known_by(sender, told, name),
        first_name=told.get("NAME"),
        birthday=told.get("BIRTHDATE"),
        fields=told.values,
    )


def _buyer(client: Client, sender: Sender, contact: str) -> Buyer:
    found, _ = _listed(client, "crm.contact.list", {"ID": contact}, _CONTACT)
    return _known_by(sender, found[0] if found else Fields({}), contact)


def _known_by(sender: Sender, told: Fields, contact: str) -> Buyer:
    phones = [one.get("VALUE") for one in told.objects("PHONE")]
    own = [value for name, value in told.values.items() if name.startswith(_OWN)]
    return Buyer(
        # Any field of the owner's, where the card's code may stand.
        card_codes=card_codes(own),
        phones=tuple(number for one in phones for number in international(one)),
        emails=texts(*(one.get("VALUE") for one in told.objects("EMAIL"))),
        customers=customer_of(sender, contact),
    )
