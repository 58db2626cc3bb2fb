"""Reads an object of a message in our own words, and collects every fault that it has.

Programs that send such messages are written in a hurry: all that is wrong is told at once, each
fault by its place and in a sentence that says what to send. A vendor's messages, of which nobody
mends anything, are read by ``loyalty.tills.fields``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from loyalty.core.instants import read_instant
from loyalty.money import LARGEST_ORDER
from loyalty.program.rules import MOST_ITEMS
from loyalty.refusals import FieldRefusal
from loyalty.tills.incoming import LONGEST_NAME, is_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

Chosen = TypeVar("Chosen")

_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_SECONDS = re.compile(r"[0-9]{9,}", re.ASCII)
_NUMBER = (
    "A whole number of minor units is expected: 1250 for 12.50, without quotation marks and "
    "without a point. In PHP: (int) round($amount * 100)."
)
_MISSING = "Field required"


@dataclass(frozen=True, slots=True)
class Place:
    """An object of a message and its pointer; what is wrong in it is added to `faults`.

    A field that is wrong reads as something harmless: nothing of it is used, because there are
    faults then.
    """

    values: Mapping[str, Any]
    pointer: str
    faults: list[FieldRefusal]

    def wrong(self, name: str, code: str, detail: str) -> None:
        self.faults.append(FieldRefusal(f"{self.pointer}/{name}", code, detail))

    def missing(self, name: str) -> None:
        self.wrong(name, "missing", _MISSING)

    def inside(self, *path: str) -> Place | None:
        """Return an object that has to be there; None where it is something else."""
        here = self
        for name in path:
            value = here.values.get(name)
            if name not in here.values:
                here.missing(name)
                return None
            if not isinstance(value, dict):
                here.wrong(name, "dict_type", "Input should be a valid object: {…}")
                return None
            here = Place(value, f"{here.pointer}/{name}", self.faults)
        return here

    def each(self, name: str, most: int) -> Iterator[Place]:
        """Yield the objects of a list, which may be absent."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            detail = "Input should be a valid list: […]. In PHP: array_values($list)."
            self.wrong(name, "list_type", detail)
            return
        if len(value) > most:
            self.wrong(name, "too_long", f"At most {most} are expected here.")
            return
        for index, one in enumerate(value):
            if isinstance(one, dict):
                yield Place(one, f"{self.pointer}/{name}/{index}", self.faults)
            else:
                self.wrong(f"{name}/{index}", "dict_type", "Input should be a valid object: {…}")

    def text(self, name: str, most: int, *, default: str | None = None) -> str:
        """Return a text; one that has to be there is not empty."""
        value = self.values.get(name, default)
        if value is None and default is not None:
            return default
        if value is None and name not in self.values:
            self.missing(name)
        elif not isinstance(value, str):
            self.wrong(name, "string_type", "Text is expected, in quotation marks.")
        elif len(value) > most or (not value and default is None):
            self.wrong(name, "string_length", f"From 1 to {most} characters are expected.")
        else:
            return value
        return ""

    def words(self, name: str, most: int = LONGEST_NAME) -> str:
        """Return a text that may be missing, or a whole number as text."""
        value = self.values.get(name)
        if type(value) is int:
            return str(value)
        return self.text(name, most, default="")

    def id(self, name: str, *, default: str | None = None) -> str:
        """Return an id: visible characters, or a whole number, which is the same in text."""
        value = self.values.get(name, default)
        if value is None and default is None and name not in self.values:
            self.missing(name)
            return ""
        if value is None and default is not None:
            return default
        if type(value) is int:
            value = str(value)
        if not isinstance(value, str):
            self.wrong(name, "string_type", "An id is text, or a whole number.")
        elif value != default and not (0 < len(value) <= LONGEST_NAME and is_name(value)):
            detail = (
                f"An id has 1 to {LONGEST_NAME} visible characters and no spaces. In PHP: "
                'str_replace(" ", "-", trim($id)).'
            )
            self.wrong(name, "string_pattern_mismatch", detail)
        else:
            return value
        return ""

    def whole(
        self,
        name: str,
        *,
        least: int = 0,
        most: int = LARGEST_ORDER,
        default: int | None = None,
        below: str = "",
    ) -> int:
        """Return a whole number; `below` is what is said of one below `least`."""
        value = self.values.get(name, default)
        if value is None and name not in self.values:
            self.missing(name)
        elif type(value) is not int:
            self.wrong(
                name, "int_type", "A whole number is expected." if most > LARGEST_ORDER else _NUMBER
            )
        elif value < least:
            detail = below or f"At least {least} is expected."
            self.wrong(name, "greater_than_equal", detail)
        elif value > most:
            self.wrong(name, "less_than_equal", f"At most {most} is expected.")
        else:
            return value
        return 0

    def quantity(self, name: str, *, negative: bool) -> int:
        """Return a quantity in thousandths, 1000 where none is told."""
        value = self.values.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong(name, "float_type", "A number is expected, without quotation marks.")
        elif not math.isfinite(value) or abs(value) > MOST_ITEMS:
            self.wrong(name, "less_than_equal", f"At most {MOST_ITEMS} is expected.")
        elif value < 0 and not negative:
            detail = "A quantity is below zero only where the amount is: for what comes back."
            self.wrong(name, "greater_than_equal", detail)
        else:
            return int(Decimal(str(value)).scaleb(3).to_integral_value())
        return 0

    def choice(self, name: str, known: Mapping[str, Chosen]) -> Chosen:
        """Return what one of these words stands for; what the first does where it is none."""
        value = self.values.get(name)
        if name not in self.values:
            self.missing(name)
        elif not isinstance(value, str) or value not in known:
            listed = ", ".join(f"'{one}'" for one in known)
            self.wrong(name, "literal_error", f"One of {listed} is expected.")
        else:
            return known[value]
        return next(iter(known.values()))

    def currency(self, name: str) -> str:
        """Return a currency's code."""
        value = self.values.get(name)
        if name not in self.values:
            self.missing(name)
        elif not isinstance(value, str) or not _CURRENCY.fullmatch(value):
            detail = "Input should be an ISO 4217 code such as USD"
            self.wrong(name, "string_pattern_mismatch", detail)
        else:
            return value
        return ""

    def instant(
        self, name: str, read: Callable[[object], datetime] = read_instant
    ) -> datetime | None:
        """Return an instant."""
        value = self.values.get(name)
        if name not in self.values:
            self.missing(name)
            return None
        try:
            return read(value)
        except ValueError as error:
            seconds = type(value) is int or (isinstance(value, str) and _SECONDS.fullmatch(value))
            hint = " In PHP: date(DATE_ATOM, $seconds)." if seconds else ""
            self.wrong(name, "instant", f"{error}{hint}")
        return None
