"""What the naive model keeps: of each order all that was told, of each member parcels of value."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules
from tests.support.naive_bill import Counter as Lying
from tests.support.naive_bill import counter, told_twice

if TYPE_CHECKING:
    from loyalty.core.order import Part
    from loyalty.program.rules import Promotion
    from tests.support.naive_jars import Jar, Place


class Refused(Exception):  # noqa: N818 - what it says
    """What the system refuses with an exception, by its name."""


@dataclass
class Own:
    """A promotion that somebody has, or that a sale was counted with; what it has given so far."""

    until: int
    promotion: Promotion
    uses: int
    used: int = 0
    gave: Fraction = Fraction(0)

    @property
    def spare(self) -> bool:
        return not self.uses or self.used < self.uses


@dataclass
class Sale:
    """An order: all that was ever reported of it, and what it counts for."""

    occurred: datetime
    seen: datetime
    reports: list[Part] = field(default_factory=list)
    hints: set[str] = field(default_factory=set)
    owner: str | None = None
    version: int = 0
    level: int = 0
    refused: bool = False
    heard: datetime | None = None
    others: list[Any] = field(default_factory=list)
    baskets: list[tuple[int, int, frozenset[str]]] = field(default_factory=list)
    # When its basket was sold, as each version said; of the one that counts its first attempt.
    stood: list[int] = field(default_factory=list)
    frozen: bool = False
    counted: dict[str, Fraction] = field(default_factory=dict)
    total: int = 0
    visits: int = 0
    spent: list[list[Any]] = field(default_factory=list)
    # Codes that have lowered it, by the names of their uses; how many had when it was counted.
    lowered: list[str] = field(default_factory=list)
    lowered_then: int = 0
    # Promotions of the buyer's own that it was counted with; of each ``gave`` is what it gave here.
    own: dict[tuple[int, str], Own] = field(default_factory=dict)
    void: bool = False
    wrong: list[str] = field(default_factory=list)
    # Whether it has waited for somebody: then its receipt finds it.
    waited: bool = False

    @property
    def money(self) -> int:
        return 0 if self.void else self.till.total

    @property
    def for_goods(self) -> int:
        return 0 if self.void else self.till.on_goods

    @property
    def parts(self) -> dict[str, Part]:
        return rules.newest(self.reports)

    @property
    def till(self) -> Lying:
        return counter(self.parts, told_twice(self.baskets, self.parts))

    def happened(self, now: datetime) -> datetime:
        """Return the earliest instant of what counts; nothing is older than 45 days when heard."""
        told = [p for key, p in self.parts.items() if p.occurred and key[:6] != "refund"]
        told = [p for p in told if p.status == "completed"] or told
        if told:
            first = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
                microseconds=min(p.occurred for p in told)
            )
            return max(min(first, now), self.seen - timedelta(days=45))
        if self.frozen:
            return self.occurred
        return max(min(self.heard or self.occurred, now), now - timedelta(days=45))


@dataclass
class Purse:
    """One member: parcels are [pot, spendable from (0: now), gone from, amount]."""

    parcels: list[list[Any]] = field(default_factory=list)
    held: dict[str, list[list[Any]]] = field(default_factory=dict)
    deadlines: dict[str, int] = field(default_factory=dict)
    rooms: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)
    # Rewards that were had: which, whether all share what there is of it, one more or less.
    had: list[tuple[str, bool, int]] = field(default_factory=list)
    had_by: dict[str, tuple[str, bool]] = field(default_factory=dict)
    owed: Counter[str] = field(default_factory=Counter)
    dropped: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    earned: list[tuple[int, int]] = field(default_factory=list)
    events: list[tuple[str, Any, Fraction]] = field(default_factory=list)
    # What was brought from elsewhere: month, money spent, visits.
    moved: list[tuple[int, ...]] = field(default_factory=list)
    level: int = 0
    deadline: int = 0
    reviewed: int = 0
    referrals: int = 0
    closed: bool = False
    paused: bool = False
    successor: str = ""
    jars: dict[Place, Jar] = field(default_factory=dict)
    own: dict[tuple[int, str], Own] = field(default_factory=dict)
    seen: datetime | None = None

    def cut(self, pot: str) -> Fraction:
        bowls = (jar.bowl for place, jar in self.jars.items() if place[0] == pot)
        return sum(bowls, Fraction(0))

    def copied(self) -> Purse:
        return replace(
            self,
            parcels=[list(parcel) for parcel in self.parcels],
            held={name: [list(lot) for lot in lots] for name, lots in self.held.items()},
            deadlines=dict(self.deadlines),
            rooms=dict(self.rooms),
            had=list(self.had),
            had_by=dict(self.had_by),
            owed=Counter(self.owed),
            dropped=defaultdict(Fraction, self.dropped),
            earned=list(self.earned),
            events=list(self.events),
            moved=list(self.moved),
            jars={place: replace(jar) for place, jar in self.jars.items()},
            own={key: replace(one) for key, one in self.own.items()},
        )

    def newest(self, name: str) -> Any:
        return max((period for event, period, _ in self.events if event == name), default=None)

    def count(self, name: str, period: Any) -> Fraction:
        if self.newest(name) != period:
            return Fraction(0)
        return sum((n for event, at, n in self.events if (event, at) == (name, period)), Fraction())

    def late_count(self, name: str, period: Any) -> Fraction:
        """Count where something dated so would count: never before the newest period."""
        return self.count(name, max(period, self.newest(name) or period))

    def late_event(self, name: str, period: Any, change: Fraction) -> None:
        at = max(period, self.newest(name) or period) if change > 0 else period
        self.events.append((name, at, change))

    def lots(self, pot: str) -> dict[int, int]:
        found: Counter[int] = Counter()
        for name, active, gone, amount in self.parcels:
            if name == pot and not active:
                found[gone] += amount
        return dict(found)

    def pending(self, pot: str) -> dict[tuple[int, int], int]:
        found: Counter[tuple[int, int]] = Counter()
        for name, active, gone, amount in self.parcels:
            if name == pot and active:
                found[active, gone] += amount
        return dict(found)

    def available(self, pot: str) -> int:
        return sum(self.lots(pot).values())

    def balance(self, pot: str) -> int:
        reserved = sum(int(n) for lots in self.held.values() for one, _, n in lots if one == pot)
        return self.available(pot) + reserved

    def credit(self, pot: str, amount: int, gone: int) -> None:
        paid: int = min(amount, self.owed[pot])
        self.owed[pot] -= paid
        if amount > paid:
            self.parcels.append([pot, 0, gone, amount - paid])

    def take(self, pot: str, amount: int, parcels: list[list[Any]]) -> int:
        """Take from these parcels, in their order; return what is missing."""
        missing = amount
        for parcel in parcels:
            if parcel[0] == pot:
                part = min(int(parcel[3]), missing)
                parcel[3] -= part
                missing -= part
        self.parcels = [parcel for parcel in self.parcels if parcel[3]]
        return missing

    def take_back(self, pot: str, amount: int, active: int, gone: int) -> int:
        """Take from where it was given, then from anywhere; return what is missing."""
        waiting = sorted(parcel for parcel in self.parcels if parcel[1])
        own = [p for p in waiting if p[1:3] == [active, gone]]
        own += [p for p in self.active() if p[2] == gone]
        rest = [p for p in waiting + self.active() if p not in own]
        return self.take(pot, amount, own + rest)

    def active(self, first: int = 0) -> list[list[Any]]:
        """Return spendable parcels, those gone at ``first`` first, then soonest-expiring first."""
        found = [parcel for parcel in self.parcels if not parcel[1]]
        return sorted(found, key=lambda parcel: (parcel[2] != first, parcel[2]))

    def pay(self, pot: str, amount: int) -> list[tuple[int, int]]:
        before = self.lots(pot)
        self.take(pot, amount, self.active())
        after = self.lots(pot)
        taken = {gone: n - after.get(gone, 0) for gone, n in before.items()}
        return [(gone, n) for gone, n in sorted(taken.items()) if n]
