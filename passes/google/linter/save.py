"""Rule 18: save tokens, as claims before they are sent, and as the finished token."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any, Final

from passes.google.linter.document import LOOPBACK, check_id, is_https
from passes.google.linter.findings import Finding, error, warning
from passes.google.linter.reading import Json, table, tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

LONGEST_TOKEN: Final = 1800
PARTS: Final = 3
_IDS: Final = frozenset(("id", "classId"))


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


def check_claims(claims: Json, length: int, issuer: str, now: datetime) -> Iterator[Finding]:
    """Check the claims of a skinny token, and its length in characters."""
    moment = now.timestamp()
    issued, expires, origins = claims.get("iat"), claims.get("exp"), claims.get("origins")
    named = list(tables(table(claims, "payload"), "loyaltyObjects", "payload"))
    checks = (
        (claims.get("aud") != "google", "aud", "not google", "write google"),
        (claims.get("typ") != "savetowallet", "typ", "not a save token", "write savetowallet"),
        (not claims.get("iss"), "iss", "empty", "name the service account's e-mail address"),
        (
            not isinstance(origins, list) or not origins or not all(map(_is_site, origins)),
            "origins",
            "not a list of https sites",
            "name the site that shows the button",
        ),
        (type(issued) is not int, "iat", "not whole seconds", "send an integer, not text"),
        (type(issued) is int and issued > moment, "iat", "in the future", "check the clock"),
        (not named, "payload.loyaltyObjects", "empty", "name the object to save"),
        (length > LONGEST_TOKEN, "token", f"{length} characters", "shorten ids and origins"),
    )
    for broken, where, what, mend in checks:
        if broken:
            yield error(18, where, what, mend)
    if expires is not None and (type(expires) not in {int, float} or expires <= moment):
        mend = "make the link when it is clicked"
        yield warning(18, "exp", "over, as far as Google looks at it", mend)
    for where, one in named:
        for finding in check_id(one.get("id"), f"{where}.id", issuer):
            yield error(18, finding.where, finding.what, finding.mend)


def check_skinny(claims: Json) -> Iterator[Finding]:
    """Check that nothing but ids stands in an address, a browser's history and logs."""
    for name, entries in table(claims, "payload").items():
        fat = not isinstance(entries, list) or any(
            not isinstance(one, dict) or set(one) - _IDS for one in entries
        )
        if fat or (name == "loyaltyClasses" and entries):
            mend = "insert class and object over REST first"
            yield error(18, f"payload.{name}", "more than ids", mend)


def check_signature(
    verify: Callable[[bytes, bytes], Any], signed: bytes, signature: bytes
) -> Iterator[Finding]:
    """Check a signature; `verify` takes it and what it signs, and raises when it is wrong."""
    try:
        verify(signature, signed)
    except Exception:  # noqa: BLE001  each library has its own; none of them is good news
        mend = "sign with the key whose public half this is"
        yield error(18, "signature", "not made with that key", mend)


def _is_site(origin: Any) -> bool:
    # A bare domain is what Google's table calls "domains"; its samples write whole origins.
    if not isinstance(origin, str) or not origin:
        return False
    if "://" not in origin:
        return not set(origin) & set(" /?#@")
    return is_https(origin, development=any(host in origin for host in LOOPBACK))
