"""The contact sheet of the twenty logos, each drawn as a design of its own: pictures for the eye.

    python -m tests.support.logo_sheet FOLDER

draws what tests/stack/test_designs.py publishes over HTTP (same colours, same styles), writes each
design as a folder, what was mended beside it, and six to a picture what both wallets show of it.
Needs Chromium. Nothing is judged: somebody has to look, as a designer would.
"""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from infra.program_preview import shown
from loyalty.card import samples
from passes.designs import design
from passes.preview.sheet import Shown, sheet
from tests.support.contact_sheet import TALLEST
from tests.support.drawing_tools import loaded, logos
from tests.support.world import shipped

if TYPE_CHECKING:
    from collections.abc import Iterator

COLOURS = ("#12352b", "#f4efe6", "#7a1f3d", "#101418", "#2b6cb0", "#e0b13a")
STYLES = ("stamps", "points", "ladder", "cashback", "membership")
PROGRAMS = {
    "stamps": "coffee-stamps",
    "points": "coffee",
    "ladder": "ladder",
    "cashback": "cashback",
    "membership": "membership",
}
_ON_ONE = 6
_WIDE = 1700
_AS_A_SHEET = """body{max-width:none!important;columns:2} h1,h1+p,body>h3{display:none}
h2{margin:0;font-size:14px} .cards{break-before:avoid;break-inside:avoid}
figure:has(.back){display:none}"""


def recipe_of(number: int) -> tuple[str, str, str]:
    """Return the style, the colour and the accent that the logo of this number is drawn with."""
    colour, accent = COLOURS[number % len(COLOURS)], COLOURS[(number + 3) % len(COLOURS)]
    return STYLES[number % len(STYLES)], colour, accent


def drawings(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Draw every logo as a design; yield its name, its style and its folder."""
    draw = loaded("infra.design_drawing").draw
    for number, (name, made) in enumerate(logos().items()):
        style, colour, accent = recipe_of(number)
        place = folder / name
        shutil.rmtree(place, ignore_errors=True)
        original = folder / f"{name}.original"
        original.write_bytes(made())
        notes = draw(
            Namespace(
                folder=place,
                style=style,
                colour=colour,
                accent=accent,
                logo=original,
                icon="star",
                count=None,
                pattern="plain",
                photo=None,
            )
        )
        (folder / f"{name}.txt").write_text("\n".join(notes), encoding="utf-8")
        yield name, style, place


def looks(folder: Path) -> Iterator[Shown]:
    """Yield of each design a card with something on it, in one language."""
    for name, style, place in drawings(folder):
        program = shipped(PROGRAMS[style])
        whole = shown(program, design.load(place.name, place.parent))
        states = whole.states
        yield Shown(name, whole.design, whole.profiles[:1], states[len(states) // 2 :][:1])


def main() -> int:
    """Write the pictures."""
    folder = Path(sys.argv[1]).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    found = list(looks(folder))
    path = shutil.which("chromium")
    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu"]
        browser = playwright.chromium.launch(executable_path=path, args=options)
        page = browser.new_page(viewport={"width": _WIDE, "height": TALLEST})
        for number, start in enumerate(range(0, len(found), _ON_ONE), 1):
            file = folder / f"sheet-{number:02}.html"
            some = found[start : start + _ON_ONE]
            file.write_text(sheet("Twenty logos", some, samples.NOW), encoding="utf-8")
            page.goto(file.as_uri())
            page.add_style_tag(content=_AS_A_SHEET)
            page.screenshot(path=file.with_suffix(".png"), full_page=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
