"""Draw Google's pictures of the shipped designs, from the same shapes as Apple's.

See `infra.draw_designs` for what it needs and how it is run::

    .tools/drawing/bin/python -m infra.draw_google

Sizes are Google's: round logo 660x660 with its margin, banner 1032x336. A banner is drawn once for
the design, and once for every state that the Apple strip shows. No wide logo is drawn: on Android
it stands instead of the shop's name, and no text stands in any of our pictures.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from infra.draw_designs import DESIGNS, render
from infra.drawings.artists import ALL, for_google


def main() -> None:
    """Draw Google's pictures of every design, or of the designs named."""
    parser = argparse.ArgumentParser(description="Draw Google's pictures of the shipped designs.")
    parser.add_argument("designs", nargs="*", default=sorted(ALL), help="names; all by default")
    with tempfile.TemporaryDirectory() as workspace:
        for name in parser.parse_args().designs:
            drawn = list(for_google(ALL[name]))
            render(drawn, DESIGNS / name, Path(workspace))
            for one in drawn:
                size = (DESIGNS / name / one.file).stat().st_size
                print(f"{name}/{one.file}: {size} bytes")


if __name__ == "__main__":
    main()
