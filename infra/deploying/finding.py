"""What a look at a deployment finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Weight = Literal["good", "later", "stops"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found: good, to be mended later, or in the way of everything."""

    weight: Weight
    sentence: str
