"""What `loyalty design new` is told: for the command, and for what it starts to draw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from passes.drawing.recipe import BASES, ICONS, PATTERNS

if TYPE_CHECKING:
    import argparse


def describe(parser: argparse.ArgumentParser) -> None:
    """Add what a design is drawn from."""
    parser.add_argument("folder", type=Path, help="folder to make; its name is the design's")
    parser.add_argument("--style", required=True, help=f"how the card works: {', '.join(BASES)}")
    parser.add_argument("--colour", required=True, help="the card's background, such as #12352b")
    parser.add_argument("--accent", help="second colour, of captions and drawings")
    parser.add_argument("--logo", type=Path, help="PNG, JPEG or WebP; without one the icon stands")
    parser.add_argument(
        "--icon", default="star", help=f"sign of a stamp: {', '.join(ICONS)}; or a picture's file"
    )
    parser.add_argument(
        "--count", type=int, help="stamps to a present (3 to 20), steps of a ladder (2 to 10)"
    )
    parser.add_argument("--pattern", default="plain", help=f"one of {', '.join(PATTERNS)}")
    parser.add_argument("--photo", type=Path, help="a photograph behind it all")
