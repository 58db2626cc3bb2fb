"""Error answers in Google's envelope."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

Json = dict[str, Any]

_STATUS_NAMES: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}
_REASONS: Final = {
    400: "invalidArgument",
    401: "authError",
    403: "permissionDenied",
    404: "resourceNotFound",
    409: "existingResource",
    429: "rateLimitExceeded",
}


class RefusalError(Exception):
    """An error answer in Google's envelope."""

    def __init__(self, status: int, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body = envelope(status, message, reason)


def envelope(status: int, message: str, reason: str | None = None) -> Json:
    """Return the body of an error answer."""
    entry = {
        "message": message,
        "domain": "walletobjects" if status != HTTPStatus.UNAUTHORIZED else "global",
        "reason": reason or _REASONS.get(status, "backendError"),
    }
    name = _STATUS_NAMES.get(status, "UNKNOWN")
    return {"error": {"code": status, "message": message, "status": name, "errors": [entry]}}
