"""The use cases of joining, and the channel that reaches people."""

from __future__ import annotations

import secrets
from base64 import b32encode
from functools import cache
from typing import TYPE_CHECKING

import boto3

from functions.aws.mail import channel_for
from functions.wiring import environment, ledger, storage
from loyalty.members.enrolment import Enrolment, NewNames
from loyalty.program.profile import profile_of

if TYPE_CHECKING:
    from functions.aws.mail import SesClient
    from loyalty.program.rules import ProgramProfile


@cache
def enrolment() -> Enrolment:
    """Return the use cases of joining."""
    channel = channel_for(environment.configuration(), _ses)
    return Enrolment(ledger.books(), channel, names=_new_names, card_page=environment.card_page_url)


def profile(program: str, language: str) -> ProgramProfile | None:
    """Return what the join page shows, or None where there is no such program."""
    found = storage.programs().find(program)
    return profile_of(found, language) if found else None


def _ses() -> SesClient:
    client: SesClient = boto3.client("sesv2")
    return client


def _new_names() -> NewNames:
    reference = b32encode(secrets.token_bytes(10)).decode()
    return NewNames(member=secrets.token_hex(16), serial=secrets.token_hex(16), reference=reference)
