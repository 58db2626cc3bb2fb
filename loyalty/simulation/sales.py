"""What a shop has sold, as a simulation takes it: out of a file, or of the orders that are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.part import Line


@dataclass(frozen=True, slots=True)
class Refund:
    """What was paid back of a sale, in minor units, and when (UTC)."""

    at: datetime
    amount: int


@dataclass(frozen=True, slots=True)
class Sale:
    """One sale, before anything that a loyalty program takes off it.

    Attributes
    ----------
    customer
        Who bought: a name that tells customers apart and says nothing of them.
    id
        The till's own, or a number.
    at
        Aware UTC instant.
    total
        Minor units, what would be paid without a program.
    discount
        What the shop had taken off before that.
    tax, tip
        Shares of the total.
    """

    customer: str
    id: str
    at: datetime
    total: int
    discount: int = 0
    tax: int = 0
    tip: int = 0
    lines: tuple[Line, ...] = ()
    refunds: tuple[Refund, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What no sale says, and the owner does.

    Attributes
    ----------
    spends
        Whether members spend what they have as soon as they can, or never: the most and the least
        that a program costs.
    margin
        What is left of the turnover once the goods are paid, in basis points.
    reward_costs
        What a reward costs the shop, in minor units, by its id.
    """

    spends: bool = True
    margin: int = 6_000
    reward_costs: tuple[tuple[str, int], ...] = ()

    def cost(self, reward: str) -> int | None:
        """Return what a reward costs, None where nobody has said so."""
        return dict(self.reward_costs).get(reward)
