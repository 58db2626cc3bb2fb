"""A coupon: what a code is good for, when, and how often. Pure data and what follows from it.

It is kept outside the program's document: owners make many, and each has an end.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read where a stored one is built
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core import supply as supplied
from loyalty.core.calendar import is_over, runs
from loyalty.program.rules import ONE, Window

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.supply import Supply
    from loyalty.program.rules import Program

MOST_CODES = 1_000_000
"""Single-use codes of one coupon."""

ENDLESS = 1_000_000_000
"""How many uses are left of a coupon that has no limit: it is counted down all the same."""

MOST_ON_ORDER = 10
"""Coupons on one order."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """What codes of one kind are good for.

    Attributes
    ----------
    number
        Of a coupon with single-use codes: these are made from it. 0 where there is one word.
    word
        What everybody types, in capitals; empty where each code is good once.
    codes
        How many single-use codes there are, numbered from 1.
    foreign
        Whether these are another system's, taken in one by one: they are kept as they are written.
    pot, points
        What is given, if that is value.
    basis_points, amount
        What a bill is lowered by: a part, or minor units (no more than the bill).
    reward
        What is handed out, without its price.
    minimum
        The smallest bill in minor units that it can be used with; 0 for any, or for none.
    uses
        How often it may be used by everybody together; None: there is no limit.
    per_member
        How often by one member; None: there is no limit.
    """

    id: str
    name: Mapping[str, str]
    number: int = 0
    word: str = ""
    codes: int = 0
    pot: str = ""
    points: int = 0
    basis_points: int = 0
    amount: int = 0
    reward: str = ""
    minimum: int = 0
    uses: int | None = None
    per_member: int | None = 1
    first_day: str | None = None
    last_day: str | None = None
    windows: tuple[Window, ...] = ()
    stopped: bool = False
    foreign: bool = False
    revision: int = 1

    @property
    def counted_as(self) -> str:
        """Return what its uses are counted as (``loyalty.core.supply``)."""
        return f"coupon:{self.id}"

    @property
    def lowers(self) -> bool:
        """Tell whether it lowers a bill."""
        return bool(self.basis_points or self.amount)

    def code_of(self, serial: int) -> str:
        """Return what the use of one single-use code is counted as."""
        return f"code:{self.id}:{serial:07d}"

    def discount(self, bill: int) -> int:
        """Return by how much it lowers a bill, in minor units, rounded down."""
        return min(bill, self.amount or bill * self.basis_points // ONE)


@dataclass(frozen=True, slots=True)
class Presented:
    """A code at a till, with all that was read for it.

    ``serial``: of a single-use code, 0 for a word. ``gone``: that code was used before.
    ``supply``: of the coupon, ``of_reward``: of what it gives.
    """

    coupon: Coupon
    serial: int
    gone: bool
    supply: Supply
    of_reward: Supply


def refusal(program: Program, shown: Presented, bill: int, now: datetime) -> str | None:
    """Return why a code is not good now; None where it is."""
    return (
        _over(program, shown.coupon, now)
        or _used_up(shown)
        or _unfit(shown.coupon, bill)
        or _nothing_to_give(program, shown, now)
    )


def _over(program: Program, coupon: Coupon, now: datetime) -> str | None:
    if coupon.stopped:
        return "coupon_stopped"
    if is_over(coupon, now, program.zone):
        return "coupon_over"
    return None if runs(coupon, now, program.zone) else "coupon_not_now"


def _used_up(shown: Presented) -> str | None:
    most = shown.coupon.per_member
    if shown.gone:
        return "coupon_used"
    if most is not None and shown.supply.had >= most:
        return "coupon_had"
    return "coupon_all_used" if shown.supply.left < 1 else None


def _unfit(coupon: Coupon, bill: int) -> str | None:
    if coupon.lowers and not bill:
        return "coupon_needs_bill"
    return "coupon_minimum" if bill < coupon.minimum else None


def _nothing_to_give(program: Program, shown: Presented, now: datetime) -> str | None:
    """Return why what a code gives is not to be had: the program may have changed since."""
    coupon = shown.coupon
    if coupon.pot and program.pot(coupon.pot) is None:
        return "coupon_stopped"
    if not coupon.reward:
        return None
    reward = program.reward(coupon.reward)
    if reward is None:
        return "coupon_stopped"
    return supplied.refusal(program, reward, shown.of_reward, now)
