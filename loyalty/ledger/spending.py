"""Use cases of spending: rewards, points as money, two-phase holds, undoing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
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
from loyalty.core.order import OrderKey, Spent
from loyalty.core.settle import MINUTE
from loyalty.ledger import looking, supply
from loyalty.ledger.books import Answer, fingerprint
from loyalty.ledger.named_order import named_order
from loyalty.refusals import Refusal
from loyalty.store import membership
from loyalty.store.commit import FactWrite

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.decide import Command
    from loyalty.core.supply import Supply
    from loyalty.ledger.books import Books
    from loyalty.ledger.sales import Sales
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

ONLINE = timedelta(minutes=5)
"""How late a redemption may come: the time to try again where an answer was lost."""

_PRIVATE = ("lots", "pot", "member", "order", "at", "program", "bill", "reward", "by")


@dataclass(frozen=True, slots=True)
class Whose:
    """What somebody may undo: their own, what these tills made, or, with a reason, anybody's."""

    sources: tuple[str, ...] = ()
    anybodys: bool = False
    reason: str = ""

    def may_undo(self, request: Request, by: str) -> bool:
        """Tell whether whoever asks may undo what ``by`` made."""
        return self.anybodys or by == request.actor or request.source in self.sources


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
        made_at: datetime | None = None,
    ) -> Answer:
        """Spend points on a reward, once per ``redemption`` id of that source.

        The answer is ``{"outcome": "redeemed" | "declined", "balance", "price"}``, a declined one
        with a ``reason``; it is final for the id.

        Raises
        ------
        Refusal
            ``unknown_reward``, ``offline_redemption``, ``id_reused`` or busy; nothing happened.
        """
        request = Request(program_id, source, redemption, f"endpoint:{source}")
        return self.spend(request, card_code, Price(reward=reward), now, order, made_at)

    def spend(  # noqa: PLR0917
        self,
        request: Request,
        card_code: str,
        price: Price,
        now: datetime,
        order: OrderKey | None = None,
        made_at: datetime | None = None,
    ) -> Answer:
        """Spend on a reward or as money; answers and raises as ``redeem``.

        ``made_at``: when it was made at the till. One that was made while the till was offline is
        refused: nobody had looked at what is on the card.
        """
        fact = _fact(request, "redemption", self._books.card_name(card_code), price, order)
        before = self._check(request.program, price, fact)
        if before is None and made_at is not None and now - made_at > ONLINE:
            before = self._refuse_offline(request, fact, now)
        if before is not None:
            return _public(before)
        name = f"redemption#{request.source}#{request.id}"

        def command(account: Account) -> Redeem:
            paid = named_order(self._books, order, account, now) if order else None
            return Redeem(name, price, request.actor, paid, self._supply(price, account))

        member = self._books.by_code(request.program, card_code, request.actor, now)
        nobody = self._no_card(request.program, price)
        answer = self._books.once(
            fact, request.program, member, command, now, nobody=lambda: nobody
        )
        looking.told(self._books, request.program, request.actor, member, fact.kind, answer, now)
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

        def command(account: Account) -> PlaceHold:
            there = self._supply(price, account)
            return PlaceHold(f"hold#{name}", name, price, request.actor, there)

        member = self._books.by_code(request.program, card_code, request.actor, now)
        nobody = self._no_card(request.program, price)
        answer = self._books.once(
            fact, request.program, member, command, now, nobody=lambda: nobody
        )
        looking.told(self._books, request.program, request.actor, member, fact.kind, answer, now)
        return _public(answer)

    def capture(
        self,
        request: Request,
        card_code: str | None,
        now: datetime,
        points: int | None = None,
        order: OrderKey | None = None,
    ) -> Answer:
        """Spend what the hold of that id reserves, or part of it.

        Without a card it is the hold's own.

        Raises
        ------
        Refusal
            ``hold_not_found`` (only without a card), ``id_reused`` or busy; nothing happened.
        """
        fact = _fact(request, "capture", self._named(card_code), points, order)
        name = _hold_name(request)
        # What the bill was matters only where an order is named that may change later.
        held = self._books.stored_answer(_fact(request, "hold")) if order else None
        bill = int(held.get("bill", 0)) if held else 0

        def command(account: Account) -> CaptureHold:
            paid = named_order(self._books, order, account, now) if order else None
            return CaptureHold(f"capture#{name}", name, request.actor, points, paid, bill)

        answer = self._end(request, fact, card_code, command, now)
        # A repeat comes here too: the first attempt may have got no further.
        if order is not None and answer.body["outcome"] != "declined":
            self._sales.count_paid(order, request.actor, now)
        return _public(answer)

    def release(self, request: Request, card_code: str | None, now: datetime) -> Answer:
        """Let go of what the hold of that id reserves; raises as ``capture``."""
        fact = _fact(request, "release", self._named(card_code))
        name = _hold_name(request)
        command = ReleaseHold(f"release#{name}", name, request.actor)
        return _public(self._end(request, fact, card_code, lambda _: command, now))

    def _end(
        self,
        request: Request,
        fact: FactWrite,
        card_code: str | None,
        command: Callable[[Account], Command],
        now: datetime,
    ) -> Answer:
        """End a hold, once; what overtakes its hold is declined for now, and may come again."""
        if card_code is None:
            member: str | None = self._holder(request)
        else:
            member = self._books.by_code(request.program, card_code, request.actor, now)
        nobody = self._no_card(request.program, Price())
        once = partial(self._books.once, fact, request.program, member, command, now)
        answer = once(nobody=lambda: nobody, passing=(HOLD_NOT_OPEN,))
        early = not answer.replayed and answer.body.get("reason") == HOLD_NOT_OPEN
        if early and self._books.stored_answer(_fact(request, "hold")) is not None:
            # It was placed, perhaps a moment ago: whether it is open is looked at once more.
            return once(nobody=lambda: nobody)
        return answer

    def undo(
        self, request: Request, card_code: str | None, now: datetime, whose: Whose | None = None
    ) -> Answer:
        """Give back what the redemption, or captured hold, of that id spent, once.

        It goes to whoever spent it, to the same lots, and room under limits is given back. The
        answer is ``{"outcome": "returned" | "declined", …}``. Declined, and to be asked again:
        ``redemption_not_found`` (also one of another card), ``too_late``, ``not_yours``.
        Without a card it is the redemption's own.
        """
        fact = _fact(request, "undo", self._named(card_code))
        member = None
        if card_code is not None:
            member = self._books.by_code(request.program, card_code, request.actor, now)
        done = self._spent(request)
        if done is None or (card_code and not self._spent_by(request.program, member, done)):
            return _declined("redemption_not_found")
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        if whose is not None and not whose.may_undo(request, str(done["by"])):
            return _declined("not_yours")
        minutes = self._books.programs.current(request.program).undo_minutes
        if int(now.timestamp()) - done["at"] > minutes * MINUTE:
            return _declined("too_late")
        key = OrderKey(request.program, *done["order"]) if "order" in done else None
        spent = Spent(done["pot"], tuple((bucket, points) for bucket, points in done["lots"]))
        rules = self._books.programs.version(request.program, done["program"])
        name = f"undo#{request.source}#{request.id}"
        owner = str(done["member"])

        def command(account: Account) -> ReturnSpent:
            paid = named_order(self._books, key, account, now) if key else None
            reward = done.get("reward")
            when = at(done["at"])
            return ReturnSpent(name, spent, request.actor, when, rules, paid, reward)

        def note(_: Change) -> list[Write]:
            if whose is None or not whose.reason:
                return []
            act = ("undo", request.actor, request.id)
            return [membership.put_note(request.program, owner, act, whose.reason)]

        return self._books.once(fact, request.program, owner, command, now, guards=note)

    def _spent(self, request: Request) -> dict[str, Any] | None:
        """Return what was spent under that id, at once or by a hold, with what undoing needs.

        A hold counts against limits, and towards the time to undo it, since it was placed.
        """
        redeemed = self._books.stored_answer(_fact(request, "redemption"))
        if redeemed is not None and redeemed["outcome"] == "redeemed":
            return redeemed
        captured = self._books.stored_answer(_fact(request, "capture"))
        held = self._books.stored_answer(_fact(request, "hold")) if captured else None
        if captured is None or captured["outcome"] != "captured" or held is None:
            return None
        return {**held, **captured}

    def _spent_by(self, program: str, member: str | None, done: dict[str, Any]) -> bool:
        """Tell whether the member, or one merged into them, spent that."""
        return member is not None and self._books.same_member(program, member, done["member"])

    def _holder(self, request: Request) -> str:
        """Return whose value the hold of that id reserves, or did."""
        held = self._books.stored_answer(_fact(request, "hold"))
        if held is None or "member" not in held:
            raise Refusal("not_found", "hold_not_found", "There is no hold of that id.")
        return str(held["member"])

    def _refuse_offline(self, request: Request, fact: FactWrite, now: datetime) -> Answer:
        """Refuse what was made offline; what was answered in time is answered again."""
        if self._books.stored_answer(fact) is not None:
            return self._books.replay(fact)
        code = "offline_redemption"
        looking.declined(self._books, request.program, request.actor, None, fact.kind, code, now)
        detail = (
            "This was redeemed while the till was offline. Points are spent online only: by now "
            "the card may have been used elsewhere. Charge the full price, or let staff help."
        )
        raise Refusal("invalid", code, detail, pointer="/occurred_at")

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

    def _supply(self, price: Price, account: Account) -> Supply:
        program = self._books.programs.current(account.program)
        return supply.of_reward(self._books.tables, program, price.reward, account.member)

    def _named(self, card_code: str | None) -> str:
        return "" if card_code is None else self._books.card_name(card_code)

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


def _declined(reason: str) -> Answer:
    return Answer({"outcome": "declined", "reason": reason}, replayed=False)


def _hold_name(request: Request) -> str:
    return f"{request.source}:{request.id}"


def _fact(request: Request, kind: str, *asked: object) -> FactWrite:
    hashed = fingerprint(kind, *(str(part) for part in asked))
    return FactWrite(request.program, kind, request.source, request.id, hashed)


def _public(answer: Answer) -> Answer:
    """Leave out what only undoing needs."""
    body = {name: value for name, value in answer.body.items() if name not in _PRIVATE}
    return replace(answer, body=body)
