"""How an id and an address have to be written for Google to take them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from passes.google.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOPBACK: Final = ("127.0.0.1", "localhost")

_ID: Final = re.compile(r"\d{1,20}\.[A-Za-z0-9._-]+")


def check_id(value: Any, where: str, issuer: str) -> Iterator[Finding]:
    """Check one id: its form, and that it is the issuer's (rule 1)."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        mend = "use <issuer id>.<letters, digits, '.', '_' or '-'>"
        yield error(1, where, "not an id that Google accepts", mend)
    elif not value.startswith(f"{issuer}."):
        yield error(1, where, "belongs to another issuer", f"begin it with {issuer}.")


def is_https(address: Any, *, development: bool) -> bool:
    """Tell whether Google's servers could fetch this; in development, loopback will do."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    return development and parts.scheme == "http" and host in LOOPBACK
