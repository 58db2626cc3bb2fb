"""schemathesis against the running stack: no 5xx, and nothing that the document does not say."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions import api, designs, owner, program
from functions.http import openapi
from infra.local.deployment import Cloud
from infra.local.web import ask_json
from loyalty.access.keys import ApiKey, Credentials, key_text
from loyalty.program.document import read_toml
from loyalty.program.rules import Velocity
from loyalty.store.dynamodb import DynamoTables
from loyalty.store.program_versions import Programs
from passes.designs import design
from tests.support.deployed import ROOT
from tests.support.extent import FULL

if TYPE_CHECKING:
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

SETTINGS = Path(__file__).parent / "schemathesis.toml"
OPERATIONS = (*api.OPERATIONS, *designs.OPERATIONS, *owner.OPERATIONS, *program.OPERATIONS)
LONGEST = 900  # seconds: no bound on what is found, only on what hangs
UNREACHED = Velocity(100_000, 30_000, 1_000_000, 100_000)
CARD = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"


TILLS = {
    path
    for path in {one.path for one in OPERATIONS}
    if all("till" in openapi.scopes(one) for one in OPERATIONS if one.path == path)
}


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """A card of the program that is tried, and its keys by scope."""

    card: str
    keys: dict[str, str]


def told_to(scope: str, text: str) -> str:
    """Return the document of what is tried with one key: a path is tried once, by who may walk it.

    What a key may not do at all is refused before anything is read: test_scopes.py.
    """
    document = json.loads(text)
    ours = TILLS if scope == "till" else document["paths"].keys() - TILLS
    document["paths"] = {path: said for path, said in document["paths"].items() if path in ours}
    return json.dumps(document)


def fuzz(
    shop: Shop, key: str, document: Path, phases: str, every: int
) -> subprocess.CompletedProcess[str]:
    """Send what the document allows, and what it does not, with one key; to a path of so many."""
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = shutil.which("schemathesis", path=beside)
    assert command, "schemathesis is not installed: make setup"
    # The others stay in the document: what is no verb of one path may be one of another.
    paths = sorted(json.loads(document.read_text(encoding="utf-8"))["paths"])[::every]
    only = [part for path in paths for part in ("--include-path", path)] if every > 1 else []
    return subprocess.run(
        [
            command, "--config-file", str(SETTINGS), "run", str(document), *only,
            "--phases", phases, "--max-examples", "25" if FULL else "3",
            "--url", shop.stack["base_url"], "-H", f"Authorization: Bearer {key}",
        ],
        cwd=document.parent, capture_output=True, text=True, timeout=LONGEST, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def fuzzed(open_shop: Shop) -> Fuzzed:
    """Give a program of its own, whose limits no fuzzing reaches, and a card with points.

    Near a limit an answer is 429 whatever was asked, so that nothing behind it is tried, and how
    soon it is reached depends on the machine.
    """
    stack = open_shop.stack
    aws = stack["aws"]
    cloud = Cloud(int(aws["endpoint_url"].rpartition(":")[2]))
    names = {"state": aws["state_table"], "ledger": aws["ledger_table"]}
    tables = DynamoTables(cloud.client("dynamodb"), names)  # type: ignore[arg-type]
    text = (ROOT / "templates" / "programs" / "coffee.toml").read_text(encoding="utf-8")
    program = replace(read_toml(text, design.names()), id="fuzzed", velocity=UNREACHED)
    Programs(tables, lambda: datetime.now(UTC)).put(program)
    keys = {}
    for scope in ("till", "owner"):
        secret = secrets.token_hex(20)
        Credentials(tables).add_key(ApiKey(f"fuzzed{scope}", program.id, scope), "local", secret)
        keys[scope] = key_text(f"fuzzed{scope}", "local", secret)
    person = {"first_name": "Ann", "consent": True, "email": f"{uuid.uuid4().hex}@example.com"}
    joined = ask_json("POST", f"{stack['base_url']}/join/{program.id}", person)
    assert joined.status == 201, joined
    card = str(joined.json()["card_code"])
    order = {
        "version": 1, "status": "completed", "currency": program.currency, "total": 99_900,
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "member": {"card_code": card},
    }  # fmt: skip
    path = f"{stack['base_url']}/v1/orders/till/{uuid.uuid4().hex}"
    sold = ask_json("PUT", path, order, {"Authorization": f"Bearer {keys['till']}"})
    assert (sold.status, sold.json()["points"] > 0) == (200, True), sold
    return Fuzzed(card, keys)


@pytest.mark.timeout(LONGEST + 60)
@pytest.mark.parametrize("scope", ["till", "owner"])
def test_nothing_breaks_and_nothing_is_answered_that_is_not_documented(
    shop: Shop, fuzzed: Fuzzed, scope: str, tmp_path: Path
) -> None:
    # Its examples are about a card that there is, so that they come further than to "no such card".
    text = (ROOT / "docs" / "openapi.json").read_text(encoding="utf-8")
    told = told_to(scope, text.replace(CARD, fuzzed.card))
    (tmp_path / "openapi.json").write_text(told, encoding="utf-8")
    # Every bound of every field is seven thousand requests: a third of the paths, all with FULL.
    for phases, every in (("examples,fuzzing", 1), ("coverage", 1 if FULL else 3)):
        found = fuzz(shop, fuzzed.keys[scope], tmp_path / "openapi.json", phases, every)
        assert found.returncode == 0, found.stdout + found.stderr
        assert "Too Many Requests" not in found.stdout, found.stdout
