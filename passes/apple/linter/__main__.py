"""Judge .pkpass files from the command line.

loyalty lint apple [--development] [--root FILE.pem] [--previous OLD.pkpass] FILE…
loyalty lint apple --service FILE… (also asks each pass's web service, as a phone would)

Ends with 1 when a file has errors, with 2 when one cannot be read.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509

from passes.apple.linter import Severity, archive, lint, service
from passes.apple.linter.document import load
from passes.apple.linter.service import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from email.message import Message

    from passes.apple.linter import Finding


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the findings of every file named."""
    parser = argparse.ArgumentParser(prog="loyalty lint apple", description="Judge .pkpass files.")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--root", type=Path, help="PEM certificates where the chain may end")
    parser.add_argument("--previous", type=Path, help="an earlier pass of the same card")
    parser.add_argument("--development", action="store_true", help="allow http on loopback")
    parser.add_argument("--service", action="store_true", help="ask the web services too (31)")
    given = parser.parse_args(arguments)
    errors = False
    try:
        roots = x509.load_pem_x509_certificates(given.root.read_bytes()) if given.root else []
        previous = given.previous.read_bytes() if given.previous else None
        for file in given.files:
            findings = lint(
                file.read_bytes(),
                datetime.now(UTC),
                roots=roots,
                previous=previous,
                development=given.development,
            )
            if given.service:
                findings += _ask_service(file.read_bytes())
            errors |= any(one.severity is Severity.ERROR for one in findings)
            lines = [f"  {one}" for one in findings] or ["  nothing to find fault with"]
            sys.stdout.write("\n".join((f"{file}:", *lines, "")))
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"linter: {fault}\n")
        return 2
    return 1 if errors else 0


def _ask_service(content: bytes) -> tuple[Finding, ...]:
    try:
        document = load(archive.read(content)[0]["pass.json"])
        wanted = ("passTypeIdentifier", "serialNumber", "authenticationToken", "webServiceURL")
        missing = [name for name in wanted if not isinstance(document.get(name), str)]
    except (KeyError, AttributeError):
        missing = ["pass.json"]
    if missing:
        raise ValueError(f"--service: the pass has no {', '.join(missing)}: there is none to ask")
    base = document["webServiceURL"].rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise ValueError(f"webServiceURL is {base!r}, not a web address")

    def call(method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        request = urllib.request.Request(  # noqa: S310 - checked above
            base + path, data=body, headers=dict(headers), method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return _reply(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as refused:
            return _reply(refused.code, refused.headers, refused.read())

    return tuple(service.check(document, secrets.token_hex(16), call))


def _reply(status: int, headers: Message, body: bytes) -> Reply:
    return Reply(status, {name.lower(): value for name, value in headers.items()}, body)


if __name__ == "__main__":
    raise SystemExit(main())
