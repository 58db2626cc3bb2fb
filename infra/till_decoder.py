"""Write the reader of QR codes that the page at the counter loads where a browser has none.

    python -m infra.till_decoder

takes it from the npm package qr-scanner (MIT; the version in package-lock.json), whose worker comes
as a text that is to be made a blob. Ours is a file of its own, so that the page's policy lets no
blobs run. It is committed: a deployment needs no package of npm's for it.
"""

from __future__ import annotations

from pathlib import Path

from infra.failures import Failure

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "qr-scanner"
WRITTEN = ROOT / "templates" / "till" / "decoder.js"
_BEGIN, _END = "new Blob([`", "`]),{type:"


def decoder(package: Path = PACKAGE) -> str:
    """Return the file, the package's licence before it.

    Raises
    ------
    Failure
        The package is not there, or looks otherwise than the version that is pinned.
    """
    try:
        text = (package / "qr-scanner-worker.min.js").read_text(encoding="utf-8")
        licence = (package / "LICENSE").read_text(encoding="utf-8").strip()
    except OSError:
        raise Failure(f"{package} is not there: run make setup") from None
    _, begun, rest = text.partition(_BEGIN)
    code, ended, _ = rest.rpartition(_END)
    # What a text of JavaScript escapes is meant as it stands in a file; nothing else is escaped.
    code = code.replace("\\`", "`").replace("\\$", "$").strip()
    if not begun or not ended or "\\" in code:
        raise Failure("qr-scanner's worker is not a text in a blob any more: look at its version")
    notice = "\n".join(f" * {line}".rstrip() for line in licence.splitlines())
    heading = "/* The worker of qr-scanner (npm), written by infra/till_decoder.py."
    return f"{heading}\n{notice}\n */\n{code}\n"


def main() -> None:
    """Write it."""
    WRITTEN.write_text(decoder(), encoding="utf-8")


if __name__ == "__main__":
    main()
