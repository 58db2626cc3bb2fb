"""/v1/figures/nps: how many would recommend the shop, and how far that number can be off."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Asked, Told
from functions.wiring import reading_figures, storage
from loyalty.languages import Language, spoken

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.figures.recommending import Promoters

operations = Operations("Figures", "others")


class ScoreAsked(Asked):
    """Of which days, told by what, and of which campaign's question."""

    first: Annotated[
        str,
        Field(description="In the program's zone; thirty days if not named.", max_length=10),
    ] = ""
    last: Annotated[str, Field(description="Included; yesterday if not named.", max_length=10)] = ""
    by: Annotated[str, Field(max_length=40, description="`location`, or the whole shop.")] = ""
    campaign: Annotated[str, Field(max_length=40, description="Of all of them if not named.")] = ""
    language: Annotated[
        Language | None, Field(description="Any of ours; else the program's first one.")
    ] = None


class PromotersTold(Told):
    """A net promoter score with its interval, which holds in 95 of 100 cases."""

    value: Annotated[str, Field(description="A location; empty: unknown, or all.")]
    score: Annotated[int | None, Field(description="From -100 to 100; null where too few.")]
    low: int | None
    high: int | None
    n: Annotated[int, Field(description="Answers that it rests on.")]
    members: int
    promoters: Annotated[int, Field(description="Who answered 9 or 10.")]
    passives: int
    detractors: Annotated[int, Field(description="Who answered 0 to 6.")]
    missing: Annotated[
        Literal["too_few"] | None, Field(description="Of fewer than thirty members.")
    ]

    @classmethod
    def of(cls, value: str, found: Promoters) -> PromotersTold:
        """Return what is told of a score."""
        return cls(
            value=value,
            score=found.value,
            low=found.low,
            high=found.high,
            n=found.n,
            members=found.members,
            promoters=found.promoters,
            passives=found.passives,
            detractors=found.detractors,
            missing="too_few" if found.missing else None,
        )


class ScoresTold(Told):
    """The score of some days."""

    first: str
    last: str
    as_of: Annotated[datetime, Field(description="Answers can be changed for a day.")]
    definition: str
    by: str
    groups: list[PromotersTold]


_ONE: dict[str, Any] = {
    "value": "", "score": 51, "low": 35, "high": 67, "n": 84, "members": 80, "promoters": 53,
    "passives": 21, "detractors": 10, "missing": None,
}  # fmt: skip


@operations.add(
    "GET",
    "/v1/figures/nps",
    summary="Look at the net promoter score",
    scopes=("owner",),
    query=ScoreAsked,
    answers={
        200: Said(
            ScoresTold,
            "As it is now.",
            {
                "one": {
                    "first": "2026-04-04", "last": "2026-05-03", "as_of": "2026-05-04T12:00:00Z",
                    "definition": "Promoters (9 or 10) less detractors (0 to 6) in a hundred.",
                    "by": "", "groups": [_ONE],
                }
            },
        )
    },
)  # fmt: skip
def get_promoters(call: Call[None, ScoreAsked]) -> Answer:
    """Return promoters less detractors in a hundred answers, of the shop or of each location.

    Where two intervals overlap, nothing has been shown to change.
    """
    asked = call.query
    program = storage.programs().current(call.key.program)
    language = asked.language or program.languages[0]
    found = reading_figures.figures().promoters(
        program.id, asked.first, asked.last, asked.by, asked.campaign, call.now
    )
    groups = [PromotersTold.of(value, one) for value, one in found.pop("groups")]
    # A sentence without parts: what fills sentences costs owners' other routes a slower start.
    means = spoken(language).PHRASES["figure.nps.days"]
    return Answer(ScoresTold(**found, definition=means, groups=groups))
