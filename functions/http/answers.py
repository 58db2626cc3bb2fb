"""The shapes of our answers over HTTP: JSON for programs, pages for people, files for both."""

from __future__ import annotations

import base64
import hashlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_lambda_powertools.shared.cookies import Cookie

_ALWAYS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def json_answer(
    content: Mapping[str, Any],
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    *,
    content_type: str = "application/json",
    cookies: Sequence[Cookie] = (),
) -> Response[str]:
    """Return `content` as JSON that nobody keeps."""
    return Response(
        status_code=status,
        content_type=content_type,
        body=json.dumps(content),
        headers={**_ALWAYS, **(headers or {})},
        cookies=list(cookies),
    )


def page(
    html: str,
    status: int = HTTPStatus.OK,
    *,
    styles: Iterable[str] = (),
    scripts: Iterable[str] = (),
    referrer: str = "no-referrer",
    connects: bool = False,
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
    connects
        Its scripts ask our own addresses for something, and it may be installed.
    """
    asks = "connect-src 'self'; worker-src 'self'; manifest-src 'self'; " if connects else ""
    policy = (
        f"default-src 'none'; style-src {_hashes(styles)}; script-src {_hashes(scripts)}; "
        f"{asks}img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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


def redirect(location: str, status: int = HTTPStatus.FOUND) -> Response[str]:
    """Send a browser elsewhere without telling that address where it came from."""
    return Response(
        status_code=status,
        body="",
        headers={
            "Location": location,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
        },
    )


def bare(
    content: str | bytes = "",
    content_type: str | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = HTTPStatus.OK,
) -> Response[Any]:
    """Return `content` as it is, with these headers only: files, and what a protocol prescribes.

    Bytes travel as base64, or the gateway would break them.
    """
    return Response(
        status_code=status, content_type=content_type, body=content, headers=dict(headers or {})
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
