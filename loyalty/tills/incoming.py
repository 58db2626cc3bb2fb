"""What every till's messages have in common on their way to an order report."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from loyalty.program.rules import GIFT_CARD
from loyalty.program.unseen import shown
from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.program.rules import Program


LARGEST_MESSAGE = 1024 * 1024
"""Bytes."""

LONGEST_NAME = 128
"""Characters of an id; with everything around it, it stays well below a key's 2048 bytes."""

NAME_WANTED = "Input should be visible characters without spaces"

_GIFT_CARD = frozenset(
    f"{electronic}{name}"
    for electronic in ("", "e", "virtual", "digital", "электронный", "электронная", "электронные")
    for name in (
        *(f"gift{what}{s}" for what in ("card", "voucher", "certificate") for s in ("", "s")),
        *("подарочныйсертификат", "подарочныесертификаты"),
        *("подарочнаякарта", "подарочныекарты"),
        *("gutschein", "gutscheine", "geschenkgutschein", "geschenkgutscheine"),
        *("geschenkkarte", "geschenkkarten"),
    )
)
"""Names of gift cards, lower case and letters only."""

# Further away it is a till's broken clock, and the arithmetic of zones and months would overflow.


def is_name(text: str) -> bool:
    """Tell whether a text can be an id: what tills print and people read aloud.

    Nothing that is not seen, and nothing that turns or hides what stands beside it: no character
    of the Unicode categories C (controls, formats, unassigned) and Z (spaces, line ends).
    """
    return bool(text) and all(unicodedata.category(letter)[0] not in "CZ" for letter in text)


def refusal(*fields: FieldRefusal) -> Refusal:
    """Return the refusal of a message that cannot be used; every field with its place."""
    return Refusal("invalid", "invalid_message", "The message cannot be used.", fields=fields)


def not_authentic() -> Refusal:
    """Return the one refusal of unknown endpoints, bad signatures and foreign merchants alike."""
    detail = (
        "The endpoint is unknown, or the signature is missing, wrong or more than five minutes "
        "old. Check the address, the secret and the sender's clock; sign the raw body."
    )
    return Refusal("unsigned", "not_authentic", detail)


def check_merchant(sender: Sender, merchant: object) -> None:
    """Refuse a message of another merchant than the endpoint's, as if it were not signed."""
    if sender.endpoint.merchant and merchant != sender.endpoint.merchant:
        raise not_authentic()


def read_category(text: str) -> str:
    """Return a line's category, as people see it.

    However a till spells gift cards, they are one thing; and what nobody sees tells no two apart.
    """
    plain = "".join(letter for letter in text.casefold() if letter.isalnum())
    return GIFT_CARD if plain in _GIFT_CARD else shown(text)


@dataclass(frozen=True, slots=True)
class Buyer:
    """What a till says of who bought, as it came: any of these. What cannot be read is left.

    ``card_codes`` may hold anything that people type or scan into a till's free fields.
    ``customers`` are the till's own: (source, id).
    """

    card_codes: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    customers: tuple[tuple[str, str], ...] = ()


class Names(Protocol):
    """Turns what a till knows of a customer into pseudonyms that may be stored."""

    def hints(self, program: Program, buyer: Buyer) -> tuple[str, ...]:
        """Return hints (``loyalty.tills.naming``); what is unreadable names nobody."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a message: the endpoint, the program it speaks for, and how to name customers.

    Messages are judged by who sent them, hence the name; "channel" is what our own messages to
    people go through.
    """

    endpoint: Endpoint
    program: Program
    names: Names


def check_currency(sender: Sender, currency: str, pointer: str) -> None:
    """Refuse money that the program does not count in."""
    if currency != sender.program.currency:
        detail = f"The program counts in {sender.program.currency}."
        raise refusal(FieldRefusal(pointer, "currency_mismatch", detail))


def at(document: Mapping[str, Any], *path: str) -> Any:
    """Return the value at a path of keys, None where it ends early."""
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def texts(*values: object) -> tuple[str, ...]:
    """Return those of the values that are texts with something in them."""
    return tuple(value for value in values if isinstance(value, str) and value.strip())
