"""/v1/simulations: a program tried on what was sold, before it costs money."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.wiring import moving, queues
from loyalty.refusals import FieldRefusal, Refusal

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Simulations", "others")

SECONDS = 900
"""How long a signed address is good."""
LARGEST_BODY = 200_000
_LOST = 900
"""Seconds after which a run that has not ended is begun again by whoever asks the same."""
_ID = "4f1c0e6a4f4b5f0e8f7a1d1e2b3c4d5e"
_SIMULATION = {
    "simulation": Name(r"[0-9a-f]{32}", "As it was told when it was made, or of one's own.", _ID)
}
_URL = f"https://bucket.s3.example.com/simulations/coffee/{_ID}/file?X-Amz-Signature=…"
_DAY = r"^\d{4}-\d{2}-\d{2}$"

Amounts = dict[str, int]


class SimulationSent(Sent):
    """What is tried, on which sales, and what no sale says.

    Without a program the present one is tried, beside the templates that are most like it.
    """

    sales: Annotated[
        Literal["orders", "file"],
        Field(description="The orders that are kept, or a file of the till's that was put there."),
    ] = "orders"
    columns: Annotated[
        dict[str, Annotated[str, Field(max_length=200)]] | None,
        Field(
            description="Names of the file's columns: `day`, `customer`, `amount`, and `time`, "
            "`receipt`, `total`, `discount`, `item`, `category`, `quantity`, `status`. "
            "Guessed where none are named."
        ),
    ] = None
    program: Annotated[
        dict[str, Any] | None, Field(description="A whole document, as PUT /v1/program takes it.")
    ] = None
    templates: Annotated[
        bool, Field(description="Also try the ready programs that are most like it.")
    ] = True
    first_day: Annotated[str | None, Field(pattern=_DAY, description="In the program's zone.")] = (
        None
    )
    last_day: Annotated[str | None, Field(pattern=_DAY, description="Included.")] = None
    spends: Annotated[
        bool,
        Field(description="Members spend as soon as they can (the most it costs), or never."),
    ] = True
    margin: Annotated[
        int,
        Field(ge=1, le=10_000, description="Left of the turnover once the goods are paid, in bp."),
    ] = 6_000
    reward_costs: Annotated[
        dict[str, Annotated[int, Field(ge=0, le=10**11)]],
        Field(description="What a reward costs the shop, in minor units, by its id."),
    ] = Field(default_factory=dict)


class SimulationMade(Told):
    """Where a file of sales is put, by one PUT of its bytes, if one is to be tried."""

    id: str
    url: str
    seconds: Annotated[int, Field(description="How long the address is good.")]


class RefusedTold(Told):
    """Why it cannot be tried."""

    pointer: str
    code: str
    detail: str


class RowTold(Told):
    """A row that could not be read, and why; it is left out."""

    line: int
    code: str
    detail: str


class RewardCostTold(Told):
    """How often a reward was had, and what one costs; `assumed`: nobody has said so."""

    reward: str
    count: int
    each: int | None
    assumed: bool


class LevelTold(Told):
    """How many members end on a level."""

    level: str
    members: int


class OutcomeTold(Told):
    """What one program came to. Amounts in minor units, points by pot."""

    which: Literal["proposed", "present", "template"]
    trade: Annotated[str, Field(description="Of a template.")]
    name: dict[str, str]
    members: Annotated[int, Field(description="Customers, each a member from the first sale on.")]
    visits: Annotated[int, Field(description="Sales of theirs that were not wholly paid back.")]
    gross: Annotated[int, Field(description="Turnover after refunds, without the program.")]
    paid: Annotated[int, Field(description="The same with its discounts.")]
    discount: Annotated[int, Field(description="What its discounts came to.")]
    money: Annotated[int, Field(description="What points have paid of bills.")]
    ups: Annotated[int, Field(description="How often a member went up a level.")]
    downs: Annotated[int, Field(description="How often one went down.")]
    issued: Annotated[Amounts, Field(description="Points given, less those taken back.")]
    spent: Amounts
    expired: Amounts
    outstanding: Annotated[Amounts, Field(description="What members have at the end.")]
    owed: Annotated[Amounts, Field(description="What they owe after refunds of spent points.")]
    rewards: list[RewardCostTold]
    levels: list[LevelTold]
    cost: Annotated[
        int, Field(description="Discounts, what points paid, and rewards whose cost is known.")
    ]
    complete: Annotated[
        bool, Field(description="False: a reward was had whose cost is not known; it costs more.")
    ]
    share: Annotated[int | None, Field(description="The cost in basis points of `gross`.")]
    liability: Annotated[
        int | None,
        Field(description="Worth of `outstanding` at most; null where a point has no known worth."),
    ]
    break_even: Annotated[
        int | None,
        Field(
            description="Visits more, in basis points, that pay for it and for themselves: x of "
            "(1 + x)(gross * margin - cost) = gross * margin. Null where none do, or where the "
            "cost of a reward is not known."
        ),
    ]


class MoveTold(Told):
    """How many members would stand on another level than by the present program."""

    present: str
    proposed: str
    members: int


class SimulationTold(Told):
    """How a simulation stands, and what came of it."""

    id: str
    state: Literal["made", "running", "refused", "done"]
    share: Annotated[int, Field(description="How much is done, in hundredths.")]
    refused: list[RefusedTold]
    program: Annotated[
        dict[str, Any] | None, Field(description="The document that is tried, as it was sent.")
    ]
    first_day: Annotated[str | None, Field(description="From which on.")]
    sales: Annotated[
        int, Field(description="Sales of known customers; while it runs, those found so far.")
    ]
    tried: Annotated[int, Field(description="Of these, how many were lived through again.")]
    anonymous: Annotated[int, Field(description="Sales of nobody known: nothing is tried on them.")]
    left_out: Annotated[int, Field(description="Rows that could not be read.")]
    first: Annotated[str | None, Field(description="Instant of the first sale, UTC.")]
    last: str | None
    columns: Annotated[dict[str, str], Field(description="How the file was read.")]
    notes: list[str]
    problems: Annotated[list[RowTold], Field(description="The first rows that were left out.")]
    programs: list[OutcomeTold]
    moves: list[MoveTold]
    levels_url: Annotated[
        str | None, Field(description="Who would stand on another level, as a table.")
    ]


_NOTHING: dict[str, Any] = {
    "id": _ID,
    "state": "made",
    "share": 0,
    "refused": [],
    "program": None,
    "first_day": None,
    "sales": 0,
    "tried": 0,
    "anonymous": 0,
    "left_out": 0,
    "first": None,
    "last": None,
    "columns": {},
    "notes": [],
    "problems": [],
    "programs": [],
    "moves": [],
    "levels_url": None,
}
_DONE = {
    **_NOTHING,
    "state": "done",
    "share": 100,
    "sales": 2,
    "tried": 2,
    "first": "2026-03-01T08:30:00Z",
    "last": "2026-03-02T09:05:00Z",
    "programs": [
        {
            "which": "present",
            "trade": "",
            "name": {"en": "Daily Cup Club"},
            "members": 2,
            "visits": 2,
            "gross": 2050,
            "paid": 2050,
            "discount": 0,
            "money": 0,
            "ups": 0,
            "downs": 0,
            "issued": {"points": 20},
            "spent": {},
            "expired": {},
            "outstanding": {"points": 20},
            "owed": {},
            "rewards": [{"reward": "cup", "count": 0, "each": 150, "assumed": False}],
            "levels": [],
            "cost": 0,
            "complete": True,
            "share": 0,
            "liability": 60,
            "break_even": 0,
        }
    ],
}


@operations.add(
    "POST",
    "/v1/simulations",
    summary="Make a simulation",
    scopes=("owner",),
    answers={
        201: Said(
            SimulationMade,
            "Run it, on the orders that are kept or on a file that is put there.",
            {"made": {"id": _ID, "url": _URL, "seconds": SECONDS}},
        )
    },
)
def make_simulation(call: Call[None, None]) -> Answer:
    """Return a name, and an address to put a file of sales to (CSV or .xlsx, up to 20 MB)."""
    name = moving.new_id()
    moving.write(_folder(call, name), {"state": "made"})
    url = moving.files().address(f"{_folder(call, name)}/file", SECONDS, to_put=True)
    return Answer(SimulationMade(id=name, url=url, seconds=SECONDS), 201)


@operations.add(
    "POST",
    "/v1/simulations/{simulation}/run",
    summary="Run a simulation",
    scopes=("owner",),
    names=_SIMULATION,
    body=SimulationSent,
    largest_body=LARGEST_BODY,
    examples={
        "the present program on what is kept": {"first_day": "2026-01-01"},
        "a file": {
            "sales": "file",
            "columns": {"day": "Date", "customer": "Card", "amount": "Total"},
            "reward_costs": {"cup": 150},
        },
    },
    answers={202: Said(SimulationTold, "It runs.", {"soon": {**_NOTHING, "state": "running"}})},
)
def run_simulation(call: Call[SimulationSent, None]) -> Answer:
    """Let every customer's sales happen again under each program, from the first day on.

    Nothing of the shop changes by it. It may be run again with other columns or another program;
    the same again, while it runs, is the same run. On the orders that are kept, a name of the
    caller's own will do, so that whoever asks the same twice is told of one.
    """
    asked = call.body.model_dump()
    _judge_days(asked)
    standing = moving.read(_folder(call), "standing.json")
    if standing is None and asked["sales"] == "file":
        raise Refusal("not_found", "not_found")
    before = moving.read(_folder(call), "asked.json") or {}
    second = int(call.now.timestamp())
    runs = standing is not None and standing["state"] == "running"
    same = {**before, "begun": None} == {**asked, "begun": None}
    if standing is not None and runs and same and second - before["begun"] < _LOST:
        return Answer(_told(call, standing), 202)
    text = json.dumps({**asked, "begun": second}, ensure_ascii=False)
    moving.files().put(f"{_folder(call)}/asked.json", text.encode())
    moving.write(_folder(call), {"state": "running"})
    name = call.names["simulation"]
    queues.moving_queue().ask(call.key.program, name, "simulate", call.actor, {})
    return Answer(_told(call, {"state": "running"}), 202)


@operations.add(
    "GET",
    "/v1/simulations/{simulation}",
    summary="Look what came of a simulation",
    scopes=("owner",),
    names=_SIMULATION,
    answers={200: Said(SimulationTold, "As it stands.", {"done": _DONE})},
)
def get_simulation(call: Call[None, None]) -> Answer:
    """Return how far it has come, and then each program's outcome; kept for a week."""
    return Answer(_told(call, _standing(call)))


