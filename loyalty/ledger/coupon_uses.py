"""Use cases of codes: what one is good for, using it, undoing that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.access import coupon_code
from loyalty.core.account import Account
from loyalty.core.coupon import Presented
from loyalty.core.decide import decide
from loyalty.core.decide.coupon import UndoCoupon, UseCoupon, Used
from loyalty.core.draft import Decision
from loyalty.core.order import OrderKey
from loyalty.core.settle import MINUTE
from loyalty.ledger import looking, misses, supply
from loyalty.ledger.books import Answer, fingerprint
from loyalty.ledger.named_order import named_order, their_order
from loyalty.store import coupon_book, membership
from loyalty.store.commit import FactWrite

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.coupon import Coupon
    from loyalty.ledger.books import Books
    from loyalty.ledger.sales import Sales
    from loyalty.ledger.spending import Request, Whose
    from loyalty.store.commit import Change
    from loyalty.store.tables import Write

NOT_FOUND = "coupon_not_found"
"""Why a code is declined that is none of this program: mistyped, forged, or another shop's."""

AT_TILL = "coupon_at_till"
"""Why a member cannot use a code alone that gives no points."""

_TOLD = ("outcome", "reason", "coupon", "name", "points", "pot", "balance", "discount", "reward")
_PASSING = ("coupon_not_found", "coupon_not_now", "coupon_needs_bill", "coupon_minimum")


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose card was shown with a code: the card's code, or the member who typed it."""

    card_code: str = ""
    member: str = ""


