"""Trying a channel: one message to a member whom the owner names, and how its carrier took it.

Whoever is written to has agreed, as to everything that goes by that channel: an owner tries it with
a card of their own. What is asked for waits in the same queue as offers do, and keeps their pace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from loyalty.campaigns import reading
from loyalty.campaigns.channels import choosing
from loyalty.refusals import Refusal
from loyalty.store import channel_book
from loyalty.store.channel_book import Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.campaigns.profile import Profile
    from loyalty.campaigns.sending import Carriers
    from loyalty.ledger.books import Books


@dataclass(frozen=True, slots=True)
class Try:
    """What is asked for: by which channel whom to write to, and at which second it was asked."""

    program: str
    channel: str
    member: str
    asked: int


def asked_of(message: Mapping[str, Any]) -> Try | None:
    """Return what a message of the queue asks to try; None where it names an offer."""
    return Try(**message["trial"]) if "trial" in message else None


class Queue(Protocol):
    """Where what is asked for waits for the one who speaks to carriers."""

    def ask(self, asked: Try) -> None:
        """Keep it."""
        ...


class Asking:
    """Takes an owner's wish to try a channel."""

    def __init__(self, books: Books, queue: Queue) -> None:
        self._books = books
        self._queue = queue

    def ask(self, program: str, channel: str, member: str, now: datetime) -> None:
        """Ask for a message to a member.

        Raises
        ------
        Refusal
            ``channel_not_found``, ``member_not_found``, ``channel_not_reached``: they have not
            agreed to it, or nobody is there.
        """
        kept = channel_book.read(self._books.tables, program, channel)
        if kept is None:
            raise Refusal("not_found", "channel_not_found", "It is not set up.")
        found = _profile(self._books, program, member, now)
        if found is None:
            raise Refusal("not_found", "member_not_found", "There is no such member.")
        if not choosing.reaches(found, channel):
            detail = "That member has not agreed to it, or has no proved address there."
            raise Refusal("invalid", "channel_not_reached", detail, pointer="/member_id")
        second = int(now.timestamp())
        channel_book.tried(self._books.tables, program, kept, Trial(second))
        self._queue.ask(Try(program, channel, member, second))


class Trying:
    """Hands such a message over, and keeps how it was taken."""

    def __init__(
        self, books: Books, carriers: Carriers, stop: Callable[[str, str, str], str]
    ) -> None:
        self._books = books
        self._carriers = carriers
        self._stop = stop

    def send(self, asked: Try, now: datetime) -> str:
        """Hand it over if it is still wanted; return how it was taken.

        It is marked first: no carrier would notice a repeat.
        """
        tables = self._books.tables
        kept = channel_book.read(tables, asked.program, asked.channel)
        if kept is None or kept.trial != Trial(asked.asked):
            return "ended"
        found = _profile(self._books, asked.program, asked.member, now)
        if found is None or not choosing.reaches(found, asked.channel):
            channel_book.tried(tables, asked.program, kept, Trial(asked.asked, "opted_out"))
            return "opted_out"
        begun = Trial(asked.asked, "unknown")
        channel_book.tried(tables, asked.program, kept, begun)
        language = found.program.language(found.known.person.language)
        stop = self._stop(asked.program, asked.member, asked.channel)
        offer = choosing.trial(asked.channel, found, language, stop)
        handed = self._carriers.of(asked.program, kept).offer(offer)
        ended = replace(begun, how=handed.how, reason=handed.reason)
        channel_book.tried(tables, asked.program, kept, ended)
        return handed.how


def _profile(books: Books, program: str, member: str, now: datetime) -> Profile | None:
    asked = reading.asked(books.tables, program, more=("reach",))
    found = reading.profiles(books, program, [member], asked, now)
    return found[0] if found else None
