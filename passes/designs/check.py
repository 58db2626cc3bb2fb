"""Judge a design by what it draws: what a wallet would refuse is told before it is deployed.

Called when a design is checked on the command line, built into an artifact or uploaded, and never
where a customer waits: it loads the linters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from passes.designs.design import DESIGNS, DesignError, load
from passes.google import design_check

if TYPE_CHECKING:
    from pathlib import Path

    from passes.designs.design import Design


def check(name: str, folder: Path = DESIGNS) -> Design:
    """Return the design of that name, if it can be read and a wallet takes what it draws.

    Raises
    ------
    DesignError
        As :func:`passes.designs.design.load`, or Google would refuse its class or its object.
    """
    design = load(name, folder)
    for fault in design_check.findings(design):
        if fault.level == "error":
            raise DesignError(
                f"{folder.name}/{name}/design.toml: google: what Google refuses: {fault}"
            )
    return design
