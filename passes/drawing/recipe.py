"""What an owner says of a design, and the document that comes of it. Pure.

A design that is drawn works like a shipped one of its style, whose document it takes over with its
own colours and states, and is a folder as any other from then on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from passes.drawing.colours import palette, written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from passes.drawing.colours import Rgb

BASES: Final[Mapping[str, str]] = {
    "points": "coffee",
    "stamps": "stamps",
    "ladder": "ladder",
    "cashback": "cashback",
    "membership": "membership",
}
"""Styles, and the shipped design that works like each."""
FEWEST_STAMPS, MOST_STAMPS = 3, 20
FEWEST_STEPS, MOST_STEPS = 2, 10
LEVELS: Final = 3
PILES: Final = (1, 250, 500, 1000, 2500)
COUNTS: Final[Mapping[str, int]] = {"stamps": 9, "ladder": 5}
"""Stamps, or steps, where none are named."""
ICONS: Final = (
    *("check", "crown", "cup", "drop", "flower", "heart", "leaf", "paw", "scissors", "star"),
)
"""Signs that we draw."""
PATTERNS: Final = ("dots", "plain", "rays", "stripes", "waves")
"""Patterns that we draw."""
_CLIMBED: Final = 10_000
"""All the way up, in hundredths of a per cent."""


class BadRecipe(ValueError):  # noqa: N818 - it is the recipe that is bad
    """A design cannot be drawn so; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an owner says of a design, beside their pictures.

    Attributes
    ----------
    style
        One of `BASES`.
    accent
        The second colour; without it drawings have the colour of the texts.
    count
        Stamps to a present (3 to 20), or steps of a ladder (2 to 10).
    icon
        The sign on stamps, and for a shop without a logo: one of `ICONS`.
    """

    style: str
    background: Rgb
    accent: Rgb | None = None
    pattern: str = "plain"
    icon: str = "star"
    count: int = 0

    def __post_init__(self) -> None:
        for what, given, known in (
            ("style", self.style, BASES),
            ("pattern", self.pattern, PATTERNS),
            ("icon", self.icon, ICONS),
        ):
            if given not in known:
                raise BadRecipe(f"there is no {what} {given!r}: choose of {', '.join(known)}")
        bounds = {"stamps": (FEWEST_STAMPS, MOST_STAMPS), "ladder": (FEWEST_STEPS, MOST_STEPS)}
        low, high = bounds.get(self.style, (0, 0))
        if not low <= self.count <= high:
            raise BadRecipe(
                f"a card of style {self.style} has from {low} to {high} of them, not {self.count}"
                if high
                else f"a card of style {self.style} counts nothing: leave the number out"
            )


def states(recipe: Recipe) -> tuple[int, ...]:
    """Return the numbers from which on each further state shows; none for a style without."""
    if recipe.style == "stamps":
        return tuple(range(1, recipe.count + 1))
    if recipe.style == "cashback":
        return PILES
    steps = {"ladder": recipe.count, "membership": LEVELS}.get(recipe.style, 0)
    return tuple(_CLIMBED * at // (steps - 1) for at in range(steps))


def document(recipe: Recipe, base: str) -> str:
    """Return the ``design.toml`` of a design, from that of the shipped one of its style."""
    colours = palette(recipe.background, recipe.accent)
    text = base
    for name in ("background", "foreground", "label"):
        colour = written(getattr(colours, name))
        text = re.sub(rf'^{name} = "#\w+"', f'{name} = "{colour}"', text, flags=re.MULTILINE)
    levels = ", ".join(str(level) for level in states(recipe))
    if recipe.style == "membership":
        # Levels are counted: whatever they are called, and however a language calls them.
        text = re.sub(
            r'(?:#[^\n]*\n)*\[apple\.strip\]\nfield = "tier"\nnames = \[.*\]',
            f"# A star more for each step of the way up, in hundredths of a per cent of it.\n"
            f'[apple.strip]\nfield = "climb"\nlevels = [{levels}]',
            text,
        )
    return re.sub(r"^levels = \[.*\]", f"levels = [{levels}]", text, flags=re.MULTILINE)
