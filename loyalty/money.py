"""Money is an integer of minor units; how many of them make one unit depends on the currency.

Source: ISO 4217, table A.1. Currencies not listed here have an exponent of 2.
"""

from __future__ import annotations

import re
import unicodedata

_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0
    ),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

FINE = 10_000
"""Parts of a minor unit in which prices of carriers are counted: an SMS may cost $0.0075."""

LARGEST_AMOUNT = 10**12
"""No single amount of money or points, and no order's worth, is larger (invariant I15)."""

LARGEST_SUM = 10**15
"""No figure of an account rises above that: what is added up stays exact in any JSON (2^53)."""

LARGEST_ORDER = 10**11
"""No single order brings in more, in minor units, so that what any program gives for it fits."""

_CODE = re.compile(r"[A-Z]{3}")
_LONGEST = 20


def is_currency(code: str) -> bool:
    """Tell whether this is a well-formed ISO 4217 code."""
    return _CODE.fullmatch(code) is not None


def exponent(currency: str) -> int:
    """Return how many decimal places one unit of the currency has."""
    return _EXPONENTS.get(currency, 2)


def read_amount(text: str, currency: str) -> int | None:
    """Return minor units of an amount as people write it: ``12.50``, ``1 250,00 ₽``, ``$1,250``.

    The last point or comma divides whole units from parts where at most as many digits follow as
    the currency has; every other one groups thousands. None for what is no amount.
    """
    plain = unicodedata.normalize("NFKC", text)
    kept = "".join(letter for letter in plain if letter in ".," or letter.isdecimal())
    others = {letter for letter in plain if letter not in kept}
    if not all(_beside(letter) for letter in others) or len(kept) > _LONGEST or not kept:
        return None
    digits = str.maketrans({letter: str(int(letter)) for letter in kept if letter.isdecimal()})
    whole, sign, parts = _halves(kept.translate(digits).rstrip(".,"))
    places = exponent(currency)
    if sign and len(parts) > places:
        whole, parts = whole + parts, ""
    if not (whole + parts).isdigit():
        return None
    amount = int((whole or "0") + parts.ljust(places, "0"))
    return amount if amount <= LARGEST_AMOUNT else None


def _halves(text: str) -> tuple[str, str, str]:
    """Return what stands before and after the last point or comma, and whether there is one."""
    at = max(text.rfind("."), text.rfind(","))
    whole, parts = (text, "") if at < 0 else (text[:at], text[at + 1 :])
    return whole.replace(".", "").replace(",", ""), "." if at >= 0 else "", parts


def _beside(letter: str) -> bool:
    """Tell whether a character may stand beside an amount: a space, a currency's sign or name."""
    return letter.isspace() or letter.isalpha() or unicodedata.category(letter) in {"Sc", "Cf"}
