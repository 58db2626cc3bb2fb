"""Rules 7 to 11: the signature, its certificates, and whom they name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from passes.apple.linter import der
from passes.apple.linter.findings import Finding, advice, error
from passes.apple.sign import authority_key, subject_key, subject_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_DATA = "1.2.840.113549.1.7.1"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_TIME = "1.2.840.113549.1.9.5"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "1.3.14.3.2.26": hashes.SHA1(),  # noqa: S303 - older tools sign so, and Wallet takes it
    "2.16.840.1.101.3.4.2.1": hashes.SHA256(),
    "2.16.840.1.101.3.4.2.2": hashes.SHA384(),
    "2.16.840.1.101.3.4.2.3": hashes.SHA512(),
}
_CONTEXT_0 = 0xA0
_CONTEXT_0_PRIMITIVE = 0x80
_SOON = timedelta(days=60)
_SKEW = timedelta(minutes=5)
_NFC_NAME = "Pass Type ID with NFC"


@dataclass(frozen=True, slots=True)
class _Signature:
    certificates: list[x509.Certificate]
    detached: bool
    signer: x509.Certificate | None
    hash: hashes.HashAlgorithm | None
    attributes: dict[str, der.Node]
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
    except (ValueError, IndexError) as fault:
        yield error(7, "signature", f"it is no CMS signed data ({fault})", "Sign the manifest anew")
        return
    yield from _verify(signature, files["manifest.json"])
    yield from _attributes(signature, now)
    if signature.signer is None:
        return
    yield from _chain(signature.signer, signature.certificates, now, roots)
    yield from _names(signature.signer, document)


def _parse(content: bytes) -> _Signature:
    outer = der.read(content).children()
    if der.object_name(outer[0]) != _SIGNED_DATA:
        raise ValueError("another content type")
    parts = outer[1].children()[0].children()
    encapsulated = parts[2].children()
    certificates = [
        x509.load_der_x509_certificate(one.raw)
        for part in parts[3:]
        if part.tag == _CONTEXT_0
        for one in part.children()
    ]
    signers = parts[-1].children()
    if len(signers) != 1:
        raise ValueError(f"{len(signers)} signers")
    fields = signers[0].children()
    identifier, digest = fields[1], fields[2].children()[0]
    attributes: dict[str, der.Node] = {}
    signed_bytes, value = b"", fields[-1]
    for field in fields[3:]:
        if field.tag == _CONTEXT_0:
            # What is signed is the set under its own tag, not under the tag it travels with.
            signed_bytes = bytes([der.SET]) + field.raw[1:]
            for attribute in field.children():
                name, values = attribute.children()
                attributes[der.object_name(name)] = values.children()[0]
        elif field.tag == der.OCTETS:
            value = field
    return _Signature(
        certificates,
        detached=len(encapsulated) == 1,
        signer=_signer(identifier, certificates),
        hash=_HASHES.get(der.object_name(digest)),
        attributes=attributes,
        signed_bytes=signed_bytes,
        value=value.content,
    )


def _signer(
    identifier: der.Node, certificates: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    if identifier.tag == _CONTEXT_0_PRIMITIVE:
        return next((one for one in certificates if subject_key(one) == identifier.content), None)
    issuer, serial = identifier.children()
    number = int.from_bytes(serial.content, "big")
    return next(
        (
            one
            for one in certificates
            if one.serial_number == number and one.issuer.public_bytes() == issuer.raw
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
    told = signature.attributes.get(_MESSAGE_DIGEST)
    digest = hashlib.new(signature.hash.name, manifest).digest()
    if told is not None and told.content != digest:
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
    for name, meaning in (
        (_CONTENT_TYPE, "content type"),
        (_MESSAGE_DIGEST, "message digest"),
        (_SIGNING_TIME, "signing time"),
    ):
        if name not in found:
            yield error(8, "signature", f"the signed {meaning} is missing", "Sign with attributes")
    if _CONTENT_TYPE in found and der.object_name(found[_CONTENT_TYPE]) != _DATA:
        yield error(8, "signature", "the signed content type is not data", "Sign plain data")
    if _SIGNING_TIME in found:
        try:
            when = _time(found[_SIGNING_TIME])
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
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _time(node: der.Node) -> datetime:
    shape = {der.UTC_TIME: "%y%m%d%H%M%SZ", der.GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
    if node.tag not in shape:
        raise ValueError("not a time")
    return datetime.strptime(node.content.decode("ascii"), shape[node.tag]).replace(tzinfo=UTC)
