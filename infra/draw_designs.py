"""Draw the images of the shipped designs from vector shapes; Google's are in `infra.draw_google`.

The PNG files under ``templates/designs`` are made by this script and committed, so nobody needs to
run it to build or deploy. Run it after changing a shape or a colour::

    uv run --no-project --with pillow --with zopfli python -m infra.draw_designs

It needs Chromium on PATH (as ``chromium`` or in the variable CHROMIUM), Pillow, which cuts the
colours down to a palette, and zopfli, which packs them: a whole pass stays small, and drawing takes
minutes. Sizes are the ones of 2026: points times scale (icon 38x38, logo at most 160x50, strip
375x144, artwork 358x448, primary logo 30 high). No text stands in any image, since images are not
read aloud and not translated.

Strips that show a state (stamps, steps, coins, levels) are drawn here once for every state.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.drawings import barber, cashback, coffee, ladder, membership, plain, stamps
from passes.apple.layout_reading import png_suffix

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

DESIGNS = Path(__file__).parent.parent / "templates" / "designs"
_STRIP, _POSTER = (375.0, 144.0), (358.0, 448.0)
_SQUARE = (100.0, 100.0)
_TALLEST_SHEET = 12_000
_SMALLEST_FILL = 0.0008  # of all pixels: what is seldomer is the soft edge of something


@dataclass(frozen=True, slots=True)
class Picture:
    """One file to draw: an SVG body inside a view box, and the pixels it becomes."""

    file: str
    body: str
    box: tuple[float, float]
    pixels: tuple[int, int]
    transparent: bool = False
    colours: int = 48


@dataclass(frozen=True, slots=True)
class Artist:
    """The shapes of one design.

    Attributes
    ----------
    mark
        The glyph of icon and logos in a 100x100 box.
    ground
        What the icon's glyph stands on.
    strip
        The plain strip, and Google's hero, in any width and height.
    states
        Strips of the states by their names.
    poster
        The artwork of iOS 27.
    ring
        Colour of a ring around the glyph on Google's round logo.
    colours, poster_colours
        How many colours strips and artwork are cut down to: the fewer, the smaller the pass.
    """

    mark: str
    ground: str
    strip: Callable[[float, float], str]
    poster: Callable[[float, float], str]
    states: Mapping[str, Callable[[float, float], str]]
    ring: str = ""
    colours: int = 16
    poster_colours: int = 16


def pictures(artist: Artist) -> Iterator[Picture]:
    """Yield every picture of a design that an Apple pass holds; Google's: `infra.draw_google`."""
    ground = f'<rect width="100" height="100" fill="{artist.ground}"/>'
    icon = f'{ground}<g transform="translate(16 16) scale(0.68)">{artist.mark}</g>'
    for scale in (1, 2, 3):
        end = png_suffix(scale)
        yield Picture(f"icon{end}", icon, _SQUARE, (38 * scale,) * 2, colours=24)
        for name, height in (("logo", 50), ("primaryLogo", 30)):
            if scale == 1 and name != "logo":
                continue
            yield Picture(
                f"{name}{end}",
                artist.mark,
                _SQUARE,
                (height * scale,) * 2,
                transparent=True,
                colours=24,
            )
        if scale == 1:  # the rest is for Wallet alone, which takes the larger ones
            continue
        for name, strip in {"strip": artist.strip, **artist.states}.items():
            size = (375 * scale, 144 * scale)
            yield Picture(
                f"{name}@{scale}x.png", strip(*_STRIP), _STRIP, size, colours=artist.colours
            )
        size = (358 * scale, 448 * scale)
        yield Picture(
            f"artwork@{scale}x.png",
            artist.poster(*_POSTER),
            _POSTER,
            size,
            colours=artist.poster_colours,
        )


def _stamped(count: int) -> Callable[[float, float], str]:
    return lambda width, height: stamps.stamp_card(width, height, count)


def _sealed(count: int) -> Callable[[float, float], str]:
    return lambda width, height: barber.barber_seals(width, height, count)


def _climbed(count: int) -> Callable[[float, float], str]:
    return lambda width, height: ladder.climb(width, height, count)


def _piled(count: int) -> Callable[[float, float], str]:
    return lambda width, height: cashback.coin_piles(width, height, count)


def _levelled(level: str) -> Callable[[float, float], str]:
    return lambda width, height: membership.level_strip(width, height, level)


