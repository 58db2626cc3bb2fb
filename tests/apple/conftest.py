from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from infra.local import certificates
from loyalty.card import Card, Fact, Place
from passes.apple.issue import Issuer
from passes.apple.pass_json import Identity
from passes.apple.sign import Signer

if TYPE_CHECKING:
    from pathlib import Path

BASE_URL = "https://cards.example.com"
SERIAL = "3f6c1b2a9d8e4f70a1b2c3d4e5f60718"


@pytest.fixture(scope="session")
def now() -> datetime:
    """One instant for the whole run; signing times come from the library's own clock."""
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    return certificates.ensure(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def signer(chain: certificates.Certificates) -> Signer:
    return Signer.load(
        chain.pass_certificate.read_bytes(),
        chain.pass_key.read_bytes(),
        chain.intermediate.read_bytes(),
        pass_type_identifier=chain.pass_type_identifier,
        team_identifier=chain.team_identifier,
    )


@pytest.fixture
def issuer(chain: certificates.Certificates, signer: Signer) -> Issuer:
    identity = Identity(chain.pass_type_identifier, chain.team_identifier, BASE_URL)
    return Issuer(identity, signer, token_of)


@pytest.fixture(scope="session")
def root(chain: certificates.Certificates) -> Path:
    return chain.root


def token_of(serial: str) -> str:
    return f"token-of-{serial}-0123456789abcdef"


def make_card(
    *,
    design: str = "coffee",
    version: int = 3,
    serial: str = SERIAL,
    balance: int = 7,
    **changes: object,
) -> Card:
    given = {
        "program": "coffee",
        "member": "m1",
        "program_name": "Morning Club",
        "organization": "Corner Coffee",
        "design": design,
        "serial": serial,
        "code": "1.a.AAECAwQFBgcICQoLDA0ODw.Zm9vYmFyYmF6",
        "language": "en",
        "version": version,
        "facts": (
            Fact(
                "balance", "Points", balance, "number", str(balance), change_message="Now %@ points"
            ),
            Fact("discount", "Discount", 500, "percent", "5%", change_message="Discount: %@"),
            Fact("progress", "Next", "3 more points to Free coffee", "text", "3 more points"),
            Fact("reward", "Ready for you", "Free coffee", "text", "Free coffee"),
            Fact("member", "Member", "Zoë", "text", "Zoë"),
        ),
        "lines": ("1 point for every 100 ₽.", "A free coffee for 10 points."),
        "contact": (("Telephone", "+44 20 7946 0000"),),
        "places": (Place(51.5, -0.12, "Coffee is near"),),
        **changes,
    }
    return Card(**given)  # type: ignore[arg-type]
