"""The Google Wallet REST API over plain HTTP: tokens, time-outs, pace, bounded retries.

One client may serve several threads.

google-auth makes the tokens. Its ``before_request`` and its urllib3 transport are not used: the
first starts a thread that asks a second Google service for "regional access boundaries", which a
loyalty issuer does not need and a frozen Lambda cannot finish; the second needs ``packaging``.
"""

from __future__ import annotations

import json
import math
import random as random_module
import threading
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import quote

import urllib3
from google.auth import exceptions as google_exceptions
from google.oauth2 import service_account

from passes.addresses import GOOGLE_API, GOOGLE_SCOPE, GOOGLE_TOKEN
from passes.google.failures import (
    GoogleError,
    NotAllowedError,
    NotAllowlistedError,
    UnavailableError,
    failure,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Json = dict[str, Any]

_TOKEN: Final = "get a Google access token"  # noqa: S105  what is tried
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})

POOL_SIZE: Final = 10
"""Connections kept at once; more than a worker's threads."""


class ServiceAccountError(ValueError):
    """The service account's JSON cannot be used; the message says what is wrong with it."""


class Credentials(Protocol):
    """What the client needs of google-auth's service account credentials."""

    token: Any

    @property
    def valid(self) -> bool: ...
    def refresh(self, request: Any) -> None: ...


class Pace(Protocol):
    """Says when a request may leave, so that the issuer's requests together stay in its quota."""

    def take(self, seconds: float) -> bool:
        """Wait for a turn, for so long at most; False when there is none in that time."""


class Closed(Protocol):
    """Remembers what this issuer may not use, such as merchant locations."""

    def members(self) -> frozenset[str]:
        """Return the members that are not sent."""

    def refused(self, error: NotAllowlistedError) -> None:
        """Remember a refusal, and tell the owner."""


class ClosedHere:
    """Remembers it for this process only."""

    def __init__(self) -> None:
        self._members: frozenset[str] = frozenset()

    def members(self) -> frozenset[str]:
        """Return the members that are not sent."""
        return self._members

    def refused(self, error: NotAllowlistedError) -> None:
        """Remember a refusal."""
        self._members |= {error.member}


@dataclass(frozen=True, slots=True)
class Patience:
    """How long one call may take, all attempts together.

    Attributes
    ----------
    attempts
        Requests at most, the refresh of a refused token not counted.
    timeout
        Seconds that one request may take. Google recommends 10: its slowest percent takes 5.
    total
        Seconds after which the call ends, answered or not.
    token
        Seconds of that for an access token, all attempts together.
    first_pause, longest_pause
        Seconds. The pause before attempt n is drawn between 0 and
        ``min(longest_pause, first_pause * 2**(n-2))`` ("full jitter").
    """

    attempts: int = 4
    timeout: float = 10.0
    total: float = 25.0
    token: float = 10.0
    first_pause: float = 0.25
    longest_pause: float = 4.0


def credentials_from(
    information: Mapping[str, Any], token_url: str = GOOGLE_TOKEN
) -> service_account.Credentials:
    """Make credentials from a service account's JSON; nothing is sent yet.

    Raises
    ------
    ServiceAccountError
        A member is missing, or the key is not a readable RSA key.
    """
    try:
        made: service_account.Credentials = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            {**information, "token_uri": token_url}, scopes=[GOOGLE_SCOPE]
        )
    except (ValueError, google_exceptions.GoogleAuthError) as error:
        raise ServiceAccountError(
            "the secret google/service-account is not a usable service account key "
            f"({type(error).__name__}): store the JSON file that the Google Cloud console "
            "offers under Service accounts > Keys > Add key"
        ) from error
    return made


