"""Reads a form that a browser sends: each field once, and no more than a form of ours has."""

from __future__ import annotations

from urllib.parse import parse_qsl

from functions.http.strict_json import LARGEST_BODY
from loyalty.refusals import Refusal

_MOST_FIELDS = 30


def read_form(body: bytes, largest: int = LARGEST_BODY, most: int = _MOST_FIELDS) -> dict[str, str]:
    """Return the fields of a form-encoded body, each given once.

    ``largest``: in bytes; ``most``: how many fields.

    Raises
    ------
    Refusal
        When it is too large, not UTF-8, or names a field twice.
    """
    found = pairs(body, largest, most)
    fields = dict(found)
    if len(fields) != len(found):
        detail = "The form has the same field twice."
        raise Refusal("unreadable", "duplicate_key", detail)
    return fields


def pairs(body: bytes, largest: int, most: int) -> list[tuple[str, str]]:
    """Return names and values of a form as they stand in it.

    Raises
    ------
    Refusal
        When it is too large, not UTF-8, or has more fields.
    """
    if len(body) > largest:
        detail = f"The form is larger than {largest} bytes."
        raise Refusal("unreadable", "too_large", detail)
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=most,
        )
    except ValueError:  # UnicodeDecodeError is one
        detail = f"Not a UTF-8 form of at most {most} fields."
        raise Refusal("unreadable", "not_a_form", detail) from None
