"""Make sales of the orders that are kept, as they stand now. Pure.

What was paid back is as if it had never been sold, and what the program itself had taken off is
put back: another program, or none, would not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.core.discount import discount
from loyalty.simulation.sales import Sale

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.order import Order
    from loyalty.program.rules import Program


def sale(order: Order, program: Program, now: datetime) -> Sale | None:
    """Return what an order is as a sale; None where nothing of it counts.

    Parameters
    ----------
    program
        The version that the order was decided with.
    """
    total = order.total
    if not total:
        return None
    basket = order.basket
    level = order.context.level if order.context else 0
    ours = discount(program, level)[0] > 0

    def part(of: int) -> int:
        # Of what is left after refunds; a basket may say more than its payments brought in.
        return min(of, of * total // basket.total) if basket and basket.total else 0

    off = part(basket.discount) if basket else 0
    return Sale(
        customer=order.member or "",
        id=f"{order.key.source}#{order.key.id}",
        at=order.instant(now),
        total=total + (off if ours else 0),
        discount=0 if ours else off,
        tax=part(basket.tax) if basket else 0,
        tip=part(basket.tip) if basket else 0,
        lines=order.lines,
    )
