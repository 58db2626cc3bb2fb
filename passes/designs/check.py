"""Judge a design by what it draws: what a wallet would refuse is told before it is deployed.

Called when a design is checked on the command line, built into an artifact or uploaded, and never
where a customer waits: it loads the linters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from passes.designs.design import DESIGNS, DesignError, load, pass_bytes
from passes.google import design_check

HEAVY_PASS = 600_000
"""Bytes of one pass's pictures, above which an owner is advised."""
_CODE_128_MODULES = 440  # of our card codes of 37 characters, 11 each, with start and stop

if TYPE_CHECKING:
    from pathlib import Path

    from passes.designs.design import Design


def advice(design: Design) -> tuple[str, ...]:
    """Return what could be better about a design that can be used, a sentence each."""
    found = []
    if set(design.apple.barcodes) == {"Code128"}:
        found.append(
            f"{design.name}: apple.barcodes: Apple Watch draws no Code 128, and a card code is "
            f"about {_CODE_128_MODULES} modules wide, too fine for many scanners: name QR first."
        )
    if (weight := pass_bytes(design)) > HEAVY_PASS:
        found.append(
            f"{design.name}: its pictures weigh {weight:,} bytes in every pass, which a phone "
            f"loads anew after each visit: below {HEAVY_PASS:,} is quick, fewer colours make it so."
        )
    return tuple(found)


def check(name: str, folder: Path = DESIGNS) -> Design:
    """Return the design of that name, if it can be read and a wallet takes what it draws.

    Raises
    ------
    DesignError
        As :func:`passes.designs.design.load`, or Google would refuse its class or its object.
    """
    return judged(load(name, folder), f"{folder.name}/{name}/design.toml")


def judged(design: Design, where: str) -> Design:
    """Return a design that was read already, if a wallet takes what it draws; see `check`.

    ``where`` is how its document is called.
    """
    for fault in design_check.findings(design):
        if fault.level == "error":
            raise DesignError(f"{where}: google: what Google refuses: {fault}")
    return design
