"""Read an Excel workbook (.xlsx: ECMA-376, "Office Open XML") as rows of text.

Only what an import needs: stored values, text and dates. Formulas are not worked out, links to the
outside are not followed, and nothing that a hostile file says of its own size is believed. Why this
is no library: docs/decisions/2026-11-28-workbooks-are-read-here.md.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from loyalty.members.moving_in.text import Row
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_FILE = 20_000_000
"""Bytes of a file that is taken at all."""
MOST_PARTS = 200
LARGEST_SUM = 300_000_000
"""Bytes of all parts when they are unpacked."""
MOST_ROWS, MOST_COLUMNS = 200_000, 100
NO_VALUE = "#FORMULA!"
"""Text of a cell whose formula was never worked out."""

_CHUNK = 1 << 16
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = 0x1
_DIGITS = Context(prec=15)  # as many as Excel keeps
_LAST_SERIAL = 2_958_465  # 31 December 9999
_SHORT_MONTH = 60  # the day that 1900 did not have: Lotus 1-2-3 said it was a leap year
# Formats of dates that are numbered and not written down (ECMA-376, part 1, 18.8.30).
_DATE_FORMATS = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
_NO_LETTERS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DAY_LETTERS = re.compile(r"[dyDY]")
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


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
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _Book(archive).read(sheet)
    except (
        zipfile.BadZipFile,
        expat.ExpatError,
        zlib.error,
        LookupError,
        EOFError,
        ValueError,
        OSError,
    ):
        detail = "The workbook is damaged: open it in a spreadsheet and save it again."
        raise _refused(detail) from None
    except (NotImplementedError, RuntimeError):  # a packing or a password that zipfile has not
        detail = "The workbook cannot be unpacked: save it again as an Excel workbook (.xlsx)."
        raise _refused(detail) from None


class _Book:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise _refused(f"The workbook has more than {MOST_PARTS} parts: save the sheet alone.")
        if sum(part.file_size for part in parts) > LARGEST_SUM:
            raise _refused("The workbook is far too large when it is unpacked: divide it.")
        if any(part.flag_bits & _ENCRYPTED for part in parts):
            raise _refused("The workbook is encrypted: save it without a password.")
        self._names = {part.filename for part in parts}

    def read(self, wanted: str | None) -> tuple[Worksheet, tuple[str, ...]]:
        if "xl/workbook.xml" not in self._names:
            if any(name.endswith(".bin") for name in self._names):
                raise _refused("The file is a binary workbook (.xlsb): save it as .xlsx.")
            raise _refused("The file is a ZIP archive and no Excel workbook (.xlsx).")
        sheets, from_1904 = self._sheets()
        shown = [name for name, (_, hidden) in sheets.items() if not hidden] or list(sheets)
        if wanted is not None and wanted not in sheets:
            raise _refused(f"There is no sheet of that name; there are: {', '.join(sheets)}.")
        name = wanted if wanted is not None else shown[0]
        target, hidden = sheets[name]
        reader = _Sheet(self._shared(), self._dates(), from_1904)
        self._parse(target, reader.begin, reader.end, reader.text)
        rows = tuple(reader.rows)
        return Worksheet(name, hidden, rows, reader.hidden, from_1904), tuple(sheets)

    def _sheets(self) -> tuple[dict[str, tuple[str, bool]], bool]:
        """Return the part of each sheet by its name, and whether days count from 1904."""
        targets: dict[str, str] = {}

        def relation(name: str, values: dict[str, str]) -> None:
            if name == "Relationship" and values.get("TargetMode") != "External":
                path = values["Target"]
                absolute = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
                targets[values["Id"]] = posixpath.normpath(absolute)

        self._parse("xl/_rels/workbook.xml.rels", relation)
        sheets: dict[str, tuple[str, bool]] = {}
        dated: list[bool] = []

        def sheet(name: str, values: dict[str, str]) -> None:
            if name == "workbookPr":
                dated.append(values.get("date1904") in {"1", "true"})
            if name == "sheet":
                part = targets.get(_attribute(values, "id"), "")
                if part in self._names:
                    hidden = values.get("state", "visible") != "visible"
                    sheets[values["name"]] = part, hidden

        self._parse("xl/workbook.xml", sheet)
        if not sheets:
            raise _refused("The workbook has no sheet with cells.")
        return sheets, any(dated)

    def _shared(self) -> list[str]:
        """Return the texts that cells refer to by number."""
        if "xl/sharedStrings.xml" not in self._names:
            return []
        reader = _Shared()
        self._parse("xl/sharedStrings.xml", reader.begin, reader.end, reader.text)
        return reader.found

    def _dates(self) -> list[bool]:
        """Return for each style of cells whether it shows a number as a date."""
        if "xl/styles.xml" not in self._names:
            return []
        own: dict[int, bool] = {}
        styles: list[bool] = []
        inside: list[bool] = [False]

        def begin(name: str, values: dict[str, str]) -> None:
            if name == "numFmt":
                letters = _NO_LETTERS.sub("", values.get("formatCode", ""))
                own[int(values["numFmtId"])] = bool(_DAY_LETTERS.search(letters))
            elif name == "cellXfs":
                inside[0] = True
            elif name == "xf" and inside[0]:
                number = int(values.get("numFmtId", 0))
                styles.append(own.get(number, number in _DATE_FORMATS))

        def end(name: str) -> None:
            if name == "cellXfs":
                inside[0] = False

        self._parse("xl/styles.xml", begin, end)
        return styles

    def _parse(
        self,
        part: str,
        begin: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        parser = expat.ParserCreate()
        # No document of this format declares a type; those that do want to be unfolded.
        parser.StartDoctypeDeclHandler = _no_types
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, values: begin(_local(name), values)
        if end is not None:
            parser.EndElementHandler = lambda name: end(_local(name))
        if text is not None:
            parser.CharacterDataHandler = text
        with self._archive.open(part) as stream:
            # It stops at the size that the archive declares, and judges the check sum there.
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)


class _Shared:
    """Collects shared texts: all runs of one, without how Japanese is pronounced."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._parts: list[str] = []
        self._taking = False
        self._aside = 0

    def begin(self, name: str, _: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._aside += name == "rPh"
        self._taking = name == "t" and not self._aside

    def end(self, name: str) -> None:
        if name == "si":
            self.found.append("".join(self._parts))
        self._aside -= name == "rPh"
        self._taking = False

    def text(self, data: str) -> None:
        if self._taking:
            self._parts.append(data)


class _Sheet:
    """Collects rows, cell by cell, wherever the sheet says that they stand."""

    def __init__(self, shared: list[str], dates: list[bool], from_1904: bool) -> None:  # noqa: FBT001
        self.rows: list[Row] = []
        self.hidden = 0
        self._shared = shared
        self._dates = dates
        self._from_1904 = from_1904
        self._number = 0
        self._cells: dict[int, str] = {}
        self._column = -1
        self._kind, self._style = "n", 0
        self._formula = False
        self._value: list[str] = []
        self._taking = False

    def begin(self, name: str, values: dict[str, str]) -> None:
        if name == "row":
            self._number = int(values.get("r", self._number + 1))
            self._cells, self._column = {}, -1
            self.hidden += values.get("hidden") in {"1", "true"}
            if self._number > MOST_ROWS:
                raise _refused(f"The sheet has more than {MOST_ROWS} rows: divide it.")
        elif name == "c":
            found = _REFERENCE.fullmatch(values.get("r", ""))
            self._column = _column(found[1]) if found else self._column + 1
            self._kind, self._style = values.get("t", "n"), int(values.get("s", 0))
            self._formula, self._value = False, []
            if self._column >= MOST_COLUMNS:
                raise _refused(f"The sheet has more than {MOST_COLUMNS} columns: save fewer.")
        elif name == "f":
            self._formula = True
        self._taking = name in {"v", "t"}

    def end(self, name: str) -> None:
        self._taking = False
        if name == "c":
            text = self._cell("".join(self._value))
            if text:
                self._cells[self._column] = text
        elif name == "row" and self._cells:
            width = max(self._cells) + 1
            cells = tuple(self._cells.get(column, "") for column in range(width))
            self.rows.append(Row(self._number, cells))

    def text(self, data: str) -> None:
        if self._taking:
            self._value.append(data)

    def _cell(self, value: str) -> str:
        if not value:
            return NO_VALUE if self._formula else ""
        if self._kind == "s":
            return self._shared[int(value)]
        if self._kind == "b":
            return "true" if value == "1" else "false"
        if self._kind in {"str", "inlineStr", "e", "d"}:
            return value
        styled = self._style < len(self._dates) and self._dates[self._style]
        return _date(value, self._from_1904) if styled else _plain(value)


def _plain(value: str) -> str:
    """Return a number as a person would type it: 15 digits, no exponent, no trailing zeros."""
    try:
        number = _DIGITS.create_decimal(Decimal(value))
    except InvalidOperation:
        return value
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS.prec + 5:
        return value
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date(value: str, from_1904: bool) -> str:  # noqa: FBT001
    try:
        day = serial_day(int(Decimal(value)), from_1904=from_1904)
    except (InvalidOperation, ValueError, OverflowError):
        return value
    return day.isoformat() if day else _plain(value)


def serial_day(number: int, *, from_1904: bool) -> date | None:
    """Return the day that a spreadsheet counts as a number; None where there is no such day."""
    if from_1904:
        return date(1904, 1, 1) + timedelta(days=number) if 0 <= number <= _LAST_SERIAL else None
    if not 0 < number <= _LAST_SERIAL or number == _SHORT_MONTH:
        return None
    before = date(1899, 12, 31 if number < _SHORT_MONTH else 30)
    return before + timedelta(days=number)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _attribute(values: dict[str, str], name: str) -> str:
    """Return an attribute of any namespace."""
    return next((value for key, value in values.items() if key.endswith(f":{name}")), "")


def _no_types(*_: Any) -> None:
    raise _refused("The workbook declares types of its own, which no spreadsheet writes.")


def _refused(detail: str) -> Refusal:
    return Refusal("invalid", "workbook_unreadable", detail, pointer="/file")
