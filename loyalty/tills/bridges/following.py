"""Follows a calendar that a tool publishes: asks for it, and remembers what it said.

Its address is the secret by which it may be read, so it lies where tokens lie. It is fetched as
events are sent: from public addresses only, whatever name somebody has given.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Protocol

from loyalty.store import feeds
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Reading

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.outgoing.posting import Reply
    from loyalty.store.feeds import Feed
    from loyalty.store.tables import Tables
    from loyalty.tills.bridges.calendar_feed import Look
    from loyalty.tills.incoming import Sender

LARGEST = 4 * 1024 * 1024
"""Bytes of a calendar."""
SECONDS = 10.0

_FAILURES: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "token_refused",
    HTTPStatus.FORBIDDEN: "not_allowed",
    HTTPStatus.NOT_FOUND: "refused",
    HTTPStatus.GONE: "refused",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
}


class Fetches(Protocol):
    """Asks for what lies at an address (``loyalty.outgoing.posting.Poster``)."""

    def get(self, url: str, headers: Mapping[str, str], seconds: float, largest: int) -> Reply:
        """Ask once, within so many seconds."""


class Following:
    """One calendar.

    Parameters
    ----------
    read
        ``calendar_feed.look``: what a calendar says otherwise than before.
    """

    def __init__(
        self,
        tables: Tables,
        fetching: Fetches,
        read: Callable[[Sender, bytes, Feed, datetime], Look],
        sender: Sender,
        url: str,
    ) -> None:
        self._tables = tables
        self._fetching = fetching
        self._read = read
        self._sender = sender
        self._url = https(url)
        self._after: Feed | None = None

    def look(self, now: datetime, seconds: float = SECONDS) -> Reading:
        """Return what the calendar says otherwise than before; nothing of it is remembered yet.

        Raises
        ------
        VendorFailed
            It did not tell.
        """
        endpoint = self._sender.endpoint
        before = feeds.read(self._tables, endpoint.program, endpoint.id)
        known = before.day == now.date().toordinal() and bool(before.tag)
        headers = {"User-Agent": "loyalty", "Accept": "text/calendar"}
        headers |= {"If-None-Match": before.tag} if known else {}
        reply = self._fetching.get(self._url, headers, min(SECONDS, seconds), LARGEST + 1)
        if reply.status == HTTPStatus.NOT_MODIFIED and known:
            return Reading()
        if reply.status != HTTPStatus.OK:
            raise VendorFailed(_FAILURES.get(reply.status, "unavailable"))
        if len(reply.content) > LARGEST:
            raise VendorFailed("not_understood")
        found = self._read(self._sender, reply.content, before, now)
        self._after = replace(found.after, tag=reply.tag if found.after.day else "")
        return Reading(visits=found.visits)

    def keep(self, now: datetime) -> None:
        """Remember what was said, once it is recorded.

        Raises
        ------
        Cancelled
            Somebody else has looked meanwhile.
        """
        if self._after is not None:
            endpoint = self._sender.endpoint
            second = int(now.timestamp())
            feeds.put(self._tables, endpoint.program, endpoint.id, self._after, second)


def https(url: str) -> str:
    """Return an address as it is asked: programs that subscribe are shown ``webcal://``."""
    kind, mark, rest = url.partition("://")
    return f"https://{rest}" if kind.lower() == "webcal" and mark else url
