"""One connection to APNs: HTTP/2 frames out, answers in.

As many pushes are open at a time as the server allows; what a lost connection owes an answer
stays in :attr:`Connection.in_flight`, and the caller (``push``) sends it again on another one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import h2.config
import h2.connection
import h2.events
import h2.exceptions
from hpack import Encoder, HeaderTuple, NeverIndexedHeaderTuple

from passes.apple.push_result import IDLE_TIMEOUT, PushResult, Verdict, classify

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

BODY = b"{}"
_WIDEST_WINDOW = 250
_IDLE_SECONDS = 50.0
_PING_SECONDS = 2.0
_MOST_RESETS = 3
_CHUNK = 65_536
_PUSHES_A_RECORD = 48
"""Sent as soon as so many are written: the server works on them while the next are written."""


class ConnectionLost(Exception):  # noqa: N818 - what happened, not whose fault it is
    """The connection is over; what has no answer must be sent on another one."""


@dataclass(slots=True)
class Push:
    """A push on its way: the same ``apns-id`` however often it is sent."""

    token: str
    apns_id: str
    resets: int = 0
    status: int = 0
    retry_after: str | None = None
    body: bytearray = field(default_factory=bytearray)


class _PlainEncoder(Encoder):
    """Writes texts as they are: a Huffman code costs both sides more time than its bytes do."""

    def encode(self, headers: Any, huffman: bool = False) -> bytes:  # noqa: FBT001, FBT002 - theirs
        return super().encode(headers, huffman)


class Connection:
    """One connection: sends as many at a time as the server allows, collects the answers."""

    def __init__(
        self,
        secured: ssl.SSLSocket,
        authority: str,
        topic: str,
        silence: float,
        monotonic: Callable[[], float],
    ) -> None:
        self.in_flight: dict[int, Push] = {}
        self._socket = secured
        self._opening = (
            HeaderTuple(b":method", b"POST"),
            HeaderTuple(b":scheme", b"https"),
            HeaderTuple(b":authority", authority.encode()),
        )
        self._headers = (
            HeaderTuple(b"apns-topic", topic.encode()),
            HeaderTuple(b"apns-push-type", b"background"),
            HeaderTuple(b"apns-priority", b"5"),
        )
        self._named = False
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
        self._http.encoder = _PlainEncoder()
        self._http.initiate_connection()

    def exchange(
        self,
        waiting: deque[Push],
        results: dict[str, PushResult],
        expiration: str,
        deadline: float,
        rests: Callable[[PushResult], bool],
    ) -> None:
        """Send what waits and take the answers, until nothing waits and nothing is owed.

        Whatever ends this early leaves the unanswered in :attr:`in_flight`. Once `rests` says of an
        answer that APNs wants to be left alone, what is owed is still taken and nothing is sent.
        """
        resting = False
        if self._socket.selected_alpn_protocol() != "h2":
            raise ConnectionLost("the server does not speak HTTP/2")
        while self.in_flight or (waiting and not resting):
            written = 0
            while waiting and not resting and self._room():
                self._send(waiting, expiration)
                written += 1
                if written % _PUSHES_A_RECORD == 0:
                    self._flush(deadline)
            self._flush(deadline)
            for event in self._receive(deadline, self._silence):
                answered = self._take(event, waiting, results)
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
        except (OSError, ConnectionLost, h2.exceptions.ProtocolError):
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

    def _send(self, waiting: deque[Push], expiration: str) -> None:
        # The number first: when there is none left, the push must still be waiting.
        stream = self._http.get_next_available_stream_id()
        push = waiting.popleft()
        push.status, push.retry_after = 0, None
        push.body.clear()
        self.in_flight[stream] = push
        # What differs from push to push stays out of the table of headers, save the first time, for
        # the names' sake: Apple asks for that, so that the table is not thrashed.
        own = NeverIndexedHeaderTuple if self._named else HeaderTuple
        self._named = True
        self._http.send_headers(
            stream,
            [
                *self._opening,
                NeverIndexedHeaderTuple(b":path", f"/3/device/{push.token}".encode()),
                *self._headers,
                own(b"apns-expiration", expiration.encode()),
                own(b"apns-id", push.apns_id.encode()),
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
            raise ConnectionLost("the server closed the connection")
        self._last_heard = self._monotonic()
        return self._http.receive_data(data)

    def _take(
        self,
        event: h2.events.Event,
        waiting: deque[Push],
        results: dict[str, PushResult],
    ) -> PushResult | None:
        """Take one event in; return the result when it completes an answer."""
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
            return self._finish(event.stream_id, results)
        elif isinstance(event, h2.events.StreamReset):
            self._reset(event.stream_id, waiting, results)
        elif isinstance(event, h2.events.RemoteSettingsChanged):
            self._settled = True
        elif isinstance(event, h2.events.PingAckReceived):
            self._pongs += 1
        elif isinstance(event, h2.events.ConnectionTerminated):
            raise ConnectionLost("the server sent GOAWAY")
        return None

    def _finish(self, stream: int, results: dict[str, PushResult]) -> PushResult | None:
        push = self.in_flight.get(stream)
        if push is None:
            return None
        result = classify(push.token, push.status, bytes(push.body), push.retry_after)
        if result.reason == IDLE_TIMEOUT:
            raise ConnectionLost("the connection was idle for too long")
        del self.in_flight[stream]
        results[push.token] = result
        return result

    def _reset(self, stream: int, waiting: deque[Push], results: dict[str, PushResult]) -> None:
        push = self.in_flight.pop(stream, None)
        if push is None:
            return
        push.resets += 1
        if push.resets < _MOST_RESETS:
            waiting.append(push)
        else:
            results[push.token] = PushResult(push.token, Verdict.LATER, reason="stream reset")
