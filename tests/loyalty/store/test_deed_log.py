"""The lines of what staff did: newest first, page by page, on both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from loyalty.core.instants import microseconds
from loyalty.store import deed_log
from loyalty.store.deed_log import Deed
from tests.support.memory import MemoryTables
from tests.support.refusals import refused

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def deed(number: int, member: str = "ann", key: str = "anna") -> Deed:
    at = NOON + timedelta(minutes=number // 2)
    after = {"points": number}
    return Deed("coffee", member, key, "gift", f"id#{number:03}", at, {"points": 0}, after)


def keep(tables: MemoryTables, one: Deed) -> None:
    tables.write(deed_log.put_by_member(one), deed_log.put_by_key(one))


def filled() -> MemoryTables:
    tables = MemoryTables()
    for number in range(25):
        keep(tables, deed(number))
    keep(tables, deed(99, member="ben", key="otto"))
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


@pytest.mark.parametrize("limit", [1, 4, 100])
@pytest.mark.parametrize(("first", "last"), [(0, 30), (3, 7), (7, 7), (8, 7), (13, 99)])
def test_pages_of_a_time_say_what_lies_in_it(limit: int, first: int, last: int) -> None:
    tables = filled()
    ends = [NOON + timedelta(minutes=minute) for minute in (first, last)]
    times = microseconds(ends[0]), microseconds(ends[1])
    right = [one for one in map(deed, reversed(range(25))) if ends[0] <= one.at <= ends[1]]
    for read, name in ((deed_log.of_member, "ann"), (deed_log.of_key, "anna")):
        found: list[Deed] = []
        cursor: str | None = ""
        while cursor is not None:
            page = read(tables, "coffee", name, cursor, limit, times)
            found += page.deeds
            cursor = page.next
        assert found == right


def test_a_page_of_a_time_may_go_on_from_one_of_all_time() -> None:
    tables = filled()
    page = deed_log.of_member(tables, "coffee", "ann", "", 5)
    assert page.next
    until = microseconds(NOON + timedelta(minutes=3))
    later = deed_log.of_member(tables, "coffee", "ann", page.next, 100, (0, until))
    assert later.deeds == tuple(deed(number) for number in reversed(range(8)))
    since = microseconds(NOON + timedelta(minutes=12))
    none = deed_log.of_member(tables, "coffee", "ann", page.next, 100, (since, since))
    assert none.deeds == ()


def test_nobody_elses_are_among_them() -> None:
    tables = filled()
    assert deed_log.of_key(tables, "coffee", "otto", "", 10).deeds == (deed(99, "ben", "otto"),)
    assert deed_log.of_key(tables, "coffee", "ott", "", 10).deeds == ()
    assert deed_log.of_member(tables, "tea", "ann", "", 10).deeds == ()


def test_a_cursor_is_one_that_a_page_has_returned() -> None:
    for cursor in ("nonsense!", "YWJj", "\u0430"):
        with refused("invalid_cursor"):
            deed_log.of_member(filled(), "coffee", "ann", cursor, 10)
