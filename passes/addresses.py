"""Where Apple and Google are reached; the local stack puts addresses of its own in their place."""

from __future__ import annotations

from typing import Final

APNS: Final = "https://api.push.apple.com"
"""Wallet's pushes exist in production only; there is no sandbox for them."""

GOOGLE_API: Final = "https://walletobjects.googleapis.com"
GOOGLE_CALLBACK_KEYS: Final = "https://pay.google.com/gp/m/issuer/keys"
GOOGLE_SAVE: Final = "https://pay.google.com/gp/v/save"
GOOGLE_SCOPE: Final = "https://www.googleapis.com/auth/wallet_object.issuer"
GOOGLE_TOKEN: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, not a secret
