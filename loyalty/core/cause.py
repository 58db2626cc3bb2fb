"""What members may give points to: a cause of the shop's, such as an animal shelter. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause.

    Attributes
    ----------
    names, texts
        What it is called and what comes of it, by language.
    pot
        What is given: points of this pot.
    least
        So many points at once, at least.
    target
        What is to come together; 0 for nothing in particular.
    open
        Whether something can be given.
    """

    id: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    pot: str
    least: int = 1
    target: int = 0
    link: str = ""
    open: bool = True
    version: int = 1


@dataclass(frozen=True, slots=True)
class Collected:
    """What a cause was given so far: points, and in how many gifts."""

    points: int = 0
    gifts: int = 0


NOTHING = Collected()


@dataclass(frozen=True, slots=True)
class Standing:
    """A cause, and what it was given so far."""

    cause: Cause
    collected: Collected = field(default=NOTHING)
