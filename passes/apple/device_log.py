"""Read what devices write to the log endpoint: text from strangers, never trusted, never refused.

Devices are the only witnesses of what goes wrong on them, so their words are kept, with every
identifier masked: a device identifier is a secret, and a serial points at a customer.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

LARGEST_BODY = 16 * 1024
"""Bytes of a log call that are read; the rest is dropped."""

_MOST_COMPLAINTS = 50
_LONGEST_COMPLAINT = 1000
# Device identifiers, serials, tokens: anything long without a space, a dot or a slash in it.
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,}")
_NAMED = re.compile(r"\b(device|serial number|serial #s?|serial) ([^\s,;)]+)(?=[,;)])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

# Shapes seen in the wild, most telling first.
_KINDS = (
    ("authorization", re.compile(r"response code 40[13]\b", re.IGNORECASE)),
    ("server", re.compile(r"response code 5\d\d\b", re.IGNORECASE)),
    ("response", re.compile(r"response code \d+", re.IGNORECASE)),
    ("unchanged", re.compile(r"unchanged|not changed|no changes", re.IGNORECASE)),
    ("signature", re.compile(r"signature|certificate|trust", re.IGNORECASE)),
    ("connection", re.compile(r"timed out|connection|network|host", re.IGNORECASE)),
)

ALARMING = frozenset({"authorization", "server", "response", "signature"})
"""Kinds whose cause is on our side: our addresses, our answers, our certificate."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint: what it is about (``other`` when unknown), and its masked text."""

    kind: str
    text: str


def read(body: bytes) -> tuple[Complaint, ...]:
    """Return the complaints of a log call, masked; whatever the body is, nothing is raised."""
    cut = body[:LARGEST_BODY].decode("utf-8", "replace")
    texts: list[str]
    try:
        content = json.loads(cut)
        logs = content.get("logs") if isinstance(content, dict) else None
        texts = [one for one in logs if isinstance(one, str)] if isinstance(logs, list) else []
    except (ValueError, RecursionError):
        texts = [cut] if cut.strip() else []
    return tuple(_complaint(one) for one in texts[:_MOST_COMPLAINTS])


def _complaint(text: str) -> Complaint:
    clean = _CONTROL.sub(" ", text)[:_LONGEST_COMPLAINT]
    kind = next((name for name, shape in _KINDS if shape.search(clean)), "other")
    masked = _NAMED.sub(lambda found: f"{found[1]} {_mask(found[2])}", clean)
    return Complaint(kind, _SECRET.sub(lambda found: _mask(found[0]), masked))


def _mask(secret: str) -> str:
    """Keep so much that two complaints about one device can be told to be about one."""
    return secret if secret.endswith("…") else f"{secret[:4]}…"
