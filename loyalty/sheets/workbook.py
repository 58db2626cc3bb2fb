"""Read an Excel workbook (.xlsx: ECMA-376, "Office Open XML") as rows of text, by openpyxl.

What stands here is what an import wants of it, and what bounds it: nothing that a hostile file says
of its own size is believed, and none can do more than be refused. Why openpyxl:
docs/decisions/2026-11-28-workbooks-by-openpyxl.md.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

# Of its insides: what it tells outside leaves out which rows are hidden, and fills every gap.
from openpyxl.worksheet._reader import FORMULA_TAG, WorkSheetParser

from loyalty.refusals import Refusal
from loyalty.sheets.text import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_FILE = 20_000_000
"""Bytes of a file that is taken at all."""
MOST_PARTS = 200
LARGEST_SUM = 300_000_000
"""Bytes of all parts when they are unpacked."""
MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 200_000, 100, 4_000_000
NO_VALUE = "#FORMULA!"
"""Text of a cell whose formula was never worked out."""

_CHUNK = 1 << 12
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_DIGITS = Context(prec=15)  # as many as Excel keeps


@dataclass(frozen=True, slots=True)
class Worksheet:
    """One sheet: its name, whether people see it, its rows."""

    name: str
    hidden: bool
    rows: tuple[Row, ...]
    hidden_rows: int
    from_1904: bool


def is_workbook(data: bytes) -> bool:
    """Tell whether bytes are meant to be a workbook, old or new."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLD))


def read(data: bytes, sheet: str | None = None) -> tuple[Worksheet, tuple[str, ...]]:
    """Return a sheet (the first that people see, if none is named), and the names of all.

    Raises
    ------
    Refusal
        ``workbook_unreadable``: an old or encrypted file, a damaged one, one that would be too
        large unpacked, or there is no such sheet.
    """
    if len(data) > LARGEST_FILE:
        raise _refused(f"The file is larger than {LARGEST_FILE // 10**6} MB: divide it.")
    if data.startswith(_OLD):
        detail = (
            "The file is an old (.xls) or encrypted workbook: open it, and save it without a "
            "password as an Excel workbook (.xlsx) or as CSV."
        )
        raise _refused(detail)
    try:
        with warnings.catch_warnings():
            # What it leaves aside (styles, rules of formatting) is no matter of ours.
            warnings.simplefilter("ignore")
            _judge(data)
            return _read(data, sheet)
    except Refusal:
        raise
    except Exception:  # noqa: BLE001 - whatever a broken file leads its reader to
        detail = "The workbook is damaged: open it in a spreadsheet and save it again."
        raise _refused(detail) from None


def _judge(data: bytes) -> None:
    """Refuse an archive that is no workbook, or one that no spreadsheet writes."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise _refused(f"The workbook has more than {MOST_PARTS} parts: save the sheet alone.")
        if sum(part.file_size for part in parts) > LARGEST_SUM:
            raise _refused("The workbook is far too large when it is unpacked: divide it.")
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise _refused("The workbook is encrypted: save it without a password.")
        names = {part.filename for part in parts}
        if not any(name.endswith((".bin", "workbook.xml")) for name in names):
            raise _refused("The file is a ZIP archive and no Excel workbook (.xlsx).")
        if "xl/workbook.bin" in names:
            raise _refused("The file is a binary workbook (.xlsb): save it as .xlsx.")
        for name in names:
            if name.endswith((".xml", ".rels")):
                with archive.open(name) as stream:
                    _judge_beginning(stream)


def _judge_beginning(stream: Any) -> None:
    """Refuse a part that declares types of its own: it wants to be unfolded, and grows by it."""
    begun: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _no_types
    parser.StartElementHandler = lambda name, _: begun.append(name)
    while not begun and (chunk := stream.read(_CHUNK)):
        parser.Parse(chunk, False)


def _read(data: bytes, wanted: str | None) -> tuple[Worksheet, tuple[str, ...]]:
    # By default it would follow links to other workbooks, and keep formulas in place of values.
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheets = {one.title: one for one in book.worksheets}
        if not sheets:
            raise _refused("The workbook has no sheet with cells.")
        if wanted is not None and wanted not in sheets:
            raise _refused(f"There is no sheet of that name; there are: {', '.join(sheets)}.")
        shown = [one for one in sheets.values() if one.sheet_state == "visible"]
        sheet = sheets[wanted] if wanted is not None else (shown or [*sheets.values()])[0]
        with _parser(sheet) as parser:
            rows = tuple(parser.rows())
        hidden = sheet.sheet_state != "visible"
        from_1904 = book.epoch == CALENDAR_MAC_1904
        return Worksheet(sheet.title, hidden, rows, parser.hidden, from_1904), tuple(sheets)
    finally:
        book.close()


@contextmanager
def _parser(sheet: Any) -> Iterator[_Parser]:
    book = sheet.parent
    with sheet._get_source() as source:  # noqa: SLF001 - of its insides, too
        yield _Parser(
            source,
            sheet._shared_strings,  # noqa: SLF001
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001
        )


class _Parser(WorkSheetParser):
    """Reads the cells that there are, wherever the sheet says that they stand.

    What the sheet declares to be its size is not looked at: it is often wrong, and may be a lie.
    """

    hidden = 0
    """Rows so far that people do not see."""

    def rows(self) -> Iterator[Row]:
        """Yield the rows that hold anything."""
        many = 0
        for number, found in self.parse():
            cells = {one["column"]: text for one in found if (text := _text(one["value"]))}
            many += len(cells)
            if many > MOST_CELLS:
                raise _refused(f"The sheet has more than {MOST_CELLS} filled cells: divide it.")
            if cells:
                yield Row(number, tuple(cells.get(at, "") for at in range(1, max(cells) + 1)))

    def parse_row(self, row: Any) -> Any:
        """Read a row; how it looks is not kept, but for whether it is hidden."""
        self.hidden += row.get("hidden") in {"1", "true"}
        found = super().parse_row(row)
        self.row_dimensions.clear()
        if self.row_counter > MOST_ROWS:
            raise _refused(f"The sheet has more than {MOST_ROWS} rows: divide it.")
        return found

    def parse_cell(self, element: Any) -> dict[str, Any]:
        """Read a cell, and tell a formula that was never worked out from an empty cell."""
        found: dict[str, Any] = super().parse_cell(element)
        if found["column"] > MOST_COLUMNS:
            raise _refused(f"The sheet has more than {MOST_COLUMNS} columns: save fewer.")
        if found["value"] is None and element.find(FORMULA_TAG) is not None:
            found["value"] = NO_VALUE
        return found


def _text(value: Any) -> str:
    """Return a stored value as a person would type it; of an instant, its day."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _plain(value)
    if isinstance(value, datetime):
        value = value.date()
    return str(value)


def _plain(value: float) -> str:
    """Return a number with 15 digits, no exponent and no zeros behind it."""
    try:
        number = _DIGITS.create_decimal(Decimal(str(value)))
    except InvalidOperation:
        return str(value)
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS.prec + 5:
        return str(value)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _no_types(*_: Any) -> None:
    raise _refused("The workbook declares types of its own, which no spreadsheet writes.")


def _refused(detail: str) -> Refusal:
    return Refusal("invalid", "workbook_unreadable", detail, pointer="/file")
