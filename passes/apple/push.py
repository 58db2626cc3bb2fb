"""Ring the phones: pushes to APNs over one warm HTTP/2 connection.

A push for a pass carries nothing; it makes the phone ask the web service. So sending one twice does
no harm and losing one does: after a GOAWAY or a broken connection everything that has no answer yet
is sent again, with the same ``apns-id``.

Written on ``h2`` because the clients at hand lose pushes in flight when the server closes a
connection (docs/decisions has the figures). Synchronous: a worker does nothing else meanwhile.
"""

from __future__ import annotations

import math
import socket
import ssl
import tempfile
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from passes.apple.push_outcome import IDLE_TIMEOUT, Outcome, Verdict, classify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

PRODUCTION = "https://api.push.apple.com"
"""Wallet's pushes exist in production only; there is no sandbox for them."""

BODY = b"{}"
_LIVES = timedelta(days=1)
_WIDEST_WINDOW = 250
_IDLE_SECONDS = 50.0
_PING_SECONDS = 2.0
_CONNECT_SECONDS = 5.0
_MOST_FRUITLESS = 4
_MOST_RESETS = 3
_FIRST_PAUSE = 0.1
_CHUNK = 65_536
_SERVER_ERROR = 500


class _ConnectionLost(Exception):  # noqa: N818 - what happened, not whose fault it is
    """The connection is over; what has no answer must be sent on another one."""


@dataclass(slots=True)
class _Push:
    token: str
    apns_id: str
    resets: int = 0
    status: int = 0
    retry_after: str | None = None
    body: bytearray = field(default_factory=bytearray)


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
        self._connection: _Connection | None = None
        self._rests_until = 0.0
        self.connections = 0
        """Connections opened so far."""
        self.resent = 0
        """Pushes sent again after a connection was lost."""

    def push(self, tokens: Iterable[str], now: datetime, seconds: float) -> list[Outcome]:
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
        waiting = deque(_Push(token, str(uuid.uuid4())) for token in dict.fromkeys(tokens))
        order = [push.token for push in waiting]
        expiration = str(int((now + _LIVES).timestamp()))
        outcomes: dict[str, Outcome] = {}
        failure = Outcome("", Verdict.UNFINISHED, reason="no time left")
        fruitless = 0
        self._rest(waiting, outcomes)
        while waiting and fruitless < _MOST_FRUITLESS and self._monotonic() < deadline:
            answered = len(outcomes)
            try:
                connection = self._ready(deadline)
                connection.exchange(waiting, outcomes, expiration, deadline, self._hear_of_rest)
                self._rest(waiting, outcomes)
            except (OSError, _ConnectionLost, h2.exceptions.ProtocolError) as error:
                failure = _failure(error)
                self._lose(waiting)
                if failure.verdict is Verdict.CONFIGURATION:
                    break
                fruitless = 0 if len(outcomes) > answered else fruitless + 1
                if waiting and fruitless:
                    wait = _FIRST_PAUSE * 2 ** (fruitless - 1)
                    self._pause(max(0.0, min(wait, deadline - self._monotonic())))
        for push in waiting:
            outcomes[push.token] = Outcome(push.token, failure.verdict, reason=failure.reason)
        return [outcomes[token] for token in order]

    def _hear_of_rest(self, outcome: Outcome) -> bool:
        """Take note when APNs as a whole asks to be left alone; tell whether it does.

        A 429 is about one device and holds nobody else up.
        """
        if outcome.status is None or outcome.status < _SERVER_ERROR or not outcome.retry_after:
            return False
        self._rests_until = max(self._rests_until, self._monotonic() + outcome.retry_after)
        return True

    def _rest(self, waiting: deque[_Push], outcomes: dict[str, Outcome]) -> None:
        """While APNs wants to be left alone, nothing more is sent: it all comes again later."""
        left = math.ceil(self._rests_until - self._monotonic())
        while left > 0 and waiting:
            push = waiting.popleft()
            outcomes[push.token] = Outcome(
                push.token, Verdict.LATER, reason="APNs asked for a rest", retry_after=left
            )

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ready(self, deadline: float) -> _Connection:
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
            self._connection = _Connection(
                secured, authority, self._topic, self._silence, self._monotonic
            )
            self.connections += 1
        return self._connection

    def _lose(self, waiting: deque[_Push]) -> None:
        """Drop the connection and put what it owed an answer back in line, in front."""
        if self._connection is not None:
            owed = self._connection.in_flight
            self.resent += len(owed)
            waiting.extendleft(reversed(owed.values()))
        self.close()


