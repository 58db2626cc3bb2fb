"""The naive model's commands of tills: spend, hold, undo, claim by a receipt, link customers."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from tests.support import naive_rules as rules
from tests.support.naive import Naive
from tests.support.naive_purse import Purse, Refused, Sale

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

Body = dict[str, Any]


class NaiveTills(Naive):
    """What tills ask: spending, holds, undoing, receipts, customers."""

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
            had = self._have(purse, price[0])
            spent = [pot, lots, 0, price[2] if not price[0] else 0, had]
            self._paid(order, member, spent, now)
            done = {"outcome": "redeemed", "balance": purse.balance(pot), "price": points}
            return {**done, "_": (pot, lots, member, order, now, self.program, had)}

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
            had = self._have(purse, price[0])
            if had:
                purse.had_by[name] = had
            self.placed_had[name] = had
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
            had = purse.had_by.get(name)
            if had and not wanted:
                purse.had.append((*had, -1))
            self._let_go(purse, name, unused=False)
            self.come_due(self.who(member), now)
            self._active(purse, now)
            bill = self.bills.get(name, 0)
            self._paid(order, member, [pot, sorted(spent.items()), 0, bill, had], now)
            done = {"outcome": "captured", "balance": purse.balance(pot), "price": wanted}
            kept = (*self.placed[name], self.placed_had[name])
            return {**done, "_": (pot, sorted(spent.items()), member, order, *kept)}

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

    def undo(self, name: str, member: str | None, now: datetime) -> Body:
        """Undo a redemption, of a card or, by name, of whoever has made it."""
        asked = (member,)
        _, done = self.answers.get(("redemption", name), (None, {}))
        if "_" not in done:
            _, done = self.answers.get(("capture", name), (None, {}))
        if "_" not in done or (member and self.who(done["_"][2]) != self.who(member)):
            return {"outcome": "declined", "reason": "redemption_not_found"}
        pot, lots, member, order, then, rulebook, had = done["_"]
        passed = int(now.timestamp()) - int(then.timestamp())
        late = passed > 60 * self.program.undo_minutes
        if late and ("undo", name) not in self.answers:
            return {"outcome": "declined", "reason": "too_late"}

        def undo(purse: Purse) -> Body:
            spent = [pot, lots, 0, 0, had]
            sale = self.sales.get(order)
            same = [one for one in sale.spent if one[:2] == [pot, lots]] if sale else []
            if sale and same and self.who(sale.owner or member) == self.who(member):
                spent = same[0]
                sale.spent.remove(spent)
            back = sum(n for _, n in lots) - spent[2]
            self._return(purse, spent, back, now)
            self._redemption(purse, -1, then, rulebook)
            if had and back:
                purse.had.append((*had, -1))
            self.come_due(self.who(member), now)
            return {"outcome": "returned", "points": back, "balance": purse.balance(pot)}

        return self._asked("undo", name, member, asked, None, undo, now)

    def use_code(  # noqa: C901, PLR0917
        self, name: str, member: str, typed: str, bill: int, order: Any, now: datetime
    ) -> Body:
        """Use a code: a word that gives points or lowers a bill, or one that is good once."""
        word, _, serial = typed.partition(" ")
        give, most, tenth = self.offers[word]
        declined: Body = {"outcome": "declined", "coupon": word}

        def use(purse: Purse) -> Body:
            sale = self.sales.get(order)
            mine = sale is None or not sale.owner or self.purses[self.who(sale.owner)] is purse
            if serial and self.left(f"{word} {serial}") < 1:
                return {**declined, "reason": "coupon_used"}
            if most and self.often(purse, word) >= most:
                return {**declined, "reason": "coupon_had"}
            if self.left(word) < 1:
                return {**declined, "reason": "coupon_all_used"}
            if tenth and not bill:
                return {**declined, "reason": "coupon_needs_bill"}
            if tenth and sale and mine and sale.lowered:
                return {**declined, "reason": "another_coupon"}
            purse.had += [(what, True, 1) for what in {word, typed}]
            pot, points = give
            gone = 0
            if points:
                self._grant(purse, pot, points, now)
                _, gone = rules.home(self.program.pot(pot), now, self.program.zone)
            if order is not None:
                me = self.who(member)
                sale = self.sales.setdefault(order, Sale(now, now, owner=me))
                sale.owner = sale.owner or me
                if self.who(sale.owner) == me and tenth:
                    sale.lowered.append(name)
            done = {"outcome": "redeemed", "coupon": word, "points": points, "pot": pot}
            done |= {"balance": purse.balance(pot) if pot else None, "reward": ""}
            done |= {"name": {"en": "x", "ru": "x"}, "discount": bill // 10 if tenth else 0}
            return {**done, "_": (word, typed, pot, points, gone, member, order, now)}

        body = self._once(("coupon", name), (member, typed, bill, order), member, use, now)
        if body["outcome"] == "redeemed" and order is not None:
            self._counted(order, body, now)
            self._lowered(order, now)
        return body

    def undo_code(self, name: str, now: datetime) -> Body:
        _, done = self.answers.get(("coupon", name), (None, {}))
        if "_" not in done:
            return {"outcome": "declined", "reason": "redemption_not_found"}
        word, typed, pot, points, gone, member, order, then = done["_"]
        late = int(now.timestamp()) - int(then.timestamp()) > 60 * self.program.undo_minutes
        if late and ("coupon-undo", name) not in self.answers:
            return {"outcome": "declined", "reason": "too_late"}

        def undo(purse: Purse) -> Body:
            purse.had += [(what, True, -1) for what in {word, typed}]
            missing = purse.take_back(pot, points, 0, gone)
            if self.program.debt == "owe":
                purse.owed[pot] += missing
            self.come_due(self.who(member), now)
            sale = self.sales.get(order)
            if sale and sale.owner and self.purses[self.who(sale.owner)] is purse:
                sale.lowered = [one for one in sale.lowered if one != name]
            balance = purse.balance(pot) if pot else None
            return {"outcome": "returned", "points": points, "balance": balance}

        body = self._once(("coupon-undo", name), (), member, undo, now)
        if body["outcome"] == "returned" and order is not None:
            self._lowered(order, now)
        return body

    def _lowered(self, order: Any, now: datetime) -> None:
        """Count a sale again that had counted before a code lowered it, or no longer does."""
        sale = self.sales.get(order)
        if sale and sale.frozen and sale.owner and sale.lowered_then != len(sale.lowered):
            self._count(sale, now)
            self._refer(sale.owner, now)

    def receipt(
        self, number: str, amount: int, day: date, member: str, now: datetime
    ) -> dict[str, Any]:
        """Claim the one sale that a receipt can mean."""
        zone = self.program.zone
        fitting = []
        for key, sale in self.sales.items():
            basket = sale.parts.get("basket")
            right = amount == sale.money or (basket and amount == basket.total)
            right = right and rules.here(sale.happened(now), zone).date() == day
            free = not sale.owner and not sale.void and now - sale.seen < timedelta(days=30)
            mine = sale.owner and self.who(sale.owner) == self.who(member)
            if key.id.partition(" ")[0] == number and sale.waited and sale.money > 0:
                fitting += [key] if right and (free or mine) else []
        if len(fitting) != 1:
            raise Refused("receipt_not_found")
        return self.claim(fitting[0], member, now)

    def link(self, customer: str, member: str) -> dict[str, Any]:
        me = self.who(member)
        if self.purses[me].closed:
            raise Refused("member_not_found")
        seen = self.links.get(customer)
        if seen and self.who(seen) != me and not self.purses[self.who(seen)].closed:
            raise Refused("customer_taken")
        self.links[customer] = self.links[customer] if seen and self.who(seen) == me else me
        return {"outcome": "linked"}

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
        elif untouched.paused and key[0] in {"redemption", "hold", "capture", "give", "coupon"}:
            body = {"outcome": "declined", "reason": "membership_paused"}
        else:
            self.come_due(me, now)
            body = act(self.purses[me])
        if body["outcome"] == "declined":
            self.purses[me] = untouched
        unheard = body.get("reason") == "hold_not_open" and ("hold", key[1]) not in self.answers
        unheard |= body.get("reason") == "coupon_needs_bill"
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

    def _price(  # noqa: PLR0911
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
            return "", 0, short(purse.available(pot), points)
        for one in self.program.limits:
            period = rules.period_of(now, self.program.zone, one.period)
            if one.action == "redeem" and purse.count(f"redeem {one.period}", period) >= one.count:
                full = {**short(purse.available(pot), points), "reason": "limit"}
                return "", 0, full
        if reward_id and (reason := self._why_not(purse, reward, now)):
            return "", 0, {**short(purse.available(pot), points), "reason": reason}
        return pot, points, None

    def _why_not(self, purse: Purse, reward: Any, now: datetime) -> str | None:
        if not rules.running(reward, now, self.program.zone):
            return "reward_not_now"
        if reward.per_member and self.often(purse, reward.id) >= reward.per_member:
            return "reward_all_had"
        if reward.stocked and self.left(reward.id) < 1:
            return "out_of_stock"
        return None

    def _have(self, purse: Purse, reward_id: str | None) -> tuple[str, bool] | None:
        """Count a reward that is had, if anything counts it."""
        for reward in self.program.rewards:
            if reward.id == reward_id and (reward.stocked or reward.per_member):
                had = (reward.id, reward.stocked)
                purse.had.append((*had, 1))
                return had
        return None

    def left(self, what: str) -> int:
        """Return how many nobody has yet."""
        everybody = [one for purse in self.purses.values() for one in purse.had]
        return self.stock[what] - sum(n for name, shared, n in everybody if name == what and shared)

    def often(self, mine: Purse, what: str) -> int:
        """Return how often somebody has had it, whoever they were before."""
        people = [who for who in self.purses if self.purses[self.who(who)] is mine]
        had = [one for who in people for one in self.purses[who].had]
        return sum(n for name, _, n in had if name == what)

    def _paid(
        self,
        order: Any,
        member: str,
        spent: list[Any],
        now: datetime,
    ) -> None:
        if order is None:
            return
        me = self.who(member)
        sale = self.sales.setdefault(order, Sale(now, now, owner=me))
        sale.owner = sale.owner or me
        if self.who(sale.owner) == me:
            sale.spent.append(spent)

    def _counted(self, order: Any, body: Body, now: datetime) -> Body:
        """Count an order that nobody was known for until it was paid for with points.

        What was paid back of it before gives its part of the points back.
        """
        sale = self.sales.get(order)
        if sale is None or not sale.owner or body["outcome"] == "declined":
            return body
        if not sale.frozen and sale.money > 0:
            self._count(sale, now)
            self._refer(str(sale.owner), now)
            return body
        rulebook = self.programs[self._in_force(sale.happened(now))]
        for spent in sale.spent:
            paid = sum(n for _, n in spent[1])
            stays = ceil(paid * self._stays(sale, sale.till, rulebook, spent))
            if paid - stays > spent[2]:
                self._count(sale, now)
                return body
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
        purse.had += [(*had, -1) for had in purse.had_by.values()]
        purse.held, purse.deadlines, purse.rooms, purse.parcels = {}, {}, {}, []
        purse.own = {}
        purse.had_by = {}
        return lots

    def _wholes(self, first: str, second: str, pot: str) -> int:
        return floor(self.units(first, pot)) + floor(self.units(second, pot))


def short(available: int, price: int) -> Body:
    body: Body = {"outcome": "declined", "reason": "insufficient_balance"}
    return {**body, "balance": available, "price": price}
