"""Card designs: judge them before a program names them.

loyalty design check
loyalty design check coffee barber
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.design import faults
from infra.failures import Failure
from passes.designs.design import names

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    check = commands.add_parser("check", help="read designs and judge what they draw")
    check.set_defaults(run=_check)
    check.add_argument("names", nargs="*", help="folders below templates/designs; all if none")


def _check(given: argparse.Namespace) -> int:
    chosen = given.names or names()
    if wrong := faults(chosen):
        raise Failure("\n".join(wrong))
    print(f"{', '.join(chosen)} can be used.")
    return 0
