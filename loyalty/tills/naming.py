"""Who bought, in pseudonyms that may be stored: for whoever may know the master key."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from loyalty.members.contact import parse_email, parse_phone
from loyalty.refusals import InvalidContact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.access.tokens import Tokens
    from loyalty.messages import Contact
    from loyalty.program.rules import Program
    from loyalty.tills.incoming import Buyer


class Naming:
    """Names customers with what is derived from the master key."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def hints(self, program: Program, buyer: Buyer) -> tuple[str, ...]:
        """Return ``code:<reference>``, ``contact:<pseudonym>``; what is unreadable names nobody."""
        references = map(self._tokens.read_card_code, buyer.card_codes)
        codes = [f"code:{reference}" for reference in references if reference]
        contacts = [
            f"contact:{self._tokens.contact_key(program.id, contact)}"
            for contact in _contacts(buyer, program.region)
        ]
        return tuple(dict.fromkeys((*codes, *contacts)))


def _contacts(buyer: Buyer, region: str) -> Iterator[Contact]:
    for phone in buyer.phones:
        with suppress(InvalidContact):
            yield parse_phone(phone, region)
    for email in buyer.emails:
        with suppress(InvalidContact):
            yield parse_email(email)
