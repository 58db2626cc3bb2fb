"""What leaves the system, as plain data: every dataclass by the names of its fields, and back.

Instants are ISO 8601 in UTC, exact parts are fractions as text (``7/2``), everything else is as
JSON has it. Nothing of how it lies in the tables shows.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from loyalty.core.bought import Counts
from loyalty.core.invitation import Coming
from loyalty.messages import Contact

_Built = TypeVar("_Built")
_NAMES = {
    "Coming": Coming,
    "Contact": Contact,
    "Counts": Counts,
    "Fraction": Fraction,
    "Mapping": Mapping,
    "date": date,
    "datetime": datetime,
}
"""What annotations name that their modules import for types only."""


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact: as entries name it, what was asked (hashed), answered, and posted."""

    program: str
    name: str
    fingerprint: str
    answer: Any
    entries: tuple[tuple[str, int], ...]
    at: int


def plain(value: Any) -> Any:  # noqa: PLR0911 - one answer for each kind
    """Return a value as JSON can hold it."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    return value


def built(wanted: type[_Built], data: Any) -> _Built:
    """Return what ``plain`` has made of an instance of a dataclass.

    Fields that the data does not have are what they are by themselves: an older export.

    Raises
    ------
    ValueError, TypeError, KeyError
        It is no such data.
    """
    hints = _hints(wanted)  # type: ignore[arg-type]
    return wanted(**{name: _value(hints[name], one) for name, one in data.items()})


def _value(wanted: Any, value: Any) -> Any:  # noqa: PLR0911 - one answer for each kind
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in {Union, types.UnionType}:
        if value is None:
            return None
        return _of_several(inner, value)
    if origin is tuple:
        if not inner:
            return tuple(value)
        alike = inner[-1] is Ellipsis
        parts = enumerate(value)
        if not alike and len(inner) != len(value):
            raise ValueError("a tuple of another length")
        return tuple(_value(inner[0 if alike else index], one) for index, one in parts)
    if origin in {Mapping, dict}:
        return {_value(inner[0], name): _value(inner[1], one) for name, one in value.items()}
    if origin is Literal or wanted is Any:
        return value
    if is_dataclass(wanted):
        return built(wanted, value)  # type: ignore[arg-type]
    return _simple(wanted, value)


def _of_several(inner: tuple[Any, ...], value: Any) -> Any:
    kinds = [one for one in inner if one is not types.NoneType]
    if Fraction in kinds and isinstance(value, str):
        return _value(Fraction, value)  # a figure may be exact: then it is a text
    if isinstance(value, list):
        # Of tuples of several lengths, the one that has this many parts.
        kinds = [one for one in kinds if len(get_args(one)) == len(value)] or kinds
    return _value(kinds[0], value)


def _simple(wanted: Any, value: Any) -> Any:
    if wanted is datetime:
        return datetime.fromisoformat(value)
    if wanted is date:
        return date.fromisoformat(value)
    if wanted is Fraction:
        return Fraction(value)
    if wanted is int and isinstance(value, str):
        return int(value)  # a number that names something: keys of JSON are texts
    if not isinstance(value, wanted):
        raise TypeError(wanted.__name__)
    return value


@cache
def _hints(wanted: Any) -> dict[str, Any]:
    return get_type_hints(wanted, localns=_NAMES)
