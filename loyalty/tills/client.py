"""Asks a till's vendor over HTTPS: what its messages leave out, and what none of them brought.

One client speaks to one host, the configured one. It follows no redirects (a token would travel
with them), reads no endless answers, tries again a few times with growing, random pauses, and waits
as long as the vendor asks for where that fits into the time there is.
"""

from __future__ import annotations

import json
import re
import socket
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import create_connection

from loyalty.outgoing import guard
from loyalty.tills.failures import VendorFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_ANSWER: Final = 4 * 1024 * 1024
"""Bytes. An order of some thousand lines is a few hundred kilobytes."""

_PASSING: Final = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_NOTHING: Final = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_SECONDS: Final = re.compile(r"[0-9]{1,5}(\.[0-9]{1,3})?", re.ASCII)
_CHUNK: Final = 64 * 1024
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one question may take.

    Attributes
    ----------
    attempts
        Requests at most.
    timeout
        Seconds for one request.
    first_pause, longest_pause
        Seconds. The pause before attempt n is drawn between 0 and
        ``min(longest_pause, first_pause * 2**(n-2))``; a vendor's ``Retry-After`` comes on top of
        no draw and counts as it is, if it is not longer than `longest_wait`.
    longest_wait
        Seconds that a vendor may ask for; beyond, the message goes back to its queue.
    """

    attempts: int = 3
    timeout: float = 5.0
    first_pause: float = 0.25
    longest_pause: float = 2.0
    longest_wait: float = 3.0


def checked_address(address: str, *, development: bool = False) -> str:
    """Return a vendor's address, ``https://host``, without a slash at its end.

    Raises
    ------
    ValueError
        It is not https, has a name and password, a query or a fragment in it. In development
        (``development``) http on this machine is allowed.
    """
    parts = urlsplit(address)
    local = development and parts.scheme == "http" and parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not local:
        raise ValueError("the vendor's address begins with https://")
    if not parts.hostname or parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("the vendor's address is https:// and a host, without anything else")
    return address.rstrip("/")


class Client:
    """Asks one vendor as one merchant.

    Parameters
    ----------
    address
        ``https://host`` and at most a path in front of every question's.
    token
        What the endpoint's secret says: a connector puts it where its vendor wants it.
    left
        Seconds of the invocation that are left; no question begins that would not fit.
    random, sleep
        The jitter's draw between 0 and 1, and the pause.
    pool
        Connections, shared by the clients of a process.
    pause
        Seconds before each question: so many at most go out one after the other.
    """

    def __init__(
        self,
        address: str,
        token: str,
        *,
        left: Callable[[], float],
        random: Callable[[], float],
        sleep: Callable[[float], None],
        pool: urllib3.PoolManager | None = None,
        patience: Patience | None = None,
        pause: float = 0.0,
    ) -> None:
        self._address = address
        self.token = token
        self._left = left
        self._random = random
        self._sleep = sleep
        self._pool = pool or connections()
        self._patience = patience or Patience()
        self._pause = pause

    def get(
        self,
        path: str,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the JSON at a path; None where there is nothing (204, 404, 410).

        Raises
        ------
        VendorFailed
            The vendor did not tell, or not in time.
        """
        return self._ask("GET", path, query, headers, None)

    def post(
        self,
        path: str,
        body: Any,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the JSON that a question with a body is answered with; only for questions.

        Raises
        ------
        VendorFailed
            The vendor did not tell, or not in time.
        """
        return self._ask("POST", path, query, headers, json.dumps(body).encode())

    def write(
        self, method: str, path: str, body: Any, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Return the JSON that a write is answered with; None where there is nothing to write to.

        ``method``: PATCH or PUT, which may be repeated.

        Raises
        ------
        VendorFailed
            It was not taken, or nobody knows.
        """
        return self._ask(method, path, None, headers, json.dumps(body).encode())

    def _ask(
        self,
        method: str,
        path: str,
        query: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        body: bytes | None,
    ) -> Any:
        url = f"{self._address}{path}"
        if query:
            url = f"{url}?{urlencode(query)}"
        sent = {"Accept": "application/json", "User-Agent": "loyalty", **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        failed = VendorFailed("unavailable")
        for attempt in range(self._patience.attempts):
            if attempt and not self._rested(attempt, failed.retry_after):
                break
            if self._pause:
                self._sleep(self._pause)
            timeout = min(self._patience.timeout, self._left())
            if timeout <= 0:
                break
            try:
                return self._once(method, url, sent, body, timeout)
            except VendorFailed as error:
                if not error.passing:
                    raise
                failed = error
        raise failed

    def _rested(self, attempt: int, asked: float | None) -> bool:
        """Wait before another attempt; False where there is no time for it."""
        if asked is None:
            most = min(
                self._patience.longest_pause, self._patience.first_pause * 2 ** (attempt - 1)
            )
            pause = most * self._random()
        else:
            pause = asked
        if pause > self._patience.longest_wait or pause >= self._left():
            return False
        self._sleep(pause)
        return True

    def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None, timeout: float
    ) -> Any:
        try:
            answer = self._pool.request(
                method,
                url,
                body=body,
                headers=dict(headers),
                timeout=urllib3.Timeout(total=timeout),
                redirect=False,
                retries=False,
                preload_content=False,
            )
        except urllib3.exceptions.HTTPError:
            raise VendorFailed("unavailable") from None
        end = self._left() - timeout
        try:
            # The pool's time-out is for each wait on the socket: a server that drips would have all
            # the time there is.
            return _read(answer, lambda: self._left() >= end)
        except urllib3.exceptions.HTTPError:
            raise VendorFailed("unavailable") from None
        finally:
            # Closed first: what was not read to its end would be read as the next answer.
            answer.close()
            answer.release_conn()


def connections(*, local: bool = False) -> urllib3.PoolManager:
    """Return what keeps connections to vendors, at public addresses alone.

    Owners say where their vendor is asked: no name they give leads to what is next to us, whatever
    it leads to by the time it is asked. ``local``: on the stage on one machine, loopback is one.
    """
    pool = urllib3.PoolManager(retries=False, maxsize=4)
    pool.pool_classes_by_scheme = _POOLS[local]
    return pool


class _Judged(HTTPConnection):
    """Connects to an address that was judged, in the name of the host that is asked."""

    local = False

    def _new_conn(self) -> socket.socket:
        try:
            found = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "the name leads nowhere") from error
        address = guard.choose([str(one[4][0]) for one in found], local=self.local)
        if address is None:
            raise NewConnectionError(self, "nothing is asked at such an address")
        try:
            return create_connection(
                (address, self.port or 0), self.timeout, socket_options=self.socket_options
            )
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "no connection in time") from error
        except OSError as error:
            raise NewConnectionError(self, "no connection") from error


