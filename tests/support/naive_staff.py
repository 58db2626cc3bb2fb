"""The naive model's commands of staff: give, transfer, merge, erase, leave, pause, move, forget."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules
from tests.support.naive_commands import Body, NaiveTills, short
from tests.support.naive_jars import Jar
from tests.support.naive_purse import Own, Purse, Refused, Sale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class NaiveLedger(NaiveTills):
    """Everything that the ledger can be asked."""

    def staff(  # noqa: PLR0917
        self,
        kind: str,
        name: str,
        key: str,
        member: str,
        wanted: Mapping[str, int],
        now: datetime,
    ) -> Body:
        """Adjust or give, by pot; the first one is the act's own."""
        (pot, first), *others = wanted.items()
        points = sum(map(abs, wanted.values()))

        def act(purse: Purse) -> Body:
            if (declined := self._set_right(purse, wanted, now)) is not None:
                return declined
            self._done(key, now)
            for length, period in periods:
                self.given[key, length, period] += points
            body: Body = {"outcome": "adjusted", "balance": purse.balance(pot)}
            if kind != "adjust":
                body |= {"outcome": "given", "points": first}
            if others:
                body["also"] = [[one, number, purse.balance(one)] for one, number in others]
            return body

        if (kind, key, name) not in self.answers and self._too_often(key, now):
            raise Refused("limit_reached")
        zone, limits = self.program.zone, self.program.staff
        periods = [(length, rules.period_of(now, zone, length)) for length in ("day", "month")]
        if (kind, key, name) not in self.answers:
            too_much = points > limits.at_once
            for (length, period), most in zip(
                periods, (limits.per_shift, limits.per_month), strict=True
            ):
                too_much |= self.given[key, length, period] + points > most
            if too_much:
                raise Refused("limit_reached")
        asked = (member, *wanted.items())
        return self._once((kind, key, name), asked, member, act, now)

    def _set_right(self, purse: Purse, wanted: Mapping[str, int], now: datetime) -> Body | None:
        """Give to some pots and take from others, or say of which there is too little."""
        for pot, number in wanted.items():
            if number < 0 and purse.available(pot) < -number:
                named = {"pot": pot} if len(wanted) > 1 else {}
                return short(purse.available(pot), -number) | named
        for pot, number in wanted.items():
            if number < 0:
                purse.pay(pot, -number)
            else:
                self._grant(purse, pot, number, now)
        return None

    def transfer(  # noqa: PLR0917
        self, name: str, key: str, giver: str, receiver: str, pot: str, points: int, now: datetime
    ) -> Body:
        def transfer(old: Purse, new: Purse) -> Body:
            if old.paused:
                return {"outcome": "declined", "reason": "membership_paused"}
            if old.available(pot) < points:
                return short(old.available(pot), points)
            if new.closed or new.paused:
                why = "membership_ended" if new.closed else "membership_paused"
                return {"outcome": "declined", "reason": why}
            self._counted_act(key, now)
            for gone, n in old.pay(pot, points):
                new.credit(pot, n, gone)
            return {"outcome": "moved", "points": points}

        asked = (giver, receiver, pot, points)
        return self._pair(("transfer", key, name), asked, (giver, receiver), transfer, now)

    def merge(self, name: str, key: str, old: str, into: str, now: datetime) -> Body:
        def merge(mine: Purse, theirs: Purse) -> Body:
            if theirs.closed:
                return {"outcome": "declined", "reason": "membership_ended"}
            self._counted_act(key, now)
            first, second = self.who(old), self.who(into)
            pots = {sale_pot for sale in self.sales.values() for sale_pot in sale.counted}
            whole = {pot: self._wholes(first, second, pot) for pot in sorted(pots)}
            own = mine.own
            lots = self._empty(mine)
            for promised in sorted(own):
                self._promise(theirs, promised, own[promised], now)
            for pot, active, gone, n in lots:
                if active:
                    theirs.parcels.append([pot, active, gone, n])
                else:
                    theirs.credit(pot, n, gone)
            self._pour(mine, theirs)
            mine.closed, mine.successor = True, second
            for pot, wholes in whole.items():
                theirs.dropped[pot] += mine.dropped[pot]
                more = floor(self.units(second, pot)) - wholes
                _, gone = rules.home(self.program.pot(pot), now, self.program.zone)
                theirs.credit(pot, more, gone)
            theirs.earned += mine.earned
            theirs.moved += mine.moved
            theirs.referrals += mine.referrals
            for event in sorted({event for event, _, _ in mine.events}):
                period = mine.newest(event)
                if times := mine.count(event, period):
                    theirs.events.append((event, period, times))
            self._review(second, int(now.timestamp()))
            self.come_due(second, now)
            return {"outcome": "moved", "points": sum(n for *_, n in lots)}

        return self._pair(("merge", key, name), (old, into), (old, into), merge, now)

    def _pour(self, mine: Purse, theirs: Purse) -> None:
        """Let the other owe what one owed, and stand as near to caps as both together."""
        for pot, debt in mine.owed.items():
            paid = min(debt, theirs.available(pot))
            theirs.pay(pot, paid)
            theirs.owed[pot] += debt - paid
        mine.owed.clear()
        for place, jar in mine.jars.items():
            theirs.jars.setdefault(place, Jar()).join(jar)

    def erase(self, name: str, key: str, member: str, now: datetime) -> Body:
        def erase(purse: Purse) -> Body:
            return self._gone(purse, member)

        return self._left(("erase", key, name), member, erase, now)

    def leave(self, name: str, key: str, member: str, now: datetime, *, forfeit: bool) -> Body:
        def leave(purse: Purse) -> Body:
            value = Counter({pot: purse.balance(pot) for pot in self._pots(purse)})
            for pot, _, _, n in (parcel for parcel in purse.parcels if parcel[1]):
                value[pot] += n
            if self.program.leaving == "spend_first" and not forfeit and any(value.values()):
                left = {pot: n for pot, n in value.items() if n}
                return {"outcome": "declined", "reason": "value_left", "value": left}
            self._counted_act(key, now)
            return self._gone(purse, member)

        before = self.purses[self.who(member)]
        try:
            body = self._left(("leave", key, name), member, leave, now)
        except Refused:
            self.purses[self.who(member)] = before
            raise
        if body.get("reason") == "value_left":
            # That is no act: the same may be asked again.
            del self.answers["leave", key, name]
        return body

    def _left(self, key: Any, member: str, act: Callable[[Purse], Body], now: datetime) -> Body:
        body = self._once(key, (member,), member, act, now)
        if body["outcome"] == "left" or body["reason"] == "membership_ended":
            me = self.who(member)
            self.links = {one: whose for one, whose in self.links.items() if self.who(whose) != me}
            # Who has left already is not refused: asking again finishes what is left.
            return body if body["outcome"] == "left" else {"outcome": "left", "lots": []}
        return body

    def _gone(self, purse: Purse, member: str) -> Body:
        lots = self._empty(purse)
        purse.owed.clear()
        purse.closed = True
        me = self.who(member)
        for pot in {pot for sale in self.own(me) for pot in sale.counted}:
            units = self.units(me, pot)
            purse.dropped[pot] += units - floor(units)
        return {"outcome": "left", "lots": [list(lot) for lot in lots]}

    def _pots(self, purse: Purse) -> set[str]:
        held = {pot for lots in purse.held.values() for pot, _, _ in lots}
        return held | {parcel[0] for parcel in purse.parcels}

    def enrol(self, member: str, bringer: str | None, now: datetime) -> Body:
        self.purses[member] = Purse()
        if bringer:
            self.referrers[member] = bringer
        self.greet(member, now)
        return {"outcome": "enrolled"}

    def greet(self, member: str, now: datetime) -> None:
        """Give the welcome, as where no message could prove a contact."""
        if welcome := self.program.welcome:
            self.come_due(member, now)
            self._grant(self.purses[member], welcome.pot, welcome.points, now)

    def move_in(self, row: str, member: str, pot: str, had: tuple[int, ...], now: datetime) -> Body:
        """Take over points, money spent and visits, as of today."""

        def move_in(purse: Purse) -> Body:
            points, *before = had
            month = rules.month_of(now, self.program.zone)
            self._grant(purse, pot, points, now)
            purse.moved.append((month, *before))
            if any(before) and self.program.tiers and purse.newest("visit") is None:
                purse.events.append(("visit", month, Fraction(1)))
            self._review(self.who(member), int(now.timestamp()))
            return {"outcome": "imported", "given": {pot: points}}

        return self._once(("import", row), (row,), member, move_in, now)

    def promote(self, name: str, member: str, at: int, campaign: str, own: Own) -> Body:
        """Give a promotion of somebody's own at a second."""
        now = datetime.fromtimestamp(at, UTC)

        def promote(purse: Purse) -> Body:
            self._promise(purse, (at, campaign), own, now)
            return {"outcome": "promoted", "until": own.until}

        return self._once(("promotion", name), (), member, promote, now)

    def _promise(self, purse: Purse, key: tuple[int, str], own: Own, now: datetime) -> None:
        """Add one to those that somebody has; what is over for eighty days is forgotten."""
        oldest = now.timestamp() - 80 * 24 * 3600
        purse.own = {one: mine for one, mine in purse.own.items() if mine.until >= oldest}
        mine = purse.own.setdefault(key, replace(own, used=0, gave=Fraction(0)))
        mine.used += own.used
        mine.gave += own.gave

    def pause(self, name: str, key: str, member: str, now: datetime, *, paused: bool) -> Body:
        kind = "pause" if paused else "resume"

        def pause(purse: Purse) -> Body:
            if purse.paused != paused:
                self._done(key, now)
            purse.paused = paused
            return {"outcome": "paused" if paused else "resumed"}

        if (kind, key, name) not in self.answers and self._too_often(key, now):
            raise Refused("limit_reached")
        before = self.purses[self.who(member)]
        body = self._once((kind, key, name), (member,), member, pause, now)
        if before.paused == paused:
            # Nothing is written down, also not what came due meanwhile.
            self.purses[self.who(member)] = before
        return body

    def move(self, name: str, key: str, order: Any, to: str, now: datetime) -> Body:
        """Take a sale away from whoever has it as if it were none, and sell it to the other."""
        if ("move", key, name) in self.answers:
            return self._again(("move", key, name), (order, to))
        sale = self.sales.get(order)
        if sale is None or sale.void or not sale.owner:
            raise Refused("order_not_found")
        giver, taker = self.who(sale.owner), self.who(to)
        if self.purses[taker].closed:
            raise Refused("member_not_found")
        if giver == taker:
            raise Refused("same_member")
        self._unpaid(sale)
        if self._too_often(key, now):
            raise Refused("limit_reached")
        taken = self._without(sale, now)
        sale.wrong.append(sale.owner)
        # What was spent and is forgiven stays with whoever had it.
        for pot, units in sale.counted.items():
            self.purses[giver].dropped[pot] -= units
        sale.owner, sale.void, sale.frozen = taker, False, False
        sale.counted, sale.spent, sale.total, sale.visits, sale.own = {}, [], 0, 0, {}
        given = self._count(sale, now)
        self._done(key, now)
        body = {"outcome": "moved", "taken": taken, "given": given}
        self.answers["move", key, name] = (order, to), body
        for member in (*sale.wrong, taker):
            self._refer(member, now)
        return body

    def forget(self, name: str, key: str, order: Any, now: datetime) -> Body:
        if ("forget", key, name) in self.answers:
            return self._again(("forget", key, name), (order,))
        sale = self.sales.get(order)
        if sale is None:
            raise Refused("order_not_found")
        self._unpaid(sale)
        if self._too_often(key, now):
            raise Refused("limit_reached")
        taken = self._without(sale, now)
        sale.owner = sale.owner if sale.frozen else None
        self._done(key, now)
        body = {"outcome": "forgotten", "taken": taken}
        self.answers["forget", key, name] = (order,), body
        for member in (*sale.wrong, *([sale.owner] if sale.owner else [])):
            self._refer(member, now)
        return body

    def _unpaid(self, sale: Sale) -> None:
        if any(sum(n for _, n in lots) > returned for _, lots, returned, *_ in sale.spent):
            raise Refused("order_paid_with_points")

    def _without(self, sale: Sale, now: datetime) -> int:
        """Count a sale as none; return the points that went."""
        sale.void = True
        return -self._count(sale, now) if sale.owner else 0

    def _too_often(self, key: str, now: datetime) -> bool:
        hour = rules.period_of(now, self.program.zone, "hour")
        return self.given[key, "hour", hour] >= self.program.staff.acts_per_hour

    def _counted_act(self, key: str, now: datetime) -> None:
        if self._too_often(key, now):
            raise Refused("limit_reached")
        self._done(key, now)

    def _done(self, key: str, now: datetime) -> None:
        self.given[key, "hour", rules.period_of(now, self.program.zone, "hour")] += 1
