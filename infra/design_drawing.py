"""Draw a design from a logo and colours into a folder; see docs/designs.md.

``bin/loyalty design new`` starts it in an environment of its own (infra/drawing.txt).
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from infra.design_options import describe
from passes.drawing import drawn, recipe
from passes.drawing.colours import BadColour, palette, parsed
from passes.drawing.pictures import BadPicture, opened

SIDE = 2048
"""Pixels above which no picture of an owner's is ever shown."""
DESIGNS = Path(__file__).parent.parent / "templates" / "designs"


def draw(given: argparse.Namespace) -> list[str]:
    """Make the folder, and return what had to be mended, a sentence each.

    Raises
    ------
    BadPicture, BadRecipe, BadColour
        Something cannot be drawn; nothing is made then.
    """
    accent = parsed(given.accent) if given.accent else None
    own_icon = Path(given.icon) if given.icon not in recipe.ICONS else None
    if own_icon is not None and not own_icon.is_file():
        raise BadPicture(
            f"there is no icon and no file {given.icon!r}: choose of {', '.join(recipe.ICONS)}"
        )
    chosen = recipe.Recipe(
        given.style,
        parsed(given.colour),
        accent,
        given.pattern,
        "star" if own_icon else given.icon,
        recipe.COUNTS.get(given.style, 0) if given.count is None else given.count,
    )
    own = drawn.Given(
        *(opened(file, SIDE) if file else None for file in (given.logo, own_icon, given.photo))
    )
    base = DESIGNS / recipe.BASES[chosen.style] / "design.toml"
    folder: Path = given.folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as workspace:
        made = Path(workspace) / folder.name
        made.mkdir()
        for name, content in drawn.files(chosen, own, base.read_text(encoding="utf-8")).items():
            (made / name).write_bytes(content)
        shutil.move(made, folder)
    return [*palette(chosen.background, chosen.accent).notes, *drawn.advice(own)]


def main() -> int:
    """Draw one design."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    describe(parser)
    try:
        for note in draw(parser.parse_args()):
            print(note)
    except (BadPicture, recipe.BadRecipe, BadColour) as fault:
        print(fault, file=sys.stderr)
        return 1
    except OSError as fault:
        print(f"{fault.filename}: {fault.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
