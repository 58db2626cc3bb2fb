from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from infra.local import certificates
from passes.apple.issue import Issuer
from passes.apple.pass_json import Identity
from passes.apple.push import client_context
from passes.apple.sign import Signer
from tests.support.apple import BASE_URL, LocalApns, token_of
from tests.support.apple_bench import Bench

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def now() -> datetime:
    """One instant for the whole run; signing times come from the library's own clock."""
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> certificates.Certificates:
    return certificates.ensure(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def identity(chain: certificates.Certificates) -> Identity:
    return Identity(chain.pass_type_identifier, chain.team_identifier, BASE_URL)


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
def issuer(identity: Identity, signer: Signer) -> Issuer:
    return Issuer(identity, signer, token_of)


@pytest.fixture
def apns(chain: certificates.Certificates, tmp_path: Path) -> Iterator[LocalApns]:
    running = LocalApns(chain, tmp_path).start()
    yield running
    running.stop()
    running.desk.close()


@pytest.fixture(scope="session")
def client_identity(chain: certificates.Certificates) -> ssl.SSLContext:
    return client_context(
        chain.pass_certificate.read_bytes(),
        chain.intermediate.read_bytes(),
        chain.pass_key.read_bytes(),
        chain.root,
    )


@pytest.fixture
def bench(issuer: Issuer, signer: Signer, chain: certificates.Certificates, now: datetime) -> Bench:
    return Bench(issuer, signer, chain.root, now)
