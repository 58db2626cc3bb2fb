"""What cards a program's members carry: a handful of each kind, as a designer should see them.

`loyalty.card.samples` draws the extremes, for what a wallet would refuse; these are for the eye.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from loyalty.card.drawing import card
from loyalty.card.samples import LONGEST_NAME, NOW, State, sample_member
from loyalty.core.account import Account, Month, Pot
from loyalty.core.calendar import month
from loyalty.core.tiers import VISIT, falls_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyalty.program.rules import Program

_FAR = int((NOW + timedelta(days=400)).timestamp())
_SOON = int((NOW + timedelta(days=3)).timestamp())
_SHORT_CODE = "K7QM4TWX"
_NAMES = {"ru": "Анна"}


def states(program: Program, levels: Sequence[int] = ()) -> Iterator[State]:
    """Yield every state of the program's cards that looks different.

    ``levels``: balances from which on the design has another picture (`designs.design.balances`).
    """
    for what, account in _accounts(program, levels):
        yield _state(program, what, account)
    longest = "Maximiliana-Theodora " * LONGEST_NAME
    fresh = Account(program.id, "sample")
    yield _state(program, "a name of 60 letters", fresh, longest[:LONGEST_NAME])


def _state(program: Program, what: str, account: Account, name: str | None = None) -> State:
    cards = tuple(
        card(
            program,
            replace(
                sample_member(program),
                first_name=name or _NAMES.get(language, "Anna"),
                short_code=_SHORT_CODE,
            ),
            account,
            NOW,
            language,
        )
        for language in program.languages
    )
    return State(what, cards)


def _accounts(program: Program, levels: Sequence[int]) -> Iterator[tuple[str, Account]]:
    fresh = Account(program.id, "sample")
    yield "new", fresh
    for amount in _amounts(program, levels):
        yield f"{program.pots[0].id}: {amount}", _holding(program, fresh, amount)
    first = max(_amounts(program, levels), default=0)
    if first and any(pot.expiry for pot in program.pots):
        yield "value ends soon", _holding(program, fresh, first, until=_SOON)
    yield from _levels(program, fresh)
    yield "closed", replace(_holding(program, fresh, first), closed=1)


def _holding(program: Program, account: Account, amount: int, until: int = _FAR) -> Account:
    if not program.pots:
        return account
    return replace(account, pots={program.pots[0].id: Pot(((until, amount),))})


def _amounts(program: Program, levels: Sequence[int]) -> list[int]:
    """Return what the first pot may hold: each state of the design, each reward, and half of it."""
    if not program.pots:
        return []
    pot = program.pots[0].id
    prices = [reward.price for reward in program.rewards if reward.pot == pot]
    halves = [price // 2 for price in prices if price > 1]
    return sorted({amount for amount in (*levels, *prices, *halves) if amount} or {120})


def _levels(program: Program, fresh: Account) -> Iterator[tuple[str, Account]]:
    tiers = program.tiers
    this = month(NOW, program.zone)
    for number, level in enumerate(tiers.levels if tiers else ()):
        earned = Month(level.spend or 0, level.visits or 0, level.points or 0)
        account = replace(
            fresh,
            level=number,
            months={this: earned},
            spend=earned.spend,
            visits=earned.visits,
            earned=earned.earned,
            counters={VISIT: (this, Fraction(earned.visits))},
        )
        if number:
            yield f"level {level.id}", account
        if tiers and number and tiers.down != "never":
            falling = replace(account, deadline=_SOON, months={})
            if falls_at(program, falling):
                yield f"level {level.id}, about to fall", falling
