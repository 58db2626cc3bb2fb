"""Codes of coupons: a word that everybody types, or many codes that are each good once.

A single-use code says which coupon and which of its codes it is, and proves it by 35 bits of a mac,
so that a million of them need no place in a table: whoever invents one is right once in 34 thousand
million times, and forgeries are refused without asking a table. Without the key nothing of it can
be read, and neighbours look nothing alike. Letters are those of short codes of cards
(``loyalty.access.short_code``), which nobody misreads; the last one checks the others.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from loyalty.access.short_code import ALPHABET, LOOK_ALIKE

if TYPE_CHECKING:
    from loyalty.access.tokens import Tokens

LENGTH = 16
_MAC, _SERIAL, _NUMBER = 35, 20, 12
MOST_NUMBERS = 2**_NUMBER - 1
"""Coupons with single-use codes of one program, ever."""
WORD = r"[A-Z0-9-]{3,15}"
"""Form of a word: shorter than any single-use code, so that the two cannot be mistaken."""

FOREIGN = r"[A-Z0-9-]{3,40}"
"""Form of another system's code, as it is kept."""

_WORD = re.compile(WORD)
_FOREIGN = re.compile(FOREIGN)
_LONGEST = 64


def code(tokens: Tokens, program: str, number: int, serial: int) -> str:
    """Return the code of that serial number (1 to 2^20 - 1) of a coupon (1 to ``MOST_NUMBERS``)."""
    if not (0 < number <= MOST_NUMBERS and 0 < serial < 2**_SERIAL):
        raise ValueError("no code has these numbers")
    head = number << _SERIAL | serial
    mac = tokens.coupon_mac(program, head) & (1 << _MAC) - 1
    hidden = head ^ _mask(tokens, program, mac)
    left = hidden << _MAC | mac
    letters = ""
    for _ in range(LENGTH - 1):
        left, digit = divmod(left, len(ALPHABET))
        letters += ALPHABET[digit]
    return next(letters + last for last in ALPHABET if _sum(letters + last) == 0)


def read(tokens: Tokens, program: str, typed: str) -> tuple[int, int] | None:
    """Return number of the coupon and serial of a genuine code; None for everything else."""
    letters = plain(typed).replace("-", "")
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    if _sum(letters):
        return None
    whole = 0
    for letter in reversed(letters[:-1]):
        whole = whole * len(ALPHABET) + ALPHABET.index(letter)
    if whole >> (_MAC + _SERIAL + _NUMBER):
        return None
    mac = whole & (1 << _MAC) - 1
    head = whole >> _MAC ^ _mask(tokens, program, mac)
    if tokens.coupon_mac(program, head) & (1 << _MAC) - 1 != mac:
        return None
    return head >> _SERIAL, head & (1 << _SERIAL) - 1


def word(typed: str) -> str | None:
    """Return a word as it is kept, None where no word has that form."""
    letters = plain(typed)
    return letters if _WORD.fullmatch(letters) else None


def foreign(typed: str) -> str | None:
    """Return a word or another system's code as it is kept, None where none has that form."""
    letters = plain(typed)
    return letters if _FOREIGN.fullmatch(letters) else None


def shown(letters: str) -> str:
    """Return a single-use code as people read it: four groups of four."""
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def plain(typed: str) -> str:
    """Return what somebody typed in capitals, without spaces, any dash as a hyphen."""
    if len(typed) > _LONGEST:
        return ""
    found = ""
    for letter in unicodedata.normalize("NFKC", typed):
        kind = unicodedata.category(letter)
        if kind == "Pd":
            found += "-"
        elif kind not in {"Zs", "Cf", "Cc"}:
            found += letter
    return found.upper().translate(LOOK_ALIKE)


def _mask(tokens: Tokens, program: str, mac: int) -> int:
    return tokens.coupon_mask(program, mac) & (1 << _SERIAL + _NUMBER) - 1


def _sum(letters: str) -> int:
    weighted = (place * ALPHABET.index(letter) for place, letter in enumerate(letters, start=1))
    return sum(weighted) % len(ALPHABET)
