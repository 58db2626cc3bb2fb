from __future__ import annotations

from tests.support.google_fixtures import account_file, google, start_google, world
from tests.support.wallet_in_process import account, card, drawn, wallet

__all__ = [
    "account",
    "account_file",
    "card",
    "drawn",
    "google",
    "start_google",
    "wallet",
    "world",
]
