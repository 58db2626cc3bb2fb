"""Speak HTTP to an address that somebody has named: post a message, or ask for a file."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from loyalty.outgoing import guard
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.outgoing.guard import Target

USER_AGENT = "loyalty-webhooks/1"
_LONGEST_TAG = 200
_LONGEST_NAMED_WAIT = 24 * 3600
# Many more than are sent at a time: a name server that keeps silent holds a thread until the
# system gives up on it, long after we have.
_resolvers = ThreadPoolExecutor(64, thread_name_prefix="resolve")


@dataclass(frozen=True, slots=True)
class Reply:
    """What a receiver said: its status, or 0 and what kept it from saying anything.

    ``reason`` is one of ours, never the receiver's words. ``wait``: seconds it asks to be left
    alone (Retry-After). ``content``: what it said, as much as was asked for. ``tag``: by which the
    other side knows it again (ETag).
    """

    status: int
    reason: str = ""
    wait: int = 0
    content: bytes = b""
    tag: str = ""


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses that a name leads to now. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def signed_headers(secrets: Sequence[str], event: str, body: str, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with a signature by each secret."""
    # The library takes the time zone off and reads what is left as UTC.
    moment = now.astimezone(UTC)
    signatures = [Webhook(secret).sign(event, moment, body) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": event,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class Poster:
    """Posts to receivers.

    Parameters
    ----------
    local
        This is the stage on one machine (see ``guard.target``).
    resolver
        Turns a name and a port into addresses.
    trust
        Certificates that are trusted; those of the system, if nothing is said.
    """

    def __init__(
        self,
        *,
        local: bool = False,
        resolver: Callable[[str, int], Sequence[str]] = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._local = local
        self._resolver = resolver
        self._trust = trust or ssl.create_default_context()

    def post(
        self, url: str, body: str, headers: Mapping[str, str], seconds: float, largest: int = 0
    ) -> Reply:
        """Post once, within so many seconds in all; no redirect is followed.

        ``largest``: bytes of the answer that are read; none, unless it is said.
        """
        return self._ask("POST", url, body.encode(), headers, seconds, largest)

    def get(self, url: str, headers: Mapping[str, str], seconds: float, largest: int) -> Reply:
        """Ask once for what lies at an address, as ``post``."""
        return self._ask("GET", url, None, headers, seconds, largest)

    def _ask(  # noqa: PLR0917 - how, where, what, how long, how much
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        seconds: float,
        largest: int,
    ) -> Reply:
        ends = time.monotonic() + seconds
        try:
            target = guard.target(url, local=self._local)
        except Refusal:
            return Reply(0, "url_refused")
        try:
            addresses = _resolvers.submit(self._resolver, target.host, target.port).result(seconds)
        except TimeoutError:
            return Reply(0, "timeout")
        except (OSError, UnicodeError):
            return Reply(0, "name_not_found")
        address = guard.choose(addresses, local=self._local)
        if address is None:
            return Reply(0, "address_refused")
        return self._exchange(method, target, address, body, headers, ends, largest)

    def _exchange(  # noqa: PLR0917 - where, what, how long, how much
        self,
        method: str,
        target: Target,
        address: str,
        body: bytes | None,
        headers: Mapping[str, str],
        ends: float,
        largest: int,
    ) -> Reply:
        late = threading.Event()
        connection = _Connection(target, address, self._trust, ends)

        def end() -> None:
            # Each single read has a time-out of its own; this ends what drips in between.
            late.set()
            connection.give_up()

        clock = threading.Timer(max(0.0, ends - time.monotonic()), end)
        clock.daemon = True
        clock.start()
        try:
            sent = {"Host": target.header, "Connection": "close", **headers}
            connection.request(method, target.path, body, sent)
            with connection.getresponse() as answer:
                wait = _wait(answer.getheader("Retry-After", ""))
                content = answer.read(largest) if largest else b""
                tag = answer.getheader("ETag", "")[:_LONGEST_TAG]
                return Reply(answer.status, wait=wait, content=content, tag=tag)
        except ssl.SSLCertVerificationError:
            return Reply(0, "certificate_refused")
        except TimeoutError:
            return Reply(0, "timeout")
        except (OSError, http.client.HTTPException, ValueError):
            # http.client hands on what it makes of damaged answers as many kinds of these.
            return Reply(0, "timeout" if late.is_set() else "no_answer")
        finally:
            clock.cancel()
            connection.close()


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was judged, in the name of the host that was asked for."""

    def __init__(self, target: Target, address: str, trust: ssl.SSLContext, ends: float) -> None:
        super().__init__(target.host, target.port)
        self._target = target
        self._address = address
        self._trust = trust
        self._ends = ends

    def connect(self) -> None:
        left = max(0.001, self._ends - time.monotonic())
        self.sock = socket.create_connection((self._address, self._target.port), left)
        if self._target.scheme == "https":
            wrapped = self._trust.wrap_socket(
                self.sock, server_hostname=self._target.host, do_handshake_on_connect=False
            )
            # Known before the handshake, so that one that drips can be ended, too.
            self.sock = wrapped
            wrapped.do_handshake()

    def give_up(self) -> None:
        """End whatever is being waited for, from another thread."""
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)


def _wait(text: str) -> int:
    """Return the seconds of a Retry-After; dates are too seldom to be read, and count as none."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(_LONGEST_NAMED_WAIT))
    return min(int(text), _LONGEST_NAMED_WAIT) if plain else 0