def _judge_days(asked: dict[str, Any]) -> None:
    faults = []
    for name in ("first_day", "last_day"):
        try:
            date.fromisoformat(asked[name] or "2000-01-01")
        except ValueError:
            faults.append(FieldRefusal(f"/{name}", "not_a_day", "There is no such day."))
    first, last = asked["first_day"], asked["last_day"]
    if not faults and first and last and first > last:
        detail = "The last day is before the first."
        faults.append(FieldRefusal("/last_day", "before_the_first", detail))
    if faults:
        raise Refusal("invalid", "invalid_request", fields=faults)


def _folder(call: Call[Any, None], name: str | None = None) -> str:
    return moving.folder("simulations", call.key.program, name or call.names["simulation"])


def _standing(call: Call[Any, None]) -> dict[str, Any]:
    found = moving.read(_folder(call), "standing.json")
    if found is None:
        raise Refusal("not_found", "not_found")
    return found


def _told(call: Call[Any, None], found: dict[str, Any]) -> SimulationTold:
    more = {name: found[name] for name in _NOTHING if name in found}
    asked = moving.read(_folder(call), "asked.json") or {}
    more |= {name: asked.get(name) for name in ("program", "first_day")}
    if found.get("moves"):
        more["levels_url"] = moving.files().address(f"{_folder(call)}/levels.csv", SECONDS)
    return SimulationTold.model_validate({**_NOTHING, **more, "id": call.names["simulation"]})
