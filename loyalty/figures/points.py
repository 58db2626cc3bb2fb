"""What an account's entries did with points, by day, pot and cause; and what it is owed. Pure.

Entries are numbered, so how far they were taken up is one number: what comes again, or before what
is missing, changes nothing, and whoever feeds this reads on from there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from loyalty.core.account import NEVER
from loyalty.core.calendar import day, month
from loyalty.core.instants import instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from loyalty.core.account import Account, Cause, Entry

GIVEN: Collection[Cause] = frozenset(
    {"earn", "reverse", "gift", "welcome", "birthday", "referral", "coupon", "import"}
)
"""Causes by which points come to members; ``reverse`` takes back what a refund undoes."""

USED: Collection[Cause] = frozenset({"redeem", "capture", "return"})
"""Causes by which points are spent; ``return`` gives back what a refund undoes."""

STAFF: Collection[Cause] = frozenset({"gift", "adjust"})
"""Causes that a person decides, where no campaign gives by itself (``by_staff``)."""

_BY_ITSELF = frozenset({"campaign", "saving"})
"""Kinds of actors that give without anybody at work."""

_SIGNS = {"lot": 1, "pending": 1, "held": 1, "debt": -1}


def by_staff(actor: str, cause: str) -> bool:
    """Tell whether somebody of the shop gave or took something, and no campaign."""
    return cause in STAFF and actor.partition(":")[0] not in _BY_ITSELF


Place = tuple[int, str, str]
"""Local day (``date.toordinal``), pot, cause."""


@dataclass(frozen=True, slots=True)
class Movements:
    """Points by day, pot and cause: what a member has, not yet has or has reserved, less debt.

    ``seq`` is the number of the last entry that is in it.
    """

    seq: int = 0
    points: Mapping[Place, int] = field(default_factory=dict)

    def followed_by(self, entries: Iterable[Entry], zone: str) -> Movements:
        """Return them with the next entries; those behind a missing one have to come again."""
        points, seq = Counter(self.points), self.seq
        for entry in sorted(entries, key=lambda one: one.seq):
            if entry.seq == seq + 1:
                seq = entry.seq
                when = day(instant(entry.at), zone)
                for one in entry.postings:
                    sign = _SIGNS.get(one.measure)
                    if sign is not None:
                        points[when, one.pot, one.cause] += sign * int(one.amount)
        kept = {place: number for place, number in points.items() if number}
        return replace(self, seq=seq, points=kept)

    def between(self, pot: str, causes: Collection[str], first: int, end: int) -> int:
        """Return by how much these causes have changed a pot from one day to before another."""
        return sum(
            number
            for (when, name, cause), number in self.points.items()
            if name == pot and cause in causes and first <= when < end
        )

    @property
    def standing(self) -> Mapping[str, int]:
        """Return what all of it comes to, by pot."""
        sums: Counter[str] = Counter()
        for (_, pot, _), number in self.points.items():
            sums[pot] += number
        return {pot: number for pot, number in sums.items() if number}


def owed_points(account: Account, pot: str, zone: str) -> dict[int | None, int]:
    """Return an account's points by the month in which they end: spendable, pending and held.

    None where they never end. Whoever has left is owed nothing.
    """
    found: defaultdict[int | None, int] = defaultdict(int)
    there = account.pot(pot)
    lots = [*there.lots, *((bucket, number) for _, bucket, number in there.pending)]
    for hold in account.holds.values():
        lots += [(bucket, number) for name, bucket, number in hold.lots if name == pot]
    for bucket, number in lots if not account.closed else ():
        ends = None if bucket >= NEVER else month(instant((bucket - 1) * 1_000_000), zone)
        found[ends] += number
    return dict(found)