class WalletClient:
    """Insert, get and patch loyalty classes and objects, and add messages to them.

    One client lives as long as the process: it keeps the connections and the token. `requests`
    counts what was sent to the Wallet API, for the figures of a benchmark. `key_refused` tells
    whether the service account's key was refused when it was last asked for a token.

    Parameters
    ----------
    credentials
        See `credentials_from`.
    api_url
        Without a trailing slash.
    pace
        Asked before every request to the Wallet API, repetitions included; None sends at once.
    closed
        What the issuer may not use is left out of what is sent. A member that Google refuses for
        that is remembered there, and the request is sent again without it.
    random, sleep, elapsed
        Randomness in [0, 1), waiting and a monotonic clock in seconds, given by tests.
    clock
        Seconds since 1970, for a ``Retry-After`` that names a date.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        api_url: str = GOOGLE_API,
        patience: Patience | None = None,
        pace: Pace | None = None,
        closed: Closed | None = None,
        random: Callable[[], float] = random_module.random,
        sleep: Callable[[float], None] = time.sleep,
        elapsed: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._credentials = credentials
        self._base = f"{api_url}/walletobjects/v1"
        self._patience = patience or Patience()
        self._pace = pace
        self._closed = closed or ClosedHere()
        self._random = random
        self._sleep = sleep
        self._elapsed = elapsed
        self._clock = clock
        self._pool = urllib3.PoolManager(retries=False, maxsize=POOL_SIZE)
        self._limit = math.inf
        self._lock = threading.Lock()
        self._token_lock = threading.Lock()
        self._unsure: set[str] = set()
        self.requests = 0
        self.key_refused = False

    def limit(self, seconds: float) -> None:
        """Let no call last longer than `seconds` from now, as a function's time runs out."""
        self._limit = self._elapsed() + seconds

    def insert_class(self, body: Json) -> Json:
        """Create a class. Raises AlreadyThereError when the id is taken."""
        return self._write("insert the loyalty class", "POST", "loyaltyClass", body)

    def patch_class(self, body: Json) -> Json:
        """Merge `body` into the class of its id. Raises NotThereError."""
        path = f"loyaltyClass/{quote(body['id'], safe='')}"
        return self._write("patch the loyalty class", "PATCH", path, body)

    def get_class(self, class_id: str) -> Json:
        """Return a class as Google has it. Raises NotThereError."""
        path = f"loyaltyClass/{quote(class_id, safe='')}"
        return self._call("get the loyalty class", "GET", path, class_id)

    def insert_object(self, body: Json) -> Json:
        """Create an object. Raises AlreadyThereError, or NotThereError for a missing class."""
        return self._write("insert the loyalty object", "POST", "loyaltyObject", body)

    def patch_object(self, body: Json) -> Json:
        """Merge `body` into the object of its id. Raises NotThereError."""
        path = f"loyaltyObject/{quote(body['id'], safe='')}"
        return self._write("patch the loyalty object", "PATCH", path, body)

    def get_object(self, object_id: str) -> Json:
        """Return an object as Google has it. Raises NotThereError."""
        path = f"loyaltyObject/{quote(object_id, safe='')}"
        return self._call("get the loyalty object", "GET", path, object_id)

    def add_object_message(self, object_id: str, message: Json) -> Json:
        """Add a message to one card, see `_add_message`."""
        return self._add_message("loyaltyObject", object_id, message)

    def add_class_message(self, class_id: str, message: Json) -> Json:
        """Add a message to every card of a class, see `_add_message`."""
        return self._add_message("loyaltyClass", class_id, message)

    def take_doubt(self, identifier: str) -> bool:
        """Tell whether Google may yet carry out a request about this resource, and forget it.

        True when an attempt since the last asking ended in a time-out or a 5xx, even where a
        repetition was answered: the first may have been delayed on Google's side and overtake.
        """
        with self._lock:
            known = identifier in self._unsure
            self._unsure.discard(identifier)
        return known

    def closed(self) -> frozenset[str]:
        """Return the members that this issuer may not use, which are left out of what is sent."""
        return self._closed.members()

    def close(self) -> None:
        """Close kept connections; a function's process never needs to."""
        self._pool.clear()

    def _add_message(self, kind: str, identifier: str, message: Json) -> Json:
        """Add a message; it is not repeated unless Google says that it was not carried out.

        Google neither knows an id of the request nor compares messages, so a repetition after a
        time-out may say and ring everything twice. The caller looks first (passes.google.messages).

        Raises
        ------
        QuotaExceededError
            Three notifications in 24 hours; nothing was added.
        UnavailableError
            With ``unsure`` when it may have been added, or may yet be.
        """
        path = f"{kind}/{quote(identifier, safe='')}/addMessage?fields=resource.id"
        return self._call("add a message", "POST", path, identifier, {"message": message})

    def _write(self, action: str, method: str, path: str, body: Json) -> Json:
        """Send a class or object, without what the issuer may not use."""
        while True:
            left_out = self._closed.members()
            sent = {name: value for name, value in body.items() if name not in left_out}
            try:
                return self._call(action, method, path, body["id"], sent)
            except NotAllowlistedError as error:
                if error.member not in sent:
                    raise
                self._closed.refused(error)
                if error.member not in self._closed.members():
                    raise

    def _call(
        self, action: str, method: str, path: str, identifier: str, body: Json | None = None
    ) -> Json:
        """Send a request until it is answered, within the client's patience.

        Everything but a message may be repeated: a PATCH says the full state, and an insert
        that was carried out but not heard answers 409 the second time, which callers expect.
        """
        patience = self._patience
        began = self._elapsed()
        end = min(began + patience.total, self._limit)
        token_end = min(end, began + patience.token)
        refreshed = False
        attempt = 1
        while True:
            try:
                token = self._token(token_end)
            except UnavailableError as error:
                pause = self._pause(attempt, error)
                if attempt >= patience.attempts or self._elapsed() + pause >= token_end:
                    raise
                self._sleep(pause)
                attempt += 1
                continue
            try:
                return self._send(action, method, path, body, end, token)
            except NotAllowedError as error:
                # A token can be revoked before it expires: one fresh token, once, at once.
                if error.status != 401 or refreshed:  # noqa: PLR2004  reads better as a number
                    raise
                refreshed = True
            except UnavailableError as error:
                if error.unsure and method != "GET":
                    with self._lock:
                        self._unsure.add(identifier)
                    if "addMessage" in path:
                        raise
                pause = self._pause(attempt, error)
                if attempt >= patience.attempts or self._elapsed() + pause >= end:
                    raise
                self._sleep(pause)
                attempt += 1

    def _pause(self, attempt: int, error: UnavailableError) -> float:
        patience = self._patience
        longest: float = min(patience.longest_pause, patience.first_pause * 2 ** (attempt - 1))
        return max(self._random() * longest, error.retry_after)

    def _send(  # noqa: PLR0917
        self, action: str, method: str, path: str, body: Json | None, end: float, token: str
    ) -> Json:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        content = None
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
            content = json.dumps(body, ensure_ascii=False).encode("utf-8")
        if self._pace is not None and not self._pace.take(end - self._elapsed()):
            raise UnavailableError(action, 0, "no turn in time", "")
        with self._lock:
            self.requests += 1
        address = f"{self._base}/{path}"
        status, received, answer = self._exchange(action, method, address, headers, content, end)
        if status == 401:  # noqa: PLR2004  reads better as a number
            self._forget(token)
        if not 200 <= status < 300:  # noqa: PLR2004  the range of success
            raise failure(action, status, answer, self._asked_to_wait(received), body)
        try:
            document: Json = json.loads(answer)
        except ValueError as error:
            raise UnavailableError(action, status, "unreadable", "not JSON", unsure=True) from error
        return document

    def _asked_to_wait(self, headers: Mapping[str, str]) -> float:
        """Return the seconds of a ``Retry-After``, given as seconds or as a date (RFC 9110)."""
        text = str(headers.get("Retry-After") or "").strip()
        if text.isascii() and text.isdigit():
            return float(text)
        try:
            return max(0.0, parsedate_to_datetime(text).timestamp() - self._clock())
        except (ValueError, TypeError):
            return 0.0

    def _forget(self, token: str) -> None:
        """Let go of a token that was refused, unless another thread has fetched a new one."""
        with self._token_lock:
            if self._credentials.token == token:
                self._credentials.token = None

    def _token(self, end: float = math.inf) -> str:
        """Return a bearer token that is good for some minutes more, fetching one when needed."""
        # Whoever waits for another thread's token gives up in time, too.
        if not self._token_lock.acquire(blocking=False):
            left = max(0.0, min(end - self._elapsed(), threading.TIMEOUT_MAX))
            if not self._token_lock.acquire(timeout=left):
                raise UnavailableError(_TOKEN, 0, "no time left", "")
        try:
            if not self._credentials.valid:
                self._refresh(end)
            return str(self._credentials.token)
        finally:
            self._token_lock.release()

    def _refresh(self, end: float) -> None:
        def transport(
            url: str,
            method: str = "GET",
            body: bytes | None = None,
            headers: Mapping[str, str] | None = None,
            **_: Any,
        ) -> _Answer:
            """Serve google-auth as its transport, with our time-outs."""
            answer = _Answer(*self._exchange(_TOKEN, method, url, headers or {}, body, end))
            if answer.status in _PASSING or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                # Said here: google-auth would repeat it with pauses of its own, whatever is left.
                raise UnavailableError(_TOKEN, 0, "token", "the token endpoint is down")
            return answer

        self.key_refused = False
        try:
            self._credentials.refresh(transport)
        except UnavailableError as error:
            # Only a token was not fetched: the request itself has not left.
            raise UnavailableError(_TOKEN, 0, error.reason, "") from error
        except google_exceptions.RefreshError as error:
            if error.retryable:
                raise UnavailableError(_TOKEN, 0, "token", "the token endpoint is down") from None
            # The endpoint's sentence goes no further: it may quote the assertion.
            self.key_refused = True
            raise NotAllowedError(
                _TOKEN, 0, "the token endpoint refuses the service account's key", ""
            ) from None
        except (TypeError, ValueError, AttributeError, OverflowError):
            # A 200 that is no token: the page of a proxy in between. google-auth reads on.
            self._credentials.token = None
            raise UnavailableError(_TOKEN, 0, "token", "the answer is no token") from None
        if not isinstance(self._credentials.token, str):
            self._credentials.token = None
            raise UnavailableError(_TOKEN, 0, "token", "the answer is no token")

    def _exchange(  # noqa: PLR0917
        self,
        action: str,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        end: float,
    ) -> tuple[int, Mapping[str, str], bytes]:
        left = min(self._patience.timeout, end - self._elapsed())
        if left <= 0:
            raise UnavailableError(action, 0, "no time left", "")
        try:
            # urllib3's time-out is for each wait on the socket, so a server that drips bytes
            # may take longer; the function's own time-out is the last bound.
            answer = self._pool.request(
                method,
                url,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=left),
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            # No address in the sentence: a class name tells enough, and names nobody. Without a
            # connection (DNS, refused, TLS time-out) nothing was sent.
            unsure = not isinstance(error, urllib3.exceptions.ConnectTimeoutError)
            reason = f"no answer ({type(error).__name__})"
            raise UnavailableError(action, 0, reason, "", unsure=unsure) from error
        return answer.status, answer.headers, answer.data


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer in the shape of google-auth's transport."""

    status: int
    headers: Mapping[str, str]
    data: bytes


__all__ = ["Credentials", "GoogleError", "Patience", "WalletClient", "credentials_from"]
