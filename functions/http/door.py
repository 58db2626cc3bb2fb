"""Answers of the door for tills' messages, which loads no framework: one route, plain answers.

API Gateway's events and answers of payload format 2.0.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from functions.http import documents
from loyalty.tills.connector import PATH_SECRET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.refusals import Refusal

_PLACE = re.compile(r"/webhooks/([^/]+)(?:/api/v2/receipts|/from/([^/]+))?/?")
"""Evotor adds the first to the address that it was given; of who signs nothing the second is the
secret."""


def endpoint_of(event: Mapping[str, Any]) -> str | None:
    """Return which endpoint is meant; None for another method or address."""
    asked = event.get("requestContext", {}).get("http", {})
    match = _PLACE.fullmatch(str(event.get("rawPath", "")))
    return match[1] if match and asked.get("method") == "POST" else None


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers with lower-case names, and what of the address is a secret."""
    given = {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    match = _PLACE.fullmatch(str(event.get("rawPath", "")))
    return {**given, PATH_SECRET: (match[2] if match else None) or ""}


def body_of(event: Mapping[str, Any]) -> bytes | None:
    """Return the bytes that were sent; None for base 64 that is none."""
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        # surrogatepass: half a surrogate pair becomes bytes that the strict reader then refuses.
        return str(body).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return None


def answered(content: Mapping[str, Any], status: int = HTTPStatus.OK) -> dict[str, Any]:
    """Return an answer."""
    return _answer(content, status, {}, "application/json")


def refused(refusal: Refusal, wording: documents.Wording) -> dict[str, Any]:
    """Return a refusal as a problem document."""
    document = wording.document(refusal)
    more = documents.headers(refusal)
    return _answer(document, document["status"], more, documents.CONTENT_TYPE)


def _answer(
    content: Mapping[str, Any], status: int, more: Mapping[str, str], kind: str
) -> dict[str, Any]:
    return {
        "statusCode": int(status),
        "headers": {
            "Content-Type": kind,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            **more,
        },
        "body": json.dumps(content),
        "isBase64Encoded": False,
        "cookies": [],
    }
