"""Check designs: read them, draw what they draw, and tell what a wallet would refuse.

For `loyalty design check`, and for the build: none that would be refused is deployed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from passes.designs.check import check
from passes.designs.design import DESIGNS, DesignError, names

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def faults(chosen: Iterable[str] = (), folder: Path = DESIGNS) -> list[str]:
    """Return one sentence for each design that cannot be used."""
    found = []
    for name in tuple(chosen) or names(folder):
        try:
            check(name, folder)
        except DesignError as error:
            found.append(str(error))
    return found
