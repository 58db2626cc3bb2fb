"""The short code of a card: what a cashier types where nothing can be scanned.

Eight letters and digits, the last of which checks the others. The alphabet leaves out what looks
like something else (0 O, 1 I L, 2 Z, 5 S, 8 B; of 6 G and U V one each), and has 23 letters because
that is prime: with a sum weighted by place, modulo a prime, no single wrong letter and no swap of
two letters goes unnoticed (as in ISBN-10, ISO 2108, which works modulo 11).

It is short, so it can be guessed at: whoever asks for one is counted (``loyalty.ledger.misses``).
"""

from __future__ import annotations

import unicodedata

ALPHABET = "34679ACDEFHJKMNPQRTVWXY"
LENGTH = 8
MANY = len(ALPHABET) ** (LENGTH - 1)
"""How many there are: 3.4 thousand million."""

# On a Russian keyboard these look the same, and people type what they see.
LOOK_ALIKE = str.maketrans("АСЕНКМРТХУ", "ACEHKMPTXY")  # noqa: RUF001


def code(number: int) -> str:
    """Return the code of a number below ``MANY``; a random one makes a random code."""
    digits = []
    for _ in range(LENGTH - 1):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(digit)
    letters = "".join(ALPHABET[digit] for digit in digits)
    return next(letters + last for last in ALPHABET if _sum(letters + last) == 0)


def read(typed: str) -> str | None:
    """Return the code that somebody typed: in any case, with spaces or hyphens; None if it is none.

    It says nothing about whether a card has it.
    """
    if len(typed) > 4 * LENGTH:
        return None
    plain = unicodedata.normalize("NFKC", typed)
    kept = "".join(letter for letter in plain if not _separates(letter))
    letters = kept.upper().translate(LOOK_ALIKE)
    if len(letters) != LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return letters if _sum(letters) == 0 else None


def shown(letters: str) -> str:
    """Return the code as people read it: two halves of four."""
    half = LENGTH // 2
    return f"{letters[:half]}-{letters[half:]}"


def _separates(letter: str) -> bool:
    return unicodedata.category(letter) in {"Zs", "Pd", "Cf"} or letter in "\t\r\n"


def _sum(letters: str) -> int:
    weighted = (place * ALPHABET.index(letter) for place, letter in enumerate(letters, start=1))
    return sum(weighted) % len(ALPHABET)
