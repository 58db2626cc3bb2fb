"""Check that a message comes from who it says: over the raw bytes, before anything reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TOLERANCE = timedelta(seconds=300)
_MOST_SIGNATURES = 10
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
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
        One that cannot be read, or is empty, lets nothing pass either.
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


def _signers(secrets: Iterable[str]) -> Iterator[Webhook]:
    for secret in secrets:
        with suppress(EmptyWebhookSecretError, ValueError):
            yield Webhook(secret)


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
