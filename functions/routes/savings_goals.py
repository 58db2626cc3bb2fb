"""/v1/savings-goals: what members save for together, and the groups that do."""

from __future__ import annotations

import re
from datetime import datetime  # noqa: TC003 - read where models are built
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import BY_LANGUAGE, WORDS, Asked, Sent, Told
from functions.routes.member_shapes import ANN
from functions.wiring import saving, storage
from loyalty.core.bought import Counts  # noqa: TC001 - pydantic reads annotations
from loyalty.core.instants import instant
from loyalty.core.saving import MOST_MEMBERS, MOST_PRIZES
from loyalty.ledger.saving_groups import places_of
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.saving_book import KeptGoal

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Campaigns", "others")

_NAMES = {"goal": Name(r"[a-z][a-z0-9-]{0,39}", "A name of your own.", "family-brunch")}
_PRIZE: dict[str, Any] = {
    "text": {"en": "A brunch for all of you: show this at the counter."}, "reward": "brunch",
    "to": "one",
}  # fmt: skip
_SENT: dict[str, Any] = {
    "name": {"en": "Brunch for the family"},
    "text": {"en": "Collect 1,000 points together until the end of June."},
    "counts": "points", "target": 1000, "begins": "2026-05-01T00:00", "ends": "2026-07-01T00:00",
    "most": 6,
    "prizes": [
        {
            "text": {"en": "A brunch, and a cake for the children."}, "pot": "points",
            "points": 300, "who": {"field": "attribute", "of": "children", "at_least": 3},
        },
        _PRIZE,
    ],
}  # fmt: skip
_TOLD: dict[str, Any] = {
    "pot": None, "points": None, "reward": None, "coupon": None, "who": {"all": []},
    "fit": "any", "smallest": 1, "largest": MOST_MEMBERS, "to": "each",
    "cost": None,
}  # fmt: skip
_SHOWN: dict[str, Any] = {
    "id": "family-brunch", "version": 1, **_SENT, "least": 2, "open": True,
    "audience": {"all": []}, "prizes": [{**_TOLD, **one} for one in _SENT["prizes"]],
    "groups": None, "budget": None, "places": None, "taken": 3,
}  # fmt: skip
_GROUPS: dict[str, Any] = {
    "groups": [
        {
            "id": "k3fq7mzp2abc", "members": [ANN["member_id"], "b2" * 16], "amount": 620,
            "percent": 62, "reached": None, "prize": None,
        }
    ],
    "next": None,
}  # fmt: skip
_VERSION = re.compile(r'"(0|[1-9][0-9]{0,8})"')

Names = dict[str, Annotated[str, Field(min_length=1, max_length=60), WORDS]]
Texts = dict[str, Annotated[str, Field(min_length=1, max_length=500), WORDS]]
Conditions = Annotated[
    dict[str, Any], Field(description="Conditions as of a segment; `{all: []}` is everybody.")
]
Members = Annotated[int, Field(ge=1, le=MOST_MEMBERS)]
Moment = Annotated[str, Field(max_length=25, description="Local time of the program.")]


def _everybody() -> dict[str, Any]:
    return {"all": []}


class PrizeSent(Sent):
    """What a group is given, if it is one of these. The first that fits is theirs."""

    text: Annotated[Texts, Field(description="Said on their cards; a code as {coupon}.")]
    pot: Annotated[str | None, Field(max_length=40, description="Of `points`.")] = None
    points: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    reward: Annotated[str | None, Field(max_length=40, description="Its price is given.")] = None
    coupon: Annotated[str | None, Field(max_length=40, description="Whose code is handed out.")] = (
        None
    )
    who: Annotated[Conditions, Field(default_factory=_everybody)]
    fit: Annotated[
        Literal["any", "all"], Field(description="Whether one member fits `who`, or all do.")
    ] = "any"
    smallest: Annotated[Members, Field(description="Members of the group, at least.")] = 1
    largest: Annotated[Members, Field(description="At most.")] = MOST_MEMBERS
    to: Annotated[
        Literal["each", "one"],
        Field(description="Each member gets it, or who has been in the group longest."),
    ] = "each"
    cost: Annotated[
        int | None,
        Field(ge=0, le=10**9, description="Minor units each time; what the points are worth where "
              "bills are paid with them, if not said."),
    ] = None  # fmt: skip


class GoalSent(Sent):
    """A goal."""

    name: Annotated[Names, Field(description=BY_LANGUAGE)]
    text: Annotated[Texts, Field(description="What it is about, by language.")]
    counts: Annotated[
        Counts, Field(description="Points that purchases earn, visits, or money (minor units).")
    ]
    target: Annotated[int, Field(ge=1, le=10**12, description="Of all members together.")]
    begins: Moment
    ends: Annotated[Moment, Field(description="What is bought before that counts.")]
    least: Annotated[Members, Field(description="Members without whom it is not reached.")] = 2
    most: Annotated[Members, Field(description="Members of a group.")] = 6
    audience: Annotated[
        Conditions,
        Field(default_factory=_everybody, description="Who may begin or join a group."),
    ]
    prizes: Annotated[
        list[PrizeSent],
        Field(min_length=1, max_length=MOST_PRIZES, description="The last one is for everybody."),
    ]
    open: Annotated[bool, Field(description="Whether groups can be begun and joined.")] = True
    groups: Annotated[
        int | None,
        Field(ge=1, le=1_000_000, description="So many may begin; any number if not said."),
    ] = None
    budget: Annotated[
        int | None,
        Field(ge=1, le=10**12, description="Minor units: as many groups may begin as it pays the "
              "dearest prize of."),
    ] = None  # fmt: skip


