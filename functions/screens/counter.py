"""The page at the counter: one file with everything in it, and what lets a phone install it.

It is the same for everybody, so that a phone may keep it. Its script asks /v1 with the phone's key.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions.http.answers import bare
from functions.pages import drawing as pages

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

ROOM = "till"
_KEPT = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


def page(language: str) -> Response[str]:
    """Return the page."""
    return pages.draw(
        "till.html",
        room=ROOM,
        sheet="till.css",
        script="till.js",
        connects=True,
        language=language,
        headers={"X-Robots-Tag": "noindex", "Vary": "Accept-Language, Cookie"},
    )


def file(name: str, language: str) -> Response[Any] | None:
    """Return what belongs to the page; None for any other name."""
    if name == "icon.svg":
        return bare(pages.source(ROOM, name), "image/svg+xml", _KEPT)
    if name == "decoder.js":
        return bare(pages.source(ROOM, name), "text/javascript; charset=utf-8", _KEPT)
    if name == "worker.js":
        # A worker below /till may serve the page itself only if that is said.
        scope = {"Service-Worker-Allowed": "/till", "Cache-Control": "no-cache"}
        kept = {"X-Content-Type-Options": "nosniff", **scope}
        return bare(pages.source(ROOM, name), "text/javascript; charset=utf-8", kept)
    if name == "manifest.webmanifest":
        manifest = {
            "name": pages.words(language, ROOM)["page"]["title"],
            "start_url": "/till",
            "scope": "/till",
            "display": "standalone",
            "icons": [{"src": "/till/icon.svg", "sizes": "any", "type": "image/svg+xml"}],
        }
        return bare(json.dumps(manifest), "application/manifest+json", _KEPT)
    return None
