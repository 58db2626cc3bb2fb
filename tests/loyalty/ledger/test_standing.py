"""What a till is told of a member, and what its receipt says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from loyalty.card.samples import sample_member
from loyalty.core.account import Account, Pot
from loyalty.ledger.standing import Movement, receipt, standing
from tests.support.world import shipped

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
FAR = int(datetime(2027, 6, 15, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("name", "language", "says"),
    [
        # As the card and the program say it: cashback is money, never points.
        ("cashback", "en", ["€1.25 earned", "Cashback: €25.50"]),
        ("cashback", "ru", ["Начислено: 1,25 €", "Кэшбэк: 25,50 €"]),
        ("coffee", "en", ["125 points earned", "Points: 2,550"]),
    ],
)
def test_a_receipt_says_what_the_card_says(name: str, language: str, says: list[str]) -> None:
    program = shipped(name)
    pot = program.pots[0].id
    account = replace(Account(program.id, "sample"), pots={pot: Pot(((FAR, 2550),))})
    now = standing(program, sample_member(program), account, NOW, language)
    lines = receipt(program, now, (Movement(pot, 125, 0),)).splitlines()
    plain = [line.replace("\u00a0", " ").replace("\u202f", " ") for line in lines]
    assert plain[:2] == says
