"""Takes a sound pass apart, so that a test can break it and put it together again."""

from __future__ import annotations

import base64
import copy
import hashlib
import io
import json
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from passes.apple.linter import Finding, Severity, lint
from passes.apple.pass_json import encode
from tests.support.apple import make_card

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from passes.apple.issue import Issuer
    from passes.apple.sign import Signer

Files = dict[str, bytes]
Document = dict[str, Any]


class Bench:
    """Takes a sound pass apart, lets a test break it, and puts it together again."""

    def __init__(self, issuer: Issuer, signer: Signer, root: Path, now: dt.datetime) -> None:
        self.now = now
        self.signer = signer
        self.roots = x509.load_pem_x509_certificates(root.read_bytes())
        self.sound = issuer.issue(make_card(), now)
        with zipfile.ZipFile(io.BytesIO(self.sound)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        self.document: Document = json.loads(self.files["pass.json"])

    def lint(self, content: bytes, **options: Any) -> tuple[Finding, ...]:
        return lint(content, self.now, **{"roots": self.roots, **options})

    def with_document(self, change: Callable[[Document], object]) -> tuple[Finding, ...]:
        document = copy.deepcopy(self.document)
        change(document)
        return self.lint(self.pack({**self.files, "pass.json": encode(document)}))

    def with_files(self, change: Callable[[Files], object]) -> tuple[Finding, ...]:
        files = dict(self.files)
        change(files)
        return self.lint(self.pack(files))

    def pack(self, files: Files, signature: bytes | None = None) -> bytes:
        """Zip the files with a manifest and a signature that fit them."""
        manifest = json.dumps(
            {
                name: hashlib.sha1(content).hexdigest()
                for name, content in files.items()
                if name not in {"manifest.json", "signature"} and not name.endswith("/")
            }
        ).encode()
        signed = {
            **files,
            "manifest.json": manifest,
            "signature": signature or self.signer.sign(manifest, self.now),
        }
        return zipped(signed)


def zipped(files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def rules(findings: tuple[Finding, ...], severity: Severity = Severity.ERROR) -> set[int]:
    return {one.rule for one in findings if one.severity is severity}


def whole_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        checksum = zlib.crc32(name + body).to_bytes(4, "big")
        return struct.pack(">I", len(body)) + name + body + checksum

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 1) * height))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def p256() -> str:
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_bytes(serialization.Encoding.DER, form)).decode()
