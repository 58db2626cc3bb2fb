"""What every till's messages have in common on their way to an order report."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.messages import Contact
    from loyalty.program.rules import Program


LARGEST_MESSAGE = 80 * 1024
"""Bytes. In the queue a letter of two bytes is written with six: three times this, with what is
added on the way, stays below the 256 KiB that a queue has always taken."""

LONGEST_NAME = 128
"""Characters of an id; with everything around it, it stays well below a key's 2048 bytes."""

NAME = r"^[^\x00-\x20\x7f]+$"
"""What tills print and send as ids: anything visible, no white space, no controls."""

# Further away it is a till's broken clock, and the arithmetic of zones and months would overflow.
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def refusal(*fields: FieldRefusal) -> Refusal:
    """Return the refusal of a message that cannot be used; every field with its place."""
    return Refusal("invalid", "invalid_message", "The message cannot be used.", fields=fields)


class Names(Protocol):
    """Turns what a till knows of a customer into pseudonyms that may be stored."""

    def read_card_code(self, code: str) -> str | None:
        """Return the reference of a genuine card code."""

    def contact_key(self, program: str, contact: Contact) -> str:
        """Return the contact's pseudonym within the program."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a message: the endpoint, the program it speaks for, and how to name customers.

    Messages are judged by who sent them, hence the name; "channel" is what our own messages to
    people go through.
    """

    endpoint: Endpoint
    program: Program
    names: Names


def read_instant(text: object) -> datetime:
    """Read an RFC 3339 instant between the years 2000 and 2100.

    Raises
    ------
    ValueError
        It is something else; the message is a sentence for the sender.
    """
    if not isinstance(text, str) or _RFC_3339.fullmatch(text) is None:
        raise ValueError("An RFC 3339 instant with a zone is expected: 2026-05-04T12:00:00Z.")
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError("There is no such day, time or zone.") from None
    if not _EARLIEST <= instant < _LATEST:
        raise ValueError("An instant between the years 2000 and 2100 is expected.")
    return instant.astimezone(UTC)


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
