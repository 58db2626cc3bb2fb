"""The durable inbox: the queue that keeps tills' messages, and S3 for those too large for it."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.aws.bodies import LargeBodies, WorkedMessages
from functions.aws.time_left import DEADLINE
from functions.wiring import environment, queues
from loyalty.store.dynamodb import client, limit

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_IN_QUEUE = 200 * 1024
"""Bytes of a message as it is written into the queue, which takes 256 KiB."""


def keep(endpoint: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Keep a message: from here on it will be worked on, or seen by a person."""
    more = {"headers": dict(headers)} if headers else {}
    message = {"endpoint": endpoint, "body": body.decode(), **more}
    if len(json.dumps(message)) > LARGEST_IN_QUEUE:
        message = {"endpoint": endpoint, "object": bodies().put(endpoint, body), **more}
    queues.inbox().put(message)


def body_of(message: Mapping[str, Any]) -> bytes:
    """Return the bytes of a kept message."""
    if "object" in message:
        return bodies().get(str(message["object"]))
    return str(message["body"]).encode()


@cache
def bodies() -> LargeBodies:
    """Return where large messages lie."""
    return LargeBodies(_s3(), environment.configuration().inbox_bucket)


@cache
def worked() -> WorkedMessages:
    """Return where messages lie that were worked on."""
    return WorkedMessages(_s3(), environment.configuration().inbox_bucket)


@cache
def _s3() -> Any:
    store = client("s3", environment.configuration().aws_endpoint_url or None)
    limit(store, DEADLINE)
    return store
