"""Write values separated by commas that no spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FORMULAS = ("=", "+", "-", "@", "\t", "\r")
"""What a cell begins with that spreadsheets work out (OWASP, "CSV Injection")."""


def row(cells: Sequence[object]) -> str:
    """Return one line; a text that begins like a formula gets a quotation mark before it.

    Numbers are ours and stay what they are; a phone number is a text and gets the mark, which the
    reader of imports takes off again.
    """
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerow([_safe(cell) for cell in cells])
    return made.getvalue()


def text(rows: Iterable[Sequence[object]]) -> str:
    """Return lines; RFC 4180."""
    return "".join(row(one) for one in rows)


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(FORMULAS):
        return f"'{cell}"
    return cell
