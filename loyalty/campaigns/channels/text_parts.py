"""How many parts a text message has, each of which is paid for. Pure.

Source: AWS, "SMS character limits": GSM-7 has 160 characters in one part and 153 in each of
several, UCS-2 70 and 67. Characters of the extension table (3GPP TS 23.038) take two places, so do
those beyond UCS-2's plane; neither is cut between two parts.
"""

from __future__ import annotations

from typing import Final

_GSM: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
_GSM_ONE, _GSM_EACH = 160, 153
_UCS_ONE, _UCS_EACH = 70, 67
_PLANE: Final = 0xFFFF


def parts(text: str) -> int:
    """Return how many parts a text has; 0 for an empty one."""
    if all(one in _GSM or one in _EXTENDED for one in text):
        return _packed([2 if one in _EXTENDED else 1 for one in text], _GSM_ONE, _GSM_EACH)
    return _packed([2 if ord(one) > _PLANE else 1 for one in text], _UCS_ONE, _UCS_EACH)


def _packed(widths: list[int], alone: int, each: int) -> int:
    if sum(widths) <= alone:
        return 1 if widths else 0
    found, left = 1, each
    for width in widths:
        if width > left:
            found, left = found + 1, each
        left -= width
    return found
