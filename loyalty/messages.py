"""The one port through which words leave for a person: e-mail today, other channels later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a person: a phone in E.164 form, or an e-mail address in lower case."""

    kind: Literal["phone", "email"]
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """A few words to one person. ``html`` is an optional second form of the same ``text``."""

    to: Contact
    subject: str
    text: str
    html: str | None = None


class MessageChannel(Protocol):
    """A way to reach people; knows by itself which contacts it can reach."""

    def reaches(self, contact: Contact) -> bool:
        """Tell whether a message to this contact can be sent at all."""
        ...

    def send(self, message: Message) -> None:
        """Hand the message over.

        Raises
        ------
        MessageNotSent
            When it was not taken over, or when this channel does not reach the contact.
        """
        ...
