"""No sum of an account rises above the largest one; one that is above it may fall."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from loyalty.core.account import NEVER, Account, Hold, Pot
from loyalty.core.bounds import too_large
from loyalty.money import LARGEST_SUM
from tests.support.deciding import FAR

if TYPE_CHECKING:
    from collections.abc import Callable


def pot(**figures: object) -> Callable[[int], Account]:
    """Return an account of whose pot one figure, named None, is the given one."""

    def made(number: int) -> Account:
        found = {name: number if value is None else value for name, value in figures.items()}
        return Account("coffee", "ann", pots={"points": Pot(**found)})  # type: ignore[arg-type]

    return made


def standing(name: str) -> Callable[[int], Account]:
    return lambda number: Account("coffee", "ann", **{name: number})  # type: ignore[arg-type]


def raw(number: int) -> Account:
    return Account("coffee", "ann", caps={"points:day": {1: (Fraction(number), 5)}})


def held(number: int) -> Account:
    hold = Hold((("points", NEVER, number - 2),), FAR)
    pots = {"points": Pot(((NEVER, 1),), ((1, NEVER, 1),))}
    return Account("coffee", "ann", pots=pots, holds={"h": hold})


FIGURES: dict[str, Callable[[int], Account]] = {
    **{name: standing(name) for name in ("spend", "visits", "earned", "referrals")},
    "spendable": lambda number: pot(lots=((NEVER, number),))(0),
    "waiting": lambda number: pot(pending=((1, NEVER, number),))(0),
    "held, with what is spendable and waits": held,
    "owed": pot(debt=None),
    "cut off": lambda number: pot(cut=Fraction(number))(0),
    "summed up under a cap": raw,
}
NOTHING = Account("coffee", "ann")


@pytest.mark.parametrize("name", FIGURES)
def test_no_figure_rises_above_the_largest_sum(name: str) -> None:
    made = FIGURES[name]
    assert not too_large(NOTHING, made(LARGEST_SUM))
    assert too_large(NOTHING, made(LARGEST_SUM + 1))
    assert too_large(made(LARGEST_SUM), made(LARGEST_SUM + 1))
    above = LARGEST_SUM + 10
    assert too_large(made(above), made(above + 1))
    assert not too_large(made(above), made(above))
    assert not too_large(made(above), made(above - 1))


def test_one_that_falls_excuses_no_other_that_rises() -> None:
    above = LARGEST_SUM + 10
    before = Account("coffee", "ann", spend=above, earned=5)
    assert not too_large(before, Account("coffee", "ann", spend=above, earned=LARGEST_SUM))
    assert too_large(before, Account("coffee", "ann", spend=above - 1, earned=LARGEST_SUM + 1))
