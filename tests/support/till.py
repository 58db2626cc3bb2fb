"""What a till does: say what was sold, sign it, post it. Signatures are made by hand here, so that
they judge the product's code instead of repeating it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loyalty.access.keys import Endpoint
from loyalty.program import document as program_document
from loyalty.tills.incoming import Sender
from loyalty.tills.naming import Naming
from tests.support.world import START, TEMPLATES, TOKENS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.program.rules import Program

SECRET = "whsec_" + base64.b64encode(bytes(range(100, 132))).decode()
OTHER_SECRET = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()
SQUARE_KEY = "example-signature-key-0001"
SQUARE_URL = "https://cards.example/webhooks/coffee-square"
TILL = Endpoint("coffee-till", "coffee", ("till", "square"), "standard")
SQUARE = Endpoint("coffee-square", "coffee", ("square",), "square", SQUARE_URL)

FIXTURES = Path(__file__).parents[1] / "fixtures" / "square"
VENDOR_SAMPLES = Path(__file__).parents[3] / "shared" / "pos-samples" / "square"


def program(name: str = "coffee") -> Program:
    """Return a shipped program as the deciding modules see it."""
    text = (TEMPLATES / "programs" / f"{name}.toml").read_text(encoding="utf-8")
    return program_document.read_toml(text)


def sender(endpoint: Endpoint = TILL) -> Sender:
    """Return who sends through an endpoint of the coffee program."""
    return Sender(endpoint, program(), Naming(TOKENS))


def order(member: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return ``order.updated``; keyword arguments change fields of the order."""
    fields: dict[str, Any] = {
        "source": "till",
        "id": "1001",
        "version": 1,
        "status": "completed",
        "occurred_at": "2026-05-04T11:58:00Z",
        "currency": "USD",
        "total": 1250,
        "lines": [
            {"id": "1", "name": "Flat white", "category": "coffee", "quantity": 2, "amount": 900},
            {"id": "2", "name": "Croissant", "quantity": 1, "amount": 350},
        ],
        **({"member": member} if member is not None else {}),
        **changes,
    }
    return {
        "type": "order.updated",
        "timestamp": "2026-05-04T11:58:01Z",
        "data": {"order": {name: value for name, value in fields.items() if value is not ...}},
    }


def redemption(card_code: str, name: str = "r-1", reward: str = "free-coffee") -> dict[str, Any]:
    """Return ``redemption.requested``."""
    data = {"id": name, "card_code": card_code, "reward": reward}
    return {"type": "redemption.requested", "timestamp": "2026-05-04T11:58:01Z", "data": data}


def square_event(name: str) -> dict[str, Any]:
    """Return one of the project's own messages in Square's shapes."""
    text = (FIXTURES / f"{name}.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def signed(
    body: bytes,
    now: datetime = START,
    *,
    name: str = "msg_1",
    secret: str = SECRET,
    seconds: str | None = None,
) -> dict[str, str]:
    """Return the three headers of Standard Webhooks."""
    when = seconds if seconds is not None else str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = hmac.digest(key, f"{name}.{when}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": name,
        "webhook-timestamp": when,
        "webhook-signature": f"v1,{base64.b64encode(mac).decode()}",
    }


def square_signed(body: bytes, url: str = SQUARE_URL, key: str = SQUARE_KEY) -> dict[str, str]:
    """Return Square's signature header."""
    mac = hmac.digest(key.encode(), url.encode() + body, hashlib.sha256)
    return {"x-square-hmacsha256-signature": base64.b64encode(mac).decode()}
