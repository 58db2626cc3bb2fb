"""A naive model of the whole ledger: facts in, expected answers and standings out.

It keeps what came from outside and single parcels of value, walks through time step by step, and
works figures out anew from all orders each time. Slow, plain, and sharing no rule with the system.
"""

from __future__ import annotations

import copy
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules

if TYPE_CHECKING:
    from loyalty.core.order import Part
    from loyalty.program.rules import Program

DECLINED = "declined"


class Refused(Exception):  # noqa: N818 - what it says
    """What the system refuses with an exception, by its name."""


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
    frozen: bool = False
    counted: dict[str, Fraction] = field(default_factory=dict)
    total: int = 0
    visits: int = 0
    spent: list[list[Any]] = field(default_factory=list)
    void: bool = False
    wrong: list[str] = field(default_factory=list)

    @property
    def money(self) -> int:
        return 0 if self.void else self.till.total

    @property
    def parts(self) -> dict[str, Part]:
        return rules.newest(self.reports)

    @property
    def till(self) -> rules.Till:
        return rules.till_of(self.parts, rules.told_twice(self.baskets, self.parts))

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
    owed: Counter[str] = field(default_factory=Counter)
    dropped: dict[str, Fraction] = field(default_factory=lambda: defaultdict(Fraction))
    earned: list[tuple[int, int]] = field(default_factory=list)
    events: list[tuple[str, Any, Fraction]] = field(default_factory=list)
    level: int = 0
    deadline: int = 0
    reviewed: int = 0
    referrals: int = 0
    closed: bool = False
    paused: bool = False
    successor: str = ""
    # Sums of what orders are worth by (pot, period, first day), and the most that is credited.
    periods: dict[tuple[str, str, date], tuple[Fraction, int]] = field(default_factory=dict)
    seen: datetime | None = None

    def cut(self, pot: str) -> Fraction:
        over = [
            max(Fraction(0), n - most)
            for (name, *_), (n, most) in self.periods.items()
            if name == pot
        ]
        return sum(over, Fraction(0))

    def copied(self) -> Purse:
        return replace(
            self,
            parcels=[list(parcel) for parcel in self.parcels],
            held={name: [list(lot) for lot in lots] for name, lots in self.held.items()},
            deadlines=dict(self.deadlines),
            rooms=dict(self.rooms),
            owed=Counter(self.owed),
            dropped=defaultdict(Fraction, self.dropped),
            earned=list(self.earned),
            events=list(self.events),
            periods=dict(self.periods),
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


class Naive:
    """The model. ``programs`` holds every version, the newest last."""

    def __init__(self, program: Program, members: list[str], referrers: dict[str, str]) -> None:
        self.programs = {program.version: program}
        self.since: dict[int, datetime] = {}
        self.bills: dict[str, int] = {}
        self.placed: dict[str, Any] = {}
        self.program = program
        self.purses = {member: Purse() for member in members}
        self.referrers = referrers
        self.sales: dict[Any, Sale] = {}
        self.answers: dict[Any, tuple[Any, dict[str, Any]]] = {}
        self.deals: dict[str, dict[str, Any]] = {}
        self.given: Counter[Any] = Counter()

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
        return sum(s.total for s in sales), sum(s.visits for s in sales), earned

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
            spend, visits = sum(s.total for s in inside), sum(s.visits for s in inside)
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

    # Orders

    def report(
        self,
        key: Any,
        parts: list[Part],
        hint: str | None,
        occurred: datetime,
        now: datetime,
    ) -> dict[str, Any]:
        told = min(occurred, now) - datetime(1970, 1, 1, tzinfo=UTC)
        stamp = told // timedelta(microseconds=1)
        key = self._place(key, parts, hint, stamp)
        sale = self.sales.setdefault(key, Sale(occurred, now))
        before, known, owner = dict(sale.parts), set(sale.hints), sale.owner
        was = rules.remembered(sale.baskets, sale.parts.get("basket"))
        conflict = False
        listed = frozenset(part.key for part in parts if part.key.startswith("refund:"))
        for part in parts:
            old = sale.parts.get(part.key)
            stamped = part if part.key in listed else replace(part, occurred=stamp)
            if old is not None and old.version == part.version:
                conflict |= replace(old, occurred=0) != replace(stamped, occurred=0)
            sale.reports.append(stamped)
            if part.key == "basket":
                sale.baskets.append((part.version, part.total, listed))
        sale.hints |= {hint} if hint else set()
        if (
            not sale.frozen
            and not sale.spent
            and (not owner or self.purses[self.who(owner)].closed)
        ):
            # A card says who bought; the smallest code of those who have not left.
            named = [hint.partition("=")[2] for hint in sorted(sale.hints)]
            there = [one for one in named if not self.purses[self.who(one)].closed]
            sale.owner = there[0] if there and not sale.void else None
        news = rules.remembered(sale.baskets, sale.parts.get("basket")) != was
        news |= sale.parts != before or sale.hints != known or not before or sale.owner != owner
        done = {"result": "parked", "points": 0, "conflict": conflict}
        if not news and (sale.frozen or not sale.owner or sale.money <= 0):
            done["result"] = "unchanged"
        elif sale.owner:
            done |= {"result": "recorded", "points": self._count(sale, now)}
        if sale.owner:
            self._refer(sale.owner, now)
        return done

    def _place(self, key: Any, parts: list[Part], hint: str | None, stamp: int) -> Any:
        """Return where a report belongs: another customer's, or another week's, stands apart."""
        first = self.sales.get(key)
        if first is None:
            return key
        if hint is None and first.others:
            stamps = {part.key: stamp for part in parts if not part.key.startswith("refund:")}
            mine = {part.occurred for part in first.parts.values()}
            for other in first.others if stamps and stamp not in mine else ():
                if stamp in {part.occurred for part in self.sales[other].parts.values()}:
                    return other
        place = key
        while place in self.sales:
            other = self._other(self.sales[place], parts, hint, stamp)
            if other is None:
                break
            place = replace(place, id=f"{place.id} {other}")
            if first.owner and place not in first.others:
                first.others.append(place)
                del first.others[:-16]
            if place.id.count(" ") == 2:
                break
        if place != key and place.id.count(" ") == 2:
            first.others.remove(place) if place in first.others else None
        return place

    def _other(self, sale: Sale, parts: list[Part], hint: str | None, stamp: int) -> str | None:
        """Say what sets a report apart from a sale."""
        if sale.owner and hint is not None and hint not in sale.hints:
            member = hint.partition("=")[2]
            there = not self.purses[self.who(member)].closed
            theirs = {self.who(one) for one in (sale.owner, *sale.wrong)}
            if there and self.who(member) not in theirs:
                return member
        told = next((part for part in parts if part.key == "basket"), None)
        known = sale.parts.get("basket")
        refunds = any(part.key.startswith("refund:") for part in parts)
        if told and known and sale.frozen and told.status == "completed" and not refunds:
            week = 7 * 24 * 3600 * 1_000_000
            if abs(stamp - known.occurred) > week:
                day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=stamp)
                return day.date().isoformat()
        return None

    def claim(self, key: Any, member: str, now: datetime) -> dict[str, Any]:
        sale = self.sales.get(key)
        if sale is None or sale.void:
            raise Refused("order_not_found")
        if sale.owner and self.who(sale.owner) == self.who(member):
            self._refer(member, now)
            return {"result": "unchanged", "points": 0}
        if sale.owner:
            raise Refused("order_taken")
        if now - sale.seen >= timedelta(days=30):
            raise Refused("order_not_found")
        if self.purses[self.who(member)].closed:
            raise Refused("card_not_found")
        sale.owner = member
        points = self._count(sale, now)
        self._refer(member, now)
        return {"result": "recorded", "points": points}

    def _in_force(self, when: datetime) -> int:
        return max((v for v, since in self.since.items() if since <= when), default=1)

    def _freeze(self, sale: Sale, purse: Purse) -> None:
        program = self.programs[sale.version]
        sale.level = purse.level
        sale.refused = any(
            purse.late_count(
                f"earn {one.period}", rules.period_of(sale.occurred, program.zone, one.period)
            )
            >= one.count
            for one in program.limits
            if one.action == "earn"
        )
        sale.refused |= purse.closed or purse.paused
        last, minute = purse.newest("last"), int(sale.occurred.timestamp() // 60)
        if last is not None and purse.count("last", last) > 0:
            sale.refused |= abs(minute - last) < program.cool_down_minutes

    def _count(self, sale: Sale, now: datetime) -> int:
        assert sale.owner
        member = self.who(sale.owner)
        self.come_due(member, now)
        purse, till = self.purses[member], sale.till
        reached = self._best(member, now)
        before = (self.programs[sale.version], sale.occurred) if sale.frozen else None
        found = copy.copy(sale)
        found.occurred = sale.happened(now)
        found.version = self._in_force(found.occurred)
        if not sale.frozen:
            self._freeze(found, purse)
        if sale.frozen or sale.money > 0:
            sale.__dict__.update(found.__dict__)
            sale.frozen = True
        rulebook = self.programs[found.version]
        after = (rulebook, found.occurred)
        wanted: dict[str, Fraction] = {}
        if not found.refused and not sale.void:
            wanted = rules.worth(rulebook, till, found.occurred, found.level)
        earned_before = any(units > 0 for units in sale.counted.values())
        moved = 0
        for pot in sorted({*wanted, *sale.counted}):
            units = wanted.get(pot, Fraction(0))
            moved += self._units(member, sale, before or after, after, pot, units, now)
        was, month = sale.visits, rules.month_of(found.occurred, self.program.zone)
        sale.total, sale.visits = sale.money, 1 if sale.money > 0 else 0
        changed = before and rules.month_of(before[1], self.program.zone) != month
        if sale.visits > was or (sale.visits and changed):
            purse.events += [("active", month, Fraction(1)), ("visit", month, Fraction(1))]
        if before is None or (before[0].version, before[1]) == (rulebook.version, after[1]):
            self._earning(purse, bool(wanted) - earned_before, found.occurred, rulebook)
        else:
            self._earning(purse, -int(earned_before), before[1], before[0])
            self._earning(purse, int(bool(wanted)), found.occurred, rulebook)
        for spent in sale.spent:
            self._proportion(purse, rulebook, spent, self._stays(sale, till, rulebook, spent), now)
        self._unreached(member, reached, now)
        self._review(member, int(now.timestamp()))
        self.come_due(member, now)
        return moved

    def _stays(self, sale: Sale, till: Any, rulebook: Program, spent: list[Any]) -> Fraction:
        pot, _, _, bill = spent
        if not bill or till.rung is None:
            return till.kept  # type: ignore[no-any-return]
        needed = Fraction(till.rung, bill)
        told, money = sale.parts["basket"].points_paid, rulebook.points_as_money
        if money and told:
            points = sum(n for p, lots, _, b in sale.spent if b and p == pot for _, n in lots)
            value = Fraction(points * money.amount, money.points)
            needed = max(needed, told / value) if value else Fraction(1)
        return till.kept * min(Fraction(1), needed)  # type: ignore[no-any-return]

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

    def _sum(  # noqa: PLR0917
        self, purse: Purse, rulebook: Program, pot: str, when: datetime, units: Fraction, now: Any
    ) -> None:
        """Sum up under each cap, day before week before month before year."""
        zone = rulebook.zone
        first, today = rules.here(when, zone).date(), rules.here(now, zone).date()
        for length in ("day", "week", "month", "year"):
            for cap in rulebook.caps:
                if (cap.pot, cap.period) != (pot, length):
                    continue
                first = rules.first_day(first, length)
                n, most = purse.periods.get((pot, length, first), (Fraction(0), 0))
                late = rules.last_day(first, length) + timedelta(days=80) < today
                limit = most if late else max(most, cap.points)
                purse.periods[pot, length, first] = n + units, limit
                units = min(n + units, Fraction(limit)) - min(n, Fraction(most))
                self._forget(purse, pot, length, first, today)

    def _forget(self, purse: Purse, pot: str, length: str, first: date, today: date) -> None:
        old = sorted(
            key
            for key in purse.periods
            if key[:2] == (pot, length)
            and key[2] != first
            and rules.last_day(key[2], length) + timedelta(days=80) < today
        )
        full = [
            k for k in old if not purse.periods[k][1] or purse.periods[k][0] > purse.periods[k][1]
        ]
        for key in set(old) - set(full[-24:]):
            n, most = purse.periods.pop(key)
            purse.dropped[pot] += max(Fraction(0), n - most)
        purse.periods = {key: one for key, one in purse.periods.items() if any(one)}

    def _units(  # noqa: PLR0917
        self,
        member: str,
        sale: Sale,
        was: tuple[Program, datetime],
        now_at: tuple[Program, datetime],
        pot: str,
        found: Fraction,
        now: datetime,
    ) -> int:
        purse, before = self.purses[member], sale.counted.get(pot, Fraction(0))
        moves = (was[0].version, was[1]) != (now_at[0].version, now_at[1])
        if found == before and not moves:
            return 0
        rulebook, occurred = now_at
        whole = floor(self.units(member, pot))
        taken = 0
        old = rules.home(self.program.pot(pot), was[1], self.program.zone)
        active, gone = rules.home(self.program.pot(pot), occurred, self.program.zone)
        pending = active > now.timestamp()
        if moves:
            sale.counted[pot] = Fraction(0)
            self._sum(purse, was[0], pot, was[1], -before, now)
            without = floor(self.units(member, pot))
            taken = whole - without
            sale.counted[pot] = found
            self._sum(purse, rulebook, pot, occurred, found, now)
            given = floor(self.units(member, pot)) - without
            if old != (active, gone):
                own = [p for p in purse.parcels if p[:3] == [pot, *old]]
                own += [p for p in purse.parcels if p[:3] == [pot, 0, old[1]]] if old[0] else []
                carried = min(taken, given) - purse.take(pot, min(taken, given), own)
                self._give(purse, pot, carried, active if pending else 0, gone)
        else:
            sale.counted[pot] = found
            self._sum(purse, rulebook, pot, occurred, found - before, now)
        points = floor(self.units(member, pot)) - whole
        if points > 0:
            self._give(purse, pot, points, active if pending else 0, gone)
        elif points < 0:
            missing = purse.take_back(pot, -points, active, gone)
            if rulebook.debt == "owe":
                purse.owed[pot] += missing
            else:
                sale.counted[pot] += missing
                self._sum(purse, rulebook, pot, occurred, Fraction(missing), now)
                points += missing
        months = [rules.month_of(at, self.program.zone) for at in (was[1], occurred)]
        purse.earned += [(months[0], -taken), (months[1], taken + points)]
        return points

    def _give(self, purse: Purse, pot: str, points: int, active: int, gone: int) -> None:
        if points and active:
            purse.parcels.append([pot, active, gone, points])
        elif points:
            purse.credit(pot, points, gone)

    def _earning(self, purse: Purse, change: int, occurred: datetime, rulebook: Program) -> None:
        if change:
            for one in rulebook.limits:
                if one.action == "earn":
                    period = rules.period_of(occurred, rulebook.zone, one.period)
                    purse.late_event(f"earn {one.period}", period, Fraction(change))
            if rulebook.cool_down_minutes:
                minute = int(occurred.timestamp() // 60)
                purse.events.append(("last", minute, Fraction(change)))

    def _proportion(
        self, purse: Purse, rulebook: Program, spent: list[Any], kept: Fraction, now: datetime
    ) -> None:
        pot, lots, returned, _ = spent
        whole = sum(n for _, n in lots)
        wanted = whole - ceil(whole * kept)
        if wanted > returned:
            self._return(purse, spent, wanted - returned, now)
        else:
            coins = [gone for gone, n in sorted(lots, reverse=True) for _ in range(n)]
            missing = 0
            for gone, n in Counter(coins[wanted:returned]).items():
                missing += purse.take(pot, n, purse.active(gone))
            if rulebook.debt == "owe":
                purse.owed[pot] += missing
                missing = 0
            spent[2] = wanted + missing

    def _return(self, purse: Purse, spent: list[Any], points: int, now: datetime) -> None:
        """Give points back one by one, those that live longest first."""
        pot, lots, returned, _ = spent
        coins = [gone for gone, n in sorted(lots, reverse=True) for _ in range(n)]
        days, zone = self.program.returned_value_days, self.program.zone
        soon = now + timedelta(days=days)
        for gone, n in Counter(coins[returned : returned + points]).items():
            bucket = gone
            if days and gone < int(soon.timestamp()):
                whole = soon.replace(microsecond=0)
                bucket = rules.month_begins(rules.month_of(whole, zone) + 1, zone)
            purse.credit(pot, n, bucket)
        spent[2] = returned + points

    def _refer(self, friend: str, now: datetime) -> None:
        """Both sides have their reward while any order of the friend's is a purchase."""
        rule, referrer = self.program.referral, self.referrers.get(friend)
        if rule is None or not referrer or self.who(friend) == self.who(referrer):
            return
        brought = any(
            sale.frozen
            and (then := self.programs[sale.version].referral)
            and sale.total >= max(1, then.minimum)
            for sale in self.own(self.who(friend))
        )
        if friend not in self.deals:
            if not brought:
                return
            promise = {"friend": rule.friend, "referrer": rule.referrer}
            given = {"friend": 0, "referrer": 0, "count": 0}
            self.deals[friend] = {"on": False, "since": now, "pot": rule.pot, **given}
            self.deals[friend]["promise"] = promise
        deal = self.deals[friend]
        if deal["on"] == brought:
            return
        deal["on"] = brought
        for side, name in (("friend", self.who(friend)), ("referrer", self.who(referrer))):
            purse, pot = self.purses[name], deal["pot"]
            if purse.closed:
                continue
            self.come_due(name, now)
            reached = self._best(name, now)
            _, gone = rules.home(self.program.pot(pot), deal["since"], self.program.zone)
            if brought:
                purse.credit(pot, deal["promise"][side] - deal[side], gone)
                deal[side] = deal["promise"][side]
            else:
                missing = purse.take_back(pot, deal[side], 0, gone)
                deal[side] = missing if self.program.debt == "forgive" else 0
                purse.owed[pot] += 0 if self.program.debt == "forgive" else missing
            if side == "referrer":
                purse.referrals += brought - deal["count"]
                deal["count"] = int(brought)
            self._unreached(name, reached, now)
            self._review(name, int(now.timestamp()))
            self.come_due(name, now)

    def _grant(self, purse: Purse, pot: str, points: int, now: datetime) -> None:
        purse.seen = now
        _, gone = rules.home(self.program.pot(pot), now, self.program.zone)
        purse.credit(pot, points, gone)

    def _redemption(
        self, purse: Purse, change: int, when: datetime, rulebook: Program | None = None
    ) -> None:
        for one in (rulebook or self.program).limits:
            if one.action == "redeem":
                period = rules.period_of(when, self.program.zone, one.period)
                purse.events.append((f"redeem {one.period}", period, Fraction(change)))
