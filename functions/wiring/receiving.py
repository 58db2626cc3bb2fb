"""What owners do with the receivers of their events."""

from __future__ import annotations

import secrets
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.parameters import SsmParameters
from functions.aws.time_left import DEADLINE
from functions.wiring import environment, queues, storage
from loyalty.outgoing.kept_secrets import KeptSecrets
from loyalty.outgoing.receiving import Receiving
from loyalty.store.dynamodb import client as aws_client
from loyalty.store.dynamodb import limit

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@cache
def receiving() -> Receiving:
    """Return the use cases of receivers."""
    settings = environment.configuration()
    return Receiving(
        storage.tables(),
        KeptSecrets(SsmParameters(_ssm(), settings.secrets_path)),
        queues.sending_queue(),
        secret=_new_secret,
        local=settings.development,
    )


def _new_secret() -> str:
    return f"whsec_{b64encode(secrets.token_bytes(32)).decode()}"


def parameters() -> SSMClient:
    """Return the client of the parameter store."""
    return _ssm()


def _ssm() -> SSMClient:
    endpoint = environment.configuration().aws_endpoint_url or None
    client: SSMClient = aws_client("ssm", endpoint)
    limit(client, DEADLINE)
    return client
