"""Use cases of spending: rewards, points as money, two-phase holds, undoing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Account
from loyalty.core.calendar import at
from loyalty.core.decide.spending import (
    HOLD_NOT_OPEN,
    CaptureHold,
    PlaceHold,
    Price,
    Redeem,
    ReleaseHold,
    ReturnSpent,
)
from loyalty.core.draft import Decision
from loyalty.core.order import Order, OrderKey, Spent
from loyalty.ledger.books import Answer, fingerprint
from loyalty.refusals import Refusal
from loyalty.store import reading
from loyalty.store.commit import FactWrite

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.decide import Command
    from loyalty.ledger.books import Books
    from loyalty.ledger.sales import Sales

_PRIVATE = ("lots", "pot", "member", "order", "at", "program", "bill", "reward")


@dataclass(frozen=True, slots=True)
class Request:
    """Who asks, under which id of theirs: program, the till's source, the id; and the actor."""

    program: str
    source: str
    id: str
    actor: str


class Spending:
    """Spending, once per request.

    ``sales`` hears when an order was paid for: whoever spent on it is whose order it is.
    """

    def __init__(self, books: Books, sales: Sales) -> None:
        self._books = books
        self._sales = sales

    def redeem(
        self,
        program_id: str,
        *,
        source: str,
        redemption: str,
        card_code: str,
        reward: str,
        now: datetime,
        order: OrderKey | None = None,
    ) -> Answer:
        """Spend points on a reward, once per ``redemption`` id of that source.

        The answer is ``{"outcome": "redeemed" | "declined", "balance", "price"}``, a declined one
        with a ``reason``; it is final for the id.

        Raises
        ------
        Refusal
            ``unknown_reward``, ``id_reused`` or busy; nothing happened.
        """
        request = Request(program_id, source, redemption, f"endpoint:{source}")
        return self.spend(request, card_code, Price(reward=reward), now, order)

    def spend(
        self,
        request: Request,
        card_code: str,
        price: Price,
        now: datetime,
        order: OrderKey | None = None,
    ) -> Answer:
        """Spend on a reward or as money; answers and raises as ``redeem``."""
        fact = _fact(request, "redemption", self._books.card_name(card_code), price, order)
        before = self._check(request.program, price, fact)
        if before is not None:
            return _public(before)
        name = f"redemption#{request.source}#{request.id}"

        def command(account: Account) -> Redeem:
            paid = self._paid_order(order, account, now) if order else None
            return Redeem(name, price, request.actor, paid)

        member = self._books.by_code(request.program, card_code, request.actor, now)
        nobody = self._no_card(request.program, price)
        answer = self._books.once(
            fact, request.program, member, command, now, nobody=lambda: nobody
        )
        # A repeat comes here too: the first attempt may have got no further.
        if order is not None and answer.body["outcome"] != "declined":
            self._sales.count_paid(order, request.actor, now)
        return _public(answer)

    def hold(self, request: Request, card_code: str, price: Price, now: datetime) -> Answer:
        """Reserve value for a few minutes; ``{"outcome": "held" | "declined", …}``."""
        fact = _fact(request, "hold", self._books.card_name(card_code), price)
        before = self._check(request.program, price, fact)
        if before is not None:
            return _public(before)
        name = _hold_name(request)
        command = PlaceHold(f"hold#{name}", name, price, request.actor)
        member = self._books.by_code(request.program, card_code, request.actor, now)
        nobody = self._no_card(request.program, price)
        answer = self._books.once(
            fact, request.program, member, lambda _: command, now, nobody=lambda: nobody
        )
        return _public(answer)

    def capture(
        self,
        request: Request,
        card_code: str,
        now: datetime,
        points: int | None = None,
        order: OrderKey | None = None,
    ) -> Answer:
        """Spend what the hold of that id reserves, or part of it."""
        fact = _fact(request, "capture", self._books.card_name(card_code), points, order)
        name = _hold_name(request)
        # What the bill was matters only where an order is named that may change later.
        held = self._books.stored_answer(_fact(request, "hold")) if order else None
        bill = int(held.get("bill", 0)) if held else 0

        def command(account: Account) -> CaptureHold:
            paid = self._paid_order(order, account, now) if order else None
            return CaptureHold(f"capture#{name}", name, request.actor, points, paid, bill)

        answer = self._end(request, fact, card_code, command, now)
        # A repeat comes here too: the first attempt may have got no further.
        if order is not None and answer.body["outcome"] != "declined":
            self._sales.count_paid(order, request.actor, now)
        return _public(answer)

    def release(self, request: Request, card_code: str, now: datetime) -> Answer:
        """Let go of what the hold of that id reserves."""
        fact = _fact(request, "release", self._books.card_name(card_code))
        name = _hold_name(request)
        command = ReleaseHold(f"release#{name}", name, request.actor)
        return self._end(request, fact, card_code, lambda _: command, now)

    def _end(
        self,
        request: Request,
        fact: FactWrite,
        card_code: str,
        command: Callable[[Account], Command],
        now: datetime,
    ) -> Answer:
        """End a hold, once; what overtakes its hold is declined for now, and may come again."""
        member = self._books.by_code(request.program, card_code, request.actor, now)
        nobody = self._no_card(request.program, Price())
        once = partial(self._books.once, fact, request.program, member, command, now)
        answer = once(nobody=lambda: nobody, passing=HOLD_NOT_OPEN)
        early = not answer.replayed and answer.body.get("reason") == HOLD_NOT_OPEN
        if early and self._books.stored_answer(_fact(request, "hold")) is not None:
            # It was placed, perhaps a moment ago: whether it is open is looked at once more.
            return once(nobody=lambda: nobody)
        return answer

    def undo(self, request: Request, card_code: str, now: datetime) -> Answer:
        """Give back what the redemption of that id spent, once, to whoever spent it."""
        member = self._books.by_code(request.program, card_code, request.actor, now)
        done = self._books.stored_answer(_fact(request, "redemption"))
        if done is None or not self._spent_by(request.program, member, done):
            body = {"outcome": "declined", "reason": "redemption_not_found"}
            return Answer(body, replayed=False)
        key = OrderKey(request.program, *done["order"]) if "order" in done else None
        spent = Spent(done["pot"], tuple((bucket, points) for bucket, points in done["lots"]))
        rules = self._books.programs.version(request.program, done["program"])
        fact = _fact(request, "undo", self._books.card_name(card_code))
        name = f"undo#{request.source}#{request.id}"

        def command(account: Account) -> ReturnSpent:
            paid = self._paid_order(key, account, now) if key else None
            return ReturnSpent(name, spent, request.actor, at(done["at"]), rules, paid)

        return self._books.once(fact, request.program, member, command, now)

    def _spent_by(self, program: str, member: str | None, done: dict[str, Any]) -> bool:
        """Tell whether the member, or one merged into them, made that redemption."""
        if member is None or done["outcome"] != "redeemed":
            return False
        return self._books.same_member(program, member, done["member"])

    def _check(self, program_id: str, price: Price, fact: FactWrite) -> Answer | None:
        """Refuse an unknown reward; what was answered while there was one is answered again."""
        program = self._books.programs.current(program_id)
        if price.reward is not None and program.reward(price.reward) is None:
            if self._books.stored_answer(fact) is not None:
                return self._books.replay(fact)
            known = ", ".join(reward.id for reward in program.rewards) or "none"
            detail = f"The program has no such reward; it has: {known}."
            raise Refusal("invalid", "unknown_reward", detail, pointer="/reward")
        return None

    def _no_card(self, program_id: str, price: Price) -> Decision:
        program = self._books.programs.current(program_id)
        reward = program.reward(price.reward) if price.reward else None
        answer = {
            "outcome": "declined",
            "reason": "card_not_found",
            "balance": None,
            "price": reward.price if reward else price.points,
        }
        return Decision(Account(program_id, ""), None, answer)

    def _paid_order(self, key: OrderKey, account: Account, now: datetime) -> Order | None:
        """Return the head of the order that is paid for; nobody else's."""
        order = reading.read_order(self._books.tables, key)
        if order is None:
            currency = self._books.programs.current(key.program).currency
            return Order(key, currency, now, now, member=account.member)
        if order.member is None:
            return replace(order, member=account.member)
        same = self._books.same_member(key.program, account.member, order.member)
        return order if same else None


def _hold_name(request: Request) -> str:
    return f"{request.source}:{request.id}"


def _fact(request: Request, kind: str, *asked: object) -> FactWrite:
    hashed = fingerprint(kind, *(str(part) for part in asked))
    return FactWrite(request.program, kind, request.source, request.id, hashed)


def _public(answer: Answer) -> Answer:
    """Leave out what only undoing needs."""
    body = {name: value for name, value in answer.body.items() if name not in _PRIVATE}
    return replace(answer, body=body)
