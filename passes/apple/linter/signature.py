"""Rules 7 to 11: the signature, its certificates, and whom they name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from passes.apple.linter.findings import Finding, advice, error
from passes.apple.sign import authority_key, subject_key, subject_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

_SEQUENCE = 0x30
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - older tools sign so, and Wallet takes it
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_SOON = timedelta(days=60)
_SKEW = timedelta(minutes=5)
_NFC_NAME = "Pass Type ID with NFC"


@dataclass(frozen=True, slots=True)
class _Signature:
    certificates: list[x509.Certificate]
    detached: bool
    signer: x509.Certificate | None
    hash: hashes.HashAlgorithm | None
    attributes: dict[str, Any]
    signed_bytes: bytes
    value: bytes


def check(
    files: Mapping[str, bytes],
    document: Mapping[str, Any],
    now: datetime,
    roots: Sequence[x509.Certificate],
) -> Iterator[Finding]:
    """Yield what is wrong with the signature of a pass."""
    if "signature" not in files or "manifest.json" not in files:
        return
    try:
        signature = _parse(files["signature"])
    except (ValueError, TypeError, IndexError, KeyError) as fault:
        yield error(7, "signature", f"it is no CMS signed data ({fault})", "Sign the manifest anew")
        return
    yield from _verify(signature, files["manifest.json"])
    yield from _attributes(signature, now)
    if signature.signer is None:
        return
    yield from _chain(signature.signer, signature.certificates, now, roots)
    yield from _names(signature.signer, document)


def _parse(content: bytes) -> _Signature:
    """Read a CMS signature, in DER or in BER: Apple's own sample passes have lengths left open.

    Raises
    ------
    ValueError
        It is none; the message says why.
    """
    if content[:1] != bytes([_SEQUENCE]):
        raise ValueError("no sequence")
    outer = cms.ContentInfo.load(content, strict=True)
    if outer["content_type"].native != "signed_data":
        raise ValueError("another content type")
    signed = outer["content"]
    certificates = [
        x509.load_der_x509_certificate(one.chosen.dump()) for one in signed["certificates"] or ()
    ]
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise ValueError(f"{len(signers)} signers")
    (told,) = signers
    attributes = {one["type"].native: one["values"][0] for one in told["signed_attrs"] or ()}
    # What is signed is the set under its own tag, not under the tag it travels with.
    signed_bytes = told["signed_attrs"].untag().dump(force=True) if attributes else b""
    return _Signature(
        certificates,
        detached=signed["encap_content_info"]["content"].native is None,
        signer=_signer(told["sid"], certificates),
        hash=_HASHES.get(told["digest_algorithm"]["algorithm"].native),
        attributes=attributes,
        signed_bytes=signed_bytes,
        value=told["signature"].native,
    )


def _signer(
    identifier: cms.SignerIdentifier, certificates: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    if identifier.name == "subject_key_identifier":
        wanted = identifier.chosen.native
        return next((one for one in certificates if subject_key(one) == wanted), None)
    issuer = identifier.chosen["issuer"].dump()
    number = identifier.chosen["serial_number"].native
    return next(
        (
            one
            for one in certificates
            if one.serial_number == number and one.issuer.public_bytes() == issuer
        ),
        None,
    )


def _verify(signature: _Signature, manifest: bytes) -> Iterator[Finding]:
    if not signature.detached:
        yield error(7, "signature", "the manifest is embedded in it", "Sign detached")
    if signature.signer is None:
        yield error(9, "signature", "the signer's certificate is missing", "Embed the leaf")
        return
    if signature.hash is None:
        yield error(7, "signature", "the digest algorithm is unknown", "Sign with SHA-256")
        return
    told = signature.attributes.get("message_digest")
    digest = hashlib.new(signature.hash.name, manifest).digest()
    if told is not None and told.native != digest:
        yield error(
            7, "signature", "it was made for another manifest", "Sign the manifest's exact bytes"
        )
    key = signature.signer.public_key()
    signed = signature.signed_bytes or manifest
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature.value, signed, padding.PKCS1v15(), signature.hash)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature.value, signed, ec.ECDSA(signature.hash))
        else:
            yield error(7, "signature", "the key's kind is unknown", "Use an RSA certificate")
    except InvalidSignature:
        yield error(7, "signature", "it does not verify", "Sign with the leaf's own key")


def _attributes(signature: _Signature, now: datetime) -> Iterator[Finding]:
    found = signature.attributes
    for name in ("content_type", "message_digest", "signing_time"):
        if name not in found:
            meaning = name.replace("_", " ")
            yield error(8, "signature", f"the signed {meaning} is missing", "Sign with attributes")
    if "content_type" in found and found["content_type"].native != "data":
        yield error(8, "signature", "the signed content type is not data", "Sign plain data")
    if "signing_time" in found:
        try:
            when = found["signing_time"].native
        except ValueError:
            yield error(8, "signature", "the signing time is no time", "Sign with a whole clock")
        else:
            if when > now + _SKEW:
                yield error(
                    8,
                    "signature",
                    f"it was signed at {when:%Y-%m-%d %H:%M} UTC, in the future",
                    "Set the signing machine's clock",
                )


def _chain(
    leaf: x509.Certificate,
    certificates: Sequence[x509.Certificate],
    now: datetime,
    roots: Sequence[x509.Certificate],
) -> Iterator[Finding]:
    wanted = authority_key(leaf)
    issuers = [one for one in certificates if wanted and subject_key(one) == wanted]
    if not any(_issued(leaf, one) for one in issuers):
        yield error(
            9,
            "signature",
            "the intermediate whose key the leaf names is missing",
            "Embed the intermediate that issued the pass certificate (Apple: WWDR G4)",
        )
    elif not roots:
        yield advice(9, "signature", "the chain's end was not checked", "Name the root certificate")
    elif not any(_issued(one, root) for one in issuers for root in roots):
        yield error(
            9,
            "signature",
            "the chain does not end at the root",
            "Use a certificate issued by Apple",
        )
    for name, one in (("leaf", leaf), *(("intermediate", one) for one in issuers)):
        if not one.not_valid_before_utc <= now <= one.not_valid_after_utc:
            yield error(9, f"signature: {name}", "the certificate is not valid now", "Renew it")
        elif one.not_valid_after_utc - now < _SOON:
            days = (one.not_valid_after_utc - now).days
            yield advice(9, f"signature: {name}", f"it expires in {days} days", "Renew it")


def _names(leaf: x509.Certificate, document: Mapping[str, Any]) -> Iterator[Finding]:
    for oid, key in (
        (NameOID.USER_ID, "passTypeIdentifier"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "teamIdentifier"),
    ):
        named = subject_value(leaf, oid)
        if named != document.get(key):
            yield error(
                10,
                f"pass.json: {key}",
                f"the certificate names {named!r}",
                "Sign with the certificate of this pass type and team",
            )
    common = subject_value(leaf, NameOID.COMMON_NAME) or ""
    if "nfc" in document and not common.startswith(_NFC_NAME):
        yield error(
            11, "pass.json: nfc", "the certificate is not one for NFC", "Remove the key nfc"
        )


def _issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    if one.issuer != by.subject:
        return False
    key, algorithm = by.public_key(), one.signature_hash_algorithm
    try:
        if isinstance(key, rsa.RSAPublicKey) and isinstance(algorithm, hashes.SHA1):
            # The library's own check refuses what Apple's older certificates are signed with.
            scheme = padding.PKCS1v15()
            key.verify(one.signature, one.tbs_certificate_bytes, scheme, algorithm)
        else:
            one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
