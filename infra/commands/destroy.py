"""Remove a deployment: the stack goes, what holds cards and points stays.

loyalty destroy --stage test
loyalty destroy --stage test --everything
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from infra.commands import place
from infra.commands.answer import say
from infra.deploying.hand import Hand
from infra.deploying.removing import Removal
from infra.failures import Failure

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.set_defaults(run=_destroy)
    place.add_options(parser)
    parser.add_argument("--dry-run", action="store_true", help="say every call, and make none")
    parser.add_argument(
        "--everything",
        action="store_true",
        help="tables, designs and secrets, too: every card is dead for good",
    )
    parser.add_argument("--confirm", metavar="STAGE", help="the stage once more, asked for if not")


def _destroy(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    if where.stage == place.LOCAL:
        raise Failure("the stack of `make run` is a folder: stop it, and remove the folder")
    removal = Removal(Hand(where, _say, dry=given.dry_run), everything=given.everything)
    removal.tell()
    if not given.dry_run:
        _confirm(where.stage, given.confirm)
    removal.run()
    _say("\nNothing was changed." if given.dry_run else "\nRemoved.")
    return 0


def _confirm(stage: str, said: str | None) -> None:
    if said is None and sys.stdin.isatty():
        said = input(f"Type the stage's name to go on ({stage}): ").strip()
    if said != stage:
        raise Failure(f"nothing was removed: --confirm {stage} has to be said")


def _say(line: str) -> None:
    say(line)
