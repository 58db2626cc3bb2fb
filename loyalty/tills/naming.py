"""Who bought, in pseudonyms that may be stored: for whoever may know the master key.

A hint is ``<kind>:<name>``: ``code`` (reference of a card's code), ``short`` (a short code that was
typed), ``customer`` (``<source>:<id>``, the till's own customer), ``phone`` and ``email`` (a
contact's pseudonym; both were ``contact`` once). Which kind counts first is the program's to say
(``identity``).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from loyalty.access import short_code
from loyalty.members.contact import parse_email, parse_phone
from loyalty.refusals import InvalidContact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.access.tokens import Tokens
    from loyalty.messages import Contact
    from loyalty.program.rules import Program
    from loyalty.tills.incoming import Buyer

_LONGEST_CUSTOMER = 128


class Naming:
    """Names customers with what is derived from the master key."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def hints(self, program: Program, buyer: Buyer) -> tuple[str, ...]:
        """Return the hints of who bought; what is unreadable names nobody."""
        cards = filter(None, map(self._card, buyer.card_codes))
        customers = [
            f"customer:{source}:{customer}"
            for source, customer in buyer.customers
            if 0 < len(customer) <= _LONGEST_CUSTOMER
        ]
        contacts = [
            f"{contact.kind}:{self._tokens.contact_key(program.id, contact)}"
            for contact in _contacts(buyer, program.region)
        ]
        return tuple(dict.fromkeys((*cards, *customers, *contacts)))

    def _card(self, code: str) -> str | None:
        reference = self._tokens.read_card_code(code)
        if reference:
            return f"code:{reference}"
        letters = short_code.read(code)
        return f"short:{letters}" if letters else None


def _contacts(buyer: Buyer, region: str) -> Iterator[Contact]:
    for phone in buyer.phones:
        with suppress(InvalidContact):
            yield parse_phone(phone, region)
    for email in buyer.emails:
        with suppress(InvalidContact):
            yield parse_email(email)
