"""Build the artifact that every function runs from; deploying does it by itself.

loyalty build
loyalty build --stage local
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra import build
from infra.commands.answer import say

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    parser.set_defaults(run=_build)
    parser.add_argument("--stage", default="default", help="local, or any other for AWS")


def _build(given: argparse.Namespace) -> int:
    artifact = build.build(build.target(given.stage))
    say(f"{artifact.relative_to(build.ROOT)}: {artifact.stat().st_size / 1e6:.1f} MB")
    return 0
