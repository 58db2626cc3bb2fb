"""Reads forms with brackets in their names, as PHP's programs send them, into objects and lists.

``leads[status][0][id]=7`` is ``{"leads": {"status": [{"id": "7"}]}}``: names that are all numbers
from 0 on make a list. Every value is a text.
"""

from __future__ import annotations

import re
from typing import Any

from functions.http.form_body import pairs
from loyalty.refusals import Refusal

MOST_FIELDS = 5000
DEEPEST = 10
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_INNER = re.compile(r"\[([^\[\]]*)\]")


def nested(body: bytes, largest: int) -> dict[str, Any]:
    """Return what a form says, nested as its names are; ``largest`` is in bytes.

    Raises
    ------
    Refusal
        ``unreadable``: it is too large, not UTF-8, too deep, or says one name in two ways.
    """
    whole: dict[str, Any] = {}
    for name, value in pairs(body, largest, MOST_FIELDS):
        _put(whole, _path(name), value)
    found = _listed(whole)
    return found if isinstance(found, dict) else {}


def _path(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    path = [match[1], *_INNER.findall(match[2])] if match else [name]
    if len(path) > DEEPEST:
        raise Refusal("unreadable", "too_deep", f"Names have at most {DEEPEST} parts.")
    return path


def _put(whole: dict[str, Any], path: list[str], value: str) -> None:
    here = whole
    for step in path[:-1]:
        inner = here.setdefault(step or str(len(here)), {})
        if not isinstance(inner, dict):
            raise Refusal("unreadable", "duplicate_key", "One name of the form is said twice.")
        here = inner
    last = path[-1] or str(len(here))
    if last in here:
        raise Refusal("unreadable", "duplicate_key", "One name of the form is said twice.")
    here[last] = value


def _listed(value: Any) -> Any:
    """Return an object whose names are the numbers from 0 on as a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(one) for name, one in value.items()}
    numbers = [str(number) for number in range(len(inner))]
    return [inner[one] for one in numbers] if inner and {*inner} == {*numbers} else inner