ALL = {
    "coffee": Artist(
        coffee.cup(coffee.MILK, coffee.ROAST),
        coffee.ROAST,
        coffee.coffee_scene,
        coffee.coffee_poster,
        {},
        ring=coffee.MILK,
    ),
    "barber": Artist(
        barber.scissors(barber.BRASS, barber.NIGHT),
        barber.NIGHT,
        barber.barber_scene,
        barber.barber_poster,
        {f"strip-{step}": _sealed(at) for at, step in enumerate(barber.CLIMBED, start=1)},
        ring=barber.BRASS,
    ),
    "stamps": Artist(
        coffee.cup(stamps.PAPER, stamps.PINE),
        stamps.PINE,
        _stamped(0),
        stamps.stamp_poster,
        {f"strip-{count}": _stamped(count) for count in range(1, stamps.FIELDS + 1)},
        ring=stamps.HONEY,
        colours=9,
        poster_colours=9,
    ),
    "cashback": Artist(
        cashback.coin(cashback.GOLD, cashback.INK),
        cashback.INK,
        _piled(0),
        cashback.coin_poster,
        {
            f"strip-{level}": _piled(count)
            for count, level in enumerate((1, 250, 500, 1000, 2500), start=1)
        },
        colours=12,
        poster_colours=9,
    ),
    "membership": Artist(
        membership.emblem("gold", membership.NIGHT),
        membership.NIGHT,
        _levelled("member"),
        membership.level_poster,
        {f"strip-{level}": _levelled(level) for level in ("silver", "gold")},
        colours=16,
        poster_colours=12,
    ),
    "ladder": Artist(
        ladder.rungs(ladder.SUN),
        ladder.DEEP,
        _climbed(0),
        ladder.ladder_poster,
        {f"strip-{step}": _climbed(at) for at, step in enumerate(ladder.CLIMBED, start=1)},
        ring=ladder.SUN,
    ),
    "plain": Artist(
        plain.heart_card(plain.MIST, plain.SLATE),
        plain.SLATE,
        plain.plain_scene,
        plain.plain_poster,
        {},
    ),
}


def render(drawn: list[Picture], folder: Path, workspace: Path) -> None:
    """Write pictures as palette PNGs; those on one sheet share one start of the browser."""
    # A drawing tool, not a dependency of the product: imported only when drawing.
    import zopfli.png  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415
    from PIL import Image  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    for transparent in (False, True):
        waiting = [one for one in drawn if one.transparent is transparent]
        while waiting:
            sheet: list[tuple[Picture, int]] = []
            below = 0
            while waiting and (not sheet or below + waiting[0].pixels[1] < _TALLEST_SHEET):
                sheet.append((waiting[0], below))
                below += waiting.pop(0).pixels[1]
            shot = Image.open(_screenshot(sheet, below, workspace, transparent=transparent))
            for picture, top in sheet:
                width, height = picture.pixels
                image = shot.crop((0, top, width, top + height))
                if transparent:
                    small = image.convert("RGBA").quantize(
                        picture.colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
                    )
                else:
                    small = _few_colours(image.convert("RGB"), picture.colours)
                packed = io.BytesIO()
                small.save(packed, "PNG", optimize=True)
                (folder / picture.file).write_bytes(zopfli.png.optimize(packed.getvalue()))


def _few_colours(image: Any, count: int) -> Any:
    """Return the image in so many colours: all its fills exactly, the rest for soft edges."""
    from PIL import Image  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415

    pixels = image.width * image.height
    found = sorted(image.getcolors(pixels), reverse=True)
    fills = [colour for used, colour in found if used > pixels * _SMALLEST_FILL][: count - 4]
    edges = [(used, colour) for used, colour in found if colour not in fills]
    if edges and len(found) > count:
        # A picture of the edges alone, each colour as often as it is used (roughly).
        sample = [colour for used, colour in edges for _ in range(1 + min(used, 400) // 20)]
        strip = Image.new("RGB", (len(sample), 1))
        strip.putdata(sample)
        reduced = strip.quantize(count - len(fills), Image.Quantize.MEDIANCUT)
        flat = reduced.getpalette()[: 3 * (count - len(fills))]
        fills += [tuple(flat[at : at + 3]) for at in range(0, len(flat), 3)]
    else:
        fills += [colour for _, colour in edges]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in fills for part in colour])
    return image.quantize(palette=palette, dither=Image.Dither.NONE)


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
            drawn = list(pictures(ALL[name]))
            render(drawn, folder, Path(workspace))
            for one in drawn:
                print(f"{name}/{one.file}: {(folder / one.file).stat().st_size} bytes")


if __name__ == "__main__":
    main()
