"""The use cases of joining, and the channel that reaches people."""

from __future__ import annotations

import secrets
from base64 import b32encode
from functools import cache
from typing import TYPE_CHECKING

import boto3

from functions.aws.mail import channel_for
from functions.wiring import environment, ledger
from loyalty.members.enrolment import Enrolment, NewNames

if TYPE_CHECKING:
    from functions.aws.mail import SesClient


@cache
def enrolment() -> Enrolment:
    """Return the use cases of joining."""
    channel = channel_for(environment.configuration(), _ses)
    return Enrolment(ledger.books(), channel, names=_new_names, card_page=environment.card_page_url)


def _ses() -> SesClient:
    client: SesClient = boto3.client("sesv2")
    return client


def _new_names() -> NewNames:
    reference = b32encode(secrets.token_bytes(10)).decode()
    return NewNames(member=secrets.token_hex(16), serial=secrets.token_hex(16), reference=reference)
