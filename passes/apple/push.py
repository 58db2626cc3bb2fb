"""Pushes to APNs over one warm HTTP/2 connection.

A push for a pass carries nothing; it makes the phone ask the web service. So sending one twice does
no harm and losing one does: after a GOAWAY or a broken connection everything that has no answer yet
is sent again, with the same ``apns-id``.

Written on ``h2`` because the clients at hand lose pushes in flight when the server closes a
connection (docs/decisions has the figures). Synchronous: a worker does nothing else meanwhile.
"""

from __future__ import annotations

import errno
import math
import socket
import ssl
import tempfile
import time
import uuid
from collections import deque
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import h2.exceptions

from passes.apple.push_connection import Connection, ConnectionLost, Push
from passes.apple.push_result import PushResult, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

_LIVES = timedelta(days=1)
_CONNECT_SECONDS = 5.0
_MOST_FRUITLESS = 4
_FIRST_PAUSE = 0.1
_SERVER_ERROR = 500


def client_context(
    certificate: bytes, intermediate: bytes, key: bytes, root: Path | None = None
) -> ssl.SSLContext:
    """Return the TLS side of a client that proves itself with the pass certificate.

    Parameters
    ----------
    certificate, intermediate, key
        PEM texts. The key is on disk only for the moment in which the TLS library reads it.
    root
        Who vouches for the server instead of the public authorities: the local APNs' root.
    """
    context = ssl.create_default_context(cafile=str(root) if root else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["h2"])
    with tempfile.TemporaryDirectory() as folder:  # readable by its owner only
        file = Path(folder) / "identity.pem"
        file.touch(mode=0o600)
        file.write_bytes(b"\n".join((certificate, intermediate, key)))
        context.load_cert_chain(file)
    return context


class ApnsClient:
    """Pushes to one topic, over one connection that outlives the call.

    Parameters
    ----------
    url
        ``https://host[:port]``.
    topic
        The pass type identifier.
    context
        From :func:`client_context`.
    silence
        Seconds without a byte from the server after which a connection counts as dead.
    monotonic, pause
        The clock for deadlines, and the way to wait.
    """

    def __init__(
        self,
        url: str,
        topic: str,
        context: ssl.SSLContext,
        *,
        silence: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme != "https" or not parts.hostname:
            raise ValueError(f"the address of APNs must be https://host, not {url!r}")
        self._host = parts.hostname
        self._port = parts.port or 443
        self._topic = topic
        self._context = context
        self._silence = silence
        self._monotonic = monotonic
        self._pause = pause
        self._connection: Connection | None = None
        self._rests_until = 0.0
        self.connections = 0
        """Connections opened so far."""
        self.resent = 0
        """Pushes sent again after a connection was lost."""

    def push(self, tokens: Iterable[str], now: datetime, seconds: float) -> list[PushResult]:
        """Push to every token once and tell what became of each, in the order given.

        Never raises for what a network or APNs does; it takes at most about `seconds`.

        Parameters
        ----------
        tokens
            Push tokens; doubles are pushed once.
        now
            The instant from which the push is kept by APNs for a day if the phone is away.
        seconds
            How long this may take.
        """
        deadline = self._monotonic() + seconds
        waiting = deque(Push(token, str(uuid.uuid4())) for token in dict.fromkeys(tokens))
        order = [push.token for push in waiting]
        expiration = str(int((now + _LIVES).timestamp()))
        results: dict[str, PushResult] = {}
        failure = PushResult("", Verdict.UNFINISHED, reason="no time left")
        fruitless = 0
        self._rest(waiting, results)
        while waiting and fruitless < _MOST_FRUITLESS and self._monotonic() < deadline:
            answered = len(results)
            try:
                connection = self._ready(deadline)
                connection.exchange(waiting, results, expiration, deadline, self._hear_of_rest)
                self._rest(waiting, results)
            except (OSError, ConnectionLost, h2.exceptions.ProtocolError) as error:
                failure = _failure(error)
                self._lose(waiting)
                if failure.verdict is Verdict.CONFIGURATION:
                    break
                fruitless = 0 if len(results) > answered else fruitless + 1
                if waiting and fruitless:
                    wait = _FIRST_PAUSE * 2 ** (fruitless - 1)
                    self._pause(max(0.0, min(wait, deadline - self._monotonic())))
        for push in waiting:
            results[push.token] = PushResult(push.token, failure.verdict, reason=failure.reason)
        return [results[token] for token in order]

    def _hear_of_rest(self, result: PushResult) -> bool:
        """Take note when APNs as a whole asks to be left alone; tell whether it does.

        A 429 is about one device and holds nobody else up.
        """
        if result.status is None or result.status < _SERVER_ERROR or not result.retry_after:
            return False
        self._rests_until = max(self._rests_until, self._monotonic() + result.retry_after)
        return True

    def _rest(self, waiting: deque[Push], results: dict[str, PushResult]) -> None:
        """While APNs wants to be left alone, nothing more is sent: it all comes again later."""
        left = math.ceil(self._rests_until - self._monotonic())
        while left > 0 and waiting:
            push = waiting.popleft()
            results[push.token] = PushResult(
                push.token, Verdict.LATER, reason="APNs asked for a rest", retry_after=left
            )

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ready(self, deadline: float) -> Connection:
        """Return a living connection, opening one when there is none."""
        if self._connection is not None and not self._connection.alive(deadline):
            self.close()
        if self._connection is None:
            left = max(0.01, min(_CONNECT_SECONDS, deadline - self._monotonic()))
            raw = socket.create_connection((self._host, self._port), timeout=left)
            try:
                raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                secured = self._context.wrap_socket(raw, server_hostname=self._host)
            except BaseException:
                raw.close()
                raise
            authority = self._host if self._port == 443 else f"{self._host}:{self._port}"  # noqa: PLR2004
            self._connection = Connection(
                secured, authority, self._topic, self._silence, self._monotonic
            )
            self.connections += 1
        return self._connection

    def _lose(self, waiting: deque[Push]) -> None:
        """Drop the connection and put what it owed an answer back in line, in front."""
        if self._connection is not None:
            owed = self._connection.in_flight
            self.resent += len(owed)
            waiting.extendleft(reversed(owed.values()))
        self.close()


def _failure(error: Exception) -> PushResult:
    """Tell what a failed connection means for everything that still waits."""
    if isinstance(error, ssl.SSLError) and (
        isinstance(error, ssl.SSLCertVerificationError) or "ALERT" in (error.reason or "")
    ):
        # One side does not accept the other's certificate: trying again does not mend that.
        return PushResult("", Verdict.CONFIGURATION, reason=f"TLS: {error.reason}")
    # Results are logged: the kind, and what the system calls it, never an error's own words.
    number = errno.errorcode.get(getattr(error, "errno", None) or 0, "")
    kind = " ".join(filter(None, (type(error).__name__, number)))
    return PushResult("", Verdict.UNFINISHED, reason=f"connection: {kind}")
