"""An answer of the local Wallet API."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """Status None closes the connection without an answer.

    A text is a page, bytes are JSON that is sent as it stands.
    """

    status: int | None
    body: Json | str | bytes = ""
    headers: tuple[tuple[str, str], ...] = ()


def nothing_at(path: str) -> Reply:
    """Return the answer for an address that there is not."""
    return Reply(HTTPStatus.NOT_FOUND, {"error": f"nothing to inspect at {path}"})
