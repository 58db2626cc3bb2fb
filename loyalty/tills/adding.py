"""Making an address for a till or a booking tool, with its secret; and letting one be gone."""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from loyalty.access.keys import Credentials, Endpoint, check_endpoint
from loyalty.core.instants import microseconds
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, credentials
from loyalty.store.audit_log import Changed
from loyalty.tills.bridges.registry import BRIDGES
from loyalty.tills.client import checked_address
from loyalty.tills.registry import CONNECTORS
from loyalty.tills.signatures import is_secret, is_vendors_secret

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.program.rules import Program
    from loyalty.store.tables import Tables

STANDARD: Final = "standard"
STANDARDS: Final = frozenset({STANDARD, "visits"})
"""What is signed by Standard Webhooks, whose secrets have a form of their own."""
OURS: Final = frozenset(
    {
        *(*STANDARDS, "woocommerce", "evotor", "iiko", "calendar", "calcom"),
        *(scheme for scheme, one in BRIDGES.items() if one.secret_in_path),
    }
)
"""Their console takes any secret or token, so we make one; so do addresses of who signs nothing."""
MANY: Final = frozenset({"clover", "yclients", "altegio", "hubspot"})
"""Their tokens open several merchants' data: which one is meant has to be said."""
SIGN_THE_ADDRESS: Final = frozenset({"square", "hubspot"})
NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_RANDOM: Final = 32  # bytes


class Secrets(Protocol):
    """Where secrets are kept by name."""

    def write(self, name: str, text: str) -> None:
        """Keep a secret, whatever was there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An address as somebody wants it.

    Attributes
    ----------
    sources
        Names that orders may come under, its own first; what is usual where none are named.
    url
        The address as the vendor has it, where its signature is over that and it is another one.
    merchant, address, location
        As of an ``Endpoint``.
    secret
        What the vendor signs with; None where its console takes one of ours.
    token
        With which the vendor is asked for what its messages leave out; empty for none.
    """

    name: str
    scheme: str = STANDARD
    sources: tuple[str, ...] = ()
    url: str = ""
    merchant: str = ""
    address: str = ""
    location: str = ""
    secret: str | None = field(default=None, repr=False)
    token: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Added:
    """An address that was made; ``secret`` is to be typed at the other side, where we made it."""

    endpoint: Endpoint
    address: str
    secret: str | None = field(repr=False)


