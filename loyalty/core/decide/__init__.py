"""Decide what a command does to an account. Pure: values in, postings out.

Every decision settles the account first, posts, and says whether the card looks different.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core import bounds
from loyalty.core.decide import coupon, giving_away, grants, moving, spending
from loyalty.core.decide.coupon import UndoCoupon, UseCoupon
from loyalty.core.decide.giving_away import GiveAway
from loyalty.core.decide.grants import Adjust, Grant, Leave, Pause, Promote, Receive
from loyalty.core.decide.moving import MoveIn, TakeBack
from loyalty.core.decide.order import ACCOUNT_FULL, RecordOrder, record_order
from loyalty.core.decide.referral import Refer, refer
from loyalty.core.decide.spending import (
    CaptureHold,
    PlaceHold,
    Redeem,
    ReleaseHold,
    ReturnSpent,
    declined,
)
from loyalty.core.draft import Decision, Draft
from loyalty.core.settle import settle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.program.rules import Program


@dataclass(frozen=True, slots=True)
class Settle:
    """Apply what has come due, and nothing else."""

    fact: str
    actor: str


Command = (
    RecordOrder
    | Redeem
    | PlaceHold
    | CaptureHold
    | ReleaseHold
    | ReturnSpent
    | UseCoupon
    | UndoCoupon
    | GiveAway
    | Adjust
    | Grant
    | Promote
    | Leave
    | Pause
    | Receive
    | MoveIn
    | TakeBack
    | Refer
    | Settle
)


def decide(
    program: Program, account: Account, command: Command, now: datetime, *, sealed: bool = True
) -> Decision:
    """Decide on a command.

    Parameters
    ----------
    program
        The current version of the program.
    account
        As read; not settled.
    now
        Aware UTC instant.
    sealed
        Whether it may be stored: see ``Draft``. What is decided is the same.

    Raises
    ------
    LookupError
        The command names a reward or pot that the program does not have.
    """
    draft = Draft(program, account, now, sealed=sealed)
    settle(draft)
    # An order that counted before goodbye goes on: its refund must not be lost.
    if account.closed and not isinstance(command, RecordOrder | Settle):
        return declined(draft, "membership_ended")
    if account.paused and _earns_or_spends(command):
        return declined(draft, "membership_paused")
    if isinstance(command, RecordOrder) and command.order.full:
        command = replace(command, order=replace(command.order, full=False))
    decision = _DECIDERS[type(command)](draft, command)
    if not bounds.too_large(account, decision.account):
        return decision
    return _too_large(program, account, command, now, decision, sealed=sealed)


def _too_large(
    program: Program,
    account: Account,
    command: Command,
    now: datetime,
    decision: Decision,
    *,
    sealed: bool,
) -> Decision:
    """Return what is decided instead of what would take an account out of its bounds (I15).

    An order counts nothing until it fits. What only moves value, and the reward of a friend, of
    which there are few, goes on.
    """
    if isinstance(command, Settle | CaptureHold | ReleaseHold | Refer | Promote):
        return decision
    draft = Draft(program, account, now, sealed=sealed)
    settle(draft)
    if isinstance(command, RecordOrder):
        return record_order(draft, replace(command, order=replace(command.order, full=True)))
    return declined(draft, ACCOUNT_FULL)


def _earns_or_spends(command: Command) -> bool:
    """Tell whether a paused card declines a command; what was held or spent may still go back.

    Setting mistakes right, merging and leaving go on, and an order says by itself that it earns
    nothing.
    """
    if isinstance(command, Leave):
        return command.pot is not None
    if isinstance(command, Receive):
        return command.merged is None
    return isinstance(command, Redeem | PlaceHold | CaptureHold | Grant | UseCoupon | GiveAway)


def _settle_only(draft: Draft, command: Settle) -> Decision:
    return draft.close(kind="settle", fact=command.fact, actor=command.actor, answer={})


_DECIDERS: Mapping[type, Callable[[Draft, Any], Decision]] = {
    RecordOrder: record_order,
    Redeem: spending.redeem,
    PlaceHold: spending.place_hold,
    CaptureHold: spending.capture_hold,
    ReleaseHold: spending.release_hold,
    ReturnSpent: spending.return_spent,
    UseCoupon: coupon.use_coupon,
    UndoCoupon: coupon.undo_coupon,
    GiveAway: giving_away.give_away,
    Adjust: grants.adjust,
    Grant: grants.grant,
    Promote: grants.promote,
    Leave: grants.leave,
    Pause: grants.pause,
    Receive: grants.receive,
    MoveIn: moving.move_in,
    TakeBack: moving.take_back,
    Refer: refer,
    Settle: _settle_only,
}
