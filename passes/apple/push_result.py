"""What APNs says to a push, and what follows from it.

Source: "Handling notification responses from APNs". The rule behind the sorting: a registration is
only ever given up when APNs says that this device is the reason. A wrong topic or certificate is
our mistake, it hits every device at once, and giving up registrations for it could not be undone.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

_OUR_CONFIGURATION = frozenset(
    {"BadTopic", "DeviceTokenNotForTopic", "MissingTopic", "TopicDisallowed"}
)
IDLE_TIMEOUT = "IdleTimeout"


class Verdict(Enum):
    """What to do next."""

    DELIVERED = "delivered"
    """Accepted by APNs; whether the phone has it, nobody can tell."""
    GONE = "gone"
    """Give the registration up if it is older than ``gone_at``."""
    BAD_TOKEN = "bad_token"  # noqa: S105 - a word
    """Not a token of APNs (another wallet app, or garbage): give this token up."""
    CONFIGURATION = "configuration"
    """Our certificate or topic is wrong: alarm, keep everything, try again later."""
    LATER = "later"
    """APNs is busy or broken: try again, not before ``retry_after``."""
    DEFECT = "defect"
    """We sent something APNs does not understand: alarm, mend the code."""
    UNFINISHED = "unfinished"
    """No answer before time ran out, or no connection: try again."""


@dataclass(frozen=True, slots=True)
class PushResult:
    """What became of one push.

    Attributes
    ----------
    token
        The device's push token, as given.
    verdict
        What to do next.
    status, reason
        What APNs said; for :attr:`Verdict.UNFINISHED` the reason is ours.
    gone_at
        Milliseconds of UTC since when the token is dead; only with :attr:`Verdict.GONE`.
    retry_after
        Seconds to leave APNs alone, when it named any.
    """

    token: str
    verdict: Verdict
    status: int | None = None
    reason: str | None = None
    gone_at: int | None = None
    retry_after: int | None = None


def classify(token: str, status: int, body: bytes, retry_after: str | None = None) -> PushResult:
    """Sort an answer of APNs; what it has never said before counts by its status."""
    reason, gone_at = _read(body)
    seconds = int(retry_after) if retry_after and retry_after.isdecimal() else None
    return PushResult(token, _verdict(status, reason), status, reason, gone_at, seconds)


def _verdict(status: int, reason: str | None) -> Verdict:
    if status == HTTPStatus.OK:
        return Verdict.DELIVERED
    if status == HTTPStatus.GONE:
        return Verdict.GONE
    if status == HTTPStatus.FORBIDDEN or reason in _OUR_CONFIGURATION:
        return Verdict.CONFIGURATION
    if status == HTTPStatus.BAD_REQUEST and reason == "BadDeviceToken":
        return Verdict.BAD_TOKEN
    if (
        status == HTTPStatus.TOO_MANY_REQUESTS
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or reason == IDLE_TIMEOUT
    ):
        return Verdict.LATER
    return Verdict.DEFECT


def _read(body: bytes) -> tuple[str | None, int | None]:
    """Return reason and timestamp of a body; both are missing when there is nothing to read."""
    try:
        content = json.loads(body) if body else {}
    except ValueError:
        return None, None
    if not isinstance(content, dict):
        return None, None
    reason, timestamp = content.get("reason"), content.get("timestamp")
    return (
        reason if isinstance(reason, str) else None,
        timestamp if type(timestamp) is int else None,
    )
