from __future__ import annotations

from tests.support.apple_certificates import authority
from tests.support.apple_fixtures import (
    apns,
    bench,
    chain,
    client_identity,
    identity,
    issuer,
    now,
    signer,
)
from tests.support.designs import folder

__all__ = [
    "apns",
    "authority",
    "bench",
    "chain",
    "client_identity",
    "folder",
    "identity",
    "issuer",
    "now",
    "signer",
]
