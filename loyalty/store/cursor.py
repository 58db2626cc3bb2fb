"""Cursors of pages: where the next page goes on, as a text that means nothing to its reader."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    import re


def written(place: str) -> str:
    """Return the cursor of a place."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def read(cursor: str, form: re.Pattern[str]) -> str:
    """Return the place that a cursor says.

    Raises
    ------
    Refusal
        ``invalid_cursor``: it is none that a page has returned.
    """
    try:
        place = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True).decode()
    except ValueError:
        raise _invalid_cursor() from None
    if form.fullmatch(place) is None:
        raise _invalid_cursor()
    return place


def _invalid_cursor() -> Refusal:
    detail = "The cursor is none that a page has returned."
    return Refusal("invalid", "invalid_cursor", detail, pointer="/cursor")
