"""Where everything is put together: built on first use, kept while the process lives.

Imports that only some functions need stand inside, so that each function loads what it uses. The
one clock of the product is here too.
"""

from __future__ import annotations

import os
import random
import secrets
import time
from base64 import b32encode
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.configuration import Configuration

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SSMProvider
    from mypy_boto3_sqs import SQSClient

    from functions.aws.google_pace import SharedPace
    from functions.aws.google_redraw import Redraw
    from functions.aws.google_saves import TableGoogleSaves
    from functions.aws.google_state import TableChecks, TableClasses
    from functions.aws.mail import SesClient
    from functions.aws.queues import SqsGoogleQueue, SqsInbox, SqsNightlyQueue
    from functions.aws.registrations import TableRegistrations
    from loyalty.access.keys import Credentials
    from loyalty.access.tokens import Tokens
    from loyalty.card.publishing import Publisher
    from loyalty.card.reader import CardReader
    from loyalty.ledger.ledger import Ledger
    from loyalty.ledger.nightly import Nightly
    from loyalty.members.enrolment import Enrolment, NewNames
    from loyalty.messages import MessageChannel
    from loyalty.store.dynamodb import DynamoTables
    from loyalty.store.program_versions import Programs
    from passes.google.callback_keys import KeyRing
    from passes.google.quota import Lane

_SECRET_SECONDS = 900


class SecretMissing(LookupError):  # noqa: N818
    """There is no secret of that name."""


def now() -> datetime:
    """Return the present instant, aware and UTC."""
    return datetime.now(UTC)


@cache
def configuration() -> Configuration:
    """Return the settings of this process."""
    return Configuration.from_environment(os.environ)


def secret(name: str) -> str:
    """Return a secret from below ``SECRETS_PATH``; read again after 15 minutes.

    Raises
    ------
    SecretMissing
        There is none of that name.
    GetParameterError
        It cannot be read now.
    """
    from aws_lambda_powertools.utilities.parameters import GetParameterError  # noqa: PLC0415

    path = f"{configuration().secrets_path}/{name}"
    try:
        return str(_parameters().get(path, decrypt=True, max_age=_SECRET_SECONDS))
    except GetParameterError as error:
        # Powertools wraps every cause in this one kind.
        answer = getattr(error.__context__, "response", {})
        if answer.get("Error", {}).get("Code") == "ParameterNotFound":
            raise SecretMissing(name) from None
        raise


@cache
def _parameters() -> SSMProvider:
    from aws_lambda_powertools.utilities.parameters import SSMProvider  # noqa: PLC0415

    from loyalty.store.dynamodb import CLIENT_CONFIG  # noqa: PLC0415

    return SSMProvider(boto_config=CLIENT_CONFIG)


@cache
def tables() -> DynamoTables:
    """Return both tables."""
    from loyalty.store import dynamodb  # noqa: PLC0415

    settings = configuration()
    endpoint = settings.aws_endpoint_url or None
    return dynamodb.connect(settings.state_table, settings.ledger_table, endpoint)


@cache
def tokens() -> Tokens:
    """Return what derives codes and tokens from the master key."""
    from loyalty.access.tokens import Tokens  # noqa: PLC0415

    return Tokens.from_json(secret("master-key"))


@cache
def programs() -> Programs:
    """Return the programs."""
    from loyalty.store.program_versions import Programs  # noqa: PLC0415

    return Programs(tables(), now)


@cache
def ledger() -> Ledger:
    """Return the ledger's use cases."""
    from loyalty.ledger.ledger import Ledger  # noqa: PLC0415

    return Ledger(tables(), programs(), tokens(), random=random.random, sleep=time.sleep)


@cache
def cards() -> CardReader:
    """Return what finds and draws cards."""
    from loyalty.card.reader import CardReader  # noqa: PLC0415

    return CardReader(tables(), programs())


@cache
def enrolment() -> Enrolment:
    """Return the use cases of joining."""
    from loyalty.members.enrolment import Enrolment  # noqa: PLC0415

    return Enrolment(
        tables(), programs(), tokens(), _channel(), names=_new_names, card_page=card_page_url
    )


def card_page_url(link: str) -> str:
    """Return the address of the card page behind a link token."""
    return f"{configuration().base_url}/c/{link}"


@cache
def credentials() -> Credentials:
    """Return API keys and webhook endpoints."""
    from loyalty.access.keys import Credentials  # noqa: PLC0415

    return Credentials(tables())


