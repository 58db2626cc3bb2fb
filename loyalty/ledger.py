"""The ledger: every use case that moves value, each happening once or not at all."""

from __future__ import annotations

from loyalty.giving import Giving
from loyalty.orders import Orders
from loyalty.spending import Spending


class Ledger(Orders, Spending, Giving):
    """All use cases over the two tables; see their modules."""
