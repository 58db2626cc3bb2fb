"""A renewed certificate in a warm process, and the watch that says how long it lives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from functions import apple
from functions.aws import observability
from functions.aws.configuration import Configuration
from functions.wiring import access, environment, troubles
from functions.wiring import apple as apple_identity
from infra.local.certificates import (
    PASS_TYPE_IDENTIFIER,
    TEAM_IDENTIFIER,
    Issued,
)
from tests.support.apple_certificates import DAY, NOW, Secrets, leaf, put

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


def watched(clock: Clock) -> list[tuple[str, str]]:
    found = troubles.LOOKS["certificate"](int(clock.now.timestamp()))
    return [(one.where, one.words) for one in found]


def test_the_watch_says_how_long_the_certificate_lives(
    deployed: tuple[Secrets, Clock], authority: Issued, capsys: pytest.CaptureFixture[str]
) -> None:
    secrets, clock = deployed
    put(secrets, "apple", leaf(authority, 61), authority)
    assert watched(clock) == []
    put(secrets, "apple", leaf(authority, 59), authority)
    apple_identity.identities.cache_clear()
    ((step, words),) = watched(clock)
    assert step == "60 days"
    assert "in 59 days: renew it now" in words
    clock.now = NOW + 60 * DAY
    ((step, words),) = watched(clock)
    assert step == "0 days"
    observability.metrics.flush_metrics()
    told = capsys.readouterr().out.replace(" ", "")
    assert '"AppleCertificateDaysLeft":[61.0,59.0,0.0]' in told
    assert "PRIVATE" not in words + told


def test_each_step_is_told_once_as_something_new(
    deployed: tuple[Secrets, Clock], authority: Issued
) -> None:
    secrets, clock = deployed
    put(secrets, "apple", leaf(authority, 62), authority)
    steps = []
    for half_days in range(2 * 63):
        clock.now = NOW + half_days * DAY / 2
        steps += [step for step, _ in watched(clock)]
    assert list(dict.fromkeys(steps)) == [f"{step} days" for step in (60, 30, 14, 7, 1, 0)]
    observability.metrics.clear_metrics()


def test_who_issues_no_passes_hears_nothing_of_certificates(
    deployed: tuple[Secrets, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, clock = deployed
    settings = Configuration("test", "https://cards.example.com", "state", "ledger")
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    assert watched(clock) == []


def test_the_watch_says_that_the_key_to_google_is_missing(
    deployed: tuple[Secrets, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets, clock = deployed
    look = troubles.LOOKS["google"]
    assert look(int(clock.now.timestamp())) == [], "deployed without Google"
    settings = Configuration("test", "https://cards.example.com", "state", "ledger")
    with_google = replace(settings, google_issuer_id="3388")
    monkeypatch.setattr(environment, "configuration", lambda: with_google)
    (one,) = look(int(clock.now.timestamp()))
    assert (one.kind, one.where) == ("google", "service account")
    assert "no service account is stored" in one.words
    secrets["google/service-account"] = "{}"
    assert look(int(clock.now.timestamp())) == []
