"""Workbooks and files as other systems write them, made from rows."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_OVERRIDES = {
    "/xl/workbook.xml": "sheet.main",
    "/xl/sharedStrings.xml": "sharedStrings",
    "/xl/styles.xml": "styles",
}


@dataclass(frozen=True)
class Formula:
    """A cell that was worked out, or (None) never."""

    value: str | None


@dataclass(frozen=True)
class Raw:
    """A cell exactly as XML, for what no spreadsheet would write."""

    xml: str


@dataclass
class Book:
    """What makes a workbook special."""

    hidden: tuple[str, ...] = ()
    from_1904: bool = False
    dimension: str = ""
    more: Mapping[str, bytes] = field(default_factory=dict)


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], book: Book | None = None) -> bytes:
    """Return an .xlsx: text, numbers, days, answers, formulas, as Excel would lay them down."""
    book = book or Book()
    shared: list[str] = []
    parts: dict[str, str | bytes] = {}
    listed, links = [], []
    for number, (name, rows) in enumerate(sheets.items(), 1):
        state = ' state="hidden"' if name in book.hidden else ""
        listed.append(f'<sheet name={quoteattr(name)} sheetId="{number}"{state} r:id="r{number}"/>')
        links.append(_link(f"r{number}", "worksheet", f"worksheets/sheet{number}.xml"))
        lines = "".join(_row(index, row, shared) for index, row in enumerate(rows, 1))
        dimension = f'<dimension ref="{book.dimension}"/>' if book.dimension else ""
        parts[f"xl/worksheets/sheet{number}.xml"] = (
            f"<worksheet {_MAIN}>{dimension}<sheetData>{lines}</sheetData></worksheet>"
        )
    dated = '<workbookPr date1904="1"/>' if book.from_1904 else "<workbookPr/>"
    parts["xl/workbook.xml"] = (
        f'<workbook {_MAIN} xmlns:r="{_LINKS}">{dated}<sheets>{"".join(listed)}</sheets></workbook>'
    )
    parts["xl/_rels/workbook.xml.rels"] = _linked(links)
    parts["_rels/.rels"] = _linked([_link("r1", "officeDocument", "xl/workbook.xml")])
    parts["[Content_Types].xml"] = _types(len(sheets))
    texts = "".join(f"<si><t>{escape(one)}</t></si>" for one in shared)
    parts["xl/sharedStrings.xml"] = f"<sst {_MAIN}>{texts}</sst>"
    parts["xl/styles.xml"] = (
        f'<styleSheet {_MAIN}><numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy"/>'
        '<numFmt numFmtId="165" formatCode="#,##0.00&quot; days&quot;"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>'
        '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    )
    return packed({**parts, **book.more})


def _link(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_LINKS}/{kind}" Target="{target}"/>'


def _linked(links: Sequence[str]) -> str:
    namespace = f'xmlns="{_PACKAGE}/relationships"'
    return f"<Relationships {namespace}>{''.join(links)}</Relationships>"


def _types(sheets: int) -> str:
    kinds = {f"/xl/worksheets/sheet{number}.xml": "worksheet" for number in range(1, sheets + 1)}
    listed = "".join(
        f'<Override PartName="{part}" ContentType="{_SHEETML}.{kind}+xml"/>'
        for part, kind in {**_OVERRIDES, **kinds}.items()
    )
    return f'<Types xmlns="{_PACKAGE}/content-types">{listed}</Types>'


def packed(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def _row(number: int, row: Sequence[Any], shared: list[str]) -> str:
    cells = "".join(
        _cell(f"{chr(ord('A') + column)}{number}", value, shared)
        for column, value in enumerate(row)
        if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(place: str, value: Any, shared: list[str]) -> str:
    if isinstance(value, Raw):
        return value.xml
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    if isinstance(value, date):
        number = (value - date(1899, 12, 30)).days
        return f'<c r="{place}" s="2"><v>{number}</v></c>'
    if isinstance(value, Formula):
        stored = "" if value.value is None else f"<v>{escape(value.value)}</v>"
        kind = ' t="e"' if (value.value or "").startswith("#") else ' t="str"'
        return f'<c r="{place}"{kind}><f>A1+1</f>{stored}</c>'
    shared.append(value)
    return f'<c r="{place}" t="s"><v>{len(shared) - 1}</v></c>'
