"""Characters in texts that nobody sees and that act on others: never shown to anybody.

Owners' texts, what staff type and people's names are held against the same list. Joiners inside
emoji and scripts stay, and so do line ends, which a text may have.
"""

from __future__ import annotations

import unicodedata

# What turns text around (Unicode Standard Annex 9): marks, embeddings, overrides, isolates.
_TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSEEN = "holds a character that nobody sees and that acts on what stands beside it"
_ACTS = ("Cc", "Cs", "Zl", "Zp")


def acts_unseen(letter: str) -> bool:
    """Tell whether a character is not seen and acts: a control, half a pair, a turn."""
    if letter == "\n":
        return False
    return letter in _TURNS or unicodedata.category(letter) in _ACTS


def shown(text: str) -> str:
    """Return a text without such characters: of programs stored before they were refused."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(letter for letter in text if not acts_unseen(letter))
