"""Codes that prove a contact: made, counted, put into a message. What is kept is in the store."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from loyalty import words
from loyalty.core.instants import microseconds
from loyalty.messages import Message
from loyalty.refusals import Busy, Refusal
from loyalty.store import contact_book
from loyalty.store.contact_book import SentCode
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.access.tokens import Tokens
    from loyalty.core.member import Member
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables

DIGITS = 8
"""Five messages an hour with five tries each: a year of guessing has one chance in 450."""
TRIES = 5
LIFE = timedelta(minutes=30)
ATTEMPTS_PER_HOUR = 5
"""Of joining with a contact and of sending a code to it, together."""
_HOUR = 3600


def read_typed(text: str) -> str:
    """Return the digits of a code as people type it: with spaces, dashes, digits of any script."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        str(unicodedata.decimal(letter, letter)) for letter in plain if not _separates(letter)
    )


def _separates(letter: str) -> bool:
    return unicodedata.category(letter) in {"Zs", "Pd", "Cf"}


def sent_code(tokens: Tokens, contact: str, member: str, code: str, now: datetime) -> SentCode:
    """Return what is kept of a code that is sent now."""
    ends = microseconds(now + LIFE) // 1_000_000
    return SentCode(contact, tokens.proof(contact, member, code), 0, ends)


def message(program: Program, member: Member, code: str, card_page: str | None) -> Message:
    """Return the message that carries a code.

    ``card_page`` is the address of the card on which the contact was proved before, if it was:
    nobody else's card is ever linked in a message.
    """
    if member.contact is None:
        raise ValueError("nobody is there to be written to")
    language = program.language(member.language)
    kind = "code.known" if card_page else "code"
    half = len(code) // 2
    return Message(
        to=member.contact,
        subject=words.phrase(language, "message.code.subject", program=program.name[language]),
        text=words.phrase(
            language,
            f"message.{kind}.text",
            program=program.name[language],
            code=f"{code[:half]} {code[half:]}",
            address=card_page or "",
            minutes=int(LIFE.total_seconds()) // 60,
        ),
    )


def count(books: Books, program: str, contact: str, now: datetime) -> None:
    """Count one more attempt on a contact, or refuse it.

    Whoever finds that others were faster looks again: an attempt is counted, or is none.

    Raises
    ------
    Refusal
        ``too_many_attempts``: there were as many as may be in this hour.
    Busy
        It could not be counted now.
    """
    second = microseconds(now) // 1_000_000
    hour = second // _HOUR
    for _ in books.attempts():
        seen = contact_book.read_attempts(books.tables, program, contact, hour)
        if seen >= ATTEMPTS_PER_HOUR:
            detail = "This contact was tried too often; wait before the next attempt."
            wait = (hour + 1) * _HOUR - second
            raise Refusal("too_many", "too_many_attempts", detail, retry_after=wait)
        if _counted(books.tables, program, contact, hour, seen):
            return
    raise Busy


def _counted(tables: Tables, program: str, contact: str, hour: int, seen: int) -> bool:
    try:
        contact_book.count_attempt(tables, program, contact, hour, seen)
    except (Cancelled, OutcomeUnknown):
        return False
    return True
