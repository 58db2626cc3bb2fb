"""What a value of ``pass.json`` may be: kinds, and the objects and lists that are made of them."""

from __future__ import annotations

import base64
import codecs
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from babel.numbers import list_currencies
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_HEX = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_AMOUNT = re.compile(r"-?\d+(\.\d+)?")
_LONGEST_PAYLOAD = 64
_ENCODING = re.compile("[A-Za-z0-9._:-]+")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of plain value.

    Attributes
    ----------
    mend
        What to write instead of anything else.
    accepts
        Whether a value is of this kind.
    sample
        A value that is.
    """

    mend: str
    accepts: Callable[[Any], bool]
    sample: Any


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some texts, spelled exactly so."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list whose entries are all of one kind; Wallet reads no more than ``most``."""

    entry: Kind | Choice | Shape
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """An object.

    Attributes
    ----------
    page
        Where Apple documents its keys.
    keys
        Every key that is documented.
    one_of
        Of these, at least one stands there.
    """

    page: str
    keys: Mapping[str, Key]
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Key:
    """What is documented of one key.

    Attributes
    ----------
    kind
        What its value is.
    rule
        Under which rule of docs/apple.md a fault is told.
    required
        Whether it must stand there (in passes of ``styles``, where these are named).
    needs, excludes
        Keys of the same object that must, and may not, stand beside it.
    value
        What the field's ``value`` must be.
    styles, groups
        Pass styles and field groups that it belongs to; empty for all.
    successor
        The key that has replaced it.
    page
        Where Apple documents it, if that is not the page of the object.
    """

    kind: Kind | Choice | ListOf | Shape
    rule: int = 32
    required: bool = False
    needs: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    value: Literal["number", "date"] | None = None
    styles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    successor: str | None = None
    page: str | None = None


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a number (true and false are not)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_date(value: object) -> bool:
    """Tell whether a value is a date with zone, of a day that exists."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        instant(value)
    except ValueError:
        return False
    return True


def instant(value: str) -> datetime:
    """Return the instant that a date names.

    Raises
    ------
    ValueError
        There is no such day or time.
    """
    return datetime.fromisoformat(re.sub(r"\.\d+", "", value))


def rgb(value: object) -> tuple[int, ...] | None:
    """Return the parts of a colour that is written as ``rgb(1, 2, 3)``."""
    match = _RGB.fullmatch(value) if isinstance(value, str) else None
    parts = tuple(map(int, match.groups())) if match else (256,)
    return parts if max(parts) <= 255 else None  # noqa: PLR2004 - the most that a byte holds


def is_hex(value: object) -> bool:
    """Tell whether a colour is written as ``#rrggbb`` or ``#rgb``."""
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def shaped(pattern: str, mend: str, sample: str) -> Kind:
    """Return the kind of text that a pattern matches whole."""
    compiled = re.compile(pattern)
    return Kind(mend, lambda one: isinstance(one, str) and bool(compiled.fullmatch(one)), sample)


def numbers(
    lowest: float, highest: float, mend: str, sample: float, *, whole: bool = False
) -> Kind:
    """Return the kind of number within bounds."""

    def accepts(value: Any) -> bool:
        return (
            is_number(value)
            and lowest <= value <= highest
            and (not whole or isinstance(value, int))
        )

    return Kind(mend, accepts, sample)


def _is_encoding(value: Any) -> bool:
    try:
        # The look-up forgives spaces and more; a phone may not.
        return bool(_ENCODING.fullmatch(value) and codecs.lookup(value))
    except (TypeError, LookupError, ValueError):
        return False


def _is_p256(value: Any) -> bool:
    try:
        key = load_der_public_key(base64.b64decode(value, validate=True))
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == "secp256r1"


def _address(*schemes: str) -> Callable[[Any], bool]:
    def accepts(value: Any) -> bool:
        if not isinstance(value, str) or re.search(r"\s", value):
            return False
        try:
            parts = urlsplit(value)
            host = parts.hostname
        except ValueError:
            return False
        if schemes:
            return parts.scheme in schemes and bool(host)
        return bool(parts.scheme and (parts.netloc or parts.path))

    return accepts


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


FLAG = Kind("Write true or false", lambda one: isinstance(one, bool), sample=True)
TEXT = Kind("Write a text", lambda one: isinstance(one, str), "text")
SOME_TEXT = Kind("Write a text", lambda one: isinstance(one, str) and bool(one.strip()), "text")
NUMBER = Kind("Write a number", is_number, 1.5)
WHOLE = Kind("Write a whole number", lambda one: type(one) is int, 5)
VALUE = Kind(
    "Write a text or a number", lambda one: isinstance(one, str) or is_number(one), "value"
)
DATE = Kind("Write 2026-11-21T12:00:00Z", is_date, "2026-11-21T12:00:00Z")
COLOUR = Kind("Write rgb(1, 2, 3)", lambda one: bool(rgb(one)) or is_hex(one), "rgb(1, 2, 3)")
CURRENCY = Kind(
    "Write a currency of ISO 4217 in three capitals",
    lambda one: isinstance(one, str) and one in _currencies(),
    "EUR",
)
AMOUNT = Kind(
    "Write the amount as a decimal text",
    lambda one: isinstance(one, str) and bool(_AMOUNT.fullmatch(one)),
    "5.00",
)
UUID = Kind(
    "Write a UUID",
    lambda one: isinstance(one, str) and bool(_UUID.fullmatch(one)),
    "0b9ac2a8-9d6c-4d6e-8f7b-0d1a1f5e0d11",
)
WEB = Kind("Write a whole address: https://…", _address("https", "http"), "https://shop.example/a")
ANY_ADDRESS = Kind("Write a whole address", _address(), "app:open")
MAIL = Kind(
    "Write a mail address",
    lambda one: isinstance(one, str) and bool(_MAIL.fullmatch(one)),
    "shop@example.com",
)
JSON = Kind("Write an object or a list", lambda one: isinstance(one, dict | list), {"any": 1})
TOKEN = shaped("[!-~]{16,}", "Use 16 characters or more", "0123456789abcdef")
PAYLOAD = Kind(
    "Write 1 to 64 bytes",
    lambda one: (
        isinstance(one, str) and 0 < len(one.encode("utf-8", "surrogatepass")) <= _LONGEST_PAYLOAD
    ),
    "payload",
)
CHANGE = Kind(
    "Write %@ once, where the value goes",
    lambda one: isinstance(one, str) and one.count("%@") == 1,
    "Now %@",
)
ENCODING = Kind("Write the name of an encoding, such as iso-8859-1", _is_encoding, "iso-8859-1")
# The sample is the curve's own base point: nobody's key.
P256 = Kind(
    "Use base64 of the SubjectPublicKeyInfo of a P-256 key",
    _is_p256,
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9K"
    "E5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==",
)
LATITUDE = numbers(-90, 90, "Write degrees from -90 to 90 as a number", 51.5)
LONGITUDE = numbers(-180, 180, "Write degrees from -180 to 180 as a number", -0.12)
METRES = Kind("Write metres as a number", lambda one: is_number(one) and one > 0, 100.5)
MINOR = numbers(0, 65_535, "Write a whole number from 0 to 65535", 7, whole=True)
ROW = numbers(0, 1, "Write 0 or 1", 1, whole=True)
