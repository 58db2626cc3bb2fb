"""Use case of referrals: both sides hold what they were promised while the friend has bought."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core.decide import decide
from loyalty.core.decide.order import BOUGHT
from loyalty.core.decide.referral import Refer
from loyalty.core.referral import SIDES, Referral, Side
from loyalty.refusals import Busy
from loyalty.store import commit, membership, reading
from loyalty.store.commit import Change, Moved

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program


class ReferralRewards:
    """Rewards for friends who were brought."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def settle(self, program_id: str, friend: str, now: datetime) -> None:
        """Bring a referral to what the friend's purchases say; repeating it changes nothing.

        It is state, like an order: both accounts, the referral's head and the number of purchases
        that it follows from are one transaction, so every change of them counts once, whatever
        comes in between. Who has left is left alone.

        Raises
        ------
        Busy
            Others write these accounts again and again; nothing happened.
        """
        program = self._books.programs.current(program_id)
        if program.referral is None:
            return
        member = membership.read_shell(self._books.tables, program_id, friend)
        referrer = member.referrer if member else None
        if not referrer:
            return
        for _ in self._books.attempts():
            head = reading.read_referral(self._books.tables, program_id, friend)
            buyer, bringer = (self._books.account(program_id, one) for one in (friend, referrer))
            if buyer is None or bringer is None or buyer.member == bringer.member:
                return
            bought = buyer.count(BOUGHT, 0) > 0
            referral = head or _promised(program, friend, now)
            if referral is None or referral.bought == bought:
                return
            moved = replace(referral, bought=bought, revision=referral.revision + 1)
            changes = []
            for side, account in zip(SIDES, (buyer, bringer), strict=True):
                if not account.closed:
                    moved, change = _side(program, moved, side, account, now)
                    changes.append(change)
            try:
                commit.commit_referral(self._books.tables, moved, buyer, changes, now)
            except Moved:
                continue
            return
        raise Busy


def _promised(program: Program, friend: str, now: datetime) -> Referral | None:
    rule = program.referral
    if rule is None:
        return None
    sides = Side(rule.friend), Side(rule.referrer)
    return Referral(program.id, friend, rule.pot, *sides, since=now)


def _side(
    program: Program, referral: Referral, side: str, account: Account, now: datetime
) -> tuple[Referral, Change]:
    fact = f"referral#{side}#{referral.friend}#{referral.revision}"
    decision = decide(program, account, Refer(fact, referral, side), now)
    return referral.moved(side, decision.answer["points"]), Change(account, decision)
