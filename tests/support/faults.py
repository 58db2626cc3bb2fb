"""Faults on the wire that no emulator raises, at a seeded rate."""

from __future__ import annotations

import json
import random
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any, Self

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from mypy_boto3_dynamodb import DynamoDBClient

_TYPE = "com.amazonaws.dynamodb.v20120810#"
_WRITE = "before-send.dynamodb.TransactWriteItems"
_READ = "before-send.dynamodb.GetItem"
WRITE_FAULTS = ("conflict", "throttled", "lost before", "lost after", "server error")
READ_FAULTS = ("read throttled", "read lost")


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self._body


class Faults:
    """While entered, lets a share of a client's calls fail; ``met`` counts what was injected."""

    def __init__(self, client: DynamoDBClient, seed: int, rate: float) -> None:
        self._client = client
        self._random = random.Random(seed)
        self._rate = rate
        self._lock = threading.Lock()
        # botocore's types do not know that a handler may answer in the service's place.
        self._hooks: tuple[tuple[str, Any], ...] = ((_WRITE, self._write), (_READ, self._read))
        self.met: Counter[str] = Counter()

    def __enter__(self) -> Self:
        for event, hook in self._hooks:
            self._client.meta.events.register(event, hook)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for event, hook in self._hooks:
            self._client.meta.events.unregister(event, hook)

    def _next(self, kinds: tuple[str, ...], share: float = 1) -> str | None:
        with self._lock:
            if self._random.random() >= self._rate * share:
                return None
            kind = self._random.choice(kinds)
            self.met[kind] += 1
            return kind

    def _write(self, request: Any, **_: Any) -> AWSResponse | None:
        kind = self._next(WRITE_FAULTS)
        if kind == "lost after":
            # The service has done it; only the answer is lost.
            self._client._endpoint.http_session.send(request)  # type: ignore[attr-defined]
            raise ReadTimeoutError(endpoint_url=request.url)
        if kind == "lost before":
            raise ConnectTimeoutError(endpoint_url=request.url)
        if kind == "server error":
            return _answer(request, 500, "InternalServerError")
        if kind is None:
            return None
        code = "TransactionConflict" if kind == "conflict" else "ThrottlingError"
        writes = len(json.loads(request.body)["TransactItems"])
        reasons = [{"Code": "None"}] * (writes - 1) + [{"Code": code, "Message": kind}]
        return _answer(
            request, 400, "TransactionCanceledException", {"CancellationReasons": reasons}
        )

    def _read(self, request: Any, **_: Any) -> AWSResponse | None:
        kind = self._next(READ_FAULTS, share=0.2)
        if kind == "read lost":
            raise ReadTimeoutError(endpoint_url=request.url)
        if kind is None:
            return None
        return _answer(request, 400, "ProvisionedThroughputExceededException")


def _answer(
    request: Any, status: int, kind: str, more: dict[str, Any] | None = None
) -> AWSResponse:
    body = json.dumps({"__type": _TYPE + kind, "Message": "injected", **(more or {})}).encode()
    headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
    return AWSResponse(request.url, status, headers, _Raw(body))
