"""What every till's messages have in common on their way to an order report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.keys import Endpoint
    from loyalty.member import Contact
    from loyalty.program import Program


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one field: JSON pointer (RFC 6901), a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


class MessageProblem(ValueError):  # noqa: N818 - told to the sender, not a crash
    """A message of a known type that cannot be used; every fault with its place."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("; ".join(f"{fault.pointer}: {fault.code}" for fault in faults))
        self.faults = faults


class Names(Protocol):
    """Turns what a till knows of a customer into pseudonyms that may be stored."""

    def read_card_code(self, code: str) -> str | None:
        """Return the reference of a genuine card code."""

    def contact_key(self, program: str, contact: Contact) -> str:
        """Return the contact's pseudonym within the program."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a message came in: the endpoint, its program, and how to name customers."""

    endpoint: Endpoint
    program: Program
    names: Names


def check_currency(door: Door, currency: str, pointer: str) -> None:
    """Refuse money that the program does not count in."""
    if currency != door.program.currency:
        detail = f"The program counts in {door.program.currency}."
        raise MessageProblem(Fault(pointer, "currency_mismatch", detail))


def at(document: Mapping[str, Any], *path: str) -> Any:
    """Return the value at a path of keys, None where it ends early."""
    value: Any = document
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
