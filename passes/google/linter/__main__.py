"""Judge classes, objects and save links from the command line.

loyalty lint google [options] FILE|TOKEN|LINK…

A FILE holds JSON (a class, an object, or a save token's payload or claims), or a token or save
link as text. Ends with 1 when something has errors, with 2 when something cannot be read.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from passes.google.json_access import tables
from passes.google.linter import Finding, lint_class, lint_object, lint_save_token, save, schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Json = dict[str, Any]

_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")


class UnreadableError(ValueError):
    """What was given is nothing that can be judged; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings about everything named."""
    given = _arguments().parse_args(arguments)
    if not schema.available():
        sys.stderr.write(
            "linter: Google's schema (rule 0) is not checked: install google-api-python-client "
            "and jsonschema, the development dependencies\n"
        )
    errors = False
    try:
        judge = Judge(
            issuer=given.issuer,
            development=given.development,
            previous=_document(given.previous),
            program=_document(given.program),
            verify=_verifier(given.key) if given.key else None,
        )
        for name in given.inputs:
            for title, findings in judge.findings(name):
                errors |= any(one.level == "error" for one in findings)
                lines = [f"  {one}" for one in findings] or ["  nothing to find fault with"]
                sys.stdout.write("\n".join((f"{title}:", *lines, "")))
    except (OSError, ValueError, RecursionError) as fault:
        sys.stderr.write(f"linter: {fault}\n")
        return 2
    return 1 if errors else 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loyalty lint google",
        description="Judge Google Wallet classes, objects and save links.",
    )
    parser.add_argument("inputs", nargs="+", metavar="FILE|TOKEN|LINK")
    parser.add_argument("--issuer", help="issuer id; without it the one of the document's own id")
    parser.add_argument("--class", dest="program", type=Path, help="JSON of the objects' class")
    parser.add_argument("--previous", type=Path, help="JSON of the document as it was before")
    parser.add_argument(
        "--key", type=Path, help="PEM of the service account's public key or certificate"
    )
    parser.add_argument("--development", action="store_true", help="allow http on loopback")
    return parser


class Judge:
    """Finds out what something is, and judges it as that."""

    def __init__(
        self,
        *,
        issuer: str | None,
        development: bool,
        previous: Json | None,
        program: Json | None,
        verify: Callable[[bytes, bytes], Any] | None,
    ) -> None:
        self._issuer = issuer
        self._development = development
        self._previous = previous
        self._program = program
        self._verify = verify

    def findings(self, name: str) -> Iterator[tuple[str, list[Finding]]]:
        """Yield title and findings of everything in a file, or of a token or link itself."""
        path = Path(name)
        try:
            text = path.read_text(encoding="utf-8") if path.is_file() else name
        except OSError:  # a token is longer than a file's name may be
            text = name
        text = text.strip()
        if text.startswith("{"):
            yield from self._json(name, json.loads(text))
            return
        token = text.rpartition("/")[2] if text.startswith(("https://", "http://")) else text
        if not _TOKEN.fullmatch(token):
            if text is name or text == name.strip():
                raise UnreadableError(f"{name[:80]}: no such file, and no save token or link")
            raise UnreadableError(f"{name}: neither JSON nor a save token or link")
        yield _short(name), self._token(token)

    def _token(self, token: str) -> list[Finding]:
        _, claims, _, _ = save.decode(token)
        named = next((one for _, one in tables(claims.get("payload"), "loyaltyObjects")), {})
        return lint_save_token(
            token,
            self._issuer_of(named),
            datetime.now(UTC),
            verify=self._verify,
            strict=True,
            development=self._development,
        )

    def _json(self, name: str, body: Json) -> Iterator[tuple[str, list[Finding]]]:
        payload = body.get("payload", body)
        parts = [
            *(("class", one) for one in tables(payload, "loyaltyClasses")),
            *(("object", one) for one in tables(payload, "loyaltyObjects")),
        ]
        if parts:
            for side, (where, one) in parts:
                yield f"{name} {where}", self._judged(side, one)
        elif "classId" in body:
            yield name, self._judged("object", body)
        elif "reviewStatus" in body or "programName" in body:
            yield name, self._judged("class", body)
        else:
            raise UnreadableError(
                f"{name}: neither a class (reviewStatus), an object (classId), nor a payload"
            )

    def _judged(self, side: str, body: Json) -> list[Finding]:
        issuer = self._issuer_of(body)
        if side == "class":
            return lint_class(
                body, issuer, strict=True, development=self._development, previous=self._previous
            )
        return lint_object(
            body,
            issuer,
            strict=True,
            development=self._development,
            program=self._program,
            previous=self._previous,
        )

    def _issuer_of(self, body: Json) -> str:
        return self._issuer or str(body.get("id", "")).partition(".")[0]


def _document(path: Path | None) -> Json | None:
    if path is None:
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise UnreadableError(f"{path}: not a JSON object")
    return document


def _verifier(path: Path) -> Callable[[bytes, bytes], Any]:
    content = path.read_bytes()
    if b"BEGIN CERTIFICATE" in content:
        key = x509.load_pem_x509_certificate(content).public_key()
    else:
        key = serialization.load_pem_public_key(content)  # type: ignore[assignment]
    if not isinstance(key, rsa.RSAPublicKey):
        raise UnreadableError(f"{path}: not an RSA key; service accounts have RSA keys")
    return lambda signature, signed: key.verify(
        signature, signed, padding.PKCS1v15(), hashes.SHA256()
    )


def _short(name: str) -> str:
    """Return a name that does not fill the screen with a token, or show all of one."""
    return name if len(name) <= 80 else f"{name[:40]}…"  # noqa: PLR2004


if __name__ == "__main__":
    raise SystemExit(main())
