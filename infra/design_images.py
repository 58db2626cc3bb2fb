"""Make all pictures of a design from the largest one of each; see docs/designs.md.

``bin/loyalty design images FOLDER`` starts it in an environment of its own (infra/drawing.txt)::

    .tools/drawing/bin/python -m infra.design_images templates/designs/coffee

What a designer has lies in the design's folder ``originals``, in whatever size and as PNG, JPEG or
WebP: at least ``logo``. From it the picture at the largest scale is made, and from that one the
smaller scales. A picture without an original is made from another (a banner from the strip, an icon
from the logo); one that lies there at the largest scale stays as it is.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from passes.apple.layout_reading import png_suffix
from passes.drawing import pictures
from passes.drawing.fitting import LARGEST, Wanted, largest, wanted
from passes.drawing.pictures import BadPicture

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ORIGINALS = "originals"
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")
OTHER_ENDINGS = (".svg", ".gif", ".heic", ".tif", ".tiff", ".bmp", ".psd", ".ai", ".pdf", ".eps")
"""Of pictures that designers have and that are not read here."""


def originals(folder: Path, design: Mapping[str, Any]) -> dict[str, Path]:
    """Return a design's originals by name, however their names are written.

    Raises
    ------
    BadPicture
        One of them would silently not be used: of another kind, of a name that the design has no
        use for, or there twice.
    """
    used = {name for one in wanted(design) for name in one.made_from}
    found: dict[str, Path] = {}
    for file in sorted((folder / ORIGINALS).glob("[!.]*")):
        name, end = file.stem.lower(), file.suffix.lower()
        if end in OTHER_ENDINGS or (end in ENDINGS and not file.is_file()):
            raise BadPicture(f"{ORIGINALS}/{file.name} cannot be used; save it as PNG or JPEG")
        if end not in ENDINGS:
            continue
        if name not in used:
            known = ", ".join(sorted(used))
            raise BadPicture(
                f"{ORIGINALS}/{file.name} is used by no picture of this design; its originals are "
                f"called {known}"
            )
        if name in found:
            raise BadPicture(f"{ORIGINALS} holds {found[name].name} and {file.name}: remove one")
        found[name] = file
    return found


def make(folder: Path, *, tight: bool) -> Iterator[str]:
    """Write a design's pictures, and yield a line for each.

    Raises
    ------
    BadPicture
        One that is needed is missing, or cannot be read.
    """
    design = _read(folder)
    there = originals(folder, design)
    ground = str(design.get("colours", {}).get("background", "#ffffff"))
    for one in wanted(design):
        file = folder / f"{one.name}{png_suffix(LARGEST) if one.scales else '.png'}"
        source = next((there[name] for name in one.made_from if name in there), None)
        if source is not None:
            # Drawn for this very picture: as it is; a sign for another one: with room around it.
            own = source.stem.lower() == one.name
            image = largest(pictures.opened(source), one, ground, own=own)
            yield _write(file, image, f"from {source.name}", tight=tight)
        elif not file.is_file():
            places = " or ".join(f"{ORIGINALS}/{name}.png" for name in one.made_from)
            raise BadPicture(f"{file.name} is named in design.toml: put {places} there")
        yield from shrink(folder, one, tight=tight)


def shrink(folder: Path, one: Wanted, *, tight: bool) -> Iterator[str]:
    """Write the smaller scales of a picture, and yield a line for each."""
    file = folder / f"{one.name}{png_suffix(LARGEST)}"
    for scale, image in _smaller(file, one):
        small = folder / f"{one.name}{png_suffix(scale)}"
        yield _write(small, image, f"from {file.name}", tight=tight)


def differing(folder: Path) -> Iterator[str]:
    """Yield the pictures of smaller scales that do not show what the largest one shows."""
    for one in wanted(_read(folder)):
        for scale, image in _smaller(folder / f"{one.name}{png_suffix(LARGEST)}", one):
            small = folder / f"{one.name}{png_suffix(scale)}"
            with pictures.read(small) as found:
                if not pictures.same_look(found, image):
                    yield f"{folder.name}/{small.name}"


def _read(folder: Path) -> Mapping[str, Any]:
    return tomllib.loads((folder / "design.toml").read_text(encoding="utf-8-sig"))


def _smaller(file: Path, one: Wanted) -> Iterator[tuple[int, Any]]:
    for scale in sorted(one.scales, reverse=True):
        if scale == LARGEST:
            continue
        with pictures.read(file) as image:
            size = (round(image.width * scale / LARGEST), round(image.height * scale / LARGEST))
            yield scale, pictures.smaller(image, size)


def _write(file: Path, image: Any, source: str, *, tight: bool) -> str:
    content = pictures.packed(image)
    file.write_bytes(pictures.tightly(content) if tight else content)
    size = file.stat().st_size
    return f"{file.name}: {image.width}x{image.height}, {size} bytes, {source}"


def main() -> int:
    """Make the pictures of the designs in these folders."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--tight", action="store_true", help="pack as small as can be, slowly")
    parser.add_argument("--check", action="store_true", help="write nothing, tell what differs")
    given = parser.parse_args()
    try:
        for folder in given.folders:
            if given.check:
                for name in differing(folder):
                    print(f"{name} is not made from its largest scale", file=sys.stderr)
                    return 1
                continue
            for line in make(folder, tight=given.tight):
                print(line, flush=True)
    except (BadPicture, OSError, tomllib.TOMLDecodeError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
