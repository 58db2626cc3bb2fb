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


@pytest.mark.parametrize("page", PAGES, ids=lambda one: f"{one.parent.name}/{one.name}")
def test_a_table_of_many_columns_stands_as_rows_on_a_phone(page: object) -> None:
    """Nobody moves a table sideways at a counter. Who came again is a picture of months."""
    text = page.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for table in re.findall(r"<table.*?</table>", text, re.DOTALL):
        columns = len(re.findall(r"<th[ >]", table))
        if "cohorts" in table or columns <= 3:
            continue
        assert table.startswith('<table class="days">'), table[:80]
        first, *others = re.findall(r"<td[^>]*>", table[table.index("<tbody>") :])
        plain = [one for one in others if "data-label" not in one and one != "<td>"]
        assert "data-label" not in first
        assert plain == [], "each says what it is"
