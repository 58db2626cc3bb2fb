"""Pages that say which test proves what: each test that they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PAGES = ("at-the-till.md", "hostile-cases.md", "security.md", "worst-day.md")


def missing(text: str) -> list[str]:
    found = []
    for path, name in NAMED.findall(text):
        file = ROOT / path
        if not file.is_file() or f"\ndef {name}(" not in file.read_text(encoding="utf-8"):
            found.append(f"{path}::{name}")
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_a_page_names_is_there(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert missing(text) == []
    rows = [line for line in text.splitlines() if line.startswith("| ") and "::" in line]
    assert len(rows) >= 10


def test_a_test_that_is_gone_would_be_noticed() -> None:
    """Negative control."""
    assert missing("`tests/infra/test_tables_of_tests.py::test_nothing`") == [
        "tests/infra/test_tables_of_tests.py::test_nothing"
    ]
