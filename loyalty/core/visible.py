"""What a card shows of an account, as figures: the same in every language and wallet.

A device is told of a change exactly when one of these figures has changed. Pure.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from loyalty.core.calendar import is_over, month
from loyalty.core.personal import left, running
from loyalty.core.tiers import falls_at, keeping, way_up

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.tiers import Keeping, Way
    from loyalty.program.rules import Program, Reward

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Visible:
    """The figures behind a card's fields, the same in every language.

    A device is told of a change exactly when one of these has changed.

    Attributes
    ----------
    balances
        What each pot holds for the member, in the program's order.
    discount
        Basis points off every bill, by the program or by the tier; None where it has none.
    level
        Number of the tier; None in programs without.
    ready, next_reward, missing
        The dearest reward that can be had, the next one ahead, and what it still takes.
    expiring
        (pot, second, amount) of what ends soon enough to say so.
    way, keeping
        What is missing to the next level, and what keeps the present one; None where there is no
        such thing to tell.
    falling
        The second at which the tier goes down, once it is near enough to say so.
    personal
        (second, terms, purchases left; 0 for any number) of promotions that the member has.
    """

    balances: tuple[int, ...]
    discount: int | None
    level: int | None
    ready: str | None
    next_reward: str | None
    missing: int
    expiring: tuple[str, int, int] | None
    falling: int | None
    closed: bool
    way: Way | None = None
    keeping: Keeping | None = None
    # Not in what is hashed where there is none: it has come later, and rings for nobody by itself.
    personal: tuple[tuple[int, str, int], ...] = field(default=(), repr=False)

    @property
    def fingerprint(self) -> str:
        """Return a short hash of all of it."""
        text = f"{self!r}{self.personal or ''}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def visible(program: Program, account: Account, now: datetime) -> Visible:
    """Return what the card of a settled account shows, as figures."""
    offered = [one for one in program.rewards if not is_over(one, now, program.zone)]
    rewards = sorted(offered, key=lambda reward: reward.price)
    ready = [reward for reward in rewards if _missing(account, reward) == 0]
    ahead = [reward for reward in rewards if _missing(account, reward) > 0]
    tiers, number = program.tiers, month(now, program.zone)
    return Visible(
        balances=tuple(account.balance(pot.id) for pot in program.pots),
        discount=_discount(program, account),
        level=account.level if program.tiers else None,
        ready=ready[-1].id if ready else None,
        next_reward=ahead[0].id if ahead else None,
        missing=_missing(account, ahead[0]) if ahead else 0,
        expiring=_expiring(program, account, now),
        falling=_falling(program, account, now),
        closed=bool(account.closed),
        way=way_up(tiers, account, number) if tiers else None,
        keeping=keeping(program, account, number),
        personal=tuple(
            (one.until, one.terms, left(one)) for one in running(account, now.timestamp())
        ),
    )


def _missing(account: Account, reward: Reward) -> int:
    # What is owed is paid first, so it takes that much more.
    pot = account.pot(reward.pot)
    return max(0, reward.price - pot.available + pot.debt)


def _discount(program: Program, account: Account) -> int | None:
    if program.discount:
        return program.discount.basis_points
    level = program.level(account.level)
    levels = program.tiers.levels if program.tiers else ()
    return level.discount if level and any(one.discount for one in levels) else None


def _expiring(program: Program, account: Account, now: datetime) -> tuple[str, int, int] | None:
    """Return the first lot that ends within its pot's reminder time."""
    soon = [
        (bucket, pot.id, amount)
        for pot in program.pots
        for bucket, amount in account.pot(pot.id).lots[:1]
        if bucket - now.timestamp() <= pot.reminder_days * _DAY
    ]
    if not soon:
        return None
    bucket, pot_id, amount = min(soon)
    return pot_id, bucket, amount


def _falling(program: Program, account: Account, now: datetime) -> int | None:
    second = falls_at(program, account)
    if second is None or program.tiers is None:
        return None
    return second if second - now.timestamp() <= program.tiers.warn_days * _DAY else None


@dataclass(frozen=True, slots=True)
class Published:
    """How far a card has been handed over.

    Attributes
    ----------
    version
        The card version that was handed over last; None while the first one still shows.
    waiting
        Whether the card waits in the index to be handed over.
    since
        The second since which it waits, None where it does not.
    astray
        It waits in a part of the index where nobody looks for it.
    """

    version: int | None
    waiting: bool = False
    since: int | None = None
    astray: bool = False
