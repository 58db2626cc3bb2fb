"""Moving in and out: the bucket and the queue, and for the worker the use cases."""

from __future__ import annotations

import json
import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.aws.kept_files import BucketFiles
from functions.aws.time_left import DEADLINE
from functions.wiring import environment
from loyalty.store.dynamodb import client, limit

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def files() -> BucketFiles:
    """Return where files lie until they have expired."""
    return BucketFiles(_store(), environment.configuration().moving_bucket)


def _store() -> Any:
    store = client("s3", environment.configuration().aws_endpoint_url or None)
    limit(store, DEADLINE)
    return store


def new_id() -> str:
    """Return a random name for a job."""
    return secrets.token_hex(16)


def folder(kind: str, program: str, name: str) -> str:
    """Return where the files of a job lie; as ``loyalty.members.moving_jobs`` names them."""
    return f"{kind}/{program}/{name}"


def write(place: str, told: Mapping[str, Any], name: str = "standing.json") -> None:
    """Write how a job stands."""
    files().put(f"{place}/{name}", json.dumps(told).encode())


def read(place: str, name: str) -> dict[str, Any] | None:
    """Return what a JSON file of a job says, None where there is none."""
    data = files().get(f"{place}/{name}")
    found: dict[str, Any] | None = json.loads(data) if data else None
    return found
