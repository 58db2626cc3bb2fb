"""Google's root keys for callbacks: fetched, kept as long as HTTP allows, fetched anew on need.

Not the keys of Google Pay, which stand at another address and sign other things.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import urllib3

from passes.google.callback import CallbackError, root_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from passes.google.callback import RootKey

TIMEOUT: Final = 5.0  # seconds; a Lambda function behind the HTTP API has 15
REST: Final = timedelta(minutes=1)
"""Between two fetches that an unknown key asks for: strangers must not make us ask Google."""
WITHOUT_HEADERS: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=7)
_LARGEST: Final = 256 * 1024
_AGE: Final = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)


class KeysUnavailableError(Exception):
    """The keys cannot be fetched now, and none that may still be used are at hand."""


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """What the key host answered; header names in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class KeyRing:
    """The root keys, kept for a process.

    Parameters
    ----------
    fetch
        Asks the key host; raises OSError when there is no answer.
    clock
        The present instant, aware.
    """

    def __init__(self, fetch: Callable[[], KeyAnswer], clock: Callable[[], datetime]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._keys: tuple[RootKey, ...] = ()
        self._good_until: datetime | None = None
        self._refresh_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._failed = False

    def keys(self) -> tuple[RootKey, ...]:
        """Return keys that may be used now.

        From half of their time on they are fetched anew; when that fails, they serve to its end.

        Raises
        ------
        KeysUnavailableError
            There are none, and the key host does not give any.
        """
        now = self._clock()
        if self._refresh_at is not None and now < self._refresh_at:
            return self._keys
        good = self._good_until is not None and now < self._good_until
        if good and not self._rested(now):
            return self._keys
        try:
            self._renew(now)
        except KeysUnavailableError:
            if not good:
                raise
        return self._keys

    def renewed(self) -> tuple[RootKey, ...] | None:
        """Return the keys fetched just now, because one is unknown; None if it is too soon.

        Raises
        ------
        KeysUnavailableError
            The key host gives none: whether the unknown key is Google's cannot be told.
        """
        now = self._clock()
        if not self._rested(now):
            if self._failed:
                raise KeysUnavailableError("the key host did not answer a moment ago")
            return None
        self._renew(now)
        return self._keys

    def _rested(self, now: datetime) -> bool:
        return self._asked_at is None or now >= self._asked_at + REST

    def _renew(self, now: datetime) -> None:
        self._asked_at = now
        self._failed = True
        try:
            answer = self._fetch()
        except OSError as error:
            raise KeysUnavailableError(f"no answer ({type(error).__name__})") from None
        if answer.status != 200 or len(answer.body) > _LARGEST:  # noqa: PLR2004  OK
            raise KeysUnavailableError(f"the key host answered {answer.status}")
        try:
            found = root_keys(answer.body)
        except CallbackError as error:
            raise KeysUnavailableError(str(error)) from None
        if not found:
            raise KeysUnavailableError("the key document has no key that we can use")
        self._failed = False
        life = max(REST, _lifetime(answer.headers))
        self._keys = found
        self._good_until = now + life
        self._refresh_at = now + life / 2


def _lifetime(headers: Mapping[str, str]) -> timedelta:
    """Return how long an answer may be kept (RFC 9111: max-age less Age)."""
    named = {name.lower(): value for name, value in headers.items()}
    control = named.get("cache-control", "")
    if "no-store" in control or "no-cache" in control:
        return timedelta(0)
    found = _AGE.search(control)
    if found is None:
        return WITHOUT_HEADERS
    age = named.get("age", "")
    seconds = int(found[1]) - (int(age) if re.fullmatch(r"[0-9]{1,9}", age) else 0)
    return min(timedelta(seconds=max(0, seconds)), LONGEST)


def fetch_from(url: str) -> Callable[[], KeyAnswer]:
    """Return what asks the key host over HTTP, within `TIMEOUT`."""
    pool = urllib3.PoolManager(retries=False, maxsize=1)

    def fetch() -> KeyAnswer:
        try:
            answer = pool.request(
                "GET", url, timeout=urllib3.Timeout(total=TIMEOUT), redirect=False
            )
        except urllib3.exceptions.HTTPError as error:
            raise ConnectionError(type(error).__name__) from None
        return KeyAnswer(answer.status, answer.headers, answer.data)

    return fetch
