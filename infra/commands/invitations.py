"""A page to print: a strip for each member with their name and the QR code of their card."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from collections.abc import Iterable

_HEAD = """<!doctype html>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 10mm }}
body {{ margin: 0; font: 11pt sans-serif }}
main {{ display: grid; grid-template-columns: repeat(3, 1fr) }}
article {{ border: .2mm dashed #999; padding: 4mm; text-align: center; break-inside: avoid }}
svg {{ width: 32mm; height: 32mm }}
p {{ margin: 1mm 0 }}
small {{ font-size: 6pt; overflow-wrap: anywhere }}
</style>
<main>
"""


def page(title: str, people: Iterable[tuple[str, str]]) -> str:
    """Return the page, for names and links; a browser prints it, 3 by 5 on a sheet of A4."""
    parts = [_HEAD.format(title=escape(title))]
    for name, link in people:
        drawn = segno.make(link, error="m", micro=False).svg_inline(border=2, omitsize=True)
        parts.append(
            f"<article><p>{escape(title)}</p>{drawn}<p><b>{escape(name)}</b></p>"
            f"<small>{escape(link)}</small></article>\n"
        )
    return "".join((*parts, "</main>\n"))
