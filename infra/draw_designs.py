"""Draw the images of the shipped designs from vector shapes; Google's are in `infra.draw_google`.

The PNG files under ``templates/designs`` are made by this script and committed, so nobody needs to
run it to build or deploy. Run it after changing a shape or a colour, then `infra.draw_google`::

    .tools/drawing/bin/python -m infra.draw_designs

It needs Chromium on PATH (as ``chromium`` or in the variable CHROMIUM). Each picture is drawn
once, at the largest scale; `infra.design_images` makes the smaller ones from it. Colours are cut
down to a palette and files packed tightly: a whole pass stays small, and drawing takes minutes.
Sizes are the ones of 2026: points times scale (icon 38x38, logo at most 160x50, strip 375x144,
artwork 358x448, primary logo 30 high). No text stands in any image, since images are not read aloud
and not translated.

Strips that show a state (stamps, steps, coins, levels) are drawn here once for every state.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from infra.design_images import shrink
from infra.drawings.artists import ALL, for_apple
from passes.drawing import pictures
from passes.drawing.fitting import wanted

if TYPE_CHECKING:
    from infra.drawings.artists import Picture

DESIGNS = Path(__file__).parent.parent / "templates" / "designs"
_TALLEST_SHEET = 12_000


def render(waited: list[Picture], folder: Path, workspace: Path) -> None:
    """Write pictures as palette PNGs; those on one sheet share one start of the browser."""
    for transparent in (False, True):
        waiting = [one for one in waited if one.transparent is transparent]
        while waiting:
            sheet: list[tuple[Picture, int]] = []
            below = 0
            while waiting and (not sheet or below + waiting[0].pixels[1] < _TALLEST_SHEET):
                sheet.append((waiting[0], below))
                below += waiting.pop(0).pixels[1]
            shot = pictures.opened(_screenshot(sheet, below, workspace, transparent=transparent))
            for picture, top in sheet:
                width, height = picture.pixels
                image = shot.crop((0, top, width, top + height))
                drawn_in = image.convert("RGBA" if transparent else "RGB")
                small = pictures.in_few_colours(drawn_in, picture.colours)
                (folder / picture.file).write_bytes(pictures.tightly(pictures.packed(small)))


def _screenshot(
    sheet: list[tuple[Picture, int]], height: int, workspace: Path, *, transparent: bool
) -> Path:
    page, shot = workspace / "page.html", workspace / "shot.png"
    drawings = "".join(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{one.pixels[0]}" height="{one.pixels[1]}" '
        f'style="top:{top}px" viewBox="0 0 {one.box[0]} {one.box[1]}" preserveAspectRatio="none">'
        f"{_named_apart(one.body, top)}</svg>"
        for one, top in sheet
    )
    page.write_text(
        "<!doctype html><style>*{margin:0}svg{display:block;position:absolute;left:0}</style>"
        + drawings,
        encoding="utf-8",
    )
    subprocess.run(
        [
            os.environ.get("CHROMIUM", "chromium"),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
            f"--user-data-dir={workspace / 'profile'}",
            f"--default-background-color={'00000000' if transparent else 'ffffffff'}",
            # Headless windows have a smallest width and lose some height: cut to size afterwards.
            f"--window-size=1400,{height + 200}",
            f"--screenshot={shot}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
    )
    return shot


def _named_apart(body: str, number: int) -> str:
    """Give the names inside a drawing a number: all drawings of a sheet are one document."""
    return re.sub(r'(id="|url\(#)([a-z]+)', rf"\g<1>\g<2>{number}", body)


def main() -> None:
    """Draw every picture of every design, or of the designs named."""
    parser = argparse.ArgumentParser(description="Draw the images of the shipped designs.")
    parser.add_argument("designs", nargs="*", default=sorted(ALL), help="names; all by default")
    chosen = parser.parse_args().designs
    with tempfile.TemporaryDirectory() as workspace:
        for name in chosen:
            folder = DESIGNS / name
            folder.mkdir(parents=True, exist_ok=True)
            render(list(for_apple(ALL[name])), folder, Path(workspace))
            for one in wanted(tomllib.loads((folder / "design.toml").read_text(encoding="utf-8"))):
                for line in shrink(folder, one, tight=True):
                    print(f"{name}/{line}")


if __name__ == "__main__":
    main()
