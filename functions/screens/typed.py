"""Read what somebody typed on a screen, as what the API takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from loyalty.money import exponent, read_amount

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["text", "whole", "money", "price", "percent", "yes", "words"]


_PRICE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,8})?")
_FINER = 4
"""Digits that a price has more than an amount of its currency, at most."""


class TypedError(Exception):
    """A field cannot be read: its name, and the code of why."""

    def __init__(self, field: str, code: str) -> None:
        super().__init__(code)
        self.field = field
        self.code = code


@dataclass(frozen=True, slots=True)
class Field:
    """How one field of a form is sent.

    Attributes
    ----------
    kind
        ``whole``: a whole number, with spaces or signs as people write them; ``money``: an amount
        in major units of the program's currency, sent in minor ones; ``price``: the same, and as
        finely as carriers charge; ``percent``: sent in basis
        points; ``yes``: a tick; ``words``: what is separated by commas or spaces, as a list.
    needed
        It has to be typed; what is not and may be left empty is not sent.
    to
        The name it is sent under; its own if empty.
    """

    kind: Kind = "text"
    needed: bool = True
    to: str = ""


TEXT = Field()
MAYBE = Field(needed=False)
WHOLE = Field("whole")
YES = Field("yes")


def read(
    fields: Mapping[str, Field], typed: Mapping[str, str], currency: str = ""
) -> dict[str, Any]:
    """Return the body that a form's fields make.

    Raises
    ------
    TypedError
        A field is missing, or is not what it should be.
    """
    body: dict[str, Any] = {}
    for name, how in fields.items():
        text = typed.get(name, "").strip()
        if how.kind == "yes":
            body[how.to or name] = bool(text)
        elif text:
            body[how.to or name] = _value(name, how, text, currency)
        elif how.needed:
            raise TypedError(name, "missing")
    return body


def by_language(name: str, languages: Sequence[str], typed: Mapping[str, str]) -> dict[str, str]:
    """Return a text that has a field for each language of the program, as ``name.en``.

    What is left empty is left out: it is said as in the first.

    Raises
    ------
    TypedError
        The first is missing.
    """
    first = languages[0]
    return read({f"{name}.{one}": Field(needed=one == first, to=one) for one in languages}, typed)


def lines_by_language(
    name: str, languages: Sequence[str], typed: Mapping[str, str], differ: str
) -> list[dict[str, str]]:
    """Return texts that are a line each of a field for each language: as many lines in all.

    Raises
    ------
    TypedError
        The first language has none, or another one has more or fewer: ``differ``.
    """
    first, found = languages[0], {}
    for one in languages:
        lines = [line.strip() for line in typed.get(f"{name}.{one}", "").splitlines()]
        if kept := [line for line in lines if line]:
            found[one] = kept
    if first not in found:
        raise TypedError(f"{name}.{first}", "missing")
    for one, lines in found.items():
        if len(lines) != len(found[first]):
            raise TypedError(f"{name}.{one}", differ)
    return [{one: found[one][at] for one in found} for at in range(len(found[first]))]


def new_id(name: str, typed: Mapping[str, str]) -> str:
    """Return an id for what is called so: the same one when the same form is sent again."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    word = "-".join(re.findall(r"[a-z]+", plain))[:24].strip("-") or "n"
    return f"{word}-{hashlib.sha256(typed.get('key', '').encode()).hexdigest()[:8]}"


def _value(name: str, how: Field, text: str, currency: str) -> Any:
    if how.kind == "whole":
        return _whole(name, text)
    if how.kind == "money":
        amount = read_amount(text, currency)
        if amount is None:
            raise TypedError(name, "not_money")
        return amount
    if how.kind == "price":
        return _price(name, text, currency)
    if how.kind == "percent":
        return _basis_points(name, text)
    if how.kind == "words":
        return [word for word in text.replace(",", " ").split() if word]
    return text


def _price(name: str, text: str, currency: str) -> float:
    """Return minor units of a price that may be finer than they are: ``0.0075``."""
    plain, places = text.replace(",", "."), exponent(currency)
    if not _PRICE.fullmatch(plain) or len(plain.partition(".")[2]) > places + _FINER:
        raise TypedError(name, "not_money")
    return float(Decimal(plain).scaleb(places))


def price_text(minor: float, currency: str) -> str:
    """Return such a price as people type it."""
    places = exponent(currency)
    exact = Decimal(str(minor)).scaleb(-places).normalize()
    digits = max(places, -int(exact.as_tuple().exponent))
    return f"{exact:.{digits}f}"


def _whole(name: str, text: str) -> int:
    plain = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    digits = plain.removeprefix("+").removeprefix("-")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 15:  # noqa: PLR2004 - 2^53
        raise TypedError(name, "not_whole")
    return int(plain)


def _basis_points(name: str, text: str) -> int:
    whole, _, rest = text.removesuffix("%").strip().replace(",", ".").partition(".")
    fits = whole.isascii() and whole.isdecimal() and len(whole) <= 3  # noqa: PLR2004 - to 999 %
    if not fits or (rest and not (rest.isascii() and rest.isdecimal() and len(rest) <= 2)):  # noqa: PLR2004
        raise TypedError(name, "not_percent")
    return int(whole) * 100 + int(rest.ljust(2, "0") or 0)
