"""/v1/campaigns/{campaign}/surprise: what was promised before anybody drew, and what was drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Told
from functions.wiring import environment, surprising

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Campaigns", "others")

_NAMES = {"campaign": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "lucky-cup")}


class DrawnTold(Told):
    """A prize, and how often it was drawn by now."""

    text: dict[str, str]
    pot: str
    points: int
    odds: Annotated[int, Field(description="In ten thousand.")]
    drawn: int


class SurpriseTold(Told):
    """A surprise."""

    prizes: list[DrawnTold]
    nothing: Annotated[int, Field(description="How often nothing was drawn.")]
    rules: Annotated[str, Field(description="One line of text, which the commitment is made of.")]
    commitment: Annotated[str, Field(description="SHA-256 of seed and rules, published before.")]
    seed: Annotated[str | None, Field(description="Null as long as somebody may still draw.")]
    page: Annotated[str, Field(description="Where anybody may look at it.")]


@operations.add(
    "GET",
    "/v1/campaigns/{campaign}/surprise",
    summary="Look at a surprise",
    scopes=("owner",),
    names=_NAMES,
    answers={
        200: Said(
            SurpriseTold,
            "By now.",
            {
                "one": {
                    "prizes": [
                        {
                            "text": {"en": "A cup"}, "pot": "points", "points": 100,
                            "odds": 1_000, "drawn": 12,
                        }
                    ],
                    "nothing": 104, "rules": "coffee lucky-cup 1000:100:points",
                    "commitment": "9f86d081…",
                    "seed": None, "page": "https://cards.example/surprises/coffee/lucky-cup",
                }
            },
        )
    },
    refusals=("no_surprise",),
)  # fmt: skip
def get_surprise(call: Call[None, None]) -> Answer:
    """Return the odds, what was promised of them when the campaign started, and what was drawn.

    Once the campaign has ended its seed is told, here and on the page, and anybody can draw again.
    """
    program, name = call.key.program, call.names["campaign"]
    found = surprising.surprises().published(program, name)
    counts = surprising.surprises().counts(program, name)
    return Answer(
        SurpriseTold(
            prizes=[
                DrawnTold(
                    text=dict(one.names),
                    pot=one.pot,
                    points=one.points,
                    odds=one.odds,
                    drawn=counts.get(place, 0),
                )
                for place, one in enumerate(found.prizes)
            ],
            nothing=counts.get(-1, 0),
            rules=found.rules,
            commitment=found.commitment,
            seed=found.seed,
            page=f"{environment.configuration().base_url}/surprises/{program}/{name}",
        )
    )
