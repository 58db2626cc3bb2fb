"""Decide on spending points on what is no reward: nothing is handed out for them at a till."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.calendar import month
from loyalty.core.decide.order import touch
from loyalty.core.decide.spending import declined

if TYPE_CHECKING:
    from loyalty.core.draft import Decision, Draft


@dataclass(frozen=True, slots=True)
class GiveAway:
    """Spend points of a pot; ``on`` says on what, in the answer. It cannot be undone."""

    fact: str
    pot: str
    points: int
    actor: str
    on: str


def give_away(draft: Draft, command: GiveAway) -> Decision:
    """Decide on giving points away: the soonest-expiring first, and no more than there are."""
    available = draft.account.pot(command.pot).available
    if command.points < 1:
        raise ValueError("one point at least is given")
    if available < command.points:
        return declined(draft, "insufficient_balance", balance=available, price=command.points)
    lots = draft.spend("redeem", command.pot, command.points)
    touch(draft, "redeem", month(draft.now, draft.program.zone))
    answer = {
        "outcome": "given",
        "on": command.on,
        "pot": command.pot,
        "points": command.points,
        "balance": draft.account.balance(command.pot),
        "lots": [list(lot) for lot in lots],
    }
    return draft.close(kind="redeem", fact=command.fact, actor=command.actor, answer=answer)
