"""Judge .pkpass files from the command line.

python -m passes.apple.linter [--development] [--root FILE.pem] [--previous OLD.pkpass] FILE…

Ends with 1 when a file has errors, with 2 when one cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from passes.apple.linter import Severity, lint


def main() -> int:
    """Print the findings of every file named."""
    parser = argparse.ArgumentParser(
        prog="python -m passes.apple.linter", description="Judge .pkpass files."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--root", type=Path, help="PEM certificates where the chain may end")
    parser.add_argument("--previous", type=Path, help="an earlier pass of the same card")
    parser.add_argument("--development", action="store_true", help="allow http on loopback")
    given = parser.parse_args()
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
            errors |= any(one.severity is Severity.ERROR for one in findings)
            lines = [f"  {one}" for one in findings] or ["  nothing to find fault with"]
            sys.stdout.write("\n".join((f"{file}:", *lines, "")))
    except (OSError, ValueError) as fault:
        sys.stderr.write(f"linter: {fault}\n")
        return 2
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
