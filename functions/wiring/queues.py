"""The queues between functions."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.aws.queues import (
    SqsAppleQueue,
    SqsCampaignsQueue,
    SqsFiguresQueue,
    SqsGoogleQueue,
    SqsInbox,
    SqsMovingQueue,
    SqsNightlyQueue,
    SqsOffersQueue,
    SqsSendingQueue,
    SqsTellingQueue,
    SqsWalletQueues,
    lying,
)
from functions.aws.time_left import DEADLINE
from functions.wiring import environment
from loyalty.store.dynamodb import client as aws_client
from loyalty.store.dynamodb import limit

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@cache
def inbox() -> SqsInbox:
    """Return the queue that keeps tills' messages."""
    return SqsInbox(_sqs(), environment.configuration().inbox_queue_url)


@cache
def wallet_queues() -> SqsWalletQueues:
    """Return the queues that changed cards go into."""
    settings = environment.configuration()
    return SqsWalletQueues(_sqs(), settings.apple_queue_url, settings.google_queue_url)


@cache
def google_queue() -> SqsGoogleQueue:
    """Return the Google queue, for other reasons than a changed card."""
    return SqsGoogleQueue(_sqs(), environment.configuration().google_queue_url)


@cache
def apple_queue() -> SqsAppleQueue:
    """Return the Apple queue, for other reasons than a changed card."""
    return SqsAppleQueue(_sqs(), environment.configuration().apple_queue_url)


@cache
def nightly_queue() -> SqsNightlyQueue:
    """Return the queue that keeps how far the nightly job has come."""
    return SqsNightlyQueue(_sqs(), environment.configuration().nightly_queue_url)


@cache
def telling_queue() -> SqsTellingQueue:
    """Return the queue of members of whom others have to be told something."""
    return SqsTellingQueue(_sqs(), environment.configuration().telling_queue_url)


@cache
def sending_queue() -> SqsSendingQueue:
    """Return the queue of events that are to be sent."""
    return SqsSendingQueue(_sqs(), environment.configuration().sending_queue_url)


@cache
def figures_queue() -> SqsFiguresQueue:
    """Return the queue of what figures have to take up."""
    return SqsFiguresQueue(_sqs(), environment.configuration().figures_queue_url)


@cache
def campaigns_queue() -> SqsCampaignsQueue:
    """Return the queue that keeps how far campaigns have come."""
    return SqsCampaignsQueue(_sqs(), environment.configuration().campaigns_queue_url)


@cache
def offers_queue() -> SqsOffersQueue:
    """Return the queue of offers that wait for their channel."""
    return SqsOffersQueue(_sqs(), environment.configuration().offers_queue_url)


def hide_sending(receipt: str, seconds: int) -> None:
    """Keep a message of the sending queue out of sight for so long."""
    _sqs().change_message_visibility(
        QueueUrl=environment.configuration().sending_queue_url,
        ReceiptHandle=receipt,
        VisibilityTimeout=seconds,
    )


@cache
def moving_queue() -> SqsMovingQueue:
    """Return the queue of what owners move in and out."""
    return SqsMovingQueue(_sqs(), environment.configuration().moving_queue_url)


def hide_moving(receipt: str, seconds: int) -> None:
    """Keep a message of the moving queue out of sight for so long, and no longer."""
    _sqs().change_message_visibility(
        QueueUrl=environment.configuration().moving_queue_url,
        ReceiptHandle=receipt,
        VisibilityTimeout=seconds,
    )


def working_queues() -> dict[str, str]:
    """Return the addresses of the queues between functions, by the names used here."""
    settings = environment.configuration()
    return {
        "inbox": settings.inbox_queue_url,
        "apple": settings.apple_queue_url,
        "google": settings.google_queue_url,
        "nightly": settings.nightly_queue_url,
        "telling": settings.telling_queue_url,
        "sending": settings.sending_queue_url,
        "figures": settings.figures_queue_url,
        "campaigns": settings.campaigns_queue_url,
        "offers": settings.offers_queue_url,
        "moving": settings.moving_queue_url,
    }


def waiting(url: str) -> int:
    """Return about how many messages are in a queue, those that somebody works on too."""
    return lying(_sqs(), url)


def lying_in_last_resorts() -> dict[str, int]:
    """Return about how many messages lie in each queue of what was given up on, by its name."""
    urls = environment.configuration().last_resort_queue_urls.split()
    return {url.rpartition("/")[2]: lying(_sqs(), url) for url in urls}


def hide_apple_message(receipt: str, seconds: int) -> None:
    """Keep a message of the Apple queue out of sight for so long: APNs asked for a rest."""
    _sqs().change_message_visibility(
        QueueUrl=environment.configuration().apple_queue_url,
        ReceiptHandle=receipt,
        VisibilityTimeout=seconds,
    )


def show_inbox_message(receipt: str) -> None:
    """Let a message of the inbox that nobody has begun with be received again at once."""
    _sqs().change_message_visibility(
        QueueUrl=environment.configuration().inbox_queue_url,
        ReceiptHandle=receipt,
        VisibilityTimeout=0,
    )


def _sqs() -> SQSClient:
    # The SDK's own limits are a minute each, four times what a function behind the API has.
    endpoint = environment.configuration().aws_endpoint_url or None
    client: SQSClient = aws_client("sqs", endpoint)
    limit(client, DEADLINE)
    return client
