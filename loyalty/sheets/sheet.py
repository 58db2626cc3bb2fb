"""A file as a table: where its header stands, and what rows follow it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.refusals import Refusal
from loyalty.sheets import text, workbook
from loyalty.sheets.values import NOTHING

if TYPE_CHECKING:
    from loyalty.sheets.text import Row

_LOOKED_AT = 20
_DATA = re.compile(
    r"[^@\s]+@[^@\s]+\.[^@\s]+|[(+−-]?[0-9][0-9\s().,+/:−%-]*|[0-9]{4}-[0-9]{2}-[0-9]{2}.*"
)
_WIDE_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table.

    Attributes
    ----------
    header
        Names of the columns; ``Column 3`` where there is none.
    rows
        What follows the header, blank rows left out.
    width
        How many columns there are. Rows may be shorter, and longer by mistake.
    notes
        Sentences about how it was read.
    from_1904
        Numbers that are days count from 1904, as old Macs did.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    from_1904: bool = False

    @property
    def width(self) -> int:
        return len(self.header)

    def column(self, index: int) -> list[str]:
        """Return all cells of a column."""
        return [cell(row, index) for row in self.rows]


def cell(row: Row, index: int) -> str:
    """Return one cell of a row that may be too short for it."""
    return row.cells[index] if index < len(row.cells) else ""


def read(data: bytes, *, encoding: str | None = None, sheet: str | None = None) -> Sheet:
    """Read a file of separated values, or a workbook.

    Raises
    ------
    Refusal
        ``file_unreadable``, ``workbook_unreadable`` or ``file_empty``, with what to do.
    """
    if workbook.is_workbook(data):
        found, names = workbook.read(data, sheet)
        notes = [f"Sheet {found.name!r} was read."]
        if len(names) > 1:
            notes.append(f"The workbook has more sheets: {', '.join(names)}; one is read.")
        if found.hidden:
            notes.append("The sheet is hidden.")
        if found.hidden_rows:
            notes.append(f"{found.hidden_rows} hidden rows were read, too.")
        return _table(list(found.rows), notes, from_1904=found.from_1904)
    if len(data) > workbook.LARGEST_FILE:
        detail = f"The file is larger than {workbook.LARGEST_FILE // 10**6} MB: divide it."
        raise Refusal("invalid", "file_unreadable", detail, pointer="/file")
    content, read_in = text.decode(data, encoding)
    rows, separator = text.rows(content)
    shown = {"\t": "a tab"}.get(separator, repr(separator))
    return _table(rows, [f"Read as {read_in}, columns parted by {shown}."])


def _table(rows: list[Row], notes: list[str], *, from_1904: bool = False) -> Sheet:
    filled = [row for row in rows if any(one.strip() for one in row.cells)]
    if not filled:
        raise Refusal("invalid", "file_empty", "There is no row in the file.", pointer="/file")
    if len(filled) > workbook.MOST_ROWS:
        detail = f"The file has more than {workbook.MOST_ROWS} rows: divide it."
        raise Refusal("invalid", "file_unreadable", detail, pointer="/file")
    at = _header(filled)
    if at is None:
        width = max(_width(row) for row in filled[:_LOOKED_AT])
        notes.append("There is no row with names of columns; they are called by their numbers.")
        return Sheet(_named([""] * width), tuple(filled), tuple(notes), from_1904)
    if at:
        notes.append(f"{at} rows above the names of the columns were left out.")
    header = _named([one.strip() for one in filled[at].cells])
    following = [row for row in filled[at + 1 :] if not _again(row, header)]
    repeated = len(filled) - at - 1 - len(following)
    if repeated:
        notes.append(f"The names of the columns come {repeated} times more; left out.")
    if not following:
        detail = "Below the names of the columns there is no row."
        raise Refusal("invalid", "file_empty", detail, pointer="/file")
    return Sheet(header, tuple(following), tuple(notes), from_1904)


def _header(rows: list[Row]) -> int | None:
    """Return which of the first rows holds the names of the columns: the best filled with words."""
    widest = max(_width(row) for row in rows[:_LOOKED_AT])
    best, most = None, 0
    for index, row in enumerate(rows[:_LOOKED_AT]):
        named = [one for one in row.cells if one.strip()]
        if any(_DATA.fullmatch(one.strip()) for one in named):
            # What follows the first row with data is data.
            break
        if len(named) > most and len(named) >= widest * _WIDE_ENOUGH:
            best, most = index, len(named)
    return best


def _width(row: Row) -> int:
    return max((index + 1 for index, one in enumerate(row.cells) if one.strip()), default=0)


def _named(names: list[str]) -> tuple[str, ...]:
    """Return names for all columns, no two alike, without empty ones at the end."""
    while names and not names[-1] and any(names):
        names.pop()
    found: list[str] = []
    for number, name in enumerate(names, 1):
        one = " ".join(name.split()) if name.casefold() not in NOTHING else ""
        one = one or f"Column {number}"
        found.append(f"{one} ({number})" if one in found else one)
    return tuple(found)


def _again(row: Row, header: tuple[str, ...]) -> bool:
    cells = [" ".join(one.split()) for one in row.cells]
    return tuple(cells[: len(header)]) == header and len(header) > 1
