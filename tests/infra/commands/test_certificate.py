"""The owner's way from a certificate request to stored secrets."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from moto import mock_aws

from infra.commands import pass_certificate as certificate
from infra.commands.__main__ import main
from infra.commands.place import Parameters
from infra.failures import Failure
from infra.local.certificates import (
    PASS_TYPE_IDENTIFIER,
    TEAM_IDENTIFIER,
    Issued,
)
from passes.apple.identities import INTERMEDIATES, SLOTS, Identities
from tests.support.apple_certificates import DAY, NOW, leaf, pem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from passes.apple.sign import Signer


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
    before = {name: parameters.read(name) for slot in SLOTS for name in slot}
    certificate.store(signer, parameters, NOW, said.append)  # as `deploy --apple-keys` does again
    assert "stored already" in said[-1]
    assert {name: parameters.read(name) for name in before} == before
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


def test_after_a_revocation_nothing_but_the_new_one_signs(
    tmp_path: Path, authority: Issued, parameters: Parameters
) -> None:
    """Beside the revoked one a renewal may lie, or the very one that is to sign from now on."""
    revoked = stored(tmp_path, authority, parameters, 300)
    renewal = stored(tmp_path, authority, parameters, 350)
    assert holder_of(parameters).signer(NOW).certificate == revoked.certificate
    said: list[str] = []
    certificate.store(renewal, parameters, NOW, said.append, replace=True)
    assert "no other one signs" in said[-1]
    assert parameters.read("apple/certificate") == pem(renewal.certificate)
    assert parameters.read("apple/next/certificate") is None
    assert parameters.read("apple/next/key") is None
    assert holder_of(parameters).signer(NOW).certificate == renewal.certificate


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
