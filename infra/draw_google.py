"""Draw Google's pictures of the shipped designs, from the same shapes as Apple's.

See `infra.draw_designs` for what it needs and how it is run::

    uv run --with pillow --with zopfli python -m infra.draw_google

Sizes are Google's: round logo 660x660 with its margin, banner 1032x336. A banner is drawn once for
the design, and once for every state that the Apple strip shows. No wide logo is drawn: on Android
it stands instead of the shop's name, and no text stands in any of our pictures.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from infra.draw_designs import ALL, DESIGNS, Artist, Picture, render

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOGO = (100.0, 100.0)
_HERO = (1032 * 144 / 336, 144.0)


def pictures(artist: Artist) -> Iterator[Picture]:
    """Yield every Google picture of a design."""
    yield Picture("google-logo.png", _badge(artist), _LOGO, (660, 660), colours=24)
    heroes = {"google-hero": artist.strip} | {
        name.replace("strip-", "google-hero-"): drawn for name, drawn in artist.states.items()
    }
    for name, drawn in heroes.items():
        colours = max(artist.colours, 16)
        yield Picture(f"{name}.png", drawn(*_HERO), _HERO, (1032, 336), colours=colours)


def _ground(artist: Artist, width: float) -> str:
    return f'<rect width="{width:g}" height="100" fill="{artist.ground}"/>'


def _badge(artist: Artist) -> str:
    """Draw the glyph inside the circle that Google cuts out, with room around it."""
    ring = (
        f'<circle cx="50" cy="50" r="41" fill="none" stroke="{artist.ring}" stroke-width="1.8"/>'
        if artist.ring
        else ""
    )
    glyph = f'<g transform="translate(24 23) scale(0.54)">{artist.mark}</g>'
    return _ground(artist, 100) + ring + glyph


def main() -> None:
    """Draw Google's pictures of every design, or of the designs named."""
    parser = argparse.ArgumentParser(description="Draw Google's pictures of the shipped designs.")
    parser.add_argument("designs", nargs="*", default=sorted(ALL), help="names; all by default")
    with tempfile.TemporaryDirectory() as workspace:
        for name in parser.parse_args().designs:
            drawn = list(pictures(ALL[name]))
            render(drawn, DESIGNS / name, Path(workspace))
            for one in drawn:
                size = (DESIGNS / name / one.file).stat().st_size
                print(f"{name}/{one.file}: {size} bytes")


if __name__ == "__main__":
    main()
