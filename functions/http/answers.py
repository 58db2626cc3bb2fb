"""The shapes of our answers over HTTP: problems for programs, pages for people."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROBLEM_JSON = "application/problem+json"

_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: a JSON pointer (RFC 6901), a stable code, a sentence."""

    pointer: str
    code: str
    detail: str


def problem(
    status: int,
    code: str,
    title: str,
    detail: str | None = None,
    errors: Iterable[FieldError] = (),
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response[str]:
    """Return a problem document (RFC 9457) with a ``code`` and an entry per field at fault.

    Programs decide by ``code``; ``title`` and ``detail`` are for the person reading a log.
    ``more`` are members that this kind of problem has of its own.
    """
    document: dict[str, Any] = {
        **(more or {}),
        "type": f"urn:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
    }
    if detail is not None:
        document["detail"] = detail
    fields = [asdict(error) for error in errors]
    if fields:
        document["errors"] = fields
    return Response(
        status_code=status,
        content_type=PROBLEM_JSON,
        body=json.dumps(document),
        headers={**_ALWAYS, **(headers or {})},
    )


def json_answer(
    content: Mapping[str, Any],
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Return `content` as JSON that nobody keeps."""
    return Response(
        status_code=status,
        content_type="application/json",
        body=json.dumps(content),
        headers={**_ALWAYS, **(headers or {})},
    )


def page(
    html: str,
    status: int = HTTPStatus.OK,
    *,
    styles: Iterable[str] = (),
    scripts: Iterable[str] = (),
    referrer: str = "no-referrer",
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """Return a page that may load nothing but our images and run nothing that is not listed.

    Parameters
    ----------
    styles, scripts
        The exact texts of the page's ``<style>`` and ``<script>`` elements: the policy allows
        these by their hash, and no others.
    referrer
        Referrer-Policy. A page with a secret in its address keeps the default.
    """
    policy = (
        f"default-src 'none'; style-src {_hashes(styles)}; script-src {_hashes(scripts)}; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return Response(
        status_code=status,
        content_type="text/html; charset=utf-8",
        body=html,
        headers={
            **_ALWAYS,
            "Content-Security-Policy": policy,
            "Referrer-Policy": referrer,
            **(headers or {}),
        },
    )


def raw_body(event: Mapping[str, Any]) -> bytes:
    """Return the bytes that were sent, whichever way API Gateway wrapped them (payload 2.0).

    Signatures and strict readers need these, never the text that somebody decoded for us.
    """
    body = event.get("body") or ""
    if event.get("isBase64Encoded"):
        return base64.b64decode(body)
    # surrogatepass: half a surrogate pair becomes bytes that the strict reader then refuses.
    return str(body).encode("utf-8", "surrogatepass")


def _hashes(texts: Iterable[str]) -> str:
    digests = (hashlib.sha256(text.encode("utf-8")).digest() for text in texts)
    allowed = [f"'sha256-{base64.b64encode(digest).decode('ascii')}'" for digest in digests]
    return " ".join(allowed) or "'none'"
