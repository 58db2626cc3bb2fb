"""A renewed certificate in a warm process, and the watch that counts the days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from functions import apple, certificate_watch
from functions.aws import observability
from functions.aws.configuration import Configuration
from functions.wiring import access, environment
from functions.wiring import apple as apple_identity
from infra.local.certificates import (
    PASS_TYPE_IDENTIFIER,
    TEAM_IDENTIFIER,
    Issued,
)
from tests.support.apple_certificates import DAY, NOW, Secrets, leaf, put
from tests.support.events import Context

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    def __init__(self) -> None:
        self.now = NOW


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Secrets, Clock]]:
    secrets: Secrets = {}
    clock = Clock()
    settings = Configuration(
        stage="test",
        base_url="https://cards.example.com",
        state_table="state",
        ledger_table="ledger",
        apple_pass_type_identifier=PASS_TYPE_IDENTIFIER,
        apple_team_identifier=TEAM_IDENTIFIER,
    )

    def secret(name: str) -> str:
        if name not in secrets:
            raise environment.SecretMissing(name)
        return secrets[name]

    class Tokens:
        @staticmethod
        def apple_token(serial: str) -> str:
            return f"token-{serial}"

    monkeypatch.setattr(observability.metrics, "namespace", "loyalty")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(environment, "secret", secret)
    monkeypatch.setattr(access, "tokens", Tokens)
    monkeypatch.setattr(environment, "now", lambda: clock.now)
    apple_identity.identities.cache_clear()
    apple._kept.clear()
    yield secrets, clock
    apple_identity.identities.cache_clear()
    apple._kept.clear()


def test_a_warm_process_signs_with_the_renewed_certificate(
    deployed: tuple[Secrets, Clock], authority: Issued
) -> None:
    secrets, _ = deployed
    put(secrets, "apple", leaf(authority, 20), authority)
    first = apple.issuer()
    assert apple.issuer() is first
    put(secrets, "apple/next", leaf(authority, 300), authority)
    assert apple.issuer() is not first
    assert apple.issuer().signer.days_left(NOW) == 300


def watched(capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    return certificate_watch.handler({}, Context()), capsys.readouterr().out  # type: ignore[arg-type]


def test_the_watch_exports_the_days_left_and_the_status(
    deployed: tuple[Secrets, Clock], authority: Issued, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets, clock = deployed
    put(secrets, "apple", leaf(authority, 59), authority)
    status, told = watched(capsys)
    assert (status["ready"], status["days_left"]) == (True, 59)
    assert '"AppleCertificateDaysLeft":[59.0]' in told.replace(" ", "")
    clock.now = NOW + 60 * DAY
    status, told = watched(capsys)
    assert (status["ready"], status["days_left"]) == (False, 0)
    assert '"AppleCertificateDaysLeft":[0.0]' in told.replace(" ", "")
    assert "PRIVATE" not in told


def test_the_owner_is_told_at_every_step_and_not_in_between(
    deployed: tuple[Secrets, Clock], authority: Issued, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets, clock = deployed
    put(secrets, "apple", leaf(authority, 62), authority)
    told_at = set()
    for half_days in range(2 * 63):
        clock.now = NOW + half_days * DAY / 2
        status, told = watched(capsys)
        if '"OwnerMustAct":[1.0]' in told.replace(" ", ""):
            told_at.add(status["days_left"])
    assert told_at == {60, 30, 14, 7, 1, 0}
