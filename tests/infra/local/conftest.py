from __future__ import annotations

from tests.support.apple_fixtures import apns, chain, client_identity, now

__all__ = ["apns", "chain", "client_identity", "now"]
