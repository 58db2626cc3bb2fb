"""Where events may be sent: public addresses by https, and nothing that is ours or next to us.

Whoever names a URL could otherwise let us call what only we can reach (server-side request
forgery). A name is resolved once, every address it has is judged, and the connection is made to an
address that was judged: what the name leads to a moment later does not matter.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_URL = 500
_HTTPS, _HTTP = 443, 80
# Nothing that could be taken for something else further on: no spaces, controls, backslashes.
_PLAIN = re.compile(r"[!#-;=?-\[\]_a-z~]+")
_NAME = re.compile(
    r"(?=.{1,253}\Z)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
# Python's is_global is true for these, or was in some version (IANA special-purpose registries,
# RFC 6890; 6to4 RFC 3056, Teredo RFC 4380, NAT64 RFC 6052 and 8215): an address inside is ours.
_INNER = tuple(
    ipaddress.ip_network(text)
    for text in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
    )
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes: scheme, host as named, port, path with its query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def header(self) -> str:
        """Return the value of the header Host."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (_HTTPS if self.scheme == "https" else _HTTP)
        return host if usual else f"{host}:{self.port}"


def target(url: str, *, local: bool = False) -> Target:
    """Return where a URL leads.

    Parameters
    ----------
    local
        This is the stage on one machine, where a receiver on loopback may be named, by http and on
        any port.

    Raises
    ------
    Refusal
        ``bad_url``: nothing is sent there, whatever it leads to.
    """
    if len(url) > LONGEST_URL or not _PLAIN.fullmatch(url):
        raise _bad(f"A URL is at most {LONGEST_URL} plain characters.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _bad("That is no URL.") from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise _bad("A URL carries no user name, no password and no fragment.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if local and parts.scheme in {"http", "https"} and host in _LOOPBACK:
        return Target(
            parts.scheme, host, port or (_HTTPS if parts.scheme == "https" else _HTTP), path
        )
    if parts.scheme != "https":
        raise _bad("The URL begins with https://.")
    if port not in {None, _HTTPS}:
        raise _bad("The port is 443, and need not be said.")
    if not _NAME.fullmatch(host):
        raise _bad("The host is a name such as hooks.example.com, not an address.")
    return Target("https", host, _HTTPS, path)


def may_connect(address: str, *, local: bool = False) -> bool:
    """Tell whether an IP address is a public one; on the stage on one machine, only loopback."""
    try:
        found: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    if found.is_loopback:
        return local
    if not found.is_global or found.is_multicast or found.is_reserved or found.is_unspecified:
        return False
    return not any(found in network for network in _INNER if network.version == found.version)


def choose(addresses: Sequence[str], *, local: bool = False) -> str | None:
    """Return the address to connect to; None unless a name leads to public addresses only."""
    if not addresses or not all(may_connect(one, local=local) for one in addresses):
        return None
    return addresses[0]


def _bad(detail: str) -> Refusal:
    return Refusal("invalid", "bad_url", detail, pointer="/url")
