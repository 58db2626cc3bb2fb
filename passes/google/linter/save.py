"""Rule 18: finished save tokens; their claims are checked by `passes.google.save_claims`."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from passes.google.json_access import Json

PARTS: Final = 3


class NotATokenError(ValueError):
    """The text has not the form of a signed JSON Web Token."""


def decode(token: str) -> tuple[Json, Json, bytes, bytes]:
    """Return header, claims, what is signed, and the signature.

    Raises
    ------
    NotATokenError
        It is something else.
    """
    parts = token.split(".")
    try:
        raw = [
            base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
            for part in parts
        ]
        header, claims = json.loads(raw[0]), json.loads(raw[1])
    except (ValueError, binascii.Error, IndexError) as fault:
        raise NotATokenError("not a JWT: a part is not base64url of JSON") from fault
    if len(parts) != PARTS or not isinstance(header, dict) or not isinstance(claims, dict):
        raise NotATokenError("not a JWT: it needs three parts, the first two JSON objects")
    return header, claims, ".".join(parts[:2]).encode("ascii"), raw[2]


def check_header(header: Json) -> Iterator[Finding]:
    """Check the header of a token."""
    if header.get("alg") != "RS256":
        yield error(18, "header.alg", "not RS256", "sign with the service account's RSA key")
    if header.get("typ", "JWT") != "JWT":
        yield error(18, "header.typ", "not JWT", "write JWT")


def check_signature(
    verify: Callable[[bytes, bytes], Any], signed: bytes, signature: bytes
) -> Iterator[Finding]:
    """Check a signature; `verify` takes it and what it signs, and raises when it is wrong."""
    try:
        verify(signature, signed)
    except Exception:  # noqa: BLE001  each library has its own; none of them is good news
        mend = "sign with the key whose public half this is"
        yield error(18, "signature", "not made with that key", mend)
