"""Looks at what is shipped and at what lies in the repository: known holes, keys, parts.

    make audit

Known vulnerabilities of the Python packages that are shipped and of every tool of Node's, by the
databases of PyPI and npm; keys that somebody has committed, by their shapes; and a bill of
materials (CycloneDX) to ``.build/bill-of-materials.json``. Ends with 0 where all was asked and
nothing found, 1 where something was, and 3 where somebody could not be asked: that is no "well".
Holes of tools that only build and test, and are shipped nowhere, are told and end nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Final

from infra.bootstrap import UV
from infra.build import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Run = Callable[..., tuple[int, str]]

WELL, FOUND, UNASKED = 0, 1, 3
PIP_AUDIT: Final = "pip-audit==2.10.0"
SCANNER: Final = "detect-secrets==1.5.0"
BY_GUESSING: Final = (
    # They take what looks random, or stands beside a telling word, for a key.
    *("Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector"),
    *("ArtifactoryDetector", "CloudantDetector", "IPPublicDetector", "JwtTokenDetector"),
    *("IbmCloudIamDetector", "IbmCosHmacDetector", "SoftlayerDetector"),
)
MADE_UP: Final[Mapping[str, str]] = {
    "tests/fixtures/google/": "keys that play Google's, made for the tests",
    "tests/infra/commands/test_google.py": "a service account that nobody has",
    "tests/loyalty/outgoing/test_guard.py": "an address with a password, which is refused",
    "tests/loyalty/tills/test_client.py": "the same",
}
"""Where something of the shape of a key lies, and why it is none."""
_BILL: Final = ROOT / ".build" / "bill-of-materials.json"
_REQUIREMENTS: Final = ROOT / ".build" / "shipped.txt"


class Unasked(Exception):  # noqa: N818 - it is no error of ours
    """Somebody could not be asked; the message says whom."""


def python_holes(answer: str) -> Iterator[str]:
    """Yield what pip-audit's document tells of.

    Raises
    ------
    Unasked
        It is no such document, or a package was left out of it.
    """
    document = _document(answer, "PyPI")
    if not document["dependencies"]:
        raise Unasked("nobody has said which packages are shipped")
    left_out = [one["name"] for one in document["dependencies"] if "skip_reason" in one]
    if left_out:
        raise Unasked(f"PyPI knows nothing of {', '.join(sorted(left_out)[:3])} and others")
    for one in document["dependencies"]:
        for hole in one.get("vulns", ()):
            mended = " or ".join(hole.get("fix_versions") or ()) or "no version"
            yield f"{one['name']} {one['version']}: {hole['id']}, mended in {mended}"


def node_holes(answer: str) -> Iterator[str]:
    """Yield what npm's document tells of; raises as ``python_holes``."""
    document = _document(answer, "npm")
    if "vulnerabilities" not in document:
        raise Unasked(f"npm: {document.get('message') or document.get('error') or 'no answer'}")
    for name, hole in document["vulnerabilities"].items():
        yield f"{name}: {hole['severity']} ({hole['range']})"


def committed_keys(answer: str) -> Iterator[str]:
    """Yield where something of the shape of a key lies that is not known to be made up."""
    for file, found in _document(answer, "the scanner")["results"].items():
        if any(file.startswith(known) for known in MADE_UP):
            continue
        for one in found:
            yield f"{file}:{one['line_number']}: {one['type']}"


def empty_bill(answer: str) -> Iterator[str]:
    """Yield nothing where the bill of materials has parts, and say how many; raises as others."""
    parts = len(_document(answer, "uv").get("components", ()))
    if not parts:
        raise Unasked("uv has written none")
    _say(f"           {parts} parts: {_BILL.relative_to(ROOT)}")
    yield from ()


def main(run: Run | None = None) -> int:
    """Look at all of it, and return the worst of what came of it."""
    ask = run or _run
    _BILL.parent.mkdir(exist_ok=True)
    shipped = ("export", "--frozen", "--no-dev", "--no-emit-project")
    _REQUIREMENTS.write_text(ask(UV, *shipped, "--format", "requirements-txt")[1])
    _BILL.write_text(ask(UV, *shipped, "--format", "cyclonedx1.5")[1])
    tool = (UV, "tool", "run", "--from")
    options = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
    scan = [word for plugin in BY_GUESSING for word in ("--disable-plugin", plugin)]
    looks: tuple[tuple[str, Callable[[str], Iterable[str]], tuple[object, ...]], ...] = (
        (
            "known holes of Python packages that are shipped",
            python_holes,
            (*tool, PIP_AUDIT, "pip-audit", *options, "-r", _REQUIREMENTS),
        ),
        ("known holes of tools of Node's", node_holes, ("npm", "audit", "--json")),
        (
            "committed keys",
            committed_keys,
            (*tool, SCANNER, "detect-secrets", "scan", *scan),
        ),
    )
    ends = [
        _look(what, judge, ask(*command)[1], only_told=judge is node_holes)
        for what, judge, command in looks
    ]
    ends.append(
        _look("a bill of materials without parts", empty_bill, _BILL.read_text(), only_told=False)
    )
    return FOUND if FOUND in ends else max(ends)


def _look(what: str, judge: Callable[[str], Iterable[str]], answer: str, *, only_told: bool) -> int:
    try:
        found = list(judge(answer))
    except Unasked as error:
        _say(f"NOT ASKED  {what}: {error}")
        return UNASKED
    for one in found:
        _say(f"FOUND      {what}: {one}")
    if not found:
        _say(f"ok         {what}: none")
    return FOUND if found and not only_told else WELL


def _document(answer: str, whom: str) -> Any:
    try:
        document = json.loads(answer)
    except ValueError:
        raise Unasked(f"{whom} gave no answer") from None
    if not isinstance(document, dict):
        raise Unasked(f"{whom} gave another answer than it should")
    return document


def _run(*command: object) -> tuple[int, str]:
    words = [str(word) for word in command]
    answer = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return answer.returncode, answer.stdout


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


if __name__ == "__main__":
    sys.exit(main())
