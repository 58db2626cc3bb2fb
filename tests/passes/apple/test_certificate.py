"""The pass certificate: two at once, renewed under way, never a broken pass; the owner's steps."""

from __future__ import annotations

import datetime as dt
import subprocess
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from moto import mock_aws

from functions import apple, certificate_watch
from functions.aws import observability
from functions.aws.configuration import Configuration
from functions.wiring import access, environment
from functions.wiring import apple as apple_identity
from infra.commands import pass_certificate as certificate
from infra.commands.__main__ import main
from infra.commands.place import Parameters
from infra.failures import Failure
from infra.local.certificates import (
    PASS_TYPE_IDENTIFIER,
    TEAM_IDENTIFIER,
    Issued,
    issue_authority,
    issue_pass_certificate,
)
from passes.apple.identities import INTERMEDIATES, Identities
from passes.apple.sign import Signer, SigningError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


class Context:
    function_name = "certificateWatch"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:x"
    aws_request_id = "1"


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


@pytest.fixture
def parameters() -> Iterator[Parameters]:
    with mock_aws():
        yield Parameters(
            boto3.client(
                "ssm",
                region_name="eu-central-1",
                aws_access_key_id="x",
                aws_secret_access_key="x",
            ),
            "/loyalty/test",
        )


def answered(folder: Path, authority: Issued, *, der: bool, days: int = 365) -> Path:
    """Answer the request in the folder as Apple would."""
    asked = x509.load_pem_x509_csr((folder / certificate.REQUEST).read_bytes())
    assert asked.is_signature_valid
    pattern, _ = leaf(authority, days)
    made = (
        x509.CertificateBuilder(extensions=list(pattern.extensions))
        .subject_name(pattern.subject)
        .issuer_name(pattern.issuer)
        .public_key(asked.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + days * DAY)
        .sign(authority[1], hashes.SHA256())
    )
    encoding = serialization.Encoding.DER if der else serialization.Encoding.PEM
    (folder / "pass.cer").write_bytes(made.public_bytes(encoding))
    (folder / "wwdr.cer").write_bytes(authority[0].public_bytes(encoding))
    return folder / "pass.cer"


def quiet(_: str) -> None:
    pass


@pytest.mark.parametrize("der", [True, False])
def test_the_owners_way_from_request_to_stored(
    tmp_path: Path, authority: Issued, parameters: Parameters, *, der: bool
) -> None:
    folder = tmp_path / "keys"
    certificate.request(folder, "me@shop.example", quiet)
    judged = subprocess.run(
        ["openssl", "req", "-verify", "-noout", "-in", folder / certificate.REQUEST],
        capture_output=True,
        check=False,
    )
    assert judged.returncode == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    with pytest.raises(Failure, match=r"pass-key.pem exists"):
        certificate.request(folder, "me@shop.example", quiet)
    got = answered(folder, authority, der=der)
    certificate.take(folder, [got, folder / "wwdr.cer"], quiet)
    said: list[str] = []
    signer = certificate.check(folder, PASS_TYPE_IDENTIFIER, TEAM_IDENTIFIER, NOW, said.append)
    assert "365 days left" in said[0]
    certificate.store(signer, parameters, NOW, quiet)
    assert holder_of(parameters).signer(NOW).certificate == signer.certificate
    with pytest.raises(Failure, match="stored already"):
        certificate.store(signer, parameters, NOW, quiet)
    assert certificate.status(parameters, PASS_TYPE_IDENTIFIER, TEAM_IDENTIFIER, NOW, said.append)
    assert "in 365 days" in said[-1]
    kinds = {
        parameters._client.get_parameter(Name=f"/loyalty/test/{name}")["Parameter"]["Type"]
        for name in ("apple/certificate", "apple/key", "apple/intermediates")
    }
    assert kinds == {"SecureString"}


def holder_of(parameters: Parameters) -> Identities:
    return Identities(parameters.read, PASS_TYPE_IDENTIFIER, TEAM_IDENTIFIER)


def stored(
    tmp_path: Path, authority: Issued, parameters: Parameters, days: int, **options: Any
) -> Signer:
    folder = tmp_path / f"keys{days}"
    certificate.request(folder, "me@shop.example", quiet)
    got = answered(folder, authority, der=True, days=days)
    certificate.take(folder, [got, folder / "wwdr.cer"], quiet)
    signer = certificate.check(folder, None, None, NOW, quiet)
    certificate.store(signer, parameters, NOW, quiet, **options)
    return signer


def test_a_renewal_takes_the_other_slot_year_after_year(
    tmp_path: Path, authority: Issued, parameters: Parameters
) -> None:
    first = stored(tmp_path, authority, parameters, 30)
    second = stored(tmp_path, authority, parameters, 400)
    slots = [parameters.read(name) for name in ("apple/certificate", "apple/next/certificate")]
    assert slots == [pem(first.certificate), pem(second.certificate)]
    assert holder_of(parameters).signer(NOW).certificate == second.certificate
    third = stored(tmp_path, authority, parameters, 700)
    assert parameters.read("apple/certificate") == pem(third.certificate)
    assert parameters.read("apple/next/certificate") == pem(second.certificate)
    chain = parameters.read(INTERMEDIATES) or ""
    assert chain.count("BEGIN CERTIFICATE") == 1


def test_a_revoked_certificate_is_replaced_in_place(
    tmp_path: Path, authority: Issued, parameters: Parameters
) -> None:
    stored(tmp_path, authority, parameters, 300)
    second = stored(tmp_path, authority, parameters, 200, replace=True)
    assert parameters.read("apple/certificate") == pem(second.certificate)
    assert parameters.read("apple/next/certificate") is None


def test_what_does_not_fit_is_refused_before_it_is_stored(
    tmp_path: Path, authority: Issued
) -> None:
    folder = tmp_path / "keys"
    certificate.request(folder, "me@shop.example", quiet)
    with pytest.raises(Failure, match="run `request` and `import` first"):
        certificate.check(folder, None, None, NOW, quiet)
    (folder / "x.cer").write_bytes(b"rubbish")
    with pytest.raises(Failure, match="neither DER nor PEM"):
        certificate.take(folder, [folder / "x.cer"], quiet)
    (folder / "x.cer").write_text(pem(leaf(authority, 100)[0]))
    with pytest.raises(Failure, match="0 of the certificates belong"):
        certificate.take(folder, [folder / "x.cer"], quiet)
    got = answered(folder, authority, der=True)
    with pytest.raises(Failure, match="the intermediate is missing"):
        certificate.take(folder, [got], quiet)
    certificate.take(folder, [got, folder / "wwdr.cer"], quiet)
    with pytest.raises(Failure, match="made out to team"):
        certificate.check(folder, None, "OTHERTEAM1", NOW, quiet)
    with pytest.raises(Failure, match="valid from"):
        certificate.check(folder, None, None, NOW + 400 * DAY, quiet)


def test_the_command_line_ends_by_what_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "keys")
    assert main(["certificate", "request", "--keys", folder, "--email", "me@shop.example"]) == 0
    assert "Upload the request" in capsys.readouterr().out
    assert main(["certificate", "check", "--keys", folder]) == 1
    assert "run `request` and `import` first" in capsys.readouterr().err
