"""Everything that is shipped is named with its licence in docs/licences.md, and may be shipped.

``LICENCES=write`` writes the page's table anew; what is shipped is told by the lock files.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib import metadata
from typing import Any

from infra.bootstrap import UV
from infra.build import ROOT

PAGE = ROOT / "docs" / "licences.md"
PERMISSIVE = {
    *("MIT", "MIT-0", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "PSF-2.0", "MIT-CMU"),
    # A list of domain endings inside of fido2, unchanged: the licence asks for no more.
    "MPL-2.0",
}
SAID_OTHERWISE = {
    # Packages that say it in words, or not at all in what is installed: read in their repositories.
    "aws-lambda-powertools": "MIT-0",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "google-auth": "Apache-2.0",
    "hyperframe": "MIT",
    "jinja2": "BSD-3-Clause",
    "pyasn1-modules": "BSD-2-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "s3transfer": "Apache-2.0",
    "segno": "BSD-3-Clause",
    # In the function that draws only; not installed beside the tests.
    "pillow": "MIT-CMU",
    "resvg-py": "MIT",
    "zopfli": "Apache-2.0",
}
BROWSERS = {"qr-scanner": "templates/till/decoder.js, on the page at the counter"}


def shipped() -> dict[str, str]:
    """Return what goes into the artifacts: package -> where it is."""
    words = ("export", "--frozen", "--no-dev", "--no-emit-project", "--format", "requirements-txt")
    told = subprocess.run([UV, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    found = dict.fromkeys(_names(told.stdout), "functions")
    drawn = (ROOT / "infra" / "drawing.txt").read_text(encoding="utf-8")
    return found | dict.fromkeys(_names(drawn), "the function `designs`") | BROWSERS


def _names(requirements: str) -> list[str]:
    return re.findall(r"^([a-z0-9-]+)==", requirements, re.MULTILINE)


def licence(name: str) -> str:
    """Return a package's licence as SPDX writes it."""
    if name in BROWSERS:
        told = json.loads((ROOT / "node_modules" / name / "package.json").read_text())
        return str(told["license"])
    if name in SAID_OTHERWISE:
        return SAID_OTHERWISE[name]
    said: Any = metadata.metadata(name)
    return str(said.get("License-Expression") or said.get("License") or "not said")


def table() -> str:
    lines = ["| package | licence | where |", "|---|---|---|"]
    found = sorted(shipped().items())
    lines += [f"| {name} | {licence(name)} | {where} |" for name, where in found]
    return "\n".join(lines)


def test_the_page_names_everything_that_is_shipped() -> None:
    page = PAGE.read_text(encoding="utf-8")
    if os.environ.get("LICENCES") == "write":
        page = re.sub(r"\| package \|.*?(?=\n\n|\Z)", lambda _: table(), page, flags=re.DOTALL)
        PAGE.write_text(page, encoding="utf-8")
    assert table() in page, "LICENCES=write writes the table anew; read what it says of the new one"


def test_all_of_it_may_be_shipped() -> None:
    refused = {
        name: said
        for name in shipped()
        if not set(re.split(r" (?:AND|OR) ", said := licence(name))) <= PERMISSIVE
    }
    assert refused == {}
