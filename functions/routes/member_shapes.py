"""How /v1 tells where a member stands."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from functions.http.shapes import Asked, Told
from loyalty.core.calendar import at, local
from loyalty.languages import Language  # noqa: TC001 - the same

if TYPE_CHECKING:
    from loyalty.ledger.standing import Standing
    from loyalty.program.rules import Program

Points = Annotated[int, Field(description="Whole points, stamps or visits of the pot.")]
Minor = Annotated[int, Field(description="Minor units of the program's currency.")]


class LanguageAsked(Asked):
    """In which language sentences are said."""

    language: Annotated[
        Language | None,
        Field(description="Of sentences; else the member's own, or the program's first."),
    ] = None


class PotTold(Told):
    """What a member has of one pot."""

    pot: str
    name: str
    balance: Annotated[int, Field(description="available + held")]
    available: Annotated[int, Field(description="Can be spent now.")]
    held: Annotated[int, Field(description="Reserved by an open hold.")]
    pending: Annotated[int, Field(description="Not active yet.")]
    owed: Annotated[int, Field(description="Owed after a refund of what was spent.")]


class LevelTold(Told):
    """The level of a member."""

    id: str
    name: str


class RewardTold(Told):
    """A reward, and what it still takes."""

    id: str
    name: str
    pot: str
    price: Points
    ready: Annotated[bool, Field(description="It can be had now.")]
    missing: Points


class ExpiringTold(Told):
    """What ends soon."""

    pot: str
    points: Points
    last_day: Annotated[date, Field(description="In the program's zone.")]


class MemberTold(Told):
    """Where a member stands now."""

    member_id: str
    first_name: str
    language: Annotated[Language, Field(description="Of the sentences here.")]
    pots: list[PotTold]
    level: LevelTold | None
    discount: Annotated[int, Field(description="Off every bill now, basis points: 500 is 5 %.")]
    rewards: list[RewardTold]
    expiring: ExpiringTold | None
    says: Annotated[list[str], Field(description="What can be read aloud at the counter.")]
    paused: Annotated[bool, Field(description="The card neither earns nor pays.")]


ANN = {
    "member_id": "0c5a3b0f5d9c4c0f9f3f6f1f2b7d8e90",
    "first_name": "Ann",
    "language": "en",
    "pots": [
        {
            "pot": "points", "name": "Points", "balance": 225, "available": 225, "held": 0,
            "pending": 0, "owed": 0,
        }
    ],
    "level": None,
    "discount": 0,
    "rewards": [
        {
            "id": "free-coffee", "name": "Free coffee", "pot": "points", "price": 100,
            "ready": True, "missing": 0,
        }
    ],
    "expiring": None,
    "says": ["Ready: Free coffee"],
    "paused": False,
}  # fmt: skip
"""A member in examples."""

ANN_CODE = "1.A.ABCDEFGHIJKLMNOP.ABCDEFGHIJKLMNOP"
"""Her card's code."""


def told(standing: Standing, program: Program) -> MemberTold:
    """Return where a member stands, as /v1 tells it."""
    ends = standing.expiring
    return MemberTold(
        member_id=standing.member,
        first_name=standing.first_name,
        language=standing.language,
        pots=[
            PotTold(
                pot=one.pot,
                name=one.name,
                balance=one.balance,
                available=one.available,
                held=one.held,
                pending=one.pending,
                owed=one.owed,
            )
            for one in standing.pots
        ],
        level=LevelTold(id=standing.level[0], name=standing.level[1]) if standing.level else None,
        discount=standing.discount,
        rewards=[
            RewardTold(
                id=one.reward,
                name=one.name,
                pot=one.pot,
                price=one.price,
                ready=one.ready,
                missing=one.missing,
            )
            for one in standing.rewards
        ],
        expiring=ExpiringTold(
            # From that second on it is gone: the day before is its last.
            pot=ends[0],
            points=ends[1],
            last_day=local(at(ends[2] - 1), program.zone).date(),
        )
        if ends
        else None,
        says=list(standing.says),
        paused=standing.paused,
    )
