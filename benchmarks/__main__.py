"""Run all benchmarks in one go: ``python -m benchmarks``. Compare ratios, not machines."""

from __future__ import annotations

import os
import platform

from benchmarks import (
    apple,
    campaigns,
    committing,
    deciding,
    figuring,
    google,
    load,
    moving,
    simulating,
    stack,
    starting,
)


def main() -> None:
    """Run and print everything."""
    busy = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} cores, load {busy:.1f}. "
        "Ratios (lines with =) are results; absolute times are context."
    )
    plain = deciding.run()
    committing.run(plain)
    moving.run()
    figuring.run()
    campaigns.run()
    simulating.run(plain)
    starting.run()
    apple.main()
    google.run()
    load.main()
    stack.main()


main()
