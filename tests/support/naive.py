"""A naive model of the whole ledger: facts in, expected answers and standings out.

It keeps what came from outside and single parcels of value, walks through time step by step, and
works figures out anew from all orders each time. Slow, plain, and sharing no rule with the system.
"""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules
from tests.support.naive_jars import fill
from tests.support.naive_purse import Own, Purse, Refused, Sale
from tests.support.naive_time import NaiveTime

if TYPE_CHECKING:
    from loyalty.core.order import Part
    from loyalty.program.rules import Program


class Naive(NaiveTime):
    """The model: orders."""

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
        days = {min(sale.stood, default=0), max(sale.stood, default=0)}
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
                counting = sale.parts["basket"]
                same = part.version == counting.version
                sale.stood.append(counting.occurred if same else stamp)
        sale.hints |= {hint} if hint else set()
        if sale.void and not sale.frozen and not sale.spent:
            # Staff have said that it is no sale, and nobody has a stake in it (any more).
            sale.owner = None
        if (
            not sale.frozen
            and not sale.spent
            and (not owner or self.purses[self.who(owner)].closed)
        ):
            # A card says who bought; the smallest code of those who have not left.
            named = [self._named(hint) for hint in sorted(sale.hints)]
            there = [one for one in named if one and not self.purses[self.who(one)].closed]
            sale.owner = there[0] if there and not sale.void else None
        sale.waited |= not sale.owner and not sale.void
        news = rules.remembered(sale.baskets, sale.parts.get("basket")) != was
        news |= days != {min(sale.stood, default=0), max(sale.stood, default=0)}
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
            member = self._named(hint)
            theirs = {self.who(one) for one in (sale.owner, *sale.wrong)}
            there = member and not self.purses[self.who(member)].closed
            if member and there and self.who(member) not in theirs:
                # Whoever is found by their card is called so; others by who they are now.
                return member
        told = next((part for part in parts if part.key == "basket"), None)
        known = sale.parts.get("basket")
        refunds = any(part.key.startswith("refund:") for part in parts)
        sold = known is not None and known.status != "open"
        if told and known and sold and told.status == "completed" and not refunds:
            week = 7 * 24 * 3600 * 1_000_000
            before = any(one <= stamp + week for one in sale.stood)
            after = any(stamp - week <= one for one in sale.stood)
            if not (before and after):
                day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=stamp)
                return day.date().isoformat()
        return None

    def _named(self, hint: str) -> str | None:
        """Return whom a hint means: ``card=member``, or a customer who leads to somebody."""
        return hint.partition("=")[2] if "=" in hint else self.links.get(hint)

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
        gave: dict[tuple[int, str], Fraction] = {}
        own = self._own(purse, sale, found.occurred, rulebook)
        sale.lowered_then = len(sale.lowered)
        for_nothing = sale.lowered and rulebook.lowered_bills == "nothing"
        if not found.refused and not sale.void and not for_nothing:
            named = [(key, one.promotion) for key, one in sorted(own.items())]
            wanted, gave = rules.worth(rulebook, till, found.occurred, found.level, named)
        self._use(purse, sale, own, gave)
        earned_before = any(units > 0 for units in sale.counted.values())
        moved = 0
        for pot in sorted({*wanted, *sale.counted}):
            units = wanted.get(pot, Fraction(0))
            moved += self._units(member, sale, before or after, after, pot, units, now)
        was, month = sale.visits, rules.month_of(found.occurred, self.program.zone)
        sale.total, sale.visits = sale.for_goods, 1 if sale.money > 0 else 0
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

    def _own(
        self, purse: Purse, sale: Sale, when: datetime, rulebook: Program
    ) -> dict[tuple[int, str], Own]:
        """Return the promotions of the member's own that a sale of that instant counts with.

        Once it was counted with one it stays so; of those of one campaign the first counts, but
        one that has given something goes before.
        """
        by_campaign: dict[str, list[tuple[bool, tuple[int, str]]]] = {}
        every = {**{key: replace(one, gave=Fraction(0)) for key, one in purse.own.items()}}
        every |= sale.own
        for key, one in every.items():
            at, campaign = key
            in_time = at <= when.timestamp() < one.until
            has_pot = rulebook.pot(one.promotion.pot) is not None
            spent = key in purse.own and not purse.own[key].spare and not one.gave
            if in_time and has_pot and not spent:
                by_campaign.setdefault(campaign, []).append((not one.gave, key))
        return {key: every[key] for key in (min(found)[1] for found in by_campaign.values())}

    def _use(
        self,
        purse: Purse,
        sale: Sale,
        own: dict[tuple[int, str], Own],
        gave: dict[tuple[int, str], Fraction],
    ) -> None:
        """Count with which promotions a sale was counted, and no longer with which."""
        after = {key: replace(one, gave=gave.get(key, Fraction(0))) for key, one in own.items()}
        for sign, side in ((-1, sale.own), (1, after)):
            for key in side.keys() & purse.own.keys():
                mine = purse.own[key]
                mine.used += sign * (side[key].gave > 0)
                mine.gave += sign * side[key].gave
        if sale.frozen:
            sale.own = after

    def _stays(self, sale: Sale, till: Any, rulebook: Program, spent: list[Any]) -> Fraction:
        pot, _, _, bill, _ = spent
        if not bill or till.rung is None:
            return till.kept  # type: ignore[no-any-return]
        # The bill was largest before anything was paid of it.
        *_, bill = sorted(b for p, _, _, b, _ in sale.spent if p == pot)
        told, money = sale.parts["basket"].points_paid, rulebook.points_as_money
        points = sum(n for p, lots, _, b, _ in sale.spent if b and p == pot for _, n in lots)
        value = Fraction(points * money.amount, money.points) if money else Fraction(0)
        if value and told:
            needed = max(Fraction(till.rung, bill), told / value)
        else:
            # The till rings up what is left to pay, and calls what points pay a discount.
            left = bill - value
            needed = till.rung / left if left > 1 else Fraction(till.rung)
        return till.kept * min(Fraction(1), needed)  # type: ignore[no-any-return]

    def _sum(  # noqa: PLR0917
        self, purse: Purse, rulebook: Program, pot: str, when: datetime, units: Fraction, now: Any
    ) -> None:
        purse.dropped[pot] += fill(purse.jars, rulebook, pot, when, units, now)

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
            missing = purse.take_back(pot, -points, *old)
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
        pot, lots, returned, _, had = spent
        whole = sum(n for _, n in lots)
        wanted = whole - ceil(whole * kept)
        was_back = returned >= whole
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
        if had and was_back != (spent[2] >= whole):
            purse.had.append((*had, 1 if was_back else -1))

    def _return(self, purse: Purse, spent: list[Any], points: int, now: datetime) -> None:
        """Give points back one by one, those that live longest first."""
        pot, lots, returned, *_ = spent
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