class PrizeTold(Told):
    """What a group is given."""

    text: dict[str, str]
    pot: str | None
    points: int | None
    reward: str | None
    coupon: str | None
    who: dict[str, Any]
    fit: Literal["any", "all"]
    smallest: int
    largest: int
    to: Literal["each", "one"]
    cost: int | None = None


class GoalTold(Told):
    """A goal."""

    id: str
    version: int
    name: dict[str, str]
    text: dict[str, str]
    counts: Counts
    target: int
    begins: str
    ends: str
    least: int
    most: int
    audience: dict[str, Any]
    prizes: list[PrizeTold]
    open: bool
    groups: int | None = None
    budget: int | None = None
    places: Annotated[int | None, Field(description="Groups that may begin; null: any number.")]
    taken: Annotated[
        int, Field(description="Groups that have begun, without those that everybody has left.")
    ]


class GoalList(Told):
    """All goals."""

    goals: list[GoalTold]


class GroupTold(Told):
    """A group, as it was counted last."""

    id: str
    members: Annotated[list[str], Field(description="Who was there first in front.")]
    amount: Annotated[int, Field(description="What they, and those who left, have brought.")]
    percent: int
    reached: datetime | None
    prize: Annotated[int | None, Field(description="Which one it is given, from 0.")]


class GroupList(Told):
    """Groups of a goal, by id."""

    groups: list[GroupTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


class GroupsAsked(Asked):
    """Which groups."""

    limit: Annotated[int, Field(ge=1, le=50, description="At most so many.")] = 50
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


@operations.add(
    "GET",
    "/v1/savings-goals",
    summary="List what members save for together",
    scopes=("owner",),
    answers={200: Said(GoalList, "All of them.", {"one": {"goals": [_SHOWN]}})},
)
def list_savings_goals(call: Call[None, None]) -> Answer:
    """Return all goals that members save for together."""
    found = saving.savings().all(call.key.program)
    return Answer(GoalList(goals=[_told(call.key.program, one) for one in found]))


@operations.add(
    "GET",
    "/v1/savings-goals/{goal}",
    summary="Show what members save for together",
    scopes=("owner",),
    names=_NAMES,
    answers={200: Said(GoalTold, "By now.", {"one": _SHOWN})},
    refusals=("savings_goal_not_found",),
)
def show_savings_goal(call: Call[None, None]) -> Answer:
    """Return a goal. Its ETag is what a change of it has to name."""
    return _answer(call, saving.savings().one(call.key.program, call.names["goal"]))


@operations.add(
    "PUT",
    "/v1/savings-goals/{goal}",
    summary="Say what members may save for together",
    scopes=("owner",),
    names=_NAMES,
    body=GoalSent,
    guarded=True,
    examples={"a family's brunch": _SENT},
    answers={200: Said(GoalTold, "Cards' pages offer it, if it is open.", {"one": _SHOWN})},
    refusals=("invalid_savings_goal", "too_many_savings_goals", "savings_goal_begun"),
)
def put_savings_goal(call: Call[GoalSent, None]) -> Answer:
    """Name a goal, or change one: once groups have begun, its words, size, `open` and places alone.

    If-Match is the ETag of the goal, or `"0"` for one that is not there yet. What counts is read
    off the purchases that members make after they have joined; refunds take it back until the goal
    is reached. What a group is given costs you for each group: `groups` or `budget` say how many
    may begin. A group that has begun keeps its place, and is given what was promised.
    """
    match = _VERSION.fullmatch(call.seen)
    if match is None:
        raise changed_meanwhile()
    sent = KeptGoal(call.names["goal"], call.body.model_dump(), int(match[1]))
    return _answer(call, saving.savings().put(call.key.program, sent, call.actor, call.now))


@operations.add(
    "GET",
    "/v1/savings-goals/{goal}/groups",
    summary="List groups that save together",
    scopes=("owner",),
    names=_NAMES,
    query=GroupsAsked,
    answers={200: Said(GroupList, "A page.", {"one": _GROUPS})},
    refusals=("savings_goal_not_found", "invalid_cursor"),
)
def list_savings_groups(call: Call[None, GroupsAsked]) -> Answer:
    """Return the groups of a goal, and how far each has come."""
    asked = call.query
    goal, found, following = saving.savings().groups(
        call.key.program, call.names["goal"], asked.cursor, asked.limit
    )
    groups = [
        GroupTold(
            id=one.id,
            members=[part.member for part in one.parts],
            amount=one.amount,
            percent=one.percent(goal),
            reached=instant(one.reached) if one.reached else None,
            prize=one.prize if one.reached else None,
        )
        for one in found
    ]
    return Answer(GroupList(groups=groups, next=following))


def _answer(call: Call[Any, Any], found: KeptGoal) -> Answer:
    return Answer(_told(call.key.program, found), tag=f'"{found.version}"')


def _told(program: str, found: KeptGoal) -> GoalTold:
    zone = ZoneInfo(storage.programs().current(program).zone)
    document = dict(found.document)
    for name in ("begins", "ends"):
        local = instant(document[name] * 1_000_000).astimezone(zone).replace(tzinfo=None)
        document[name] = local.isoformat(timespec="seconds" if local.second else "minutes")
    return GoalTold(
        id=found.id,
        version=found.version,
        places=places_of(document) or None,
        taken=saving.savings().taken(program, found.id),
        **document,
    )
