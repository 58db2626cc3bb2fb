"""The use cases of joining, and the channel that reaches people."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.mail import channel_for
from functions.aws.time_left import DEADLINE
from functions.wiring import environment, ledger, storage
from functions.wiring.random_names import new_names
from loyalty.ledger.staff import Staff
from loyalty.members.codes import DIGITS
from loyalty.members.enrolment import Enrolment
from loyalty.members.proving import Proving
from loyalty.members.recovery import Recovery
from loyalty.program.describe.sentences import on_the_wall
from loyalty.program.profile import profile_of
from loyalty.store.dynamodb import client as aws_client
from loyalty.store.dynamodb import limit

if TYPE_CHECKING:
    from functions.aws.mail import SesClient
    from loyalty.messages import MessageChannel
    from loyalty.program.rules import ProgramProfile


@cache
def enrolment() -> Enrolment:
    """Return the use case of joining."""
    return Enrolment(
        ledger.books(),
        _channel(),
        names=new_names,
        code=_new_code,
        card_page=environment.card_page_url,
    )


@cache
def proving() -> Proving:
    """Return what the holder of a card does to prove its contact."""
    books = ledger.books()
    return Proving(
        books, Staff(books), _channel(), code=_new_code, card_page=environment.card_page_url
    )


@cache
def recovery() -> Recovery:
    """Return what staff do for a person whom they see."""
    return Recovery(ledger.books(), names=new_names)


@cache
def _channel() -> MessageChannel:
    return channel_for(environment.configuration(), _ses)


def profile(program: str, *wanted: str) -> ProgramProfile | None:
    """Return what the join page shows, or None where there is no such program.

    It speaks the first of the wanted languages that the program speaks, else the program's first.
    """
    found = storage.programs().find(program)
    if found is None:
        return None
    return profile_of(found, next((one for one in wanted if one in found.languages), None))


def told_to_staff(program: str, language: str) -> tuple[str, ...]:
    """Return what staff are told of a program; how much each may give hangs on no wall."""
    return on_the_wall(storage.programs().current(program), language)


def _ses() -> SesClient:
    client = aws_client("sesv2")
    limit(client, DEADLINE)
    return client  # type: ignore[no-any-return]


def _new_code() -> str:
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