def _pools(*, local: bool) -> dict[str, type[HTTPConnectionPool]]:
    plain = type("Plain", (_Judged,), {"local": local})
    secret = type("Secret", (_Judged, HTTPSConnection), {"local": local})
    return {
        "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("SecretPool", (HTTPSConnectionPool,), {"ConnectionCls": secret}),
    }


_POOLS: Final = {local: _pools(local=local) for local in (False, True)}


def path(*parts: str) -> str:
    """Return a path of these parts; an id never reaches beyond its own part."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def _read(answer: Any, in_time: Callable[[], bool]) -> Any:
    if answer.status in _NOTHING:
        return None
    if answer.status != HTTPStatus.OK:
        raise _failure(answer)
    text = b""
    for chunk in answer.stream(_CHUNK):
        text += chunk
        if len(text) > LARGEST_ANSWER:
            raise VendorFailed("not_understood")
        if not in_time():
            raise VendorFailed("unavailable")
    try:
        # Decimals stay what they are; a float would round somebody's money.
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        raise VendorFailed("not_understood") from None


def _failure(answer: Any) -> VendorFailed:
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return VendorFailed("token_refused")
    if answer.status == HTTPStatus.FORBIDDEN:
        return VendorFailed("not_allowed")
    if answer.status in _PASSING:
        given = str(answer.headers.get("Retry-After", ""))
        after = float(given) if _SECONDS.fullmatch(given) else None
        limited = answer.status == HTTPStatus.TOO_MANY_REQUESTS
        return VendorFailed("rate_limited" if limited else "unavailable", after)
    return VendorFailed("refused")
