"""Money is an integer of minor units; how many of them make one unit depends on the currency.

Source: ISO 4217, table A.1. Currencies not listed here have an exponent of 2.
"""

from __future__ import annotations

import re

_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0
    ),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

LARGEST_AMOUNT = 10**12
"""No single amount of money or points, and no order's worth, is larger (invariant I15)."""

LARGEST_SUM = 10**15
"""No figure of an account rises above that: what is added up stays exact in any JSON (2^53)."""

LARGEST_ORDER = 10**11
"""No single order brings in more, in minor units, so that what any program gives for it fits."""

_CODE = re.compile(r"[A-Z]{3}")


def is_currency(code: str) -> bool:
    """Tell whether this is a well-formed ISO 4217 code."""
    return _CODE.fullmatch(code) is not None


def exponent(currency: str) -> int:
    """Return how many decimal places one unit of the currency has."""
    return _EXPONENTS.get(currency, 2)