class Addresses:
    """The addresses of a program's tills and tools.

    Parameters
    ----------
    base_url
        Where the deployment is reached.
    random
        Makes so many random bytes.
    local
        It is the stage on one machine, where a vendor on loopback may be asked.
    """

    def __init__(
        self,
        tables: Tables,
        secrets: Secrets,
        base_url: str,
        random: Callable[[int], bytes],
        *,
        local: bool = False,
    ) -> None:
        self._tables = tables
        self._secrets = secrets
        self._base_url = base_url.rstrip("/")
        self._random = random
        self._local = local

    def add(self, program: Program, wanted: Wanted, actor: str, now: datetime) -> Added:
        """Make an address with its secret.

        Raises
        ------
        Refusal
            ``invalid_endpoint`` with the field; ``endpoint_taken``; ``unknown_location``.
        """
        if not NAME.fullmatch(wanted.name):
            raise _unusable("id", "Use small letters, digits and hyphens: coffee-till.")
        connector = CONNECTORS.get(wanted.scheme)
        if connector is None:
            raise _unusable("scheme", f"Nobody speaks that. Known: {', '.join(CONNECTORS)}.")
        secret = wanted.secret or made(wanted.scheme, self._random)
        check_secret(wanted.scheme, secret)
        if wanted.scheme in MANY and not wanted.merchant:
            raise _unusable("merchant", f"{wanted.scheme} tells of many merchants: name yours.")
        if wanted.token and not (connector.address or wanted.address or connector.feed):
            raise _unusable(
                "vendor_address", f"Every shop of {wanted.scheme} is asked at its own address."
            )
        vendor = self._vendor(wanted.address)
        if wanted.location and program.location(wanted.location) is None:
            detail = "The program has no such location."
            raise Refusal("invalid", "unknown_location", detail, pointer="/location")
        address = f"{self._base_url}/webhooks/{wanted.name}"
        usual = "till" if wanted.scheme == STANDARD else wanted.scheme
        endpoint = Endpoint(
            wanted.name,
            program.id,
            wanted.sources or (usual,),
            wanted.scheme,
            (wanted.url or address) if wanted.scheme in SIGN_THE_ADDRESS else "",
            wanted.merchant,
            vendor,
            secrets_at=microseconds(now),
            token=bool(wanted.token),
            location=wanted.location,
        )
        try:
            check_endpoint(endpoint)
        except ValueError as error:
            raise _unusable("sources", str(error)) from None
        known = Credentials(self._tables)
        taken = known.endpoint(wanted.name) is not None
        # Claimed before its secret is written: of two at once one would sign with the other's.
        if taken or not credentials.claim_name(self._tables, program.id, wanted.name):
            raise Refusal("conflict", "endpoint_taken", "Another address has that name.")
        kept = {"secrets": [secret], **({"token": wanted.token} if wanted.token else {})}
        told = {"sources": list(endpoint.sources), "scheme": endpoint.scheme}
        line = audit_log.put(Changed(program.id, now, actor, "till.added", wanted.name, {}, told))
        # The secret first: an address without one would let nothing pass and look like a mistake.
        self._secrets.write(f"endpoints/{wanted.name}", json.dumps(kept))
        known.put_endpoint(endpoint, line)
        if connector.secret_in_path:
            return Added(endpoint, f"{address}/from/{secret}", None)
        return Added(endpoint, address, None if wanted.secret else secret)

    def remove(self, program: str, name: str, actor: str, now: datetime) -> None:
        """Take no more messages at an address, at once; what counted stays.

        Raises
        ------
        Refusal
            ``not_found``.
        """
        before = Credentials(self._tables).endpoint(name)
        if before is None or before.program != program:
            raise Refusal("not_found", "not_found", "")
        told = {"scheme": before.scheme, "sources": list(before.sources)}
        line = audit_log.put(Changed(program, now, actor, "till.removed", name, told, {}))
        # The secret first, so that it is not that of whoever makes another one of that name.
        self._secrets.write(f"endpoints/{name}", "{}")
        if not credentials.remove_endpoint(self._tables, program, name, line):
            raise Busy

    def _vendor(self, address: str) -> str:
        if not address:
            return ""
        try:
            return checked_address(address, development=self._local)
        except ValueError as error:
            raise _unusable("vendor_address", f"It cannot be asked: {error}.") from None


def made(scheme: str, random: Callable[[int], bytes]) -> str:
    """Return a secret of ours.

    Raises
    ------
    Refusal
        ``invalid_endpoint``: the vendor makes it.
    """
    if scheme not in OURS:
        raise _unusable("secret", f"{scheme} signs with a secret that its console shows.")
    if scheme in STANDARDS:
        return f"whsec_{b64encode(random(_RANDOM)).decode()}"
    return urlsafe_b64encode(random(_RANDOM)).decode().rstrip("=")


def check_secret(scheme: str, secret: str) -> None:
    """Refuse what could never sign anything.

    Raises
    ------
    Refusal
        ``invalid_endpoint``.
    """
    if scheme in STANDARDS and not is_secret(secret):
        detail = (
            "That is no secret of Standard Webhooks: 24 to 64 random bytes in base 64, with "
            "whsec_ in front."
        )
        raise _unusable("secret", detail)
    if scheme not in STANDARDS and not is_vendors_secret(secret):
        detail = (
            "That is no secret that a vendor makes: those have 16 letters and more, and six "
            "different ones; with this one every message would be refused."
        )
        raise _unusable("secret", detail)


def _unusable(field_: str, detail: str) -> Refusal:
    return Refusal("invalid", "invalid_endpoint", detail, pointer=f"/{field_}")
