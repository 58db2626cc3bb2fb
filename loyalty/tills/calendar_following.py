"""Calendars of an owner: following one, following another one instead, following it no more."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, Protocol

from loyalty.access.keys import Credentials, Endpoint
from loyalty.core.instants import microseconds
from loyalty.outgoing import guard
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, credentials
from loyalty.store.audit_log import Changed
from loyalty.tills.bridges.following import https

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables

SCHEME: Final = "calendar"
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What its bookings come under, too."""


class Secrets(Protocol):
    """Where secrets are kept by name."""

    def write(self, name: str, text: str) -> None:
        """Keep a secret, whatever was there."""


class Calendars:
    """Follows calendars, and stops.

    Parameters
    ----------
    secret
        Makes a random text; nobody signs by it, and no message of a calendar's is taken.
    local
        It is the stage on one machine, where a calendar on loopback may be named.
    """

    def __init__(
        self, tables: Tables, secrets: Secrets, secret: str, *, local: bool = False
    ) -> None:
        self._tables = tables
        self._secrets = secrets
        self._secret = secret
        self._local = local

    def put(  # noqa: PLR0917
        self, program: Program, name: str, url: str, location: str, actor: str, now: datetime
    ) -> Endpoint:
        """Follow a calendar under that name; one that is followed already is asked for there.

        Raises
        ------
        Refusal
            ``bad_url``, ``unknown_location``, ``endpoint_taken``: another address has that name.
        """
        address = https(url.strip())
        guard.target(address, local=self._local)
        if location and program.location(location) is None:
            detail = "The program has no such location."
            raise Refusal("invalid", "unknown_location", detail, pointer="/location")
        known = Credentials(self._tables)
        before = known.endpoint(name)
        other = before and (before.program, before.scheme) != (program.id, SCHEME)
        named = not other and bool(NAME.fullmatch(name))
        if not named or not credentials.claim_name(self._tables, program.id, name):
            detail = "Another address has that name, or it is longer than 40: choose another one."
            raise Refusal("conflict", "endpoint_taken", detail)
        # Its address first: whoever asked without it would take it for a fault of ours.
        self._secrets.write(
            f"endpoints/{name}", json.dumps({"secrets": [self._secret], "token": address})
        )
        sources = before.sources if before else (name,)
        after = Endpoint(
            name, program.id, sources, SCHEME,
            secrets_at=microseconds(now), token=True, location=location,
        )  # fmt: skip
        what = "till.secrets-changed" if before else "till.added"
        told = {"scheme": SCHEME, "location": location}
        line = audit_log.put(Changed(program.id, now, actor, what, name, {}, told))
        known.put_endpoint(after, line)
        return after

    def remove(self, program: str, name: str, actor: str, now: datetime) -> None:
        """Follow a calendar no more; appointments stay on cards until they are over.

        Raises
        ------
        Refusal
            ``not_found``.
        """
        before = Credentials(self._tables).endpoint(name)
        if before is None or (before.program, before.scheme) != (program, SCHEME):
            raise Refusal("not_found", "not_found", "")
        line = audit_log.put(
            Changed(program, now, actor, "till.removed", name, {"scheme": SCHEME}, {})
        )
        self._secrets.write(f"endpoints/{name}", "{}")
        if not credentials.remove_endpoint(self._tables, program, name, line):
            raise Busy
