"""A prize draw that anybody can check: entries, the list that is fixed first, then chance. Pure.

The list of entrants is closed and hashed, and a round of a public source of chance is named that
has not happened yet; both are published. When the round is known it decides, and nothing else
(docs/verify.md). So neither the shop nor anybody else can know who wins before nobody can enter or
leave any more.

Source of chance: drand's chain "quicknet" of the League of Entropy, a value each three seconds that
no single member of it can foresee. What it publishes as randomness is the SHA-256 of its signature.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from loyalty.core.bought import Counts

State = Literal["open", "shut", "closed", "drawn"]
"""Whether one can enter, nobody can any more, the list is fixed, or it is known who has won."""

CHAIN: Final = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
"""Hash of the chain: its name in addresses, https://api.drand.sh/<chain>/public/<round>."""
GENESIS: Final = 1_692_803_367
"""Second of its first round."""
PERIOD: Final = 3
"""Seconds from one round to the next."""
SIGNATURE: Final = 48
"""Bytes of a signature: a point of the curve's group G1, compressed."""

AHEAD: Final = 600
"""Seconds from fixing the list to the round that decides: so long anybody can keep the list."""
AGAIN: Final = 60
"""Seconds until drand is asked again that has not said anything which counts."""
BELLS: Final = 300
"""Seconds after the last purchase that counts until the list can be fixed: bells ring meanwhile."""
MOST_PRIZES: Final = 20
MOST_ENTRIES: Final = 20_000
"""Of all members together: the list is made in one go."""


@dataclass(frozen=True, slots=True)
class Purchases:
    """Each so many visits, or minor units spent, from a second on are an entry."""

    counts: Counts
    each: int
    begins: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """Entries of a member; of purchases what they come to, and up to which entry of the ledger."""

    entries: int
    upto: int = 0
    amount: int = 0


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw, as an owner has named it.

    Attributes
    ----------
    prizes
        By language each, the first one first.
    pot, price, most
        What one entry costs, and how many entries a member may have.
    closes
        Second from which on nobody can enter any more.
    purchases
        What entries come of by themselves, where they are not for points.
    """

    id: str
    names: Mapping[str, str]
    texts: Mapping[str, str]
    prizes: tuple[Mapping[str, str], ...]
    pot: str
    price: int
    most: int
    closes: int
    purchases: Purchases | None = None
    version: int = 1

    def entries(self, amount: int) -> int:
        """Return how many entries purchases that come to so much are."""
        return min(self.most, amount // self.purchases.each) if self.purchases else 0


@dataclass(frozen=True, slots=True)
class Fixed:
    """The list as it was fixed: its hash, entries, entrants, and the round that decides."""

    hash: str
    entries: int
    entrants: int
    round: int
    at: int


@dataclass(frozen=True, slots=True)
class Beacon:
    """What drand has published of a round."""

    round: int
    randomness: str
    signature: str

    @property
    def sound(self) -> bool:
        """Tell whether it is what a round looks like: randomness is the hash of the signature."""
        try:
            signature = bytes.fromhex(self.signature)
        except ValueError:
            return False
        hashed = hashlib.sha256(signature).hexdigest()
        return len(signature) == SIGNATURE and hashed == self.randomness


def pseudonym(program: str, draw: str, member: str) -> str:
    """Return the name of a member in a draw's list: nobody finds the member by it."""
    return hashlib.sha256(f"{program} {draw} {member}".encode()).hexdigest()[:32]


def listed(entries: Mapping[str, int]) -> str:
    """Return the list as it is published: a line for each pseudonym, with its entries; sorted."""
    return "".join(f"{name} {entries[name]}\n" for name in sorted(entries))


def hashed(text: str) -> str:
    """Return the hash of a list."""
    return hashlib.sha256(text.encode()).hexdigest()


def round_after(second: int) -> int:
    """Return the first round that happens after a second."""
    return max(0, second - GENESIS) // PERIOD + 2


def second_of(number: int) -> int:
    """Return the second of a round."""
    return GENESIS + (number - 1) * PERIOD


def winners(entries: Mapping[str, int], randomness: str, prizes: int) -> list[str]:
    """Return who wins, the first prize first: each pseudonym once, by the number of its entries.

    Of 2^64 numbers the first few are more likely by less than one part in 10^12.
    """
    fixed, won = hashed(listed(entries)), list[str]()
    for place in range(prizes):
        left = [(name, entries[name]) for name in sorted(entries) if name not in won]
        total = sum(number for _, number in left)
        if not total:
            break
        code = hashlib.sha256(f"{randomness} {fixed} {place}".encode()).hexdigest()
        won.append(_at(left, int(code[:16], 16) % total))
    return won


def _at(lines: Iterable[tuple[str, int]], number: int) -> str:
    for name, entries in lines:
        if number < entries:
            return name
        number -= entries
    raise ValueError("a number beyond the list")


def parse(text: str) -> dict[str, int]:
    """Return the entries of a list as it was published."""
    lines: Sequence[str] = text.splitlines()
    return {name: int(number) for name, _, number in (one.partition(" ") for one in lines)}
