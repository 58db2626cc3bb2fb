"""The naive model of time: what comes due, and levels, step by step from the beginning."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules
from tests.support.naive_purse import Purse

if TYPE_CHECKING:
    from loyalty.program.rules import Program
    from tests.support.naive_purse import Sale


class NaiveTime:
    """Members, what they amount to, and what time does to it.

    ``programs`` holds every version, the newest last.
    """

    def __init__(self, program: Program, members: list[str], referrers: dict[str, str]) -> None:
        self.programs = {program.version: program}
        self.since: dict[int, datetime] = {}
        self.bills: dict[str, int] = {}
        self.placed_had: dict[str, tuple[str, bool] | None] = {}
        self.stock: dict[str, int] = {}
        # By word: pot and points that it gives, how often by one member, whether it lowers bills.
        self.offers: dict[str, tuple[tuple[str, int], int, bool]] = {}
        self.placed: dict[str, Any] = {}
        self.program = program
        self.purses = {member: Purse() for member in members}
        self.referrers = referrers
        self.sales: dict[Any, Sale] = {}
        self.answers: dict[Any, tuple[Any, dict[str, Any]]] = {}
        self.deals: dict[str, dict[str, Any]] = {}
        self.given: Counter[Any] = Counter()
        self.links: dict[str, str] = {}

    # Who, and what they amount to

    def who(self, member: str) -> str:
        while self.purses[member].successor:
            member = self.purses[member].successor
        return member

    def own(self, member: str) -> list[Sale]:
        return [s for s in self.sales.values() if s.owner and self.who(s.owner) == member]

    def units(self, member: str, pot: str) -> Fraction:
        counted = sum((sale.counted.get(pot, Fraction(0)) for sale in self.own(member)), Fraction())
        purse = self.purses[member]
        return counted - purse.dropped[pot] - purse.cut(pot)

    def figures(self, member: str) -> tuple[int, int, int]:
        sales = self.own(member)
        earned = sum(points for _, points in self.purses[member].earned)
        moved = self.purses[member].moved
        spend = sum(s.total for s in sales) + sum(spend for _, spend, _ in moved)
        return spend, sum(s.visits for s in sales) + sum(n for _, _, n in moved), earned

    def standing(self, member: str, now: datetime) -> dict[str, Any]:
        """Return what the settled account should amount to; of a merged one only that."""
        purse = self.purses[member]
        if purse.successor:
            return {"successor": purse.successor}
        trial = self.purses[member] = purse.copied()
        self.come_due(member, now)
        self.purses[member] = purse
        pots = {parcel[0] for parcel in trial.parcels} | set(trial.owed) | set(trial.dropped)
        pots |= {pot for sale in self.own(member) for pot in sale.counted}
        found = {}
        for pot in pots:
            units = self.units(member, pot)
            one = (trial.lots(pot), trial.pending(pot), trial.owed[pot], units - floor(units))
            if any(one):
                found[pot] = one
        return {
            "pots": found,
            "held": {
                name: (trial.deadlines[name], sorted(map(tuple, lots)))
                for name, lots in trial.held.items()
            },
            "figures": self.figures(member),
            "tier": (trial.level, trial.deadline),
            "referrals": trial.referrals,
            "own": {key: (one.until, one.used, one.gave) for key, one in trial.own.items()},
            "closed": trial.closed,
            "paused": trial.paused,
        }

    # Time

    def come_due(self, member: str, now: datetime) -> None:
        purse, zone, second = self.purses[member], self.program.zone, int(now.timestamp())
        monthly = bool(self.program.tiers and self.program.tiers.down != "never") or any(
            pot.expiry and pot.expiry.inactivity_months for pot in self.program.pots
        )
        # What came with the last command has found its pot empty, or not.
        if purse.seen:
            self._clocks(purse, purse.seen)
        while True:
            due = [parcel[1] or parcel[2] for parcel in purse.parcels]
            due += list(purse.deadlines.values())
            if purse.reviewed and monthly:
                due.append(rules.month_begins(purse.reviewed + 1, zone))
            if not due or min(due) > second:
                break
            self._at(member, min(due), monthly=monthly)
            self._clocks(purse, datetime.fromtimestamp(min(due), UTC))
        if not purse.reviewed and monthly:
            purse.reviewed = rules.month_of(now, zone)
        purse.seen = now

    def _last_sign(self, purse: Purse, pot: str) -> int | None:
        signs = [purse.newest("active"), purse.newest(f"{pot} came")]
        return max((sign for sign in signs if sign is not None), default=None)

    def _clocks(self, purse: Purse, when: datetime) -> None:
        """Note when value came that neither a purchase nor other value had kept until then."""
        month = rules.month_of(when, self.program.zone)
        for pot in self.program.pots:
            idle = pot.expiry.inactivity_months if pot.expiry else None
            last = self._last_sign(purse, pot.id)
            if idle and purse.available(pot.id) and (last is None or last + idle < month):
                purse.events.append((f"{pot.id} came", month, Fraction(1)))

    def _at(self, member: str, second: int, *, monthly: bool) -> None:
        purse, zone = self.purses[member], self.program.zone
        active = [p for p in purse.parcels if p[1] and p[1] <= second]
        purse.parcels = [p for p in purse.parcels if not p[1] or p[1] > second]
        for pot, _, gone, amount in sorted(active):
            purse.credit(pot, amount, gone)
        purse.parcels = [p for p in purse.parcels if p[1] or p[2] > second]
        for name in sorted(name for name, end in purse.deadlines.items() if end <= second):
            self._let_go(purse, name, unused=True)
        if not monthly or not purse.reviewed:
            return
        if rules.month_begins(purse.reviewed + 1, zone) > second:
            return
        purse.reviewed += 1
        for pot in self.program.pots:
            last = self._last_sign(purse, pot.id)
            idle = pot.expiry.inactivity_months if pot.expiry else None
            if idle and last is not None and purse.reviewed > last + idle:
                purse.parcels = [p for p in purse.parcels if p[0] != pot.id or p[1]]
        self._review(member, second)

    def _let_go(self, purse: Purse, name: str, *, unused: bool) -> None:
        had = purse.had_by.pop(name, None)
        if had and unused:
            purse.had.append((*had, -1))
        for event, period in purse.rooms.pop(name, []):
            if unused:
                purse.events.append((event, period, Fraction(-1)))
        for pot, gone, amount in purse.held.pop(name, []):
            purse.credit(pot, amount, gone)
        purse.deadlines.pop(name)

    # Tiers

    def _fits(self, member: str, month: int) -> int:
        tiers = self.program.tiers
        assert tiers
        spend, visits, earned = self.figures(member)
        if tiers.window != "lifetime":
            first = month - tiers.rolling_months if tiers.window == "rolling" else month // 12 * 12
            inside = [
                sale
                for sale in self.own(member)
                if first <= rules.month_of(sale.occurred, self.program.zone) <= month
            ]
            moved = [one for one in self.purses[member].moved if first <= one[0] <= month]
            spend = sum(s.total for s in inside) + sum(spend for _, spend, _ in moved)
            visits = sum(s.visits for s in inside) + sum(n for _, _, n in moved)
            earned = sum(n for at, n in self.purses[member].earned if first <= at <= month)
        best = 0
        for index, level in enumerate(tiers.levels):
            needs = (level.spend, level.visits, level.points, level.referrals)
            has = (spend, visits, earned, self.purses[member].referrals)
            if any(need is not None and n >= need for need, n in zip(needs, has, strict=True)):
                best = index
        return best

    def _review(self, member: str, second: int) -> None:
        tiers, purse, zone = self.program.tiers, self.purses[member], self.program.zone
        if tiers is None:
            return
        month = rules.month_of(datetime.fromtimestamp(second, UTC), zone)
        fits = self._fits(member, month)
        visited, stepped = purse.newest("visit"), purse.newest("quiet")
        idle = stepped is not None and (visited is None or stepped > visited)
        level = purse.level
        if fits >= purse.level or tiers.down == "never":
            purse.deadline = 0
            if fits > purse.level and not idle:
                purse.level = fits
        elif not purse.deadline and tiers.grace_months:
            purse.deadline = rules.month_begins(month + tiers.grace_months, zone)
        elif purse.deadline <= second:
            purse.level = purse.level - 1 if tiers.down == "step" else fits
            purse.deadline = 0
            if purse.level > fits:
                purse.deadline = rules.month_begins(month + max(1, tiers.grace_months), zone)
        if tiers.quiet_months and visited is not None:
            since = max(visited + 1, stepped or 0)
            fell = purse.level < level
            if (purse.level or fell) and month >= since + tiers.quiet_months:
                purse.level -= 0 if fell else 1
                purse.events.append(("quiet", month, Fraction(1)))

    def _best(self, member: str, now: datetime) -> int:
        """Return the best level that figures have justified in any month that is remembered."""
        if self.program.tiers is None:
            return 0
        month = rules.month_of(now, self.program.zone)
        return max(self._fits(member, one) for one in range(month - 30, month + 1))

    def _unreached(self, member: str, reached: int, now: datetime) -> None:
        purse, left = self.purses[member], self._best(member, now)
        if self.program.tiers and left < purse.level <= reached:
            purse.level, purse.deadline = left, 0
