"""Ask /v1 on behalf of whoever is signed in: the console is a client of the API like any other.

Whatever it shows or does is asked for with the visitor's own session, so that it can do nothing
that their role may not, and needs nothing that the API has not.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import urllib3

from functions.aws.time_left import DEADLINE
from functions.http.authorize import COOKIE
from loyalty.access.sessions import form_token
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONNECTED = 3.0  # seconds that a connection may take
_LONGEST = 12.0  # seconds that an answer may take
_AT_ONCE = 3
"""Each question at the same time may start one more copy of the function that answers."""
_REFUSED = 400


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to /v1.

    ``key``: its Idempotency-Key; ``seen``: the tag that is being changed; ``longest``: seconds that
    its answer may take.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    key: str = ""
    seen: str = ""
    longest: float = _LONGEST


@dataclass(frozen=True, slots=True)
class Told:
    """What was answered, and the tag of it."""

    status: int
    content: Any
    tag: str = ""

    @property
    def code(self) -> str:
        """Return the code of a refusal; empty where it was none."""
        return str(self.content.get("code", "")) if self.status >= _REFUSED else ""


class SignedOutError(Exception):
    """Nobody is signed in any more."""


class RefusedError(Exception):
    """The API said no; ``told`` is its problem document (RFC 9457)."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.code)
        self.told = told


def path(template: str, **names: str) -> str:
    """Return an address with these names in it, escaped."""
    return template.format(**{name: quote(value, safe="") for name, value in names.items()})


class Api:
    """The API at ``base_url``, asked with the session of a cookie."""

    def __init__(self, base_url: str, cookie: str, browser: str = "") -> None:
        self._base_url = base_url
        self._headers = {
            "Accept": "application/json",
            "Cookie": f"{COOKIE}={cookie}",
            "Origin": base_url,
            "User-Agent": browser or "console",
            "X-Form-Token": form_token(cookie),
        }

    def get(self, address: str, **query: str) -> Any:
        """Return what is told at an address.

        Raises
        ------
        SignedOutError, RefusedError, Refusal
            The session has ended; the API said no; or it could not be asked (``api_unavailable``).
        """
        return self.ask(Ask("GET", address, query)).content

    def ask(self, ask: Ask) -> Told:
        """Return the answer to one request; raises as :meth:`get` does."""
        return self._judged(self._asked(ask))

    def maybe(self, ask: Ask) -> Any:
        """Return the content of an answer; None where the API says no."""
        try:
            return self.ask(ask).content
        except RefusedError:
            return None

    def all(self, **asks: Ask) -> dict[str, Any]:
        """Return the contents of several answers, asked for at the same time; raises as `get`."""
        if len(asks) == 1:
            return {name: self.ask(one).content for name, one in asks.items()}
        with ThreadPoolExecutor(min(_AT_ONCE, len(asks))) as pool:
            found = list(pool.map(self._asked, asks.values()))
        return {name: self._judged(told).content for name, told in zip(asks, found, strict=True)}

    def some(self, **asks: Ask) -> dict[str, Any]:
        """Return the same as `all`, and None for what the API says no to."""
        with ThreadPoolExecutor(min(_AT_ONCE, len(asks))) as pool:
            found = list(pool.map(self.maybe, asks.values()))
        return dict(zip(asks, found, strict=True))

    def upload(self, address: str, content: bytes) -> str:
        """Put a file where the API wants files to be put; return the name that it has there.

        Raises
        ------
        SignedOutError, RefusedError, Refusal
            As :meth:`get` does.
        """
        place = self.ask(Ask("POST", address)).content
        longest = max(0.1, min(_LONGEST, DEADLINE.left))
        try:
            answer = _connections().request(
                "PUT",
                place["url"],
                body=content,
                timeout=urllib3.Timeout(connect=_CONNECTED, read=longest),
                retries=False,
            )
        except urllib3.exceptions.HTTPError:
            raise _unavailable() from None
        if answer.status >= _REFUSED:
            raise _unavailable()
        return str(place["id"])

    def page(self, address: str, language: str) -> str:
        """Return a page of ours as a messenger sees it that shows a link to it: nobody signed in.

        Raises
        ------
        Refusal
            It could not be had (``api_unavailable``).
        """
        longest = max(0.1, min(_LONGEST, DEADLINE.left))
        try:
            answer = _connections().request(
                "GET",
                f"{self._base_url}{address}",
                headers={"Accept": "text/html", "Accept-Language": language},
                timeout=urllib3.Timeout(connect=_CONNECTED, read=longest),
                retries=False,
                redirect=False,
            )
            return answer.data.decode("utf-8")
        except (urllib3.exceptions.HTTPError, UnicodeDecodeError):
            raise _unavailable() from None

    def _judged(self, told: Told) -> Told:
        if told.status == 401:  # noqa: PLR2004 - RFC 9110: nobody is signed in
            raise SignedOutError
        if told.status >= 500:  # noqa: PLR2004 - our own fault, not a refusal
            raise _unavailable()
        if told.status >= _REFUSED:
            raise RefusedError(told)
        return told

    def _asked(self, ask: Ask) -> Told:
        headers = dict(self._headers)
        if ask.key:
            headers["Idempotency-Key"] = ask.key
        if ask.seen:
            headers["If-Match"] = ask.seen
        body = None
        if ask.body is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(ask.body).encode()
        query = f"?{urlencode(ask.query)}" if ask.query else ""
        longest = max(0.1, min(ask.longest, DEADLINE.left))
        try:
            answer = _connections().request(
                ask.method,
                f"{self._base_url}{ask.path}{query}",
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(connect=_CONNECTED, read=longest),
                retries=False,
                redirect=False,
            )
            content = json.loads(answer.data) if answer.data else {}
        except (urllib3.exceptions.HTTPError, ValueError):
            raise _unavailable() from None
        return Told(answer.status, content, answer.headers.get("ETag", ""))


@cache
def _connections() -> urllib3.PoolManager:
    return urllib3.PoolManager(maxsize=_AT_ONCE)


def _unavailable() -> Refusal:
    return Refusal("unavailable", "api_unavailable", "The system did not answer in time.")
