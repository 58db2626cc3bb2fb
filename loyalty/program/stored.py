"""Build frozen dataclasses from plain data that was checked before it was stored.

Reading a stored program this way needs no schema library, which would double the time that a
function takes to wake up.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from loyalty.program.unseen import shown

_Built = TypeVar("_Built")


def build(wanted: type[_Built], data: Any) -> _Built:
    """Return ``data`` (from JSON) as an instance of the dataclass ``wanted``."""
    hints = _hints(wanted)  # type: ignore[arg-type]
    return wanted(**{name: _value(hints[name], value) for name, value in data.items()})


def _value(wanted: Any, value: Any) -> Any:
    if get_origin(wanted) in (Union, UnionType):
        wanted = next(part for part in get_args(wanted) if part is not NoneType)
    if isinstance(value, list):
        return tuple(_value(get_args(wanted)[0], part) for part in value)
    if isinstance(value, dict):
        if is_dataclass(wanted):
            return build(wanted, value)  # type: ignore[arg-type]
        return {name: _value(None, part) for name, part in value.items()}
    return shown(value) if isinstance(value, str) else value


@cache
def _hints(wanted: Any) -> dict[str, Any]:
    names = {field.name for field in fields(wanted)}
    return {name: hint for name, hint in get_type_hints(wanted).items() if name in names}
