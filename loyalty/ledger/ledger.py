"""The ledger: every use case that moves value, each happening once or not at all."""

from __future__ import annotations

from loyalty.ledger.sales import Orders
from loyalty.ledger.spending import Spending
from loyalty.ledger.staff import Giving


class Ledger(Orders, Spending, Giving):
    """All use cases over the two tables; see their modules."""
