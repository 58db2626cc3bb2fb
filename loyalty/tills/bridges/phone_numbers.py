"""Telephone numbers as CRMs and booking tools write them, told as people everywhere read them."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = re.compile(r"\D")
_LONGEST: Final = 15
"""Digits (ITU-T E.164)."""
_SHORTEST: Final = 10
"""Digits: shorter ones are no numbers with a country's code."""


def international(told: object) -> tuple[str, ...]:
    """Return a number that is told with its country's code, with the plus that tools leave out.

    ``79000000001`` is ``+79000000001``. What begins with a zero, or is shorter, is left as it is:
    the program's country says what it means. So is Russia's own way, ``8 900 000-00-01``.
    """
    if type(told) is int:
        told = str(told)
    if not isinstance(told, str) or not told.strip():
        return ()
    digits = _DIGITS.sub("", told)
    national = digits.startswith("0") or (
        digits.startswith("8") and len(digits) == len("89000000001")
    )
    if told.strip().startswith("+") or national or not _SHORTEST < len(digits) <= _LONGEST:
        return (told.strip(),)
    return (f"+{digits}",)
