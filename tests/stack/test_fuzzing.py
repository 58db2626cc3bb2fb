"""schemathesis against the running stack: no 5xx, and nothing that the document does not say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions import api, owner, program
from functions.http import openapi
from tests.support.deployed import ROOT
from tests.support.extent import FULL

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

SETTINGS = Path(__file__).parent / "schemathesis.toml"
OPERATIONS = (*api.OPERATIONS, *owner.OPERATIONS, *program.OPERATIONS)
LONGEST = 900 if FULL else 300  # seconds
CARD = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"


TILLS = {
    path
    for path in {one.path for one in OPERATIONS}
    if all("till" in openapi.scopes(one) for one in OPERATIONS if one.path == path)
}


def told_to(key: str, text: str) -> str:
    """Return the document of what is tried with one key: a path is tried once, by who may walk it.

    What a key may not do at all is refused before anything is read: test_scopes.py.
    """
    document = json.loads(text)
    ours = TILLS if key == "till_key" else document["paths"].keys() - TILLS
    document["paths"] = {path: said for path, said in document["paths"].items() if path in ours}
    return json.dumps(document)


def fuzz(shop: Shop, key: str, document: Path) -> subprocess.CompletedProcess[str]:
    """Send what the document allows, and what it does not, with one kind of key."""
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = shutil.which("schemathesis", path=beside)
    assert command, "schemathesis is not installed: make setup"
    return subprocess.run(
        [
            command, "--config-file", str(SETTINGS), "run", str(document),
            "--max-examples", "25" if FULL else "5",
            "--url", shop.stack["base_url"], "-H", f"Authorization: Bearer {shop.stack[key]}",
        ],
        cwd=document.parent, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("key", ["till_key", "owner_key"])
def test_nothing_breaks_and_nothing_is_answered_that_is_not_documented(
    shop: Shop, key: str, tmp_path: Path
) -> None:
    # Its examples are about a card that there is, so that they come further than to "no such card".
    text = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    ann = shop.customer()
    shop.sell(ann, 99_900)
    shop.settle()
    told = told_to(key, text.replace(CARD, ann.code))
    (tmp_path / "openapi.json").write_text(told, encoding="utf-8")
    found = fuzz(shop, key, tmp_path / "openapi.json")
    assert found.returncode == 0, found.stdout + found.stderr