@cache
def registrations() -> TableRegistrations:
    """Return the registrations of phones."""
    from functions.aws.registrations import TableRegistrations  # noqa: PLC0415

    return TableRegistrations(tables())


@cache
def google_saves() -> TableGoogleSaves:
    """Return which members save to Google Wallet."""
    from functions.aws.google_saves import TableGoogleSaves  # noqa: PLC0415

    return TableGoogleSaves(tables())


@cache
def google_pace(lane: Lane = "live") -> SharedPace:
    """Return what gives turns at Google; one per process and lane, for all its threads."""
    from functions.aws.google_pace import SharedPace  # noqa: PLC0415

    return SharedPace(
        tables(),
        configuration().google_issuer_id,
        clock=now,
        sleep=time.sleep,
        random=random.random,
        lane=lane,
    )


@cache
def google_checks() -> TableChecks:
    """Return which objects at Google are to be looked at again."""
    from functions.aws.google_state import TableChecks  # noqa: PLC0415

    return TableChecks(tables(), now)


@cache
def google_classes() -> TableClasses:
    """Return what is known of the classes at Google."""
    from functions.aws.google_state import TableClasses  # noqa: PLC0415

    return TableClasses(tables(), now)


@cache
def google_queue() -> SqsGoogleQueue:
    """Return the Google queue, for other reasons than a changed card."""
    from functions.aws.queues import SqsGoogleQueue  # noqa: PLC0415

    return SqsGoogleQueue(_sqs(), configuration().google_queue_url)


@cache
def google_redraw() -> Redraw:
    """Return what walks over the saved cards of changed programs."""
    from functions.aws.google_redraw import Redraw  # noqa: PLC0415

    return Redraw(tables(), google_queue(), nightly_queue(), now)


@cache
def google_callback_keys() -> KeyRing:
    """Return Google's root keys for callbacks."""
    from passes.google.callback_keys import KeyRing, fetch_from  # noqa: PLC0415

    return KeyRing(fetch_from(configuration().google_callback_keys_url), now)


@cache
def inbox() -> SqsInbox:
    """Return the queue that keeps tills' messages."""
    from functions.aws.queues import SqsInbox  # noqa: PLC0415

    return SqsInbox(_sqs(), configuration().inbox_queue_url)


@cache
def publisher() -> Publisher:
    """Return what hands changed cards to the wallets' queues."""
    from functions.aws.queues import SqsWalletQueues  # noqa: PLC0415
    from loyalty.card.publishing import Publisher  # noqa: PLC0415

    settings = configuration()
    queues = SqsWalletQueues(_sqs(), settings.apple_queue_url, settings.google_queue_url)
    return Publisher(tables(), queues)


@cache
def nightly() -> Nightly:
    """Return the nightly job."""
    from loyalty.ledger.nightly import Nightly  # noqa: PLC0415

    return Nightly(tables(), programs(), tokens(), random=random.random, sleep=time.sleep)


@cache
def nightly_queue() -> SqsNightlyQueue:
    """Return the queue that keeps how far the nightly job has come."""
    from functions.aws.queues import SqsNightlyQueue  # noqa: PLC0415

    return SqsNightlyQueue(_sqs(), configuration().nightly_queue_url)


def _sqs() -> SQSClient:
    import boto3  # noqa: PLC0415

    from loyalty.store.dynamodb import CLIENT_CONFIG  # noqa: PLC0415

    # The SDK's own limits are a minute each, four times what a function behind the API has.
    endpoint = configuration().aws_endpoint_url or None
    return boto3.client("sqs", endpoint_url=endpoint, config=CLIENT_CONFIG)


def hide_apple_message(receipt: str, seconds: int) -> None:
    """Keep a message of the Apple queue out of sight for so long: APNs asked for a rest."""
    _sqs().change_message_visibility(
        QueueUrl=configuration().apple_queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds
    )


def _channel() -> MessageChannel:
    from functions.aws.mail import channel_for  # noqa: PLC0415

    return channel_for(configuration(), _ses)


def _ses() -> SesClient:
    import boto3  # noqa: PLC0415

    client: SesClient = boto3.client("sesv2")
    return client


def new_key() -> str:
    """Return a random text that nobody can guess, for a form that may be sent twice."""
    return secrets.token_urlsafe(16)


def _new_names() -> NewNames:
    from loyalty.members.enrolment import NewNames  # noqa: PLC0415

    reference = b32encode(secrets.token_bytes(10)).decode()
    return NewNames(member=secrets.token_hex(16), serial=secrets.token_hex(16), reference=reference)
