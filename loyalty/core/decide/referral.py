"""Decide on one side of a referral: give its reward, or take it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core import tier_review
from loyalty.core.decide.order import owe, take_back
from loyalty.core.settle import settle

if TYPE_CHECKING:
    from loyalty.core.draft import Decision, Draft
    from loyalty.core.referral import Referral


@dataclass(frozen=True, slots=True)
class Refer:
    """Make an account hold what its side of a referral is worth now."""

    fact: str
    referral: Referral
    side: str


def refer(draft: Draft, command: Refer) -> Decision:
    """Decide; the answer is ``{"points"}``: what was given, or (negative) taken back.

    What is spent already is owed or forgiven, as with orders.
    """
    referral, standing = command.referral, draft.account
    side = referral.side(command.side)
    if referral.bought:
        points = side.points - side.given
        # It was earned with the friend's purchase, and may have had its time already.
        _, bucket = draft.home(referral.pot, referral.since)
        draft.credit("referral", referral.pot, points, bucket)
    else:
        # As a reward it was spendable at once, whatever earned value waits for.
        _, bucket = draft.home(referral.pot, referral.since)
        missing = take_back(draft, referral.pot, side.given, (0, bucket))
        points = owe(draft, draft.program, "reverse", referral.pot, missing) - side.given
    if command.side == "referrer":
        friends = referral.bought - referral.counted
        draft.post("referral" if friends > 0 else "reverse", "", "referrals", friends)
    tier_review.undo(draft, standing)
    tier_review.review(draft, int(draft.now.timestamp()))
    settle(draft)
    return draft.close(
        kind="referral" if referral.bought else "reverse",
        fact=command.fact,
        actor="program",
        answer={"points": points},
    )
