"""A program's cards in every state that looks different, in all languages: to judge and to see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from loyalty.card.drawing import card
from loyalty.core.account import Account, Month, Pot
from loyalty.core.calendar import month
from loyalty.core.member import Member
from loyalty.core.tiers import VISIT, falls_at
from loyalty.program.profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loyalty.card.view import Card
    from loyalty.program.rules import Program, ProgramProfile

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
LONGEST_NAME = 60
"""Characters of a first name, as the join form takes it."""
_MOST = 1_000_000_000
_FAR = int((NOW + timedelta(days=400)).timestamp())


@dataclass(frozen=True, slots=True)
class State:
    """A state of a program's cards: in words, and the card in every language of the program."""

    what: str
    cards: tuple[Card, ...]


def profiles(program: Program) -> list[ProgramProfile]:
    """Return what the program says of itself, in each of its languages."""
    return [profile_of(program, language) for language in program.languages]


def states(program: Program) -> Iterator[State]:
    """Yield every state of the program's cards that looks different, in all its languages."""
    for what, account in _accounts(program):
        member = replace(sample_member(program), first_name="Ж" * LONGEST_NAME)
        cards = tuple(
            card(program, member, account, NOW, language) for language in program.languages
        )
        yield State(what, cards)


def _accounts(program: Program) -> Iterator[tuple[str, Account]]:
    fresh = Account(program.id, "sample")
    yield "of a new member", fresh
    pots = {pot.id: Pot(((_FAR, _MOST),)) for pot in program.pots}
    yield "with the largest balance", replace(fresh, pots=pots)
    soon = int((NOW + timedelta(days=1)).timestamp())
    yield (
        "whose value ends tomorrow",
        replace(fresh, pots={pot.id: Pot(((soon, 1),)) for pot in program.pots}),
    )
    for reward in program.rewards:
        account = replace(fresh, pots={reward.pot: Pot(((_FAR, reward.price),))})
        yield f"with the reward {reward.id!r} ready", account
    tiers = program.tiers
    this = month(NOW, program.zone)
    for number, level in enumerate(tiers.levels if tiers else ()):
        # As if nothing but the last visit counted any more: what keeps the level is told.
        counters = {VISIT: (this, Month().visits + 1)}
        account = replace(fresh, level=number, counters=counters)  # type: ignore[arg-type]
        yield f"of the level {level.id!r}", account
        if tiers and number and tiers.down != "never":
            falling = replace(account, deadline=soon)
            if falls_at(program, falling):
                yield f"of the level {level.id!r}, about to fall", falling
    yield "that is closed", replace(fresh, pots=pots, closed=1)


def sample_member(program: Program) -> Member:
    """Return a member as good as any."""
    return Member(
        program=program.id,
        id="0" * 32,
        serial="0123456789abcdef0123456789abcdef",
        card_code="1.A.AAAABBBBCCCCDDDD.EEEEFFFFGGGGHHHH",
        link_generation=1,
        card_version=0,
        first_name="Anna",
        contact=None,
        birthday=None,
        language=program.languages[0],
        consent_version=program.consent.version,
        marketing_consent_version=None,
        enrolled_at=NOW,
        referrer=None,
    )
