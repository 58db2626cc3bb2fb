"""What a program came to over some customers' sales: sums, and nothing else.

Tallies of different customers add up in any order, so a long simulation can stop after any of them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums over customers.

    Attributes
    ----------
    members, visits
        Customers, and sales of them that were not wholly paid back.
    gross, paid
        Minor units after refunds: without the program, and with its discounts. What is paid with
        points is in both.
    discount
        What the program's discounts came to, after refunds.
    money
        Minor units of bills that points have paid for.
    issued, spent, expired, outstanding, owed
        Points by pot. ``issued - spent - expired = outstanding - owed``.
    rewards
        How often each was had.
    levels
        Members by the number of the level that they end on, and ``ups`` and ``downs`` on the way.
    """

    members: int = 0
    visits: int = 0
    gross: int = 0
    paid: int = 0
    discount: int = 0
    money: int = 0
    ups: int = 0
    downs: int = 0
    issued: Mapping[str, int] = field(default_factory=dict)
    spent: Mapping[str, int] = field(default_factory=dict)
    expired: Mapping[str, int] = field(default_factory=dict)
    outstanding: Mapping[str, int] = field(default_factory=dict)
    owed: Mapping[str, int] = field(default_factory=dict)
    rewards: Mapping[str, int] = field(default_factory=dict)
    levels: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Tally) -> Tally:
        """Return both together."""
        return Tally(
            **{
                one.name: _added(getattr(self, one.name), getattr(other, one.name))
                for one in fields(self)
            }
        )


def _added(one: Any, other: Any) -> Any:
    if isinstance(one, int):
        return one + other
    both = Counter(one)
    both.update(other)
    return {name: number for name, number in sorted(both.items()) if number}
