"""S3 for messages that are too large for a queue; the bucket forgets them by itself."""

from __future__ import annotations

import hashlib
from typing import Any


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
