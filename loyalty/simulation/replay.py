"""Let a customer's sales happen again under a program: by what decides on real ones. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from loyalty.core.account import Account
from loyalty.core.decide import Settle, decide
from loyalty.core.decide.grants import Grant
from loyalty.core.decide.order import RecordOrder
from loyalty.core.decide.spending import Price, Redeem, most_points
from loyalty.core.discount import discount, taken_off
from loyalty.core.draft import Draft
from loyalty.core.instants import microseconds
from loyalty.core.order import BASKET, REFUND, Order, OrderKey, Part, merge
from loyalty.core.settle import settle
from loyalty.simulation.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.program.rules import Program
    from loyalty.simulation.sales import Refund, Sale, Terms

_ACTOR = "simulation"
_SPENDS = frozenset({"redeem", "return"})
_VALUE = {"lot": 1, "pending": 1, "debt": -1}


def replay(program: Program, sales: Iterable[Sale], terms: Terms, until: datetime) -> Tally:
    """Return what a program comes to for one customer, who joins with the first sale.

    Each bill is lowered by the discount that the member has at that instant, points pay as much of
    it as they may, then it earns; a reward is had before that, one a visit, the dearest that is
    ready. Nobody's birthday and no friend is known.

    Parameters
    ----------
    sales
        Of one customer, in any order.
    until
        Aware UTC instant at which is looked; nothing of the sales happened after it.
    """
    member = _Member(program, terms)
    for at, sale, refund in _happenings(sales):
        if refund is None:
            member.buys(sale)
        else:
            member.gets_back(at, sale, refund)
    return member.ended(until)


def _happenings(sales: Iterable[Sale]) -> Iterator[tuple[datetime, Sale, Refund | None]]:
    """Yield sales and their refunds as they happened; nothing is paid back before it is sold."""
    found: list[tuple[datetime, int, Sale, Refund | None]] = []
    for sale in sales:
        found.append((sale.at, 0, sale, None))
        found += [(max(sale.at, one.at), 1, sale, one) for one in sale.refunds]
    found.sort(key=lambda one: (one[0], one[1], one[2].id))
    for at, _, sale, refund in found:
        yield at, sale, refund


class _Member:
    """A customer's account while it is lived through again."""

    def __init__(self, program: Program, terms: Terms) -> None:
        self._program = program
        self._terms = terms
        self._account = Account(program.id, "member")
        self._heads: dict[tuple[str, datetime], tuple[Order, int, int]] = {}
        self._numbers: Counter[str] = Counter()
        self._points: dict[str, Counter[str]] = {
            name: Counter() for name in ("issued", "spent", "expired")
        }
        self._rewards: Counter[str] = Counter()
        self._facts = 0
        self._standing: Draft | None = None

    def buys(self, sale: Sale) -> None:
        if not self._facts and self._program.welcome is not None:
            bonus = self._program.welcome
            grant = Grant("welcome", self._fact(), bonus.pot, bonus.points, _ACTOR)
            self._take(self._decide(grant, sale.at))
        standing = self._settled(sale.at)
        basis_points, _ = discount(self._program, standing.account.level)
        off = taken_off(sale.total, basis_points)
        bill = sale.total - off
        if self._terms.spends:
            self._has_reward(sale.at)
        order, paid = self._pays(sale, bill)
        part = Part(
            BASKET,
            1,
            "completed",
            bill,
            tax=sale.tax * bill // sale.total if sale.total else 0,
            tip=sale.tip,
            discount=sale.discount + off,
            points_paid=paid,
            lines=sale.lines,
            occurred=microseconds(sale.at),
        )
        order = self._record(merge(order, part).order, sale.at)
        if sale.refunds:
            self._heads[sale.id, sale.at] = order, 0, 1
        self._numbers.update(gross=sale.total, discount=off, money=paid)

    def gets_back(self, at: datetime, sale: Sale, refund: Refund) -> None:
        """Let a part of a sale be paid back: of its discount and of what points paid as much."""
        order, given, number = self._heads[sale.id, sale.at]
        basket = order.basket
        amount = min(refund.amount, sale.total - given)
        if basket is None or not amount:
            return

        def share(of: int) -> int:
            # Parts add up to the whole, whatever is rounded.
            return of * (given + amount) // sale.total - of * given // sale.total

        part = Part(
            f"{REFUND}{number}",
            1,
            "completed",
            share(basket.total),
            tax=share(basket.tax),
            tip=share(basket.tip),
            discount=share(basket.discount),
            points_paid=share(basket.points_paid),
        )
        order = self._record(merge(order, part).order, at)
        self._heads[sale.id, sale.at] = order, given + amount, number + 1
        self._numbers.subtract(
            {
                "gross": amount,
                "discount": amount - share(basket.total),
                "money": share(basket.points_paid),
            }
        )

    def ended(self, until: datetime) -> Tally:
        self._take(self._decide(Settle(self._fact(), _ACTOR), until))
        account = self._account
        pots = account.pots.items()
        has_levels = self._program.tiers is not None
        return Tally(
            members=1,
            visits=account.visits,
            gross=self._numbers["gross"],
            paid=account.spend,
            discount=self._numbers["discount"],
            money=self._numbers["money"],
            ups=self._numbers["ups"],
            downs=self._numbers["downs"],
            outstanding={name: pot.available + pot.waiting for name, pot in pots},
            owed={name: pot.debt for name, pot in pots if pot.debt},
            rewards=dict(self._rewards),
            levels={str(account.level): 1} if has_levels else {},
            **{name: dict(points) for name, points in self._points.items()},
        )

    def _has_reward(self, at: datetime) -> None:
        standing = self._settled(at).account
        ready = [
            one for one in self._program.rewards if standing.pot(one.pot).available >= one.price
        ]
        if not ready:
            return
        reward = max(ready, key=lambda one: (one.price, one.id))
        command = Redeem(self._fact(), Price(reward.id), _ACTOR)
        decision = self._decide(command, at)
        if decision.answer["outcome"] == "redeemed":
            self._take(decision)
            self._rewards[reward.id] += 1

    def _pays(self, sale: Sale, bill: int) -> tuple[Order, int]:
        """Let points pay what they may; return the head of the order, and what they paid."""
        key = OrderKey(self._program.id, _ACTOR, sale.id)
        order = Order(key, self._program.currency, sale.at, sale.at, member="member")
        money = self._program.points_as_money
        points = most_points(self._program, self._settled(sale.at), bill)
        if not self._terms.spends or money is None or not points:
            return order, 0
        command = Redeem(self._fact(), Price(points=points, bill=bill), _ACTOR, order)
        decision = self._decide(command, sale.at)
        if decision.answer["outcome"] != "redeemed" or decision.order is None:
            return order, 0
        self._take(decision)
        return decision.order, points * money.amount // money.points

    def _record(self, order: Order, at: datetime) -> Order:
        command = RecordOrder(order, self._program, _ACTOR)
        decision = self._decide(command, at)
        self._facts += 1
        self._take(decision)
        return decision.order or order

    def _decide(self, command: Command, at: datetime) -> Decision:
        return decide(self._program, self._account, command, at, sealed=False)

    def _settled(self, at: datetime) -> Draft:
        """Return the account as it stands then; nobody posts to what is returned."""
        known = self._standing
        if known is None or known.before is not self._account or known.now != at:
            known = self._standing = Draft(self._program, self._account, at, sealed=False)
            settle(known)
        return known

    def _fact(self) -> str:
        self._facts += 1
        return f"{_ACTOR}#{self._facts}"

    def _take(self, decision: Decision) -> None:
        self._account = decision.account
        if decision.entry is None:
            return
        for one in decision.entry.postings:
            if one.measure == "level":
                self._numbers["ups" if one.amount > 0 else "downs"] += 1
            sign = _VALUE.get(one.measure)
            if sign is None or one.cause == "activate":
                continue
            if one.cause in _SPENDS:
                self._points["spent"][one.pot] -= sign * int(one.amount)
            elif one.cause == "expire":
                self._points["expired"][one.pot] -= sign * int(one.amount)
            else:
                self._points["issued"][one.pot] += sign * int(one.amount)
