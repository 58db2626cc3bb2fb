"""Workbooks: read rightly, and none of them can do harm."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.refusals import Refusal
from loyalty.sheets import values
from loyalty.sheets import workbook as books
from loyalty.sheets.text import Row
from tests.support.refusals import refused
from tests.support.spreadsheets import Book, Formula, Raw, packed, workbook

if TYPE_CHECKING:
    from collections.abc import Sequence


def cells(data: bytes, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [row.cells for row in books.read(data, sheet)[0].rows]


def test_cells_of_every_kind() -> None:
    row = ["text", 79161234567, 0.1 + 0.2, 1e15, True, date(1990, 2, 28), Formula("#N/A")]
    expected = ("text", "79161234567", "0.3", "1000000000000000", "true", "1990-02-28", "#N/A")
    assert cells(workbook({"A": [row]})) == [expected]


def test_a_gap_is_an_empty_cell_and_rows_keep_their_numbers() -> None:
    found, _ = books.read(workbook({"A": [["a", None, "c"], [], ["d"]]}))
    assert found.rows == (Row(1, ("a", "", "c")), Row(3, ("d",)))


def test_days_are_told_by_their_format_only() -> None:
    row = [Raw('<c r="A1" s="1"><v>43159</v></c>'), Raw('<c r="B1" s="3"><v>43159</v></c>'), 43159]
    assert cells(workbook({"A": [row]})) == [("2018-02-28", "43159", "43159")]


def test_days_that_count_from_1904() -> None:
    row = [Raw('<c r="A1" s="1"><v>41697</v></c>')]
    assert cells(workbook({"A": [row]}, Book(from_1904=True))) == [("2018-02-28",)]


@pytest.mark.parametrize(
    ("number", "day"),
    [(1, date(1900, 1, 1)), (59, date(1900, 2, 28)), (60, None), (61, date(1900, 3, 1)), (0, None)],
)
def test_the_day_that_1900_did_not_have(number: int, day: date | None) -> None:
    assert values.serial_day(number, from_1904=False) == day


def test_of_an_instant_the_day_is_taken_and_a_time_of_day_stays_one() -> None:
    row = [Raw('<c r="A1" s="1"><v>43159.75</v></c>'), Raw('<c r="B1" s="1"><v>0.75</v></c>')]
    assert cells(workbook({"A": [row]})) == [("2018-02-28", "18:00:00")]


def test_a_number_that_no_calendar_has_is_an_error_and_no_day() -> None:
    row = [Raw('<c r="A1" s="1"><v>99999999</v></c>')]
    assert cells(workbook({"A": [row]})) == [("#VALUE!",)]


def test_hidden_rows_are_read_and_counted() -> None:
    row = Raw('<c r="A1"><v>1</v></c></row><row r="2" hidden="1"><c r="A2"><v>2</v></c>')
    found, _ = books.read(workbook({"A": [[row]]}))
    assert (found.rows, found.hidden_rows) == ((Row(1, ("1",)), Row(2, ("2",))), 1)


def test_more_filled_cells_than_memory_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "MOST_CELLS", 5)
    assert cells(workbook({"A": [["a", "b"], ["c"], ["d", "e"]]}))
    with refused("workbook_unreadable"):
        books.read(workbook({"A": [["a", "b"]] * 3}))


def test_a_sheet_is_chosen_by_name() -> None:
    data = workbook({"A": [["a"]], "Б": [["b"]]})
    assert cells(data, "Б") == [("b",)]
    with refused("workbook_unreadable"):
        cells(data, "C")


def bomb(size: int) -> bytes:
    return packed({"xl/workbook.xml": b" " * size})


def lying() -> bytes:
    """Return an archive that declares one byte for a part of a million."""
    data = bytearray(workbook({"A": [["x" * 1000]] * 1000}))
    for info in zipfile.ZipFile(io.BytesIO(bytes(data))).infolist():
        if info.filename.endswith("sharedStrings.xml"):
            real = info.file_size.to_bytes(4, "little")
            return bytes(data).replace(real, (1).to_bytes(4, "little"))
    raise AssertionError


ENTITY = b'<!DOCTYPE a [<!ENTITY b "&#120;">]><workbook>&b;</workbook>'
HOSTILE = {
    "too large unpacked": lambda: bomb(books.LARGEST_SUM + 1),
    "too many parts": lambda: packed({f"{number}": b"" for number in range(201)}),
    "types of its own": lambda: workbook({"A": [["a"]]}, Book(more={"xl/styles.xml": ENTITY})),
    "a cell in a far corner": lambda: workbook({"A": [[Raw('<c r="XFD1"><v>1</v></c>')]]}),
    "a row far below": lambda: workbook(
        {"A": [[Raw('</row><row r="1048576"><c r="A1048576"><v>1</v></c>')]]}
    ),
    "lying about its size": lying,
    "a text that is not there": lambda: workbook({"A": [[Raw('<c r="A1" t="s"><v>9</v></c>')]]}),
    "no workbook": lambda: packed({"[Content_Types].xml": b"<a/>"}),
    "binary": lambda: packed({"xl/workbook.bin": b""}),
    "cut off": lambda: workbook({"A": [["a"]]})[:-40],
    "not XML": lambda: workbook({"A": [["a"]]}, Book(more={"xl/styles.xml": b"<a>"})),
    "larger than is taken": lambda: b"PK\x03\x04" + bytes(books.LARGEST_FILE),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_hostile_workbook_is_refused_with_a_sentence(name: str) -> None:
    with refused("workbook_unreadable") as found:
        books.read(HOSTILE[name]())  # type: ignore[no-untyped-call]
    assert found.value.detail.endswith(".")


@given(st.binary(max_size=300), st.integers(0, 5000))
def test_whatever_is_broken_in_it_comes_as_a_refusal(noise: bytes, at: int) -> None:
    whole = workbook({"A": [["a", 1, Formula("2")]]})
    at %= len(whole)
    # Anything but a refusal fails the test.
    with suppress(Refusal):
        books.read(whole[:at] + noise + whole[at + len(noise) :])


@given(st.lists(st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=5), max_size=5))
def test_texts_come_back_as_they_were(rows: Sequence[Sequence[str]]) -> None:
    legal = [[_legal(one) for one in row] for row in rows]
    found = cells(workbook({"A": legal}))
    assert found == [tuple(row) for row in legal]


def _legal(text: str) -> str:
    """Return a text without what XML has no letter for."""
    kept = "".join(
        one for one in text if one >= " " and not "\ud800" <= one <= "\udfff" and one < "\ufffe"
    )
    return f"x{kept}x"
