"""A program that also speaks a language its owner has not worded it in: each text is a mark."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.program.rules import Program

MARK = "Öl"


def speaking(program: Program, language: str) -> Program:
    """Return the program with every text of its owner in one more language."""
    taught: Program = _taught(program, language, itertools.count())
    return replace(taught, languages=(*program.languages, language))


def _taught(value: Any, language: str, numbers: Iterator[int]) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            one.name: _taught(getattr(value, one.name), language, numbers)
            for one in fields(value)
            if one.init
        }
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(_taught(one, language, numbers) for one in value)
    if isinstance(value, Mapping) and "en" in value:
        forms = value["en"].count(",") + 1
        text = ", ".join(f"{MARK}{next(numbers)}" for _ in range(forms if forms == 2 else 1))
        return {**value, language: text}
    return value
