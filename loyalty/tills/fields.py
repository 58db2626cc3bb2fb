"""Reads fields of a vendor's message, or refuses them by their place.

Vendors write the same things in different ways: ids as text or as integers past 2^53, money as
decimal text or as a JSON number. All of it ends as text and as whole minor units here, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, NoReturn

from loyalty.core.instants import read_instant
from loyalty.money import LARGEST_ORDER, exponent
from loyalty.refusals import FieldRefusal
from loyalty.tills.incoming import LONGEST_NAME, is_name, refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.tills.incoming import Sender

_LONGEST_NUMBER = 40  # characters; beyond, nobody means money


@dataclass(frozen=True, slots=True)
class Fields:
    """An object of a message, and where it stands (a JSON pointer).

    Absent fields and ``null`` are one: vendors write both for what is not known.
    """

    values: Mapping[str, Any]
    pointer: str = ""

    def get(self, *path: str) -> Any:
        """Return a value as it came; None where the path ends early."""
        value: Any = self.values
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def refuse(self, path: tuple[str, ...], code: str, detail: str) -> NoReturn:
        """Refuse the field at a path below this object."""
        pointer = "/".join((self.pointer, *path))
        raise refusal(FieldRefusal(pointer, code, detail))

    def text(self, *path: str) -> str:
        """Return a text with something in it."""
        value = self.get(*path)
        if not isinstance(value, str) or not value:
            self.refuse(path, "invalid", "Text is expected here.")
        return value

    def word(self, *path: str) -> str:
        """Return a text to be compared with known ones; empty for whatever is none."""
        value = self.get(*path)
        return value if isinstance(value, str) else ""

    def id(self, *path: str) -> str:
        """Return an id, a text or an integer, as text."""
        value = self.get(*path)
        if type(value) is int and value >= 0:
            value = str(value)
        if not isinstance(value, str) or not value:
            self.refuse(path, "invalid", "An id is expected here: text, or a whole number.")
        if len(value) > LONGEST_NAME or not is_name(value):
            detail = f"At most {LONGEST_NAME} visible characters are expected here."
            self.refuse(path, "invalid", detail)
        return value

    def instant(self, *path: str, read: Callable[[object], datetime] = read_instant) -> datetime:
        """Return an instant, in RFC 3339 unless the vendor writes it otherwise."""
        try:
            return read(self.get(*path))
        except ValueError as error:
            self.refuse(path, "invalid", str(error))

    def whole(self, *path: str, least: int = 0, most: int = 2**53 - 1) -> int:
        """Return a whole number."""
        value = self.get(*path)
        if type(value) is not int or not least <= value <= most:
            self.refuse(path, "invalid", f"A whole number from {least} to {most} is expected here.")
        return value

    def money(self, *path: str, currency: str, signed: bool = False, told: bool = True) -> int:
        """Return an amount in minor units of a currency: ``"36.99"`` and ``36.99`` are 3699.

        Parameters
        ----------
        signed
            Whether it may be below zero.
        told
            Whether it has to be there; an absent one is 0 otherwise.
        """
        value = self.get(*path)
        if value is None and not told:
            return 0
        number = _decimal(value)
        if number is None:
            self.refuse(path, "invalid", "An amount is expected here, such as 36.99.")
        minor = number.scaleb(exponent(currency))
        if minor != minor.to_integral_value():
            detail = f"{currency} has at most {exponent(currency)} decimal places."
            self.refuse(path, "invalid", detail)
        least = -LARGEST_ORDER if signed else 0
        if not least <= minor <= LARGEST_ORDER:
            detail = f"From {least} to {LARGEST_ORDER} minor units are expected here."
            self.refuse(path, "invalid", detail)
        return int(minor)

    def share(self, *path: str, currency: str) -> int:
        """Return how much of another amount this is: rounded down, below zero counted as nothing.

        Some vendors tell shares with more places than the currency has; they weigh lines only.
        """
        number = _decimal(self.get(*path))
        if number is None:
            return 0
        return min(max(0, int(number.scaleb(exponent(currency)))), LARGEST_ORDER)

    def thousandths(self, *path: str) -> int:
        """Return a quantity in thousandths, 1000 where none is told; some returns are negative."""
        number = _decimal(self.get(*path))
        return 1000 if number is None else abs(int(number.scaleb(3).to_integral_value()))

    def object(self, *path: str) -> Fields:
        """Return an object that has to be there."""
        value = self.get(*path)
        if not isinstance(value, dict):
            self.refuse(path, "invalid", "An object is expected here: {…}.")
        return Fields(value, "/".join((self.pointer, *path)))

    def objects(self, *path: str) -> list[Fields]:
        """Return a list of objects; none where there is no list."""
        value = self.get(*path)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.refuse(path, "invalid", "A list of objects is expected here: [{…}].")
        pointer = "/".join((self.pointer, *path))
        return [Fields(one, f"{pointer}/{index}") for index, one in enumerate(value)]


def customer_of(sender: Sender, told: object) -> tuple[tuple[str, str], ...]:
    """Return the till's own customer as a buyer has it; nobody for what is no id, and for 0."""
    if type(told) is int and told > 0:
        told = str(told)
    if not isinstance(told, str) or not is_name(told):
        return ()
    return ((sender.endpoint.source, told),)


def _decimal(value: object) -> Decimal | None:
    """Return a number exactly; None for what is none, or is too long to be meant."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    if isinstance(value, str) and len(value) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER:
        return None
    return number
