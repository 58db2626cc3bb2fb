"""The QR code on the card page; only the function that shows cards loads its library."""

from __future__ import annotations

import segno
from markupsafe import Markup


def qr_code(content: str) -> Markup:
    """Return `content` as a QR code in SVG, black on white in both modes: scanners need that."""
    drawn = segno.make(content, error="m", micro=False).svg_inline(
        border=2, light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - a drawing of squares, no text inside