class _Connection:
    """One connection: sends as many at a time as the server allows, collects the answers."""

    def __init__(
        self,
        secured: ssl.SSLSocket,
        authority: str,
        topic: str,
        silence: float,
        monotonic: Callable[[], float],
    ) -> None:
        self.in_flight: dict[int, _Push] = {}
        self._socket = secured
        self._headers = (
            (":authority", authority),
            ("apns-topic", topic),
            ("apns-push-type", "background"),
            ("apns-priority", "5"),
        )
        self._silence = silence
        self._monotonic = monotonic
        self._last_heard = monotonic()
        self._settled = False
        self._pongs = 0
        self._http = h2.connection.H2Connection(
            h2.config.H2Configuration(
                header_encoding="utf-8",
                validate_outbound_headers=False,
                normalize_outbound_headers=False,
            )
        )
        self._http.initiate_connection()

    def exchange(
        self,
        waiting: deque[_Push],
        outcomes: dict[str, Outcome],
        expiration: str,
        deadline: float,
        rests: Callable[[Outcome], bool],
    ) -> None:
        """Send what waits and take the answers, until nothing waits and nothing is owed.

        Whatever ends this early leaves the unanswered in :attr:`in_flight`. Once `rests` says of an
        answer that APNs wants to be left alone, what is owed is still taken and nothing is sent.
        """
        resting = False
        if self._socket.selected_alpn_protocol() != "h2":
            raise _ConnectionLost("the server does not speak HTTP/2")
        while self.in_flight or (waiting and not resting):
            while waiting and not resting and self._room():
                self._send(waiting, expiration)
            self._flush(deadline)
            for event in self._receive(deadline, self._silence):
                answered = self._take(event, waiting, outcomes)
                resting = resting or (answered is not None and rests(answered))

    def alive(self, deadline: float) -> bool:
        """Tell whether a connection that rested long still answers."""
        if self._monotonic() - self._last_heard < _IDLE_SECONDS:
            return True
        heard = self._pongs
        try:
            self._http.ping(b"loyalty?")
            self._flush(deadline)
            while self._pongs == heard:
                for event in self._receive(deadline, _PING_SECONDS):
                    self._take(event, deque(), {})
        except (OSError, _ConnectionLost, h2.exceptions.ProtocolError):
            return False
        return True

    def close(self) -> None:
        """Say goodbye if the other side still listens, and close the socket."""
        try:
            self._http.close_connection()
            self._socket.settimeout(0.1)
            self._socket.sendall(self._http.data_to_send())
        except (OSError, h2.exceptions.ProtocolError):
            pass  # it is being closed because it no longer works
        finally:
            self._socket.close()

    def _room(self) -> bool:
        # Until the server has spoken, nothing says that it bears more than one at a time.
        width = (
            min(_WIDEST_WINDOW, self._http.remote_settings.max_concurrent_streams)
            if self._settled
            else 1
        )
        return len(self.in_flight) < width and self._http.outbound_flow_control_window >= len(BODY)

    def _send(self, waiting: deque[_Push], expiration: str) -> None:
        # The number first: when there is none left, the push must still be waiting.
        stream = self._http.get_next_available_stream_id()
        push = waiting.popleft()
        push.status, push.retry_after = 0, None
        push.body.clear()
        self.in_flight[stream] = push
        self._http.send_headers(
            stream,
            [
                (":method", "POST"),
                (":scheme", "https"),
                (":path", f"/3/device/{push.token}"),
                *self._headers,
                ("apns-expiration", expiration),
                ("apns-id", push.apns_id),
            ],
        )
        self._http.send_data(stream, BODY, end_stream=True)

    def _flush(self, deadline: float) -> None:
        data = self._http.data_to_send()
        if data:
            self._socket.settimeout(max(0.01, deadline - self._monotonic()))
            self._socket.sendall(data)

    def _receive(self, deadline: float, silence: float) -> list[h2.events.Event]:
        left = deadline - self._monotonic()
        if left <= 0:
            raise TimeoutError("no time left")
        self._socket.settimeout(min(left, silence))
        data = self._socket.recv(_CHUNK)
        if not data:
            raise _ConnectionLost("the server closed the connection")
        self._last_heard = self._monotonic()
        return self._http.receive_data(data)

    def _take(
        self,
        event: h2.events.Event,
        waiting: deque[_Push],
        outcomes: dict[str, Outcome],
    ) -> Outcome | None:
        """Take one event in; return the outcome when it completes an answer."""
        if isinstance(event, h2.events.ResponseReceived):
            push = self.in_flight.get(event.stream_id)
            if push:
                headers = dict(cast("list[tuple[str, str]]", event.headers))
                push.status = int(headers[":status"])
                push.retry_after = headers.get("retry-after")
        elif isinstance(event, h2.events.DataReceived):
            self._http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            push = self.in_flight.get(event.stream_id)
            if push:
                push.body += event.data
        elif isinstance(event, h2.events.StreamEnded):
            return self._finish(event.stream_id, outcomes)
        elif isinstance(event, h2.events.StreamReset):
            self._reset(event.stream_id, waiting, outcomes)
        elif isinstance(event, h2.events.RemoteSettingsChanged):
            self._settled = True
        elif isinstance(event, h2.events.PingAckReceived):
            self._pongs += 1
        elif isinstance(event, h2.events.ConnectionTerminated):
            raise _ConnectionLost("the server sent GOAWAY")
        return None

    def _finish(self, stream: int, outcomes: dict[str, Outcome]) -> Outcome | None:
        push = self.in_flight.get(stream)
        if push is None:
            return None
        outcome = classify(push.token, push.status, bytes(push.body), push.retry_after)
        if outcome.reason == IDLE_TIMEOUT:
            raise _ConnectionLost("the connection was idle for too long")
        del self.in_flight[stream]
        outcomes[push.token] = outcome
        return outcome

    def _reset(self, stream: int, waiting: deque[_Push], outcomes: dict[str, Outcome]) -> None:
        push = self.in_flight.pop(stream, None)
        if push is None:
            return
        push.resets += 1
        if push.resets < _MOST_RESETS:
            waiting.append(push)
        else:
            outcomes[push.token] = Outcome(push.token, Verdict.LATER, reason="stream reset")


def _failure(error: Exception) -> Outcome:
    """Tell what a failed connection means for everything that still waits."""
    if isinstance(error, ssl.SSLError) and (
        isinstance(error, ssl.SSLCertVerificationError) or "ALERT" in (error.reason or "")
    ):
        # One side does not accept the other's certificate: trying again does not mend that.
        return Outcome("", Verdict.CONFIGURATION, reason=f"TLS: {error.reason}")
    text = str(error) or type(error).__name__
    return Outcome("", Verdict.UNFINISHED, reason=f"connection: {text}")
