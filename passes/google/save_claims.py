"""What Google asks of the claims of a save token (rule 18 of the linter).

Every save link is checked so before anybody is sent away with it, hence this stands beside the
linter and not inside. Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from passes.google.findings import Finding, error, warning
from passes.google.json_access import Json, table, tables
from passes.google.syntax import LOOPBACK, check_id, is_https

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LONGEST_TOKEN: Final = 1800
"""Longest token in characters that browsers were seen not to cut off (Google's samples warn)."""

_IDS: Final = frozenset(("id", "classId"))


def check(claims: Json, length: int, issuer: str, now: datetime) -> list[Finding]:
    """Check the claims of a skinny token, and its length in characters."""
    return [*_check_claims(claims, length, issuer, now), *_check_skinny(claims)]


def _check_claims(claims: Json, length: int, issuer: str, now: datetime) -> Iterator[Finding]:
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


def _check_skinny(claims: Json) -> Iterator[Finding]:
    """Check that nothing but ids stands in an address, a browser's history and logs."""
    for name, entries in table(claims, "payload").items():
        fat = not isinstance(entries, list) or any(
            not isinstance(one, dict) or set(one) - _IDS for one in entries
        )
        if fat or (name == "loyaltyClasses" and entries):
            mend = "insert class and object over REST first"
            yield error(18, f"payload.{name}", "more than ids", mend)


def _is_site(origin: Any) -> bool:
    # A bare domain is what Google's table calls "domains"; its samples write whole origins.
    if not isinstance(origin, str) or not origin:
        return False
    if "://" not in origin:
        return not set(origin) & set(" /?#@")
    return is_https(origin, development=any(host in origin for host in LOOPBACK))
