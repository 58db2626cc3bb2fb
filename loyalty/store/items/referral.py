"""What bringing a member has earned, as it lies in the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.instants import instant, microseconds
from loyalty.core.referral import Referral, Side
from loyalty.store import keys

if TYPE_CHECKING:
    from loyalty.store.tables import Item


def referral_item(referral: Referral) -> Item:
    """Return the head of a referral."""
    sides = referral.friend_side, referral.referrer_side
    return {
        "r": referral.revision,
        "po": referral.pot,
        "si": [number for side in sides for number in (side.points, side.given)],
        "at": microseconds(referral.since),
        "b": int(referral.bought),
        "n": int(referral.counted),
    }


def to_referral(item: Item) -> Referral:
    """Read the head of a referral."""
    program, friend = keys.owner(item["pk"])
    points, given, referrer_points, referrer_given = item["si"]
    return Referral(
        program=program,
        friend=friend,
        pot=item["po"],
        friend_side=Side(points, given),
        referrer_side=Side(referrer_points, referrer_given),
        since=instant(item["at"]),
        bought=bool(item["b"]),
        counted=bool(item["n"]),
        revision=item["r"],
    )
