"""Referrals are state, like orders: what a friend who was brought has earned both sides.

A friend counts as brought while at least one of their orders is a purchase: worth at least what
the program asks for. What was given for it goes when the last of these is paid back, and comes
again with the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from datetime import datetime

SIDES = ("friend", "referrer")


@dataclass(frozen=True, slots=True)
class Side:
    """One side: what it is promised, and what of it was given and not taken back."""

    points: int
    given: int = 0


@dataclass(frozen=True, slots=True)
class Referral:
    """What is known of a friend who was brought.

    Attributes
    ----------
    program, friend
        Ids of the program and the member.
    pot, friend_side, referrer_side
        As promised when the friend first bought; later programs promise to later friends.
    since
        When that was: value given again ends when it would have ended.
    bought
        Whether the friend counts as brought now. ``counted``: the referrer's figure says so.
    revision
        Rises with every write.
    """

    program: str
    friend: str
    pot: str
    friend_side: Side
    referrer_side: Side
    since: datetime
    bought: bool = False
    counted: bool = False
    revision: int = 0

    def side(self, name: str) -> Side:
        """Return one of ``SIDES``."""
        return self.friend_side if name == "friend" else self.referrer_side

    def moved(self, name: str, points: int) -> Referral:
        """Return the referral after a side was given so many points more, or less."""
        side = replace(self.side(name), given=self.side(name).given + points)
        if name == "friend":
            return replace(self, friend_side=side)
        return replace(self, referrer_side=side, counted=self.bought)


def friend_path(program: str, code: str) -> str:
    """Return where a friend joins below a deployment's address; ``code``: whose card brings them.

    So it is known who has brought them.
    """
    return f"/join/{program}?{urlencode({'friend': code, 'source': 'friend'})}"