class Coupons:
    """Codes of coupons, each used as often as its coupon says, and once per request."""

    def __init__(self, books: Books, sales: Sales) -> None:
        self._books = books
        self._sales = sales

    def quote(
        self, request: Request, who: Shown, typed: str, bill: int, now: datetime
    ) -> dict[str, Any]:
        """Say what a code would do, and change nothing; as ``use`` answers.

        Raises
        ------
        Refusal
            ``too_many_misses``, or busy.
        """
        found = self._find(request, typed, now)
        member = self._member(request, who, now)
        account = self._books.account(request.program, member) if member else None
        if account is None:
            return {"outcome": "declined", "reason": "card_not_found"}
        if found is None:
            return {"outcome": "declined", "reason": NOT_FOUND}
        program = self._books.programs.current(request.program)
        shown = self._presented(*found, account)
        command = UseCoupon("coupon#quote", shown, bill, request.actor)
        return _public(decide(program, account, command, now).answer)

    def use(  # noqa: PLR0917
        self,
        request: Request,
        who: Shown,
        typed: str,
        bill: int,
        now: datetime,
        order: OrderKey | None = None,
    ) -> Answer:
        """Use a code with a card, once per request.

        The answer is ``{"outcome": "redeemed" | "declined", "coupon", "name", "points", "pot",
        "balance", "discount", "reward"}``, a declined one with a ``reason``, final for the id but
        where the same may be sent again later (not now, no bill yet, a code that is none).

        Raises
        ------
        Refusal
            ``id_reused``, ``too_many_misses`` or busy; nothing happened.
        """
        card = self._books.card_name(who.card_code) if who.card_code else who.member
        hashed = fingerprint("coupon", card, coupon_code.plain(typed), str(bill), str(order))
        fact = FactWrite(request.program, "coupon", request.source, request.id, hashed)
        if self._books.stored_answer(fact) is not None:
            # What was answered is answered again, whatever has become of the code since.
            answer = self._books.replay(fact)
        else:
            answer = self._used(request, fact, who, typed, bill, order, now)
            looking.told(
                self._books, request.program, request.actor, who.member, "coupon", answer, now
            )
        # A repeat comes here too: the first attempt may have got no further.
        if order is not None and answer.body["outcome"] == "redeemed":
            self._sales.count_paid(order, request.actor, now)
            self._sales.count_again(order, request.actor, now)
        return replace(answer, body=_public(answer.body))

    def _used(  # noqa: PLR0917
        self,
        request: Request,
        fact: FactWrite,
        who: Shown,
        typed: str,
        bill: int,
        order: OrderKey | None,
        now: datetime,
    ) -> Answer:
        found = self._find(request, typed, now)
        if found is None:
            return Answer({"outcome": "declined", "reason": NOT_FOUND}, replayed=False)
        coupon, serial = found
        if who.member and not coupon.points:
            # What is handed out, or taken off a bill, is so at a till.
            return Answer({"outcome": "declined", "reason": AT_TILL}, replayed=False)
        name = f"coupon#{request.source}#{request.id}"

        def command(account: Account) -> UseCoupon:
            paid = named_order(self._books, order, account, now) if order else None
            shown = self._presented(coupon, serial, account)
            return UseCoupon(name, shown, bill, request.actor, paid)

        declined = {"outcome": "declined", "reason": "card_not_found", "coupon": coupon.id}
        nobody = Decision(Account(request.program, ""), None, declined)
        member = self._member(request, who, now)
        return self._books.once(
            fact, request.program, member, command, now, nobody=lambda: nobody, passing=_PASSING
        )

    def undo(self, request: Request, now: datetime, whose: Whose) -> Answer:
        """Undo the use that a request has made, once: the code is good again.

        The answer is ``{"outcome": "returned" | "declined", "points", "balance"}``; declined, and
        to be asked again: ``redemption_not_found``, ``not_yours``, ``too_late``.
        """
        place = FactWrite(request.program, "coupon", request.source, request.id, "")
        done = self._books.stored_answer(place)
        if done is None or done["outcome"] != "redeemed":
            return _declined("redemption_not_found")
        hashed = fingerprint("coupon-undo")
        fact = FactWrite(request.program, "coupon-undo", request.source, request.id, hashed)
        key = OrderKey(request.program, *done["order"]) if "order" in done else None
        if self._books.stored_answer(fact) is not None:
            answer = self._books.replay(fact)
        elif not whose.may_undo(request, str(done["by"])):
            return _declined("not_yours")
        else:
            minutes = self._books.programs.current(request.program).undo_minutes
            if int(now.timestamp()) - done["at"] > minutes * MINUTE:
                return _declined("too_late")
            answer = self._undone(request, fact, done, key, whose, now)
        if key is not None and answer.body["outcome"] == "returned":
            self._sales.count_again(key, request.actor, now)
        return answer

    def _undone(  # noqa: PLR0917
        self,
        request: Request,
        fact: FactWrite,
        done: dict[str, Any],
        key: OrderKey | None,
        whose: Whose,
        now: datetime,
    ) -> Answer:
        used = Used(
            coupon=f"coupon:{done['coupon']}",
            code=done["code"],
            pot=done["pot"],
            points=done["points"],
            bucket=done["bucket"],
            reward=done["reward"] if done["counted"] else "",
            together=done["together"],
        )
        place = f"{request.source}#{request.id}"
        owner = str(done["member"])

        def command(account: Account) -> UndoCoupon:
            paid = their_order(self._books, key, account) if key else None
            return UndoCoupon(f"coupon-undo#{place}", used, f"coupon#{place}", request.actor, paid)

        def note(_: Change) -> list[Write]:
            if not whose.reason:
                return []
            act = ("coupon-undo", request.actor, request.id)
            return [membership.put_note(request.program, owner, act, whose.reason)]

        return self._books.once(fact, request.program, owner, command, now, guards=note)

    def _find(self, request: Request, typed: str, now: datetime) -> tuple[Coupon, int] | None:
        """Return the coupon of a code, and its serial number; what is none is counted."""
        tables, program = self._books.tables, request.program
        numbers = coupon_code.read(self._books.tokens, program, typed)
        if numbers is not None:
            # It is genuine, so nobody has guessed it.
            name = coupon_book.named(tables, program, coupon_book.number_name(numbers[0]))
            coupon = coupon_book.read(tables, program, name) if name else None
            return (coupon, numbers[1]) if coupon and numbers[1] <= coupon.codes else None
        misses.count(self._books, program, request.actor, now)
        word = coupon_code.foreign(typed)
        found = coupon_book.placed(tables, program, word) if word else None
        coupon = coupon_book.read(tables, program, found[0]) if found else None
        if found is None or coupon is None:
            return None
        misses.take_back(self._books, program, request.actor, now)
        return coupon, found[1]

    def _presented(self, coupon: Coupon, serial: int, account: Account) -> Presented:
        """Return a code with all that was read for it, after the account was."""
        tables = self._books.tables
        program = self._books.programs.current(account.program)
        gone = bool(serial) and coupon_book.was_used(tables, program.id, coupon.code_of(serial))
        return Presented(
            coupon=coupon,
            serial=serial,
            gone=gone,
            supply=supply.of_coupon(tables, program.id, coupon, account.member),
            of_reward=supply.of_reward(tables, program, coupon.reward or None, account.member),
        )

    def _member(self, request: Request, who: Shown, now: datetime) -> str | None:
        if who.member:
            return who.member
        return self._books.by_code(request.program, who.card_code, request.actor, now)


def _declined(reason: str) -> Answer:
    return Answer({"outcome": "declined", "reason": reason}, replayed=False)


def _public(body: Any) -> dict[str, Any]:
    """Leave out what only undoing needs."""
    return {name: body[name] for name in _TOLD if name in body}
