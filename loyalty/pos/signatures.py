"""Check that a message comes from who it says: over the raw bytes, before anything reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TOLERANCE = timedelta(seconds=300)
_MOST_SIGNATURES = 10
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_MESSAGE_ID = re.compile(r"[\x21-\x7e]{1,256}")


def standard(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, now: datetime
) -> bool:
    """Check a Standard Webhooks signature; False for anything malformed.

    Parameters
    ----------
    secrets
        All that are good now (``whsec_…``): two during rotation, none means that nothing passes.
    headers
        With lower-case names.
    """
    message = headers.get("webhook-id", "")
    seconds = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split(" ")
    if not _MESSAGE_ID.fullmatch(message) or not _SECONDS.fullmatch(seconds):
        return False
    if abs(int(seconds) - now.timestamp()) > TOLERANCE.total_seconds():
        return False
    try:
        text = body.decode("utf-8")
        presented = [signature.encode("ascii") for signature in given]
    except UnicodeError:
        return False
    if len(presented) > _MOST_SIGNATURES:
        return False
    sent_at = datetime.fromtimestamp(int(seconds), UTC)
    expected = [
        Webhook(secret).sign(message, sent_at, text).encode() for secret in secrets if secret
    ]
    return any(hmac.compare_digest(ours, theirs) for ours in expected for theirs in presented)


def square(
    secrets: Iterable[str], headers: Mapping[str, str], body: bytes, notification_url: str
) -> bool:
    """Check Square's signature: HMAC-SHA-256 over the configured address and the raw body."""
    given = headers.get("x-square-hmacsha256-signature", "").encode("utf-8", "replace")
    signed = notification_url.encode() + body
    expected = [
        base64.b64encode(hmac.digest(secret.encode(), signed, hashlib.sha256))
        for secret in secrets
        if secret
    ]
    return any(hmac.compare_digest(ours, given) for ours in expected)
