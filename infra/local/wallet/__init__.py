"""A local stand-in for Google: token endpoint, Wallet REST API, save page. Loopback only.

``python -m infra.local.wallet --port PORT --folder FOLDER`` runs it. What is faithful and what is
a guess is told in docs/local-google-wallet.md.
"""

from infra.local.wallet.account import ISSUER_ID, ensure_service_account

__all__ = ["ISSUER_ID", "ensure_service_account"]
