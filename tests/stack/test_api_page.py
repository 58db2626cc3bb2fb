"""The page of the API: its shell, and its clients in three languages, do what it says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.infra.commands.pages import block

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack

PAGE = "docs/api.md"
CLIENTS = {
    "python": [sys.executable, "-I", "-c"],
    "js": ["node", "-e"],
    "php": ["php", "-r"],
}


@pytest.fixture
def desk(running: RunningStack, tmp_path: Path) -> Path:
    (tmp_path / ".local").symlink_to(running.folder)
    return tmp_path


def test_the_shell_of_the_page_goes_from_a_first_sale_to_a_captured_hold(
    shop: Shop, desk: Path
) -> None:
    script = "\n".join(block(PAGE, heading).text for heading in ("First points", "At the counter"))
    script = script.replace("curl -s", "curl --fail-with-body -s")
    answer = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=desk, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer
    said = answer.stdout
    assert '"points": 125' in said
    assert '"first_name": "Ann"' in said
    assert '"trace": ' in said
    assert said.count('"outcome": "redeemed"') == 2
    assert '"outcome": "returned"' in said
    assert '"outcome": "captured"' in said
    first, second = ((desk / f"answer-{one}.txt").read_text() for one in ("first", "second"))
    assert first.splitlines()[-1] == second.splitlines()[-1]
    assert "idempotent-replayed: true" not in first.lower()
    assert "idempotent-replayed: true" in second.lower()


@pytest.mark.parametrize("language", CLIENTS)
def test_a_small_client_sells_redeems_and_greets(shop: Shop, desk: Path, language: str) -> None:
    command = CLIENTS[language]
    if shutil.which(command[0]) is None:
        # Nothing of the project is made with it; Debian's php-cli has it.
        pytest.skip(f"{command[0]} is not installed here")
    text = block(PAGE, "Small clients", language).text.removeprefix("<?php\n")
    answer = subprocess.run(
        [*command, text], cwd=desk, input=shop.customer().code + "\n",
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines() == ["125 125 points earned", "redeemed 25", "Ann"]
