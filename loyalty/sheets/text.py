"""Read the text of a file that another system has written: its encoding, its separator, its rows.

Nothing is believed of a file's name. What cannot be decided from the bytes is said, and may be told
by the owner instead.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

from loyalty.refusals import Refusal

ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1252", "cp866", "koi8-r")
"""What an owner may say a file is written in."""
SEPARATORS = (",", ";", "\t", "|")
LARGEST_CELL = 4096
"""Characters. More is a quotation mark that was never closed."""

_LOOKED_AT = 200
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_HIGH = 0x80
_ZEROS = 0.2
_MARKUP = re.compile(r"\s*<(?:!doctype|html|table|\?xml|meta|head)\b", re.IGNORECASE)
_NAMED_SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_LINE_ENDS = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of the line that it begins in, from 1, and the text of its cells."""

    number: int
    cells: tuple[str, ...]


def decode(data: bytes, said: str | None = None) -> tuple[str, str]:
    """Return a file's text and the name of the encoding that it was read in.

    A mark at the beginning decides, then whether it is UTF-8. Otherwise each letter is a byte, and
    words tell which: all of whose letters are high are Cyrillic, those with one here and there are
    of a Latin language.

    Raises
    ------
    Refusal
        ``file_unreadable``: it is no text, or not in the encoding that the owner has said.
    """
    if said is not None:
        return _strictly(data, said), said
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16")):
        if data.startswith(mark):
            return _strictly(data, encoding), encoding.removesuffix("-sig")
    if data.startswith(b"\xfe\xff"):
        return _strictly(data, "utf-16"), "utf-16"
    if data.count(0) > len(data) * _ZEROS:
        # UTF-16 without its mark: every other byte of plain letters is zero.
        big = data[0::2].count(0) > data[1::2].count(0)
        return _strictly(data, "utf-16-be" if big else "utf-16-le"), "utf-16"
    if b"\0" in data:
        raise _unreadable("The file is no text: save it as CSV or as an Excel workbook (.xlsx).")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _of_bytes(data)
        return data.decode(encoding, errors="replace"), encoding


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except (UnicodeDecodeError, LookupError):
        detail = f"The file is not written in {encoding}: leave the encoding out, or name another."
        raise _unreadable(detail) from None


def _of_bytes(data: bytes) -> str:
    whole = mixed = 0
    for word in _WORD.findall(data[:1_000_000]):
        high = sum(byte >= _HIGH for byte in word)
        whole += high == len(word) > 1
        mixed += 0 < high < len(word)
    if whole <= mixed:
        return "cp1252"
    return max(_CYRILLIC, key=lambda encoding: _likely(data[:200_000], encoding))


def _likely(data: bytes, encoding: str) -> int:
    """Say how much a text looks like Russian: small letters, capitals only at the beginning."""
    score, before = 0, " "
    for letter in data.decode(encoding, errors="replace"):
        if "а" <= letter <= "я" or letter == "ё":
            score += 2
        elif "А" <= letter <= "Я" or letter == "Ё":
            score += -3 if before.isalpha() and before.islower() else 1
        elif ord(letter) >= _HIGH:
            score -= 2
        before = letter
    return score


def rows(text: str) -> tuple[list[Row], str]:
    """Return the rows of a text with separated values, and the separator.

    Raises
    ------
    Refusal
        ``file_unreadable``: it is a page (HTML named ``.xls``), or a quotation mark stays open.
    """
    if _MARKUP.match(text):
        detail = (
            "The file is a web page and no table, whatever its name says: open it in a spreadsheet "
            "and save it as an Excel workbook (.xlsx)."
        )
        raise _unreadable(detail)
    named = _NAMED_SEPARATOR.match(text)
    skipped = 0
    if named:
        skipped, text = 1, text[named.end() :]
    separator = named[1] if named else _separator(text)
    found: list[Row] = []
    # Line ends are left as they are: the reader tells those within quotation marks from the rest.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    last = 0
    try:
        for cells in reader:
            found.append(Row(last + 1 + skipped, tuple(cells)))
            last = reader.line_num
    except csv.Error:
        raise _never_closed(last + 1 + skipped) from None
    if found:
        _look_for_open_quotes(found[-1], text)
    return found, separator


def _separator(text: str) -> str:
    """Return what gives most rows the same number of cells."""
    head = "\n".join(islice(_LINE_ENDS.split(text[:2_000_000]), _LOOKED_AT))

    def evenness(separator: str) -> tuple[float, int]:
        try:
            counts = Counter(
                len(cells) for cells in csv.reader(io.StringIO(head), delimiter=separator) if cells
            )
        except csv.Error:
            return 0, 0
        more = {count: times for count, times in counts.items() if count > 1}
        if not more:
            return 0, 0
        count = max(more, key=lambda one: (more[one], one))
        return more[count] / counts.total(), count

    best = max(SEPARATORS, key=evenness)
    return best if evenness(best) > (0, 0) else ","


def _look_for_open_quotes(last: Row, text: str) -> None:
    """Refuse a text whose last cell has swallowed the rest of the file."""
    swallowed = any("\n" in cell or "\r" in cell for cell in last.cells[-1:])
    if any(len(cell) > LARGEST_CELL for cell in last.cells) or (
        swallowed and text.count('"') % 2 == 1
    ):
        raise _never_closed(last.number)


def _never_closed(line: int) -> Refusal:
    detail = (
        f'A quotation mark (") is opened in line {line} and never closed: put that right in the '
        "file, or save it from a spreadsheet again."
    )
    return _unreadable(detail)


def _unreadable(detail: str) -> Refusal:
    return Refusal("invalid", "file_unreadable", detail, pointer="/file")
