"""Strict reading of JSON that strangers send: one shape in, one kind of refusal out.

Python's own reader takes ``NaN``, numbers past every float, keys given twice, UTF-16 and texts that
cannot be written back; each of these has broken somebody's ledger or log. They stop here.
"""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any, NoReturn

from loyalty.refusals import Refusal

LARGEST_BODY = 16 * 1024
"""Bytes a JSON body may have unless the caller says otherwise."""

DEEPEST_NESTING = 16
"""Objects and arrays inside each other, unless the caller says otherwise."""

LARGEST_INTEGER = 2**53 - 1
"""Past it other languages' JSON readers round silently (RFC 8259 section 6)."""


LONGEST_EXACT = 40
"""Characters of a number where numbers are read exactly."""


def read_json(
    body: bytes, *, largest: int = LARGEST_BODY, deepest: int = DEEPEST_NESTING
) -> dict[str, Any]:
    """Return the JSON object in `body`.

    Numbers are finite, integers within ±(2^53 - 1), keys unique, texts encodable.

    Raises
    ------
    Refusal
        Of kind ``unreadable``, with the code ``too_large``, ``not_utf8``, ``not_json``,
        ``not_an_object``, ``too_deep``, ``duplicate_key``, ``number_out_of_range`` or
        ``not_text``. Its sentence never quotes values, which may be private.
    """
    value: dict[str, Any] = read_value(body, largest=largest, deepest=deepest)
    return value


def read_value(
    body: bytes,
    *,
    largest: int = LARGEST_BODY,
    deepest: int = DEEPEST_NESTING,
    exact: bool = False,
    lists: bool = False,
) -> Any:
    """Return the JSON object in `body`; as `read_json`, for vendors who write JSON otherwise.

    Parameters
    ----------
    exact
        Integers may be of any size (some vendors' ids are past 2^53), and decimals are read as
        ``Decimal``; no number has more than 40 characters.
    lists
        A list will do, too.

    Raises
    ------
    Refusal
        Of kind ``unreadable``, with the code ``too_large``, ``not_utf8``, ``not_json``,
        ``not_an_object``, ``too_deep``, ``duplicate_key``, ``number_out_of_range`` or
        ``not_text``. Its sentence never quotes values, which may be private.
    """
    if len(body) > largest:
        raise _refusal("too_large", f"The body is larger than {largest} bytes.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refusal(
            "not_utf8", f"The body is not UTF-8: byte {error.start} does not belong there."
        ) from None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_exact if exact else _finite,
            parse_int=_long_integer if exact else _small_integer,
        )
    except json.JSONDecodeError as error:
        raise _refusal(
            "not_json", f"Not JSON: {error.msg}, line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise _refusal("too_deep", _too_deep(deepest)) from None
    if not isinstance(value, (dict, list) if lists else dict):
        raise _refusal("not_an_object", "The body has to be a JSON object: {…}.")
    _walk(value, deepest)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _refusal("duplicate_key", "An object has the same key twice.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise _refusal("not_json", f"{name} is not JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _refusal("number_out_of_range", "A number is too large.")
    return number


def _small_integer(text: str) -> int:
    # Length first: int() raises an error of its own on thousands of digits.
    if len(text) > len(str(-LARGEST_INTEGER)) or abs(int(text)) > LARGEST_INTEGER:
        raise _refusal(
            "number_out_of_range", f"An integer is outside ±{LARGEST_INTEGER}; send it as text."
        )
    return int(text)


def _exact(text: str) -> Decimal:
    number = Decimal(text) if len(text) <= LONGEST_EXACT else None
    # An exponent makes a short number long again where it is written out.
    if number is None or not -LONGEST_EXACT < number.adjusted() < LONGEST_EXACT:
        raise _refusal("number_out_of_range", "A number is too large.")
    return number


def _long_integer(text: str) -> int:
    if len(text) > LONGEST_EXACT:
        raise _refusal("number_out_of_range", "An integer is too large; send it as text.")
    return int(text)


def _walk(value: Any, deepest: int) -> None:
    """Refuse nesting and texts that later steps could not carry, without recursion."""
    waiting: list[tuple[Any, int]] = [(value, 1)]
    while waiting:
        here, depth = waiting.pop()
        if isinstance(here, str):
            _refuse_lone_surrogates(here)
        elif isinstance(here, dict | list):
            if depth > deepest:
                raise _refusal("too_deep", _too_deep(deepest))
            if isinstance(here, dict):
                waiting.extend((key, depth + 1) for key in here)
                waiting.extend((inner, depth + 1) for inner in here.values())
            else:
                waiting.extend((inner, depth + 1) for inner in here)


def _refuse_lone_surrogates(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise _refusal("not_text", "A text holds half of a surrogate pair.") from None


def _refusal(code: str, detail: str) -> Refusal:
    return Refusal("unreadable", code, detail)


def _too_deep(deepest: int) -> str:
    return f"Objects and arrays are nested deeper than {deepest} levels."
