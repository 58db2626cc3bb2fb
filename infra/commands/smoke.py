"""Try a deployment with a customer of its own: joining, a sale, a reward, a refund, erasing.

loyalty smoke
loyalty smoke --stage test --base-url https://cards.example.com --root AppleRootCA.pem
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from infra.commands import place
from infra.commands.answer import say
from infra.deploying.smoke import Smoke
from infra.failures import Failure

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.set_defaults(run=_smoke)
    place.add_options(parser)
    parser.add_argument("--base-url", help="another address of the same deployment")
    parser.add_argument("--root", type=Path, help="certificate, PEM, that signatures must lead to")


def _smoke(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    settings = where.settings()
    base_url = (given.base_url or settings.get("BASE_URL", "")).rstrip("/")
    if given.root and not given.root.is_file():
        raise Failure(f"--root: {given.root} is no file")
    Smoke(where, base_url, given.root or _local_root(where), say).run(settings)
    say("All as it should be. Whether a phone is pushed, your own phone says.")
    return 0


def _local_root(where: place.Place) -> Path | None:
    """Return the authority of the local stack, whose passes no other one signs."""
    return Path(where.stack["apple"]["root_certificate"]) if where.stack else None
