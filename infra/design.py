"""Check designs: read them, draw what they draw, and tell what a wallet would refuse.

Usage: ``python -m infra.design check [NAME ...]``; all designs where none is named. The build
checks all of them too, so that none that would be refused is deployed.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from passes.designs.check import advice, check
from passes.designs.design import DESIGNS, DesignError, load, names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the designs named; return 0, or 1 when one cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m infra.design", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    checking = commands.add_parser("check", help="read designs and judge what they draw")
    checking.add_argument("names", nargs="*", help="folders below templates/designs; all if none")
    chosen = tuple(parser.parse_args(arguments).names) or names()
    wrong = faults(chosen)
    for fault in wrong:
        print(fault, file=sys.stderr)
    if not wrong:
        for sentence in (one for name in chosen for one in advice(load(name))):
            print(f"advice: {sentence}")
        print(f"{', '.join(chosen)} can be used.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
