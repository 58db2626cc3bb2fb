"""What a browser would put right by itself, and so draw otherwise than it was written."""

from __future__ import annotations

import re

import pytest

from infra.commands.__main__ import COMMANDS
from tests.support.world import TEMPLATES

PAGES = sorted(TEMPLATES.rglob("*.html"))
_PARAGRAPH = re.compile(r"<p(?: [^>]*)?>(.*?)</p>", re.DOTALL)
_BLOCK = re.compile(r"<(?:form|div|ul|ol|dl|table|section|p)[ >]|parts\.button\(")


@pytest.mark.parametrize("page", PAGES, ids=lambda one: f"{one.parent.name}/{one.name}")
def test_no_paragraph_holds_a_block(page: object) -> None:
    """A paragraph ends where a form, a list or a division begins (HTML Standard, 13.1.2.4)."""
    text = page.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert [one[:80] for one in _PARAGRAPH.findall(text) if _BLOCK.search(one)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda one: f"{one.parent.name}/{one.name}")
def test_commands_that_are_named_are_there(page: object) -> None:
    text = page.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    assert set(re.findall(r"bin/loyalty ([a-z-]+)", text)) <= set(COMMANDS)
