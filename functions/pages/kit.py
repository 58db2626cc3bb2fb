"""What a shop prints: a code, a poster, a tent for tables, a slip, and a sheet for its staff.

Anybody may see it, as anybody sees a poster. Pages have the size of what is printed (``@page``, in
millimetres), so a browser prints them at 100 % and saves them as PDF without further settings.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import segno

from functions.http.answers import bare
from functions.pages import drawing as pages
from functions.pages.qr_code import QUIET_ZONE, qr_code
from loyalty.core.member import SOURCE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from aws_lambda_powertools.event_handler import Response

    from loyalty.program.rules import ProgramProfile

PAPERS = ("poster", "tent", "slip", "staff")
_DAY = 86_400
_HEADERS = {
    "Cache-Control": f"public, max-age={_DAY}",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'",
    "X-Robots-Tag": "noindex",
}
_PIXELS = 24
"""Of one square of the code in its PNG: a code of 33 squares is sharp up to 8 cm at 300 dpi."""
_MOST_LINES = 3


def join_address(
    base_url: str, profile: ProgramProfile, location: str | None, source: str | None = None
) -> str:
    """Return where people join, at a location if it is one of the program's, by a source."""
    kept = {"location": location} if location in profile.locations else {}
    kept |= {"source": source} if source and SOURCE.fullmatch(source) else {}
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{base_url}/join/{profile.program}{query}"


def answer(
    profile: ProgramProfile,
    piece: str,
    base_url: str,
    query: Mapping[str, str],
    told: Callable[[], Sequence[str]],
) -> Response[Any]:
    """Return a piece of the kit; nothing is there under any other name.

    ``query`` names the location where it hangs and what it is called as a source. ``told`` gives
    what staff are told of the program, for their sheet.
    """
    address = join_address(base_url, profile, query.get("location"), query.get("source"))
    if piece in {"code.svg", "code.png"}:
        return _picture(address, piece.partition(".")[2])
    if piece not in PAPERS:
        return pages.not_found(profile.language)
    return pages.draw(
        "kit.html",
        language=profile.language,
        design=profile.design,
        sheet="kit.css",
        headers={"X-Robots-Tag": "noindex", "Vary": "Accept-Language"},
        profile=profile,
        piece=piece,
        lines=told() if piece == "staff" else profile.sentences[:_MOST_LINES],
        code=qr_code(address, QUIET_ZONE),
        shown=address.partition("://")[2].partition("?")[0],
    )


def _picture(content: str, kind: str) -> Response[Any]:
    drawn = io.BytesIO()
    code = segno.make(content, error="m", micro=False)
    if kind == "svg":
        code.save(drawn, kind="svg", border=QUIET_ZONE, light="#fff", omitsize=True)
        return bare(drawn.getvalue(), "image/svg+xml", _HEADERS)
    code.save(drawn, kind="png", border=QUIET_ZONE, scale=_PIXELS)
    return bare(drawn.getvalue(), "image/png", _HEADERS)
