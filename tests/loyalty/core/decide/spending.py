"""What the tests of spending share: prices, deciding, and what was posted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from loyalty.core.calendar import period
from loyalty.core.decide import decide
from loyalty.core.decide.spending import PlaceHold, Price, Redeem, ReturnSpent
from tests.support.deciding import FAR, NOON, account, program, told, well_formed

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.decide import Command
    from loyalty.core.draft import Decision
    from loyalty.core.order import Spent
    from loyalty.program.rules import Program


NOW = int(NOON.timestamp())
SOON = NOW + 3600
REWARD = {"id": "cup", "pot": "points", "price": 10, "name": {"en": "Cup"}}
MONEY = {"pot": "points", "points": 2, "amount": 100, "share": 3000, "minimum": 4}
RULES = program(rewards=[REWARD], points_as_money=MONEY, hold_minutes=20)
LIMITED = program(rewards=[REWARD], limits=[{"action": "redeem", "period": "day", "count": 1}])
DAY = period(NOON, "UTC", "day")


def decided(command: Command, standing: Account, rules: Program = RULES) -> Decision:
    decision = decide(rules, standing, command, NOON)
    well_formed(decision.entry.postings if decision.entry else ())
    return decision


def redeem(price: Price | None = None, **more: Any) -> Redeem:
    return Redeem("redemption#till#1", price or Price("cup"), "endpoint:till", **more)


def undo(spent: Spent, fact: str = "u", actor: str = "a", **more: Any) -> ReturnSpent:
    return ReturnSpent(fact, spent, actor, NOON, more.pop("program", RULES), **more)


def postings(decision: Decision) -> list[tuple[Any, ...]]:
    assert decision.entry is not None
    return told(list(decision.entry.postings))


def refused(decision: Decision, reason: str, **values: Any) -> None:
    assert decision.entry is None
    assert decision.answer == {"outcome": "declined", "reason": reason, **values}
    assert decision.account.member == "ann"
    assert [step.kind for step in decision.trace] == ["declined"]
    assert decision.trace[0].values == decision.answer


def place(name: str = "till:1", price: Price | None = None) -> PlaceHold:
    return PlaceHold(f"hold#{name}", name, price or Price("cup"), "endpoint:till")


def held(standing: Account | None = None, rules: Program = RULES) -> Account:
    return decided(place(), standing or account((SOON, 4), (FAR, 9)), rules).account
