"""Credentials of tills, staff and owners: API keys and webhook endpoints.

An API key reads ``lk_<environment>_<id>_<secret>_<crc>``. Only the SHA-256 of the secret is kept;
the checksum lets a typo be told from a wrong key without asking a table, and scanners recognise
leaked keys.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from loyalty.core.instants import microseconds
from loyalty.program import sides
from loyalty.store import credentials
from loyalty.store.credentials import NO_FIELDS, StoredEndpoint, StoredKey, ToolFields

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.store.tables import Tables, Write

Scope = credentials.Scope

_KEY = re.compile(r"lk_([a-z]{1,10})_([a-z0-9]{8,26})_([A-Za-z0-9]{32,64})_([0-9a-f]{8})")
LEADING: frozenset[Scope] = frozenset({"owner", "manager"})
"""Scopes of those who may do what staff may."""
_LONGEST_LABEL = 10
TEST = "test"
"""How keys of a program's test side are labelled, on every stage."""
KEEP = timedelta(seconds=30)
"""How long a process goes on with an endpoint that it has read."""
_NOBODY = "0" * 64
# Sources are parts of keys, where "#" separates.
_SOURCE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """Who calls: the key's id (which is the actor in the ledger), its program, scope, sources.

    Attributes
    ----------
    sources
        The tills it may speak for; empty means all of the program's.
    name, location, person
        How its owner calls it, where it is used, whose it is.
    limits
        Its own limits of acts, by their names in a program's ``staff``: they only narrow.
    session, proved_at
        Of a person who is signed in and acts without a key: in which session, and when they last
        proved who they are. The id is the person's then.
    """

    id: str
    program: str
    scope: Scope
    sources: tuple[str, ...] = ()
    expires_at: datetime | None = None
    name: str = ""
    location: str = ""
    person: str = ""
    limits: Mapping[str, int] = field(default_factory=dict)
    session: str = ""
    proved_at: datetime | None = None

    def may(self, *scopes: Scope) -> bool:
        """Tell whether the key's scope is one of these; who leads may do what staff may."""
        return self.scope in scopes or (self.scope in LEADING and "staff" in scopes)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that a till's messages come to.

    Attributes
    ----------
    sources
        Names of the tills that may be spoken for; the first one is the endpoint's own.
    scheme
        Which language messages are signed and written in; its names stand in
        ``loyalty.tills.registry``.
    notification_url
        For Square: the address that was configured there, which is part of what is signed.
    merchant
        Whose messages these are at the vendor, as the vendor names them; messages of any other
        merchant are not authentic. Empty where the vendor's secret is one merchant's anyway.
    address
        Where the vendor is asked (``https://host``); empty where all of its merchants are asked at
        one place, which the connector knows.
    secrets_at
        When its secrets and token were written last, in microseconds since 1970: whoever keeps
        them knows by it that they are old. None where that was before it was written down.
    token
        Whether a token is kept with which the vendor can be asked; says something only where
        ``secrets_at`` does.
    location
        Where the till stands, by its id in the program; empty where nobody has said it.
    fields
        What the fields of a booking tool's or CRM's clients mean.
    """

    id: str
    program: str
    sources: tuple[str, ...]
    scheme: str
    notification_url: str = ""
    merchant: str = ""
    address: str = ""
    secrets_at: int | None = None
    token: bool = False
    location: str = ""
    fields: ToolFields = NO_FIELDS

    @property
    def source(self) -> str:
        """Return the name that messages of this endpoint have when they name none."""
        return self.sources[0]


def check_endpoint(endpoint: Endpoint) -> None:
    """Raise ValueError if it speaks for no till, or for one whose name does not fit into keys."""
    if not endpoint.sources or not all(map(_SOURCE.fullmatch, endpoint.sources)):
        raise ValueError("an endpoint needs sources: 1 to 40 of a-z, 0-9 and - each")
    if endpoint.scheme == "square" and not endpoint.notification_url:
        raise ValueError("a Square endpoint needs the notification URL configured there")


class Credentials:
    """Stores and finds API keys and webhook endpoints.

    Parameters
    ----------
    environment
        How the keys are labelled that open something here (see :func:`label`); none where None.
    clock
        Returns the present instant (aware UTC), by which endpoints are kept for ``KEEP``: every
        sale of a shop asks for the same one. Without it they are read each time. Keys are never
        kept, so that a revoked one opens nothing more.
    """

    def __init__(
        self,
        tables: Tables,
        environment: str | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        self._tables = tables
        self._environment = environment
        self._clock = clock
        self._kept: dict[str, tuple[datetime, Endpoint]] = {}

    def add_key(
        self,
        key: ApiKey,
        environment: str,
        secret: str,
        *,
        made_at: int = 0,
        more: Sequence[Write] = (),
    ) -> str:
        """Store a new key and return its full text, which cannot be read again.

        A key of a program's test side says that it is one instead of its ``environment``.

        Parameters
        ----------
        more
            What is written with it, or not at all.

        Raises
        ------
        Cancelled
            There is a key of that id, or what comes with it is not to be written.
        """
        text = key_text(key.id, labelled(key.program, environment), secret)
        stored = StoredKey(
            program=key.program,
            scope=key.scope,
            sources=key.sources,
            hash=hashed(secret),
            last4=secret[-4:],
            expires_at=key.expires_at,
            name=key.name,
            location=key.location,
            person=key.person,
            limits=key.limits,
            made_at=made_at,
        )
        credentials.add_key(self._tables, key.id, stored, *more)
        return text

    def key(self, text: str, now: datetime) -> ApiKey | None:
        """Return whose key this is; None for malformed, unknown, wrong and expired ones.

        A key that says it is of another environment is of another one, whatever is stored here.
        """
        match = _KEY.fullmatch(text)
        if match is None or match[4] != _checksum(text.rpartition("_")[0]):
            return None
        if match[1] not in {self._environment, TEST}:
            return None
        stored = credentials.read_key(self._tables, match[2])
        given = hashed(match[3])
        genuine = hmac.compare_digest(given, stored.hash if stored else _NOBODY)
        if stored is None:
            return None
        if microseconds(now) < stored.old_until:
            genuine |= hmac.compare_digest(given, stored.old_hash)
        if not genuine or sides.is_test(stored.program) != (match[1] == TEST):
            return None
        if stored.expires_at and stored.expires_at <= now:
            return None
        return key_of(match[2], stored)

    def put_endpoint(self, endpoint: Endpoint, *more: Write) -> None:
        """Store an endpoint; its secrets are kept elsewhere. ``more`` is written with it.

        Raises
        ------
        ValueError
            As :func:`check_endpoint` says.
        """
        check_endpoint(endpoint)
        stored = StoredEndpoint(
            endpoint.program,
            endpoint.sources,
            endpoint.scheme,
            endpoint.notification_url,
            endpoint.merchant,
            endpoint.address,
            endpoint.secrets_at,
            endpoint.token,
            endpoint.location,
            endpoint.fields,
        )
        credentials.put_endpoint(self._tables, endpoint.id, stored, *more)

    def endpoint(self, endpoint: str) -> Endpoint | None:
        """Return the endpoint of that id."""
        if self._clock is None:
            return self._read_endpoint(endpoint)
        now, kept = self._clock(), self._kept.get(endpoint)
        if kept is not None and now - kept[0] < KEEP:
            return kept[1]
        found = self._read_endpoint(endpoint)
        self._kept.pop(endpoint, None)
        if found is not None:
            # Names that lead nowhere are not kept: strangers could fill the memory with them.
            self._kept[endpoint] = now, found
        return found

    def _read_endpoint(self, endpoint: str) -> Endpoint | None:
        stored = credentials.read_endpoint(self._tables, endpoint)
        if stored is None:
            return None
        return Endpoint(
            endpoint,
            stored.program,
            stored.sources,
            stored.scheme,
            stored.url,
            stored.merchant,
            stored.address,
            stored.secrets_at,
            stored.token,
            stored.location,
            stored.fields,
        )


def label(stage: str) -> str:
    """Return how a stage is called inside a key: at most ten small letters, and never TEST."""
    found = re.sub(r"[^a-z]", "", stage)[:_LONGEST_LABEL]
    return "stage" if found in {"", TEST} else found


def labelled(program: str, environment: str) -> str:
    """Return how keys of a program say where they open."""
    return TEST if sides.is_test(program) else environment


def key_of(key: str, stored: StoredKey) -> ApiKey:
    """Return a key as it may call."""
    return ApiKey(
        key,
        stored.program,
        stored.scope,
        stored.sources,
        stored.expires_at,
        stored.name,
        stored.location,
        stored.person,
        stored.limits,
    )


def key_text(key_id: str, environment: str, secret: str) -> str:
    """Return the full text of a key.

    Raises
    ------
    ValueError
        The id is not 8 to 26 small letters and digits, or the secret not 32 to 64 letters.
    """
    body = f"lk_{environment}_{key_id}_{secret}"
    text = f"{body}_{_checksum(body)}"
    if _KEY.fullmatch(text) is None:
        raise ValueError("a key needs an id of 8 to 26 and a secret of 32 to 64 letters")
    return text


def _checksum(body: str) -> str:
    return f"{crc32(body.encode()):08x}"


def hashed(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()
