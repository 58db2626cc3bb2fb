"""How a message says who bought, in words that may be stored with the order.

A hint is ``<kind>:<name>``: ``code`` (reference of a card's code), ``short`` (a short code that was
typed), ``customer`` (``<source>:<id>``, the till's own customer), ``phone`` and ``email`` (a
contact's pseudonym). Which kind counts first is the program's to say (``identity``). What cannot
be read names nobody, and is no reason to refuse an order.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from loyalty.access import short_code
from loyalty.members.contact import parse_email, parse_phone
from loyalty.refusals import InvalidContact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.messages import Contact
    from loyalty.tills.incoming import Sender


def hints(
    sender: Sender,
    *,
    card_code: str | None = None,
    customer: tuple[str, str] | None = None,
    phone: str | None = None,
    email: str | None = None,
) -> tuple[str, ...]:
    """Return the hints of whatever a message says of its customer (source, id)."""
    found = [card_hint(sender, card_code)] if card_code else []
    if customer:
        found.append("customer:{}:{}".format(*customer))
    found += [contact_hint(sender, contact) for contact in _contacts(sender, phone, email)]
    return tuple(hint for hint in found if hint)


def card_hint(sender: Sender, card_code: str) -> str | None:
    """Return the hint of a card's code, scanned or typed; None where it is none."""
    reference = sender.names.read_card_code(card_code)
    if reference:
        return f"code:{reference}"
    letters = short_code.read(card_code)
    return f"short:{letters}" if letters else None


def contact_hint(sender: Sender, contact: Contact) -> str:
    """Return the hint of a contact: its kind and its pseudonym."""
    return f"{contact.kind}:{sender.names.contact_key(sender.program.id, contact)}"


def _contacts(sender: Sender, phone: str | None, email: str | None) -> Iterator[Contact]:
    if phone:
        with suppress(InvalidContact):
            yield parse_phone(phone, sender.program.region)
    if email:
        with suppress(InvalidContact):
            yield parse_email(email)
