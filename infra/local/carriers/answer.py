"""What those who play carriers answer with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, content and headers; a status of 0 is an answer that is lost on its way."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


LOST = Answer(0)


def as_json(status: int, content: Any, **headers: str) -> Answer:
    """Return a JSON answer; underscores in names of headers stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    kind = {"Content-Type": "application/json"}
    return Answer(status, json.dumps(content, ensure_ascii=False).encode(), kind | named)
