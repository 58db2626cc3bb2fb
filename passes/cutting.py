"""Cut texts where a reader would cut, for both wallets. Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ELLIPSIS: Final = "…"
_JOINER: Final = "\u200d"
_VIRAMA: Final = 9
_HANGUL: Final = (
    (0x1100, 0x115F, "L"),
    (0xA960, 0xA97C, "L"),
    (0x1160, 0x11A7, "V"),
    (0xD7B0, 0xD7C6, "V"),
    (0x11A8, 0x11FF, "T"),
    (0xD7CB, 0xD7FB, "T"),
)
_SYLLABLES: Final = (0xAC00, 0xD7A3, 28)
_AFTER: Final = {"L": "LVS", "V": "VT", "S": "VT", "T": "T"}


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters of a text; a cut text ends in an ellipsis.

    The cut is between two words where one of the last words leaves room for it, else between two
    characters as a reader sees them: never inside an emoji, a flag, or a letter and its accents.
    """
    if len(text) <= limit:
        return text
    room = limit - len(ELLIPSIS)
    ends = [end for end in boundaries(text, room + 1) if end <= room]
    # One "character" may be longer than the room: letters can be buried under accents.
    end = ends[-1] if ends else room
    words = [at for at in ends if text[at : at + 1].isspace()]
    if words and words[-1] > room // 2:
        end = words[-1]
    return text[:end].rstrip().rstrip(_JOINER) + ELLIPSIS


def boundaries(text: str, most: int) -> Iterator[int]:
    """Yield where the characters that a reader sees end, up to the index `most`.

    Follows the rules of Unicode's extended grapheme clusters (UAX 29) as far as the standard
    library knows the properties: every joiner is taken for one of an emoji, and every letter after
    a virama for part of its syllable, so that a cluster is rather too long than broken.
    """
    flags = 0
    for at in range(1, min(len(text), most + 1)):
        flags = flags + 1 if _is_flag(text[at - 1]) else 0
        if not _joins(text[at - 1], text[at], flags):
            yield at


def _joins(before: str, character: str, flags: int) -> bool:
    if unicodedata.category(character) in {"Mn", "Me", "Mc"} or character in {_JOINER, "\u200c"}:
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff" or "\U000e0020" <= character <= "\U000e007f":
        return True
    if before == _JOINER or unicodedata.combining(before) == _VIRAMA:
        return not character.isspace()
    if _is_flag(character) and flags % 2:
        return True
    begins = _hangul(character)[:1]
    return bool(begins) and begins in _AFTER.get(_hangul(before)[-1:], "")


def _is_flag(character: str) -> bool:
    return "\U0001f1e6" <= character <= "\U0001f1ff"


def _hangul(character: str) -> str:
    """Return the kinds of parts that a Korean character begins and ends with, or nothing."""
    code = ord(character)
    first, last, tails = _SYLLABLES
    if first <= code <= last:
        return "SS" if (code - first) % tails == 0 else "ST"
    return next((kind for low, high, kind in _HANGUL if low <= code <= high), "")
