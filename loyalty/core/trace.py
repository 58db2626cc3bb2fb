"""Why a decision came out as it did: steps that a cashier can read aloud (see ``read_aloud``)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    ``kind`` names the sentence, ``values`` are its numbers and names: ``points`` of ``pot`` as they
    stand after the step, minor units, basis points, texts by language.

    ============  ==========================================================================
    kind          values
    ============  ==========================================================================
    amount        pot, amount (counted, minor units), lines (category, thousandths, minor
                  units), points
    visit         as ``amount``
    items         as ``amount``
    minimum       minimum, amount: the rule was not reached
    tier          pot, level (texts), multiplier, points
    promotion     pot, promotion (texts), multiplier or bonus (all of it), points
    personal      as ``promotion``, of one that only this member has
    cap           pot, points; cap and period where one cap alone can have cut off
    order_cap     pot, cap, points (0)
    limit         nothing: an order too many
    cool_down     nothing: an order too soon
    membership_ended  nothing: an order of somebody who has left
    membership_paused  nothing: an order with a card that staff have paused
    account_full  nothing: sums of the account would be out of bounds
    carried       pot, points: with what earlier orders left of a point
    points_paid   amount: what was paid with points earns nothing
    discount      amount (the bill), basis_points, discount; level (texts) where it is a level's
    pays          pot, points, amount: what points can pay of a bill at most
    declined      outcome, reason, and what the refusal names (price, balance)
    ============  ==========================================================================
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
