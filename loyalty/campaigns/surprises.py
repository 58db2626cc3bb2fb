"""What a surprise gives: drawn from a seed that was fixed beforehand, for anybody to check. Pure.

Before anybody draws, ``commitment`` is published: the SHA-256 of the seed and of the rules, which
are one line of text. Whoever draws has a ticket, a pseudonym of theirs; the HMAC-SHA-256 of the
ticket under the seed says what they get. Afterwards the seed is published, and anybody can repeat
all of it (docs/verify.md). So the shop cannot choose who wins after it has begun, nor change how
often one does. It could know the winners beforehand, since it makes the seed: that is what draws
are for, which a public source decides.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SEED: Final = 32
"""Bytes."""
ONE: Final = 10_000
"""Odds are so many in ten thousand."""


@dataclass(frozen=True, slots=True)
class Prize:
    """What can be drawn: its name by language, value of a pot, odds, and cost in minor units."""

    names: Mapping[str, str]
    pot: str
    points: int
    odds: int
    cost: int = 0


def rules(program: str, campaign: str, prizes: Sequence[Prize]) -> str:
    """Return the rules of a surprise as one line of text."""
    told = (f"{one.odds}:{one.points}:{one.pot}" for one in prizes)
    return " ".join((program, campaign, *told))


def commitment(seed: bytes, text: str) -> str:
    """Return what is published before anybody draws: of the seed, and of the rules."""
    return hashlib.sha256(f"{seed.hex()} {text}".encode()).hexdigest()


def ticket(program: str, campaign: str, occurrence: str, member: str) -> str:
    """Return the pseudonym under which a member draws once: nobody finds the member by it."""
    named = f"{program} {campaign} {occurrence} {member}"
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def number(seed: bytes, name: str) -> int:
    """Return what a ticket draws: from 0 to 9999, each as likely as any other.

    Of 2^64 numbers the first 1,616 are more likely by one part in 10^15.
    """
    drawn = hmac.digest(seed, name.encode(), hashlib.sha256)
    return int.from_bytes(drawn[:8]) % ONE


def drawn(seed: bytes, name: str, prizes: Sequence[Prize]) -> int | None:
    """Return the number of the prize that a ticket draws, from 0; None for none."""
    found, above = number(seed, name), 0
    for place, one in enumerate(prizes):
        above += one.odds
        if found < above:
            return place
    return None
