"""Judge passes, and what goes to Google, as the wallets would.

loyalty lint apple --root AppleRootCA.pem card.pkpass
loyalty lint google object.json
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command; what comes after the wallet's name is the linter's own."""
    wallets = parser.add_subparsers(required=True, metavar="WALLET")
    for name, meaning, run in (
        ("apple", "judge .pkpass files; `lint apple -h` for its options", _apple),
        ("google", "judge JSON, tokens and save links; `lint google -h` for its options", _google),
    ):
        # Nothing begins with such a character: every word is handed on as it stands.
        wallet = wallets.add_parser(name, help=meaning, add_help=False, prefix_chars="\0")
        wallet.set_defaults(run=run)
        wallet.add_argument("words", nargs="*")


def _apple(given: argparse.Namespace) -> int:
    from passes.apple.linter.__main__ import main  # noqa: PLC0415 - one of the two is needed

    return main(given.words)


def _google(given: argparse.Namespace) -> int:
    from passes.google.linter.__main__ import main  # noqa: PLC0415 - one of the two is needed

    return main(given.words)
