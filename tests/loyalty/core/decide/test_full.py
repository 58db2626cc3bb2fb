"""What is decided instead of what an account cannot hold (I15)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.core import bounds
from loyalty.core.account import Hold
from loyalty.core.decide import Settle, decide
from loyalty.core.decide.grants import Adjust, Grant
from loyalty.core.decide.order import RecordOrder
from loyalty.core.decide.spending import CaptureHold, ReleaseHold
from tests.support.deciding import FAR, NOON, account, order, per_amount, program

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision

NOW = int(NOON.timestamp())
RULES = program(earning=[per_amount()])


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Account, Account]]:
    """Nothing that changes an account fits; what was held against the bounds."""
    asked: list[tuple[Account, Account]] = []

    def too_large(before: Account, after: Account) -> bool:
        asked.append((before, after))
        return True

    monkeypatch.setattr(bounds, "too_large", too_large)
    return asked


def decided(command: Command, **changes: Any) -> Decision:
    held = {"h": Hold((("points", FAR, 2),), NOW + 900)}
    return decide(RULES, account((NOW, 3), (FAR, 5), holds=held, **changes), command, NOON)


def test_an_order_counts_nothing_and_says_so(full: list[tuple[Account, Account]]) -> None:
    sold = replace(order(), member="ann")
    decision = decided(RecordOrder(sold, RULES, "till"))
    assert decision.order is not None
    assert (decision.order.full, decision.order.total) == (True, 0)
    assert decision.answer["points"] == 0
    assert decision.account.spend == 0
    # What came due before is posted all the same.
    assert decision.account.pot("points").lots == ((FAR, 5),)
    before, after = full[0]
    assert (before.spend, after.spend) == (0, 1000)


def test_an_order_that_was_full_counts_once_it_fits() -> None:
    sold = replace(order(), member="ann", full=True)
    decision = decided(RecordOrder(sold, RULES, "till"))
    assert decision.order is not None
    assert (decision.order.full, decision.order.total) == (False, 1000)
    assert (decision.answer["points"], decision.account.spend) == (10, 1000)


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "command",
    [Adjust("f", "points", 1, "k"), Grant("gift", "f", "points", 1, "k")],
    ids=lambda one: type(one).__name__,
)
def test_what_would_add_value_is_declined(command: Command) -> None:
    decision = decided(command)
    assert decision.answer == {"outcome": "declined", "reason": "account_full"}
    assert decision.entry is None


@pytest.mark.usefixtures("full")
@pytest.mark.parametrize(
    "command",
    [Settle("f", "nightly"), CaptureHold("f", "h", "k"), ReleaseHold("f", "h", "k")],
    ids=lambda one: type(one).__name__,
)
def test_what_only_moves_value_goes_on(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    found = decided(command)
    assert found.entry is not None
    monkeypatch.undo()
    assert found == decided(command)
