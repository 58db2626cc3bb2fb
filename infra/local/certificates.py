"""A development certificate chain shaped like Apple's: root, intermediate, pass certificate.

Nothing here is trusted by a real phone. It lets every step that involves a certificate run on one
machine: signing a pass, and proving to the local APNs who we are. The files are made once and kept,
so cards made before a restart still verify after it.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

if TYPE_CHECKING:
    from pathlib import Path

PASS_TYPE_IDENTIFIER = "pass.dev.loyalty.card"  # noqa: S105 - a name, not a password
TEAM_IDENTIFIER = "DEVTEAM001"

# Apple's own extension that repeats the pass type identifier.
_APPLE_PASS_TYPE = x509.ObjectIdentifier("1.2.840.113635.100.6.1.16")
Issued = tuple[x509.Certificate, rsa.RSAPrivateKey]
"""A certificate and its private key."""

_VALID_FOR = dt.timedelta(days=3650)
_UTF8_STRING = 0x0C


@dataclass(frozen=True, slots=True)
class Certificates:
    """Where the files lie (all PEM), and whom the pass certificate names."""

    root: Path
    intermediate: Path
    pass_certificate: Path
    pass_key: Path
    apns_certificate: Path
    apns_key: Path
    pass_type_identifier: str = PASS_TYPE_IDENTIFIER
    team_identifier: str = TEAM_IDENTIFIER


def ensure(folder: Path, now: dt.datetime | None = None) -> Certificates:
    """Return the chain in this folder, making it (all of it) when a file is missing.

    Parameters
    ----------
    folder
        Made when absent, readable by its owner only.
    now
        Aware instant from which the certificates are valid (less a day for skewed clocks).
    """
    found = Certificates(
        root=folder / "root.pem",
        intermediate=folder / "intermediate.pem",
        pass_certificate=folder / "pass.pem",
        pass_key=folder / "pass-key.pem",
        apns_certificate=folder / "apns.pem",
        apns_key=folder / "apns-key.pem",
    )
    files = (
        found.root,
        found.intermediate,
        found.pass_certificate,
        found.pass_key,
        found.apns_certificate,
        found.apns_key,
    )
    if not all(file.is_file() for file in files):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(found, now or dt.datetime.now(dt.UTC))
    return found


def issue_pass_certificate(
    issuer: Issued,
    start: dt.datetime,
    end: dt.datetime,
    pass_type_identifier: str = PASS_TYPE_IDENTIFIER,
    team_identifier: str = TEAM_IDENTIFIER,
    *,
    nfc: bool = False,
) -> Issued:
    """Return a pass certificate and its key, with the fields Apple puts into one.

    With `nfc` it is one of those that Apple gives to few, whose passes may carry an ``nfc`` key.
    """
    key = _key()
    kind = "Pass Type ID with NFC" if nfc else "Pass Type ID"
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, pass_type_identifier),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{kind}: {pass_type_identifier}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, team_identifier),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Loyalty development"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        ]
    )
    text = pass_type_identifier.encode()
    builder = (
        _builder(subject, key, issuer[0], start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.UnrecognizedExtension(_APPLE_PASS_TYPE, bytes([_UTF8_STRING, len(text)]) + text),
            critical=False,
        )
    )
    return builder.sign(issuer[1], hashes.SHA256()), key


def issue_authority(
    name: str,
    issuer: Issued | None,
    start: dt.datetime,
    end: dt.datetime,
) -> Issued:
    """Return a certificate authority: a root when there is no issuer, else an intermediate."""
    key = _key()
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, name),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Loyalty development"),
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
        ]
    )
    builder = (
        _builder(subject, key, issuer[0] if issuer else None, start, end)
        .add_extension(
            x509.BasicConstraints(ca=True, path_length=0 if issuer else None), critical=True
        )
        .add_extension(_usage(digital_signature=False), critical=True)
    )
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


def _make(files: Certificates, now: dt.datetime) -> None:
    start, end = now - dt.timedelta(days=1), now + _VALID_FOR
    root = issue_authority("Loyalty Development Root CA", None, start, end)
    intermediate = issue_authority("Loyalty Development Relations CA", root, start, end)
    leaf = issue_pass_certificate(intermediate, start, end)
    apns = _issue_apns(root, start, end)
    _write(files.root, _pem(root[0]))
    _write(files.intermediate, _pem(intermediate[0]))
    _write(files.pass_key, _key_pem(leaf[1]))
    _write(files.pass_certificate, _pem(leaf[0]))
    _write(files.apns_key, _key_pem(apns[1]))
    _write(files.apns_certificate, _pem(apns[0]))


def _issue_apns(issuer: Issued, start: dt.datetime, end: dt.datetime) -> Issued:
    key = _key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        _builder(subject, key, issuer[0], start, end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
    )
    return builder.sign(issuer[1], hashes.SHA256()), key


def _builder(
    subject: x509.Name,
    key: rsa.RSAPrivateKey,
    issuer: x509.Certificate | None,
    start: dt.datetime,
    end: dt.datetime,
) -> x509.CertificateBuilder:
    authority = issuer.public_key() if issuer else key.public_key()
    if not isinstance(authority, rsa.RSAPublicKey):
        raise TypeError("the development chain is RSA throughout")
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority), critical=False
        )
    )


def _usage(*, digital_signature: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not digital_signature,
        crl_sign=not digital_signature,
        encipher_only=False,
        decipher_only=False,
    )


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(file: Path, content: bytes) -> None:
    """Write for the owner's eyes only, under the final name only when complete."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    draft.replace(file)
