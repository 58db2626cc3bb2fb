"""HTTP as the simulated phones and tills speak it: direct, no proxy, no redirect followed."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from infra.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Seen = TypeVar("Seen")

_LOOK_AGAIN = 0.02  # seconds, at first
_LOOK_SELDOM = 0.25  # seconds, in the end: who looks all the time takes what is waited for its time


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; header names in lower case, ``seconds`` from request to last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    def json(self) -> Any:
        """Return the body as JSON.

        Raises
        ------
        Failure
            It is not JSON.
        """
        try:
            return json.loads(self.body)
        except ValueError:
            text = self.body[:200].decode("utf-8", "replace")
            raise Failure(f"JSON was expected, status {self.status} came with: {text!r}") from None


def ask(
    method: str,
    url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: float = 30.0,
) -> Reply:
    """Send one request on a connection of its own.

    Raises
    ------
    OSError
        No answer came: refused, reset, or silent for `timeout` seconds.
    """
    address = urlsplit(url)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.netloc, timeout=timeout)
    path = address.path + (f"?{address.query}" if address.query else "")
    began = time.monotonic()
    try:
        connection.request(method, path or "/", body, dict(headers or {}))
        answer = connection.getresponse()
        content = answer.read()
    except http.client.HTTPException as error:
        raise ConnectionError(f"no HTTP answer: {error!r}") from error
    finally:
        connection.close()
    names = {name.lower(): value for name, value in answer.getheaders()}
    return Reply(answer.status, names, content, time.monotonic() - began)


def ask_json(
    method: str, url: str, content: Any = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """Send JSON and ask for JSON; see `ask`."""
    sent = {"Accept": "application/json", **(headers or {})}
    if content is None:
        return ask(method, url, None, sent)
    return ask(
        method, url, json.dumps(content).encode(), {"Content-Type": "application/json", **sent}
    )


def until(what: str, look: Callable[[], Seen | None], seconds: float = 60.0) -> Seen:
    """Look again and again until there is something to see, and return it.

    Parameters
    ----------
    what
        What is waited for, for the sentence when it does not come.
    look
        Returns None (or something else that is false) while there is nothing yet.

    Raises
    ------
    Failure
        Nothing came within `seconds`.
    """
    deadline, pause = time.monotonic() + seconds, _LOOK_AGAIN
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise Failure(f"Waited {seconds:.0f} s in vain for {what}.")
        time.sleep(pause)
        pause = min(pause * 1.2, _LOOK_SELDOM)
    return seen
