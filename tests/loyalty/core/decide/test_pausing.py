"""What a paused card declines: what earns or spends, and nothing that sets right or goes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from loyalty.core.account import Hold
from loyalty.core.decide import decide
from loyalty.core.decide.grants import Adjust, Grant, Leave, Pause, Receive
from loyalty.core.decide.spending import CaptureHold, PlaceHold, Price, Redeem, ReleaseHold
from tests.support.deciding import FAR, NOON, account, program

if TYPE_CHECKING:
    from loyalty.core.decide import Command

PRICE = Price(points=1)
DECLINED: list[Command] = [
    Redeem("f", PRICE, "k"),
    PlaceHold("f", "other", PRICE, "k"),
    CaptureHold("f", "held", "k"),
    Grant("gift", "f", "points", 1, "k"),
    Leave("transfer", "f", "k", "points", 1),
    Receive("transfer", "f", "k", (("points", 0, FAR, 1),)),
]
TAKEN: list[Command] = [
    ReleaseHold("f", "held", "k"),
    Adjust("f", "points", -1, "k"),
    Leave("close", "f", "k"),
    Receive("merge", "f", "k", (("points", 0, FAR, 1),), account(paused=True)),
    Pause("f", "k", paused=False),
]


def decline(command: Command, *, paused: bool) -> object:
    held = {"held": Hold((("points", FAR, 2),), int(NOON.timestamp()) + 900)}
    standing = account((FAR, 5), holds=held, paused=paused)
    rules = program(points_as_money={"pot": "points", "points": 1, "amount": 1})
    return decide(rules, standing, command, NOON).answer.get("reason")


@pytest.mark.parametrize("command", DECLINED, ids=lambda one: type(one).__name__)
def test_a_paused_card_neither_earns_nor_spends(command: Command) -> None:
    assert decline(command, paused=True) == "membership_paused"
    assert decline(command, paused=False) != "membership_paused"


@pytest.mark.parametrize("command", TAKEN, ids=lambda one: type(one).__name__)
def test_what_sets_right_or_goes_back_goes_on(command: Command) -> None:
    assert decline(command, paused=True) != "membership_paused"


def test_a_decline_says_what_there_is_and_writes_nothing() -> None:
    decision = decide(program(), account((FAR, 5), paused=True), DECLINED[3], NOON)
    assert decision.entry is None
    assert decision.answer == {"outcome": "declined", "reason": "membership_paused"}
