"""The naive model's commands of tills and staff: spend, hold, give, transfer, merge, erase."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules
from tests.support.naive import Naive
from tests.support.naive_jars import Jar
from tests.support.naive_purse import Purse, Refused, Sale

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

Body = dict[str, Any]


class NaiveLedger(Naive):
    """Everything that the ledger can be asked."""

    def spend(
        self, name: str, member: str, price: tuple[str | None, int, int], order: Any, now: datetime
    ) -> Body:
        def spend(purse: Purse) -> Body:
            pot, points, refusal = self._price(purse, price, now)
            if refusal:
                return refusal
            lots = purse.pay(pot, points)
            self._redemption(purse, 1, now)
            self._active(purse, now)
            self._paid(order, member, pot, lots, price[2] if not price[0] else 0, now)
            done = {"outcome": "redeemed", "balance": purse.balance(pot), "price": points}
            return {**done, "_": (pot, lots, member, order, now, self.program)}

        asked = (member, price, order)
        body = self._asked("redemption", name, member, asked, price, spend, now)
        return self._counted(order, body, now)

    def hold(
        self, name: str, member: str, price: tuple[str | None, int, int], now: datetime
    ) -> Body:
        def hold(purse: Purse) -> Body:
            pot, points, refusal = self._price(purse, price, now)
            if refusal:
                return refusal
            if purse.deadlines:
                return {"outcome": "declined", "reason": "another_hold_open", "price": points}
            purse.held[name] = [[pot, gone, n] for gone, n in purse.pay(pot, points)]
            deadline = int(now.timestamp()) + 60 * self.program.hold_minutes
            purse.deadlines[name] = deadline
            self.placed[name] = (now, self.program)
            self.bills[name] = 0 if price[0] else price[2]
            before = len(purse.events)
            self._redemption(purse, 1, now)
            purse.rooms[name] = [(event, at) for event, at, _ in purse.events[before:]]
            done = {"outcome": "held", "available": purse.available(pot), "price": points}
            return {**done, "expires_at": deadline}

        return self._asked("hold", name, member, (member, price), price, hold, now)

    def capture(
        self, name: str, member: str, points: int | None, order: Any, now: datetime
    ) -> Body:
        def capture(purse: Purse) -> Body:
            if name not in purse.deadlines:
                return {"outcome": "declined", "reason": "hold_not_open"}
            lots = purse.held[name]
            pot, most = lots[0][0], sum(n for _, _, n in lots)
            wanted = most if points is None else points
            if wanted > most:
                refusal = {"outcome": "declined", "reason": "more_than_held"}
                return {**refusal, "price": wanted, "balance": most}
            coins = [gone for _, gone, n in sorted(lots) for _ in range(n)]
            spent, rest = Counter(coins[:wanted]), Counter(coins[wanted:])
            purse.held[name] = [[pot, gone, n] for gone, n in rest.items()]
            self._let_go(purse, name, unused=False)
            self.come_due(self.who(member), now)
            self._active(purse, now)
            bill = self.bills.get(name, 0)
            self._paid(order, member, pot, sorted(spent.items()), bill, now)
            done = {"outcome": "captured", "balance": purse.balance(pot), "price": wanted}
            return {**done, "_": (pot, sorted(spent.items()), member, order, *self.placed[name])}

        asked = (member, points, order)
        body = self._asked("capture", name, member, asked, None, capture, now)
        return self._counted(order, body, now)

    def release(self, name: str, member: str, now: datetime) -> Body:
        def release(purse: Purse) -> Body:
            if name not in purse.deadlines:
                return {"outcome": "declined", "reason": "hold_not_open"}
            pot = purse.held[name][0][0]
            self._let_go(purse, name, unused=True)
            self.come_due(self.who(member), now)
            return {"outcome": "released", "available": purse.available(pot)}

        return self._asked("release", name, member, (member,), None, release, now)

    def undo(self, name: str, member: str, now: datetime) -> Body:
        _, done = self.answers.get(("redemption", name), (None, {}))
        if "_" not in done:
            _, done = self.answers.get(("capture", name), (None, {}))
        if "_" not in done or self.who(done["_"][2]) != self.who(member):
            return {"outcome": "declined", "reason": "redemption_not_found"}
        pot, lots, _, order, then, rulebook = done["_"]
        passed = int(now.timestamp()) - int(then.timestamp())
        late = passed > 60 * self.program.undo_minutes
        if late and ("undo", name) not in self.answers:
            return {"outcome": "declined", "reason": "too_late"}

        def undo(purse: Purse) -> Body:
            spent = [pot, lots, 0, 0]
            sale = self.sales.get(order)
            same = [one for one in sale.spent if one[:2] == [pot, lots]] if sale else []
            if sale and same and self.who(sale.owner or "") == self.who(member):
                spent = same[0]
                sale.spent.remove(spent)
            back = sum(n for _, n in lots) - spent[2]
            self._return(purse, spent, back, now)
            self._redemption(purse, -1, then, rulebook)
            self.come_due(self.who(member), now)
            return {"outcome": "returned", "points": back, "balance": purse.balance(pot)}

        return self._asked("undo", name, member, (member,), None, undo, now)

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
            if (short := self._set_right(purse, wanted, now)) is not None:
                return short
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
                return _short(purse.available(pot), -number) | named
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
                return _short(old.available(pot), points)
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
            lots = self._empty(mine)
            for pot, active, gone, n in lots:
                if active:
                    theirs.parcels.append([pot, active, gone, n])
                else:
                    theirs.credit(pot, n, gone)
            for pot, debt in mine.owed.items():
                paid = min(debt, theirs.available(pot))
                theirs.pay(pot, paid)
                theirs.owed[pot] += debt - paid
            for place, jar in mine.jars.items():
                theirs.jars.setdefault(place, Jar()).join(jar)
            mine.owed.clear()
            mine.closed, mine.successor = True, second
            for pot, wholes in whole.items():
                theirs.dropped[pot] += mine.dropped[pot]
                more = floor(self.units(second, pot)) - wholes
                _, gone = rules.home(self.program.pot(pot), now, self.program.zone)
                theirs.credit(pot, more, gone)
            theirs.earned += mine.earned
            theirs.referrals += mine.referrals
            for event in sorted({event for event, _, _ in mine.events}):
                period = mine.newest(event)
                if times := mine.count(event, period):
                    theirs.events.append((event, period, times))
            self._review(second, int(now.timestamp()))
            self.come_due(second, now)
            return {"outcome": "moved", "points": sum(n for *_, n in lots)}

        return self._pair(("merge", key, name), (old, into), (old, into), merge, now)

    def erase(self, name: str, key: str, member: str, now: datetime) -> Body:
        def erase(purse: Purse) -> Body:
            lots = self._empty(purse)
            purse.owed.clear()
            purse.closed = True
            me = self.who(member)
            for pot in {pot for sale in self.own(me) for pot in sale.counted}:
                units = self.units(me, pot)
                purse.dropped[pot] += units - floor(units)
            return {"outcome": "left", "lots": [list(lot) for lot in lots]}

        body = self._once(("erase", key, name), (member,), member, erase, now)
        # Who has left already is not refused: asking again finishes what is left.
        return {"outcome": "left", "lots": []} if body["outcome"] == "declined" else body

    def pause(self, name: str, key: str, member: str, now: datetime, *, paused: bool) -> Body:
        kind = "pause" if paused else "resume"

        def pause(purse: Purse) -> Body:
            if purse.paused != paused:
                self._done(key, now)
            purse.paused = paused
            return {"outcome": "paused" if paused else "resumed"}

        if (kind, key, name) not in self.answers and self._too_often(key, now):
            raise Refused("limit_reached")
        return self._once((kind, key, name), (member,), member, pause, now)

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
        sale.counted, sale.spent, sale.total, sale.visits = {}, [], 0, 0
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
        if any(sum(n for _, n in lots) > returned for _, lots, returned, _ in sale.spent):
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

    # How all of them go

    def _asked(  # noqa: PLR0917
        self,
        kind: str,
        name: str,
        member: str,
        asked: Any,
        price: tuple[str | None, int, int] | None,
        act: Callable[[Purse], Body],
        now: datetime,
    ) -> Body:
        reward = price[0] if price else None
        known = {reward.id for reward in self.program.rewards}
        if reward and reward not in known and (kind, name) not in self.answers:
            raise Refused("unknown_reward")
        return self._once((kind, name), asked, member, act, now)

    def _once(
        self, key: Any, asked: Any, member: str, act: Callable[[Purse], Body], now: datetime
    ) -> Body:
        if key in self.answers:
            return self._again(key, asked)
        me = self.who(member)
        untouched, self.purses[me] = self.purses[me], self.purses[me].copied()
        if untouched.closed:
            body: Body = {"outcome": "declined", "reason": "membership_ended"}
        elif untouched.paused and key[0] in {"redemption", "hold", "capture", "give"}:
            body = {"outcome": "declined", "reason": "membership_paused"}
        else:
            self.come_due(me, now)
            body = act(self.purses[me])
        if body["outcome"] == "declined":
            self.purses[me] = untouched
        unheard = body.get("reason") == "hold_not_open" and ("hold", key[1]) not in self.answers
        if not unheard:
            self.answers[key] = asked, body
        return body

    def _pair(
        self,
        key: Any,
        asked: Any,
        who: tuple[str, str],
        act: Callable[[Purse, Purse], Body],
        now: datetime,
    ) -> Body:
        first, second = (self.who(member) for member in who)
        if key in self.answers:
            return self._again(key, asked)
        if first == second:
            raise Refused("same_member")
        before = {one: self.purses[one] for one in (first, second)}
        self.purses |= {one: purse.copied() for one, purse in before.items()}
        if before[first].closed:
            body: Body = {"outcome": "declined", "reason": "membership_ended"}
        else:
            self.come_due(first, now)
            self.come_due(second, now)
            try:
                body = act(self.purses[first], self.purses[second])
            except Refused:
                self.purses |= before
                raise
        if body["outcome"] == "declined":
            self.purses |= before
        self.answers[key] = asked, body
        return body

    def _again(self, key: Any, asked: Any) -> Body:
        first, body = self.answers[key]
        if first != asked:
            raise Refused("id_reused")
        return body

    def _price(
        self, purse: Purse, price: tuple[str | None, int, int], now: datetime
    ) -> tuple[str, int, Body | None]:
        reward_id, points, bill = price
        refused: Body = {"outcome": "declined", "price": points}
        money = self.program.points_as_money
        if reward_id:
            reward = next(reward for reward in self.program.rewards if reward.id == reward_id)
            pot, points = reward.pot, reward.price
        elif money is None:
            return "", 0, {**refused, "reason": "points_are_no_money"}
        elif points < money.minimum:
            return "", 0, {**refused, "reason": "below_minimum", "balance": None}
        elif Fraction(points * money.amount, money.points) > bill * money.share // 10_000:
            return "", 0, {**refused, "reason": "above_share", "balance": None}
        else:
            pot = money.pot
        if purse.available(pot) < points:
            return "", 0, _short(purse.available(pot), points)
        for one in self.program.limits:
            period = rules.period_of(now, self.program.zone, one.period)
            if one.action == "redeem" and purse.count(f"redeem {one.period}", period) >= one.count:
                full = {**_short(purse.available(pot), points), "reason": "limit"}
                return "", 0, full
        return pot, points, None

    def _paid(  # noqa: PLR0917
        self,
        order: Any,
        member: str,
        pot: str,
        lots: list[tuple[int, int]],
        bill: int,
        now: datetime,
    ) -> None:
        if order is None:
            return
        me = self.who(member)
        sale = self.sales.setdefault(order, Sale(now, now, owner=me))
        sale.owner = sale.owner or me
        if self.who(sale.owner) == me:
            sale.spent.append([pot, lots, 0, bill])

    def _counted(self, order: Any, body: Body, now: datetime) -> Body:
        """Count an order that nobody was known for until it was paid for with points."""
        sale = self.sales.get(order)
        news = sale and sale.owner and not sale.frozen and sale.money > 0
        if sale and news and body["outcome"] != "declined":
            self._count(sale, now)
            self._refer(str(sale.owner), now)
        return body

    def _active(self, purse: Purse, now: datetime) -> None:
        month = rules.month_of(now, self.program.zone)
        purse.events.append(("active", month, Fraction(1)))

    def _empty(self, purse: Purse) -> list[tuple[str, int, int, int]]:
        lots: list[Any] = [
            (pot, 0, gone, n)
            for name in sorted(purse.held)
            for pot, gone, n in sorted(purse.held[name])
        ]
        for pot in sorted({parcel[0] for parcel in purse.parcels}):
            pending = sorted(purse.pending(pot).items())
            lots += [(pot, active, gone, n) for (active, gone), n in pending]
            lots += [(pot, 0, gone, n) for gone, n in sorted(purse.lots(pot).items())]
        purse.held, purse.deadlines, purse.rooms, purse.parcels = {}, {}, {}, []
        return lots

    def _wholes(self, first: str, second: str, pot: str) -> int:
        return floor(self.units(first, pot)) + floor(self.units(second, pot))


def _short(available: int, price: int) -> Body:
    body: Body = {"outcome": "declined", "reason": "insufficient_balance"}
    return {**body, "balance": available, "price": price}
