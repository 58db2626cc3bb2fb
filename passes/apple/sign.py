"""Sign the manifest of a pass with the pass certificate.

The signature is a detached CMS SignedData over the manifest's raw bytes: SHA-256, signed attributes
content type, signing time and message digest, and beside the leaf the one intermediate whose key
identifier the leaf names. A missing or wrong intermediate is the commonest reason why phones refuse
a pass without a word, so the chain is checked here, before anything is signed.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from datetime import datetime

# Binary: without it line ends in the manifest are rewritten before signing. DetachedSignature:
# without it the manifest is embedded. NoCapabilities: an S/MIME attribute nobody reads.
_OPTIONS = [
    pkcs7.PKCS7Options.DetachedSignature,
    pkcs7.PKCS7Options.Binary,
    pkcs7.PKCS7Options.NoCapabilities,
]


_NFC_NAME = "Pass Type ID with NFC"


class SigningError(Exception):
    """The certificate, its key or its chain cannot sign passes. The message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A checked certificate with its key, loaded once per process.

    ``slot`` is the folder of the secrets that it was read from.
    """

    certificate: x509.Certificate
    intermediate: x509.Certificate
    key: rsa.RSAPrivateKey
    slot: str = "apple"

    @classmethod
    def load(
        cls,
        certificate: bytes,
        key: bytes,
        intermediates: bytes,
        *,
        pass_type_identifier: str,
        team_identifier: str,
        slot: str = "apple",
    ) -> Signer:
        """Read PEM texts and check that they belong together.

        The private key's arithmetic is not validated here: that takes about 40 ms and is done when
        a key is stored. That it belongs to the certificate is checked.

        Raises
        ------
        SigningError
            Something is unreadable, does not match, or names another pass type or team.
        """
        leaf = _one_certificate(certificate, slot)
        private = _private_key(key, slot)
        public = leaf.public_key()
        if (
            not isinstance(public, rsa.RSAPublicKey)
            or private.public_key().public_numbers() != public.public_numbers()
        ):
            raise SigningError(
                f"{slot}/key does not belong to {slot}/certificate: store the key with which this "
                "certificate was requested"
            )
        _expect(leaf, slot, NameOID.USER_ID, pass_type_identifier, "pass type identifier (UID)")
        _expect(
            leaf, slot, NameOID.ORGANIZATIONAL_UNIT_NAME, team_identifier, "team identifier (OU)"
        )
        return cls(leaf, choose_intermediate(leaf, _certificates(intermediates)), private, slot)

    @property
    def nfc(self) -> bool:
        """Whether the certificate is one for NFC; with another, an ``nfc`` key voids a pass."""
        return (subject_value(self.certificate, NameOID.COMMON_NAME) or "").startswith(_NFC_NAME)

    @property
    def expires(self) -> datetime:
        """The instant after which this signs nothing: the leaf's end, or the intermediate's."""
        return min(self.certificate.not_valid_after_utc, self.intermediate.not_valid_after_utc)

    def days_left(self, now: datetime) -> int:
        """Return whole days until :attr:`expires`; below zero once it is past."""
        return (self.expires - now).days

    def pem(self) -> tuple[bytes, bytes, bytes]:
        """Return leaf, intermediate and key as PEM: the same identity opens the line to APNs."""
        encoding = serialization.Encoding.PEM
        return (
            self.certificate.public_bytes(encoding),
            self.intermediate.public_bytes(encoding),
            self.key.private_bytes(
                encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )

    def check(self, now: datetime) -> None:
        """Make sure that a pass signed at `now` would be accepted.

        Raises
        ------
        SigningError
            A certificate is not valid at `now`.
        """
        for name, held in (
            (f"{self.slot}/certificate", self.certificate),
            ("apple/intermediates", self.intermediate),
        ):
            if not held.not_valid_before_utc <= now <= held.not_valid_after_utc:
                raise SigningError(
                    f"{name} is valid from {held.not_valid_before_utc:%Y-%m-%d} to "
                    f"{held.not_valid_after_utc:%Y-%m-%d} only: store a renewed one "
                    "(loyalty certificate store)"
                )

    def sign(self, manifest: bytes, now: datetime) -> bytes:
        """Return the DER signature of the manifest's exact bytes.

        Raises
        ------
        SigningError
            A certificate is not valid at `now`; a pass signed with it would be refused.
        """
        self.check(now)
        return (
            pkcs7.PKCS7SignatureBuilder()
            .set_data(manifest)
            .add_signer(self.certificate, self.key, hashes.SHA256())
            .add_certificate(self.intermediate)
            .sign(serialization.Encoding.DER, _OPTIONS)
        )


def choose_intermediate(
    leaf: x509.Certificate, candidates: list[x509.Certificate]
) -> x509.Certificate:
    """Return the candidate that issued the leaf, by key identifier and by signature.

    Among several with the same key (a re-issued intermediate) the one valid longest is taken.

    Raises
    ------
    SigningError
        No candidate issued the leaf.
    """
    wanted = authority_key(leaf)
    matching = [found for found in candidates if wanted and subject_key(found) == wanted]
    for found in sorted(matching, key=lambda one: one.not_valid_after_utc, reverse=True):
        try:
            leaf.verify_directly_issued_by(found)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return found
    have = ", ".join(found.subject.rfc4514_string() for found in candidates) or "none"
    raise SigningError(
        f"apple/intermediates lacks the issuer of apple/certificate "
        f"({leaf.issuer.rfc4514_string()}, key {wanted.hex() if wanted else 'unnamed'}); "
        f"it holds: {have}. Apple lists them at apple.com/certificateauthority"
    )


def authority_key(certificate: x509.Certificate) -> bytes | None:
    """Return the key identifier of the issuer that a certificate names."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return extension.value.key_identifier


def subject_key(certificate: x509.Certificate) -> bytes | None:
    """Return a certificate's own key identifier."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    except x509.ExtensionNotFound:
        return None
    return extension.value.digest


def subject_value(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> str | None:
    """Return the first value of that name in a certificate's subject."""
    found = certificate.subject.get_attributes_for_oid(name)
    return str(found[0].value) if found else None


def _expect(
    leaf: x509.Certificate, slot: str, name: x509.ObjectIdentifier, expected: str, meaning: str
) -> None:
    value = subject_value(leaf, name) or ""
    if not hmac.compare_digest(value.encode(), expected.encode()):
        raise SigningError(
            f"{slot}/certificate is made out to {meaning} {value!r}, but the configuration says "
            f"{expected!r}: they must be the same"
        )


def _one_certificate(pem: bytes, slot: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise SigningError(f"{slot}/certificate is not a PEM certificate") from error


def _certificates(pem: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise SigningError("apple/intermediates is not a bundle of PEM certificates") from error


def _private_key(pem: bytes, slot: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(
            pem, password=None, unsafe_skip_rsa_key_validation=True
        )
    except (ValueError, TypeError) as error:
        # The error's text may quote the input: it stays out of the message and of the log.
        raise SigningError(f"{slot}/key is not an unencrypted PEM private key") from error
    if not isinstance(key, rsa.RSAPrivateKey):
        raise SigningError(f"{slot}/key is not an RSA key; Apple issues pass certificates for RSA")
    return key
