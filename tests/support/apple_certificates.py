"""Certificates of any age and name, and the secrets that hold them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization

from infra.local.certificates import (
    PASS_TYPE_IDENTIFIER,
    TEAM_IDENTIFIER,
    Issued,
    issue_authority,
    issue_pass_certificate,
)
from passes.apple.identities import INTERMEDIATES, Identities

if TYPE_CHECKING:
    from cryptography import x509

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)
Secrets = dict[str, str]


def pem(one: x509.Certificate) -> str:
    return one.public_bytes(serialization.Encoding.PEM).decode()


def key_pem(issued: Issued) -> str:
    return (
        issued[1]
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


@pytest.fixture(scope="module")
def authority() -> Issued:
    root = issue_authority("Root", None, NOW - 900 * DAY, NOW + 900 * DAY)
    return issue_authority("Middle", root, NOW - 900 * DAY, NOW + 800 * DAY)


def leaf(authority: Issued, days: int, **names: Any) -> Issued:
    return issue_pass_certificate(authority, NOW - 400 * DAY, NOW + days * DAY, **names)


def holder(secrets: Secrets) -> Identities:
    return Identities(secrets.get, PASS_TYPE_IDENTIFIER, TEAM_IDENTIFIER)


def put(secrets: Secrets, slot: str, issued: Issued, authority: Issued) -> None:
    secrets[f"{slot}/certificate"] = pem(issued[0])
    secrets[f"{slot}/key"] = key_pem(issued)
    secrets[INTERMEDIATES] = pem(authority[0])
