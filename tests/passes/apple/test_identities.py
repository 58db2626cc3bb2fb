"""Which certificate signs while two lie side by side, and what is told when none can."""

from __future__ import annotations

import pytest

from infra.local.certificates import (
    PASS_TYPE_IDENTIFIER,
    TEAM_IDENTIFIER,
    Issued,
    issue_authority,
    issue_pass_certificate,
)
from passes.apple.identities import INTERMEDIATES, Identities
from passes.apple.sign import SigningError
from tests.support.apple_certificates import DAY, NOW, Secrets, holder, key_pem, leaf, pem, put


def test_a_sound_certificate_signs_and_the_other_slot_is_not_even_read(authority: Issued) -> None:
    secrets: Secrets = {}
    put(secrets, "apple", leaf(authority, 200), authority)
    asked: list[str] = []

    def read(name: str) -> str | None:
        asked.append(name)
        return secrets.get(name)

    identities = Identities(read, PASS_TYPE_IDENTIFIER, TEAM_IDENTIFIER)
    first = identities.signer(NOW)
    assert identities.signer(NOW) is first
    assert not [name for name in asked if "next" in name]
    told = identities.readiness(NOW)
    assert (told.ready, told.days_left) == (True, 200)


def test_during_renewal_the_one_that_lives_longer_signs(authority: Issued) -> None:
    secrets: Secrets = {}
    put(secrets, "apple", leaf(authority, 20), authority)
    identities = holder(secrets)
    assert identities.signer(NOW).days_left(NOW) == 20
    assert "renew it now" in identities.readiness(NOW).message
    put(secrets, "apple/next", leaf(authority, 300), authority)
    renewed = identities.signer(NOW)
    assert (renewed.days_left(NOW), renewed.slot) == (300, "apple/next")
    assert renewed.sign(b"{}", NOW)
    assert identities.signer(NOW + 100 * DAY) is renewed
    assert identities.readiness(NOW).days_left == 300


def test_a_broken_renewal_does_not_stop_the_old_one(authority: Issued) -> None:
    secrets: Secrets = {}
    old = leaf(authority, 20)
    put(secrets, "apple", old, authority)
    identities = holder(secrets)
    for broken in (
        {"apple/next/certificate": "rubbish", "apple/next/key": "rubbish"},
        {"apple/next/certificate": pem(leaf(authority, 300)[0])},
        {"apple/next/certificate": pem(leaf(authority, 300)[0]), "apple/next/key": key_pem(old)},
    ):
        secrets = {name: text for name, text in secrets.items() if "next" not in name}
        secrets.update(broken)
        assert holder(secrets).signer(NOW).certificate == old[0]
    assert identities.signer(NOW).certificate == old[0]


def test_secrets_half_replaced_or_out_of_reach_leave_the_last_sound_identity(
    authority: Issued,
) -> None:
    secrets: Secrets = {}
    put(secrets, "apple", leaf(authority, 200), authority)
    identities = holder(secrets)
    first = identities.signer(NOW)
    secrets["apple/certificate"] = pem(leaf(authority, 300)[0])  # its key is not there yet
    assert identities.signer(NOW) is first
    assert not identities.readiness(NOW).ready
    with pytest.raises(SigningError, match="does not belong"):
        holder(secrets).signer(NOW)
    identities._read = lambda _: 1 / 0  # type: ignore[assignment,return-value]
    assert identities.signer(NOW) is first
    with pytest.raises(ZeroDivisionError):
        identities.signer(NOW + 300 * DAY)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"apple/certificate": None, "apple/key": None}, "apple/certificate is missing"),
        ({"apple/key": None}, "apple/key is missing"),
        ({INTERMEDIATES: None}, "apple/intermediates is missing"),
        ({"apple/certificate": "rubbish"}, "not a PEM certificate"),
        ({"apple/key": "rubbish"}, "not an unencrypted PEM private key"),
    ],
)
def test_what_is_wrong_is_told_to_the_owner(
    authority: Issued, change: dict[str, str | None], message: str
) -> None:
    secrets: Secrets = {}
    put(secrets, "apple", leaf(authority, 200), authority)
    for name, text in change.items():
        secrets.pop(name) if text is None else secrets.update({name: text})
    told = holder(secrets).readiness(NOW)
    assert not told.ready
    assert told.days_left == 0
    assert message in told.message


def test_an_expired_certificate_or_intermediate_is_not_ready(authority: Issued) -> None:
    secrets: Secrets = {}
    put(secrets, "apple", leaf(authority, -1), authority)
    told = holder(secrets).readiness(NOW)
    assert not told.ready
    assert "store a renewed one" in told.message
    short = issue_authority("Short", None, NOW - 900 * DAY, NOW + 5 * DAY)
    put(secrets, "apple", issue_pass_certificate(short, NOW - DAY, NOW + 300 * DAY), short)
    assert holder(secrets).readiness(NOW).days_left == 5


def test_another_team_or_pass_type_is_not_ready(authority: Issued) -> None:
    for names in ({"team_identifier": "OTHERTEAM1"}, {"pass_type_identifier": "pass.com.other"}):
        secrets: Secrets = {}
        put(secrets, "apple", leaf(authority, 200, **names), authority)
        assert "made out to" in holder(secrets).readiness(NOW).message
