"""The QR code on the card page; only the function that shows cards loads its library."""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET_ZONE = 4
"""Squares of white around a code (ISO/IEC 18004, 5.3.8), where nothing else may be white."""


def qr_code(content: str, border: int = 2) -> Markup:
    """Return `content` as a QR code in SVG, black on white in both modes: scanners need that.

    ``border``: squares of white around it; on our pages more white follows.
    """
    drawn = segno.make(content, error="m", micro=False).svg_inline(
        border=border, light="#fff", omitsize=True, svgclass=None, lineclass=None
    )
    return Markup(drawn)  # noqa: S704 - a drawing of squares, no text inside
