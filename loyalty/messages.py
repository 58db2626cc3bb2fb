"""The one port through which words leave for a person.

What a person has asked for (a code, a link) goes through `MessageChannel`; what an owner offers to
those who agreed goes through `OfferChannel`, whose answer says how it ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

ContactKind = Literal["phone", "email", "chat"]


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach a person: a phone in E.164 form, an e-mail address in lower case, a chat.

    Nobody types the number of a chat: its messenger tells it.
    """

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True)
class Message:
    """A few words to one person. ``html`` is an optional second form of the same ``text``."""

    to: Contact
    subject: str
    text: str
    html: str | None = None


Ended = Literal["accepted", "dead", "opted_out", "refused", "down", "later", "unknown"]
"""How handing an offer over ended.

accepted (not: delivered) · dead: there is nobody at that address · opted_out: they want none ·
refused: the words, or something of ours, is wrong · down: credentials, money or a pause, nobody is
reached · later: not now · unknown: it may have been sent, and is never sent again.
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """Words of an owner to one person who has agreed to hear them.

    Attributes
    ----------
    to
        An e-mail address, a phone (E.164) or the number of a chat.
    stop
        The https address at which it ends, by one click (RFC 8058); empty where words do that.
    """

    to: str
    subject: str
    text: str
    stop: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """How an offer ended: the carrier's id of it; seconds to wait; the carrier's code, no words."""

    how: Ended
    id: str = ""
    seconds: int = 0
    reason: str = ""


class OfferChannel(Protocol):
    """Hands offers over, once each: no carrier knows a key by which a repeat would be noticed."""

    def offer(self, offer: Offer) -> Handed:
        """Hand one over; whatever goes wrong is said by the answer."""
        ...


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
