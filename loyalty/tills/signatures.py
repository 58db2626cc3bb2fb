"""Check that a message comes from who it says: over the raw bytes, before anything reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from standardwebhooks.webhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TOLERANCE = timedelta(seconds=300)
_MOST_SIGNATURES = 10
_SHORTEST, _LONGEST = 24, 64  # bytes, Standard Webhooks, "Signature scheme"
_SHORTEST_OF_VENDORS = 16  # letters; they make them, of 22 and more
_FEWEST_LETTERS = 6
"""Different ones: of 16 random hexadecimal digits hardly ever fewer are, of bytes never."""
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_MILLISECONDS = re.compile(r"[0-9]{13}", re.ASCII)
_STRIPE_SIGNATURE = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,256}")
# One or more of "<version>,<base64>" with one space between them; versions that we do not know
# are somebody's next scheme and simply do not match.
_SIGNATURE = r"[a-z0-9]{1,8},[A-Za-z0-9+/]{1,512}={0,2}"
_SIGNATURES = re.compile(rf"{_SIGNATURE}(?: {_SIGNATURE}){{0,{_MOST_SIGNATURES - 1}}}")


def standard(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Check a Standard Webhooks signature; False for anything malformed.

    Parameters
    ----------
    secrets
        All that are good now (``whsec_…``): two during rotation, none means that nothing passes.
        One that cannot be read, or is shorter than the standard asks, lets nothing pass either.
    headers
        With lower-case names.
    """
    message = headers.get("webhook-id", "")
    seconds = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not _MESSAGE_ID.fullmatch(message) or not _SECONDS.fullmatch(seconds):
        return False
    if not _SIGNATURES.fullmatch(given):
        return False
    if abs(int(seconds) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    sent_at = datetime.fromtimestamp(int(seconds), UTC)
    expected = [signer.sign(message, sent_at, text) for signer in _signers(secrets)]
    return any(
        hmac.compare_digest(ours.encode(), theirs.encode())
        for ours in expected
        for theirs in given.split(" ")
    )


def is_secret(text: str) -> bool:
    """Tell whether a text is a secret of Standard Webhooks: 24 to 64 random bytes in base 64."""
    try:
        letters = text.removeprefix("whsec_")
        # The library pads what comes without padding, and so do some vendors' secrets.
        key = base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
    except ValueError:
        return False
    return _SHORTEST <= len(key) <= _LONGEST and len({*key}) >= _FEWEST_LETTERS


def _signers(secrets: Iterable[str]) -> Iterator[Webhook]:
    for secret in secrets:
        # What anybody could guess signs nothing, however it came to be stored.
        if is_secret(secret):
            yield Webhook(secret)


def square(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, notification_url: str
) -> bool:
    """Check Square's signature: HMAC-SHA-256 over the configured address and the raw body."""
    given = headers.get("x-square-hmacsha256-signature", "").encode("utf-8", "replace")
    signed = notification_url.encode() + body
    expected = [
        base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256))
        for secret in _good(secrets)
    ]
    return any(hmac.compare_digest(ours, given) for ours in expected)


def base64_hmac(secrets: Iterable[str], given: str, body: bytes) -> bool:
    """Check an HMAC-SHA-256 of the raw body in base 64, as Shopify and WooCommerce send it."""
    expected = [
        base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256))
        for secret in _good(secrets)
    ]
    told = given.encode("utf-8", "replace")
    return any(hmac.compare_digest(ours, told) for ours in expected)


def hex_hmac(secrets: Iterable[str], given: str, body: bytes) -> bool:
    """Check HMAC-SHA-256 over the raw body in hexadecimal, with or without ``sha256=`` before."""
    told = given.removeprefix("sha256=").lower().encode("utf-8", "replace")
    good = False
    for secret in _good(secrets):
        made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        good |= hmac.compare_digest(made.encode(), told)
    return good


def hubspot(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, address: str, now: datetime
) -> bool:
    """Check HubSpot's signature, version 3: of method, configured address, raw body and time.

    The time is in milliseconds. Source: HubSpot, "Validating requests".
    """
    written = headers.get("x-hubspot-request-timestamp", "")
    if not _MILLISECONDS.fullmatch(written) or not address:
        return False
    if abs(int(written) / 1000 - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    signed = b"POST" + address.encode() + body + written.encode()
    return base64_hmac(secrets, headers.get("x-hubspot-signature-v3", ""), signed)


def stripe(secrets: Iterable[str], header: str, body: bytes, now: datetime) -> bool:
    """Check Stripe's signature: ``t=<seconds>,v1=<hex>``, several of them during a rotation.

    What is signed is ``<seconds>.<raw body>``, with the whole text of the secret; signatures of
    other versions are not looked at. Source: Stripe, "Verify webhook signatures manually".
    """
    told = [pair.partition("=") for pair in header.split(",")]
    times = [value for name, _, value in told if name == "t"]
    given = [value for name, _, value in told if name == "v1"]
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]):
        return False
    if len(given) > _MOST_SIGNATURES or not all(map(_STRIPE_SIGNATURE.fullmatch, given)):
        return False
    if abs(int(times[0]) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    signed = times[0].encode() + b"." + body
    expected = [
        hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in _good(secrets)
    ]
    return any(
        hmac.compare_digest(ours.encode(), theirs.encode()) for ours in expected for theirs in given
    )


def token(secrets: Iterable[str], given: str) -> bool:
    """Check a fixed token, as vendors send that sign nothing: bare, or after ``Bearer``."""
    told = given.removeprefix("Bearer ").strip().encode("utf-8", "replace")
    return any(hmac.compare_digest(secret.encode(), told) for secret in _good(secrets))


def is_vendors_secret(text: str) -> bool:
    """Tell whether a text can be a secret that a vendor has made.

    With an empty one anybody could sign; with a short one, or one letter again and again, anybody
    who tries for long enough.
    """
    return len(text) >= _SHORTEST_OF_VENDORS and len({*text}) >= _FEWEST_LETTERS


def _good(secrets: Iterable[str]) -> Iterator[str]:
    return filter(is_vendors_secret, secrets)
