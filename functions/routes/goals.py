"""/v1/goals: what an owner wants figures to be, by when, and how far they have come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.wiring import reading_figures

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Figures", "others")

_GOAL = {"goal": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "regulars")}
_SHOWN: dict[str, Any] = {
    "id": "regulars", "figure": "active", "days": 90, "unit": "members", "main": True,
    "since": "2026-05-04", "start": 398, "target": 450, "by": "2026-12-31",
    "as_of": "2026-06-04", "value": 412, "done": 2_692, "gone": 1_286, "expected": 507,
    "reached": False, "on_pace": True,
}  # fmt: skip


class GoalSent(Sent):
    """A figure as `GET /v1/figures` tells it, by its name and days, and what it is to be."""

    figure: Annotated[str, Field(max_length=40, pattern=r"^[a-z_]*$")]
    days: Annotated[int, Field(ge=0, le=365)]
    target: Annotated[int, Field(ge=0, le=10**12, description="In the figure's unit.")]
    by: Annotated[str, Field(max_length=10, description="A day: `2026-12-31`.")]
    main: Annotated[bool, Field(description="It is the one that you watch: there is one.")] = False


class GoalTold(Told):
    """A goal, and how far it has come."""

    id: str
    figure: str
    days: int
    unit: str
    main: bool
    since: Annotated[str, Field(description="The day on which it was set.")]
    start: Annotated[int, Field(description="What the figure was then.")]
    target: int
    by: str
    as_of: str | None
    value: Annotated[int | None, Field(description="What it is; null where there are too few.")]
    done: Annotated[int | None, Field(description="Of the way, in basis points; may be negative.")]
    gone: Annotated[int | None, Field(description="Of the time, in basis points.")]
    expected: Annotated[
        int | None, Field(description="What it will be on the last day if it goes on like this.")
    ]
    reached: bool | None
    on_pace: Annotated[
        bool | None, Field(description="As much of the way is done as of the time is gone.")
    ]


class GoalList(Told):
    """All goals."""

    goals: list[GoalTold]


class GoneTold(Told):
    """It is no goal any more."""

    id: str


@operations.add(
    "GET",
    "/v1/goals",
    summary="Look how goals stand",
    scopes=("owner",),
    answers={200: Said(GoalList, "All of them.", {"one": {"goals": [_SHOWN]}})},
)
def list_goals(call: Call[None, None]) -> Answer:
    """Return the owner's goals, each with its progress and its pace."""
    found = reading_figures.figures().goals(call.key.program)
    return Answer(GoalList(goals=[GoalTold(**one) for one in found]))


@operations.add(
    "PUT",
    "/v1/goals/{goal}",
    summary="Set a goal",
    scopes=("owner",),
    names=_GOAL,
    body=GoalSent,
    examples={
        "more regulars": {
            "figure": "active", "days": 90, "target": 450, "by": "2026-12-31", "main": True,
        }
    },
    answers={200: Said(GoalTold, "It is set.", {"one": _SHOWN})},
    refusals=("figures_missing", "unknown_figure", "too_many_goals", "busy"),
)  # fmt: skip
def put_goal(call: Call[GoalSent, None]) -> Answer:
    """Say what a figure is to be by a day. Another target of the same figure keeps its beginning.

    A target may be below what the figure is: fewer who slip away.
    """
    sent = call.body
    found = reading_figures.figures().put_goal(
        call.key.program,
        call.names["goal"],
        (sent.figure, sent.days),
        sent.target,
        sent.by,
        call.actor,
        call.now,
        main=sent.main,
    )
    return Answer(GoalTold(**found))


@operations.add(
    "DELETE",
    "/v1/goals/{goal}",
    summary="Take a goal away",
    scopes=("owner",),
    names=_GOAL,
    answers={200: Said(GoneTold, "It is gone.", {"one": {"id": "regulars"}})},
    refusals=("busy",),
)
def remove_goal(call: Call[None, None]) -> Answer:
    """Take a goal away. The figure is told as before."""
    name = call.names["goal"]
    reading_figures.figures().remove_goal(call.key.program, name, call.actor, call.now)
    return Answer(GoneTold(id=name))
