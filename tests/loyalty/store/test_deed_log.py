"""The lines of what staff did: newest first, page by page, on both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.store import deed_log
from loyalty.store.deed_log import Deed
from tests.support.memory import MemoryTables
from tests.support.refusals import refused

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def deed(number: int, member: str = "ann", key: str = "anna") -> Deed:
    at = NOON + timedelta(minutes=number // 2)
    after = {"points": number}
    return Deed("coffee", member, key, "gift", f"id#{number:03}", at, {"points": 0}, after)


def filled() -> MemoryTables:
    tables = MemoryTables()
    for number in range(25):
        tables.write(*deed_log.put(deed(number)))
    tables.write(*deed_log.put(deed(99, member="ben", key="otto")))
    return tables


@pytest.mark.parametrize("limit", [1, 4, 24, 25, 26, 100])
def test_pages_say_everything_once_the_newest_first(limit: int) -> None:
    tables = filled()
    for read, name in ((deed_log.of_member, "ann"), (deed_log.of_key, "anna")):
        found: list[Deed] = []
        cursor: str | None = ""
        while cursor is not None:
            page = read(tables, "coffee", name, cursor, limit)
            assert len(page.deeds) <= limit
            found += page.deeds
            cursor = page.next
        assert found == [deed(number) for number in reversed(range(25))]


def test_nobody_elses_are_among_them() -> None:
    tables = filled()
    assert deed_log.of_key(tables, "coffee", "otto", "", 10).deeds == (deed(99, "ben", "otto"),)
    assert deed_log.of_key(tables, "coffee", "ott", "", 10).deeds == ()
    assert deed_log.of_member(tables, "tea", "ann", "", 10).deeds == ()


def test_a_cursor_is_one_that_a_page_has_returned() -> None:
    for cursor in ("nonsense!", "YWJj", "\u0430"):
        with refused("invalid_cursor"):
            deed_log.of_member(filled(), "coffee", "ann", cursor, 10)
