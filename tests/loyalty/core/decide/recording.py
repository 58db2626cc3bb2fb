"""What the tests of orders share: recording one, and what it posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.core.decide import decide
from loyalty.core.decide.order import RecordOrder
from loyalty.core.order import merge
from tests.support.deciding import NOON, basket, per_amount, program, second, told, well_formed

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.account import Account
    from loyalty.core.draft import Decision
    from loyalty.core.order import Order
    from loyalty.program.rules import Program


NOW = int(NOON.timestamp())
TEN = program(earning=[per_amount(1, 100)])


def record(standing: Account, head: Order, rules: Program = TEN, now: datetime = NOON) -> Decision:
    decision = decide(rules, standing, RecordOrder(head, rules, "endpoint:till"), now)
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def head(decision: Decision) -> Order:
    assert decision.order is not None
    return decision.order


def refunded(standing: Account, first: Decision, rules: Program) -> Decision:
    gone = merge(head(first), basket(1000, version=2, status="cancelled")).order
    return record(standing, gone, rules)


PENDING = program(
    earning=[per_amount()],
    pots=[{"id": "points", "pending_days": 2, "expiry": {"months": 1}}],
)
ACTIVE = second(2026, 5, 6)
HOME = second(2026, 7, 1)
