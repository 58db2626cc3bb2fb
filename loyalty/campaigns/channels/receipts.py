"""What became of a text message after its carrier took it: a receipt, in one shape. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl

from loyalty.campaigns.channels.gateway import at, text_at

if TYPE_CHECKING:
    from collections.abc import Mapping

How = Literal["delivered", "undelivered", "dead"]
"""``dead``: nobody is there, or nobody who takes text messages: the channel ends."""

MOST = 100
"""Receipts of one message of a gateway."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message: its id with the carrier, how; the phone, where it is said."""

    id: str
    how: How
    to: str = ""


@dataclass(frozen=True, slots=True)
class Receipts:
    """How a gateway's receipts are read.

    Attributes
    ----------
    id, code
        JSON pointers (RFC 6901) into one of them; a form is read like an object of texts.
    codes
        What a code means; one that is not named ends nothing.
    """

    id: str
    code: str
    codes: Mapping[str, How]


def described(found: Mapping[str, Any] | None) -> Receipts | None:
    """Return how receipts are read, as a gateway's owner describes it; None where nobody did."""
    return Receipts(found["id"], found["code"], found["codes"]) if found else None


def read(described: Receipts, body: bytes, kind: str) -> list[Receipt]:
    """Return the receipts of a message: one object, a list of them, or a form."""
    found = []
    for one in _parts(body, kind)[:MOST]:
        name, code = text_at(one, described.id), at(one, described.code)
        how = described.codes.get(str(code)) if code is not None else None
        if name and how is not None:
            found.append(Receipt(name, how))
    return found


def _parts(body: bytes, kind: str) -> list[Any]:
    if kind.split(";", maxsplit=1)[0].strip().lower() == "application/x-www-form-urlencoded":
        return [dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=100))]
    try:
        content = json.loads(body)
    except ValueError:
        return []
    return content if isinstance(content, list) else [content]
