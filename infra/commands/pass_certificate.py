"""The pass certificate, for owners: make the request, import the answer, check it, store it.

    loyalty certificate request --keys keys --email me@shop.example
    loyalty certificate import  --keys keys pass.cer AppleWWDRCAG4.cer
    loyalty certificate check   --keys keys
    loyalty certificate store   --keys keys
    loyalty certificate status

What to click at Apple stands in docs/apple.md. The private key stays in the folder, readable by its
owner only, and goes to one other place: the stack's own secrets (SSM SecureString).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from infra.commands import place
from infra.commands.answer import say
from infra.failures import Failure
from passes.apple.identities import INTERMEDIATES, RENEWAL_DAYS, SLOTS, Identities
from passes.apple.sign import Signer, SigningError, subject_value

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from infra.commands.place import Parameters

KEY, REQUEST = "pass-key.pem", "pass-request.pem"
CERTIFICATE, CHAIN = "pass-certificate.pem", "pass-intermediates.pem"


def request(folder: Path, email: str, say: Callable[[str], None]) -> None:
    """Make a key and a certificate signing request, both in PEM.

    Raises
    ------
    Failure
        There is a key already: overwriting it would orphan the certificate made for it.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            f"{folder} cannot be made ({error.strerror}); choose another folder"
        ) from None
    if (folder / KEY).exists():
        raise Failure(
            f"{folder / KEY} exists. For a renewal name a new folder; delete the file only if no "
            "certificate was ever issued for it"
        )
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.EMAIL_ADDRESS, email),
            x509.NameAttribute(NameOID.COMMON_NAME, "Loyalty pass certificate"),
        ]
    )
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, hashes.SHA256())
    _write(
        folder / KEY,
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
    _write(folder / REQUEST, made.public_bytes(serialization.Encoding.PEM))
    say(
        f"Wrote {folder / KEY} (keep it secret) and {folder / REQUEST}.\n"
        "Upload the request at developer.apple.com: Certificates, Identifiers & Profiles, "
        "Identifiers, your Pass Type ID, Create Certificate. Then: import."
    )


def take(folder: Path, files: Sequence[Path], say: Callable[[str], None]) -> None:
    """Import what Apple returns, DER or PEM: the pass certificate and its intermediate.

    Raises
    ------
    Failure
        A file holds no certificate, or there is not exactly one for our key.
    """
    try:
        key = serialization.load_pem_private_key((folder / KEY).read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise Failure(f"{folder / KEY} cannot be read; make it with `request`") from error
    numbers = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    found = [one for file in files for one in _certificates(file)]
    ours = [
        one
        for one in found
        if one.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        == numbers
    ]
    if len(ours) != 1:
        held = "; ".join(one.subject.rfc4514_string() for one in found)
        raise Failure(
            f"{len(ours)} of the certificates belong to {folder / KEY}, not one. They are for: "
            f"{held}. Import the answer to {folder / REQUEST}"
        )
    others = [one for one in found if one not in ours]
    _write(folder / CERTIFICATE, ours[0].public_bytes(serialization.Encoding.PEM))
    if others:
        _write(
            folder / CHAIN,
            b"".join(one.public_bytes(serialization.Encoding.PEM) for one in others),
        )
    elif not (folder / CHAIN).exists():
        raise Failure(
            "the intermediate is missing: download the Worldwide Developer Relations certificate "
            f"that issued yours ({ours[0].issuer.rfc4514_string()}) from "
            "apple.com/certificateauthority and import both files together"
        )
    say(f"Wrote {folder / CERTIFICATE} and {folder / CHAIN}. Then: check.")


def check(
    folder: Path, pass_type: str | None, team: str | None, now: datetime, say: Callable[[str], None]
) -> Signer:
    """Check key, certificate, chain, names and dates, and tell the owner what is there.

    The key's arithmetic is validated here, which takes too long for every cold start.

    Raises
    ------
    Failure
        Something does not fit; the message says what to do.
    """
    try:
        certificate, key, chain = (
            (folder / name).read_bytes() for name in (CERTIFICATE, KEY, CHAIN)
        )
    except OSError as error:
        raise Failure(f"{error.filename} is missing; run `request` and `import` first") from error
    try:
        leaf = x509.load_pem_x509_certificate(certificate)
        serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError) as error:
        raise Failure(f"key or certificate in {folder} is damaged") from error
    named = subject_value(leaf, NameOID.USER_ID) or ""
    of_team = subject_value(leaf, NameOID.ORGANIZATIONAL_UNIT_NAME) or ""
    try:
        signer = Signer.load(
            certificate,
            key,
            chain,
            pass_type_identifier=pass_type or named,
            team_identifier=team or of_team,
        )
        signer.check(now)
    except SigningError as error:
        raise Failure(str(error)) from error
    left = signer.days_left(now)
    say(
        f"Pass type     {named}\nTeam          {of_team}\n"
        f"NFC           {'yes' if signer.nfc else 'no'}\n"
        f"Issued by     {signer.intermediate.subject.rfc4514_string()}\n"
        f"Valid         {leaf.not_valid_before_utc:%Y-%m-%d} to {signer.expires:%Y-%m-%d}, "
        f"{left} days left{' - renew now' if left <= RENEWAL_DAYS else ''}\n"
        "Key, certificate and chain belong together."
    )
    return signer


def store(
    signer: Signer,
    parameters: Parameters,
    now: datetime,
    say: Callable[[str], None],
    *,
    replace: bool = False,
) -> None:
    """Store the identity beside the one in use, which goes on signing until the new one is read.

    The slot that is empty, or whose certificate ends first, is written. With `replace` (after a
    revocation) it is the only one from now on. Intermediates are added to the ones that stand
    there. A certificate that is stored already stays as it is.
    """
    mine = signer.certificate.public_bytes(serialization.Encoding.PEM).decode()
    held = [_same(parameters.read(name), mine) for name, _ in SLOTS]
    if any(held) and not replace:
        say("This certificate is stored already, and stays; `status` tells what signs.")
        return
    ends = [_end(parameters.read(certificate)) for certificate, _ in SLOTS]
    slot, *others = (SLOTS[0], SLOTS[1]) if replace else (SLOTS[ends.index(min(ends))],)
    _, intermediate, key = (text.decode() for text in signer.pem())
    chain = parameters.read(INTERMEDIATES) or ""
    if not any(_same(one, intermediate) for one in _split(chain)):
        chain = intermediate + "".join(one for one in _split(chain) if _end(one) > now)
    # The chain first and the key before its certificate: at no moment does a reader see a
    # certificate in a fresh slot whose key or issuer is missing.
    parameters.write(INTERMEDIATES, chain)
    parameters.write(slot[1], key)
    parameters.write(slot[0], mine)
    for name in (one for other in others for one in other):
        parameters.remove(name)
    if replace:
        say(f"Stored as {slot[0]}, and no other one signs within 15 minutes.")
        return
    say(
        f"Stored as {slot[0]}. Running functions pick it up within 15 minutes; the certificate "
        "that ends last signs once the other one has less than "
        f"{RENEWAL_DAYS} days left."
    )


def status(
    parameters: Parameters, pass_type: str, team: str, now: datetime, say: Callable[[str], None]
) -> bool:
    """Tell whether passes can be issued with what is stored, and for how long."""
    found = Identities(parameters.read, pass_type, team).readiness(now)
    say(f"{'Ready' if found.ready else 'NOT READY'}: {found.message}")
    return found.ready


def _end(pem: str | None) -> datetime:
    """Return when a stored certificate ends; what is not there or unreadable ended long ago."""
    try:
        return x509.load_pem_x509_certificate((pem or "").encode()).not_valid_after_utc
    except ValueError:
        return datetime(1970, 1, 1, tzinfo=UTC)


def _same(one: str | None, other: str) -> bool:
    return (one or "").split() == other.split()


def _split(bundle: str) -> list[str]:
    end = "-----END CERTIFICATE-----\n"
    return [part + end for part in bundle.split(end) if part.strip()]


def _certificates(file: Path) -> list[x509.Certificate]:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}") from error
    try:
        if b"-----BEGIN" in content:
            return x509.load_pem_x509_certificates(content)
        return [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise Failure(f"{file} is no certificate, neither DER nor PEM") from error


def _write(file: Path, content: bytes) -> None:
    """Write for the owner's eyes only."""
    draft = file.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    draft.replace(file)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the steps and their options."""
    steps = parser.add_subparsers(required=True, metavar="STEP")
    for name, meaning, run in (
        ("request", "make a key and a certificate signing request", _request),
        ("import", "take what Apple returns, DER or PEM", _import),
        ("check", "check identity, team, chain and dates", _check),
        ("store", "check, then store in the stack's secrets", _store),
        ("status", "tell whether passes can be issued, and for how many days", _status),
    ):
        step = steps.add_parser(name, help=meaning)
        step.set_defaults(run=run)
        if name != "status":
            step.add_argument("--keys", type=Path, required=True, help="folder of key and files")
        if name == "request":
            step.add_argument("--email", required=True, help="stands in the request")
        if name == "import":
            step.add_argument("files", type=Path, nargs="+", metavar="FILE")
        if name in {"check", "store", "status"}:
            step.add_argument("--pass-type", help="pass.com.example.card; as deployed if not said")
            step.add_argument("--team", help="ten characters; as deployed if not said")
        if name in {"store", "status"}:
            place.add_options(step)
        if name == "store":
            step.add_argument("--replace", action="store_true", help="no other one signs then")


def _request(given: argparse.Namespace) -> int:
    request(given.keys, given.email, say)
    return 0


def _import(given: argparse.Namespace) -> int:
    take(given.keys, given.files, say)
    return 0


def _check(given: argparse.Namespace) -> int:
    check(given.keys, given.pass_type, given.team, datetime.now(UTC), say)
    return 0


def _store(given: argparse.Namespace) -> int:
    now = datetime.now(UTC)
    where = place.open_place(given)
    signer = check(given.keys, *_names(given, where), now, say)
    store(signer, where.parameters(), now, say, replace=given.replace)
    return 0


def _status(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    names = _names(given, where)
    return 0 if status(where.parameters(), *names, datetime.now(UTC), say) else 1


def _names(given: argparse.Namespace, where: place.Place) -> tuple[str, str]:
    """Return pass type and team: what was said, else what the stack was deployed with."""
    if given.pass_type and given.team:
        return given.pass_type, given.team
    settings = where.settings()
    pass_type = given.pass_type or settings.get("APPLE_PASS_TYPE_IDENTIFIER")
    team = given.team or settings.get("APPLE_TEAM_IDENTIFIER")
    if not pass_type or not team:
        raise Failure(
            "the stack was deployed without apple-pass-type-identifier and apple-team-identifier: "
            "deploy with both, or name them with --pass-type and --team"
        )
    return pass_type, team
