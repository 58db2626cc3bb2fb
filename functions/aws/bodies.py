"""S3 for messages: those too large for a queue, and those that were worked on. It forgets both."""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class LargeBodies:
    """Keeps bodies under a name made of their content: the same message is kept once."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, endpoint: str, body: bytes) -> str:
        """Keep a body; return its name."""
        name = f"{endpoint}/{hashlib.sha256(body).hexdigest()}"
        self._client.put_object(
            Bucket=self._bucket, Key=name, Body=body, ContentType="application/json"
        )
        return name

    def get(self, name: str) -> bytes:
        """Return a body that was kept."""
        answer = self._client.get_object(Bucket=self._bucket, Key=name)
        found: bytes = answer["Body"].read()
        return found


class WorkedMessages:
    """Keeps what a worker's batches have worked on, an object per batch and endpoint.

    Objects are named by endpoint and instant, so that a time is a range of names.
    """

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, endpoint: str, now: datetime, name: str, messages: Sequence[Any]) -> None:
        """Keep the messages of a batch under an instant, and a name that no other batch has."""
        self._client.put_object(
            Bucket=self._bucket,
            Key=f"{_place(endpoint, now)}-{name}",
            Body=zlib.compress(json.dumps(messages).encode()),
            ContentType="application/zlib",
        )

    def listed(
        self, endpoint: str, since: datetime, until: datetime, after: str, most: int
    ) -> list[str]:
        """Return so many names of what was kept between two instants, in order, behind one."""
        answer = self._client.list_objects_v2(
            Bucket=self._bucket,
            Prefix=_place(endpoint),
            StartAfter=after or _place(endpoint, since),
            MaxKeys=most,
        )
        end = f"{_place(endpoint, until)}."  # behind the names of that very instant
        return [one["Key"] for one in answer.get("Contents", ()) if one["Key"] < end]

    def get(self, name: str) -> list[Any]:
        """Return the messages under a name."""
        answer = self._client.get_object(Bucket=self._bucket, Key=name)
        found: list[Any] = json.loads(zlib.decompress(answer["Body"].read()))
        return found


def _place(endpoint: str, at: datetime | None = None) -> str:
    instant = at.astimezone(UTC).strftime("%Y%m%dT%H%M%S%f") if at else ""
    return f"worked/{endpoint}/{instant}"
