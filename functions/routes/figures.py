"""/v1/figures: what an owner sees of their shop, each number with what it means and rests on."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Asked, Told
from functions.wiring import moving, reading_figures, storage, work_out_figures
from loyalty.languages import Language  # noqa: TC001 - pydantic reads it
from loyalty.sheets import safe_csv

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Figures", "others")

SECONDS = 900
"""How long a signed address is good."""

Unit = Literal[
    "members", "visits", "sales", "basis_points", "hundredths", "minor_units", "points", "cards"
]
Day = Annotated[str, Field(description="In the program's zone.", examples=["2026-05-04"])]
_BY = Field(
    description="`location`, `level`, `age`, or an attribute's id; nothing for the whole shop.",
    max_length=40,
)
_FIRST = Field(description="In the program's zone; thirty days if not named.", max_length=10)
_LAST = Field(description="Included; yesterday if not named.", max_length=10)


class PartAsked(Asked):
    """Which part of the shop, and in which language figures are explained."""

    by: Annotated[str, _BY] = ""
    language: Annotated[
        Language | None, Field(description="Any of ours; else the program's first one.")
    ] = None


class DaysAsked(Asked):
    """Of which days, and of which part of the shop."""

    first: Annotated[str, _FIRST] = ""
    last: Annotated[str, _LAST] = ""
    by: Annotated[str, _BY] = ""


class SpanAsked(Asked):
    """Of which days."""

    first: Annotated[str, _FIRST] = ""
    last: Annotated[str, _LAST] = ""


class FigureTold(Told):
    """A figure."""

    name: str
    days: Annotated[int, Field(description="Of its window, up to `as_of`; 0 where it has none.")]
    unit: Unit
    value: Annotated[int | None, Field(description="Null where it is `missing`.")]
    n: Annotated[int, Field(description="Members, visits or sales that it rests on.")]
    missing: Annotated[
        Literal["too_few", "not_over", "never_asked"] | None,
        Field(description="`too_few`: of so few it says nothing."),
    ]
    previous: Annotated[int | None, Field(description="The same of the window before.")]
    definition: str
    low: Annotated[
        int | None,
        Field(description="With `high`: the interval of `nps`, true in 95 of 100 cases."),
    ] = None
    high: int | None = None


class PartTold(Told):
    """Figures of the shop, or of a part of it."""

    value: Annotated[
        str, Field(description="A location, level, age band or value; empty: unknown, or all.")
    ]
    figures: list[FigureTold]


class ExpectedTold(Told):
    """Between how many members come in the next week, in nineteen of twenty weeks."""

    low: int
    high: int


class FiguresTold(Told):
    """All figures as they were worked out last."""

    as_of: Annotated[Day, Field(description="Up to whose beginning they are true.")]
    worked_out: datetime
    currency: str
    by: str
    groups: list[PartTold]
    expected: ExpectedTold


class DayTold(Told):
    """What was counted of a day."""

    day: Day
    value: str
    sales: int
    member_sales: int
    net: Annotated[int, Field(description="Minor units, after refunds, before tips.")]
    member_net: int
    visits: int
    new: Annotated[int, Field(description="Members who came for the first time ever.")]
    joined: int
    put_into_apple: Annotated[
        int, Field(description="Cards put into Apple Wallet: phones that began to hear of one.")
    ]
    taken_from_apple: Annotated[int, Field(description="Phones that ended that, or are gone.")]
    put_into_google: Annotated[int, Field(description="Saves that Google Wallet has reported.")]
    taken_from_google: int
    changed: Annotated[
        str | None,
        Field(description="The day on which these numbers last became others, told before."),
    ]


class DaysTold(Told):
    """Days, each part's apart. Days on which nothing was are left out."""

    as_of: Day
    days: list[DayTold]


class PointsDayTold(Told):
    """What was done with a pot's points on a day."""

    day: Day
    pot: str
    given: Annotated[int, Field(description="Less what refunds have taken back.")]
    used: int
    expired: int
    by_staff: Annotated[int, Field(description="Gifts and adjustments; gifts are in `given`.")]


class PointsTold(Told):
    """Points by day."""

    as_of: Day
    days: list[PointsDayTold]


class CohortTold(Told):
    """Members whose first visit was in a month, and which share of them came in each later one."""

    month: str
    size: int
    shares: Annotated[list[int | None], Field(description="Basis points; null: see `missing`.")]
    missing: list[Literal["too_few", "not_over"] | None]


class CohortsTold(Told):
    """Twelve months."""

    as_of: Day
    cohorts: list[CohortTold]


class GroupTold(Told):
    """How many members are in one of eleven groups, and which of five an owner sees."""

    group: str
    shown: Literal["regulars", "new", "occasional", "slipping_away", "gone"]
    members: int


class JoinedTold(Told):
    """How many members joined at a location, by a link that the shop has called so."""

    location: str
    source: str
    members: int
    last_30_days: int


class GroupsTold(Told):
    """Members in groups, by how often they come, and by where they joined."""

    as_of: Day
    groups: list[GroupTold]
    often: Annotated[
        list[dict[str, int | None]],
        Field(description="`members` who came `from` to `to` times in a year; null: and more."),
    ]
    joining: list[JoinedTold]


class OwingPotTold(Told):
    """What members have of one pot. Amounts of money are null where its points pay no bill."""

    pot: str
    by_month: Annotated[
        dict[str, int], Field(description="Points by the month in which they end; `` never.")
    ]
    points: int
    expected_low: Annotated[int, Field(description="So many at least are expected to be used.")]
    expected_high: int
    money: int | None
    money_low: int | None
    money_high: int | None
    lots: Annotated[int, Field(description="How often points were given: what it rests on.")]
    expired: Annotated[int, Field(description="Points that ended in the last thirty days.")]


class OwingTold(Told):
    """What is owed to members. Whether that is a liability is for the accountant to say."""

    as_of: Day
    pots: list[OwingPotTold]


class LooksTold(Told):
    """How somebody looked for cards, and what they were refused."""

    scans: Annotated[int, Field(description="How often they looked for a card, by its code.")] = 0
    refused: Annotated[int, Field(description="Of these, how often there was none.")] = 0
    why: Annotated[
        dict[str, int],
        Field(description="Refused ones by the refusal's code.", default_factory=dict),
    ]
    without_sale: Annotated[
        int,
        Field(
            description="Cards found with no sale of theirs within two hours, and nothing given "
            "or spent on that day."
        ),
    ] = 0
    declined: Annotated[
        int, Field(description="How often they asked to spend or to give, and were refused.")
    ] = 0
    reasons: Annotated[
        dict[str, int],
        Field(description="These by the answer's reason.", default_factory=dict),
    ]


class StaffRowTold(LooksTold):
    """What one key or person has given in thirty days."""

    who: str
    gifts: int
    adjustments: int
    points: int
    points_before: Annotated[int, Field(description="In the thirty days before.")]
    money: int | None
    members: Annotated[int, Field(description="How many members had gifts.")]
    look: Annotated[
        bool, Field(description="One member had more than two fifths of five gifts or more.")
    ]


class ShiftTold(LooksTold):
    """What one key or person did on one day of the program's zone: a shift, as limits have it."""

    day: Day
    who: str
    gifts: int
    adjustments: int
    points: int
    money: int | None


class OftenADayTold(Told):
    """A member with more than five sales on a day."""

    member_id: str
    day: Day
    sales: int


class StaffTold(Told):
    """What staff gave, and what somebody should look at. Of the last thirty days."""

    as_of: Day
    rows: list[StaffRowTold]
    share: Annotated[int | None, Field(description="Their worth in basis points of net sales.")]
    often: list[OftenADayTold]
    while_closed: Annotated[
        dict[str, int], Field(description="Sales outside of opening hours, by location.")
    ]
    shifts: Annotated[
        list[ShiftTold],
        Field(description="The same by day, the last day first.", default_factory=list),
    ]


class TodayRowTold(Told):
    """What was sold at a location today."""

    location: str
    sales: int
    member_sales: int
    net: int
    member_net: int
    visits: int


class TodayTold(Told):
    """Today so far."""

    day: Day
    locations: list[TodayRowTold]
    cards: Annotated[
        dict[str, int],
        Field(description="Put into wallets, and taken out of them, as `/v1/figures/days` says."),
    ]
    usual_today: Annotated[
        int | None,
        Field(
            description="Visits by this time of the day, on average of the same days of the four "
            "weeks before; null where none is known whole."
        ),
    ]
    usual_week: Annotated[
        int | None, Field(description="The same from Monday to this time of the week.")
    ]


class TableTold(Told):
    """Where a table lies as a file, for a while."""

    url: str
    seconds: int


class AskedTold(Told):
    """They are being worked out; look again in a while."""

    asked: bool


_DAY = "2026-05-04"
_FIGURE: dict[str, Any] = {
    "name": "active", "days": 90, "unit": "members", "value": 412, "n": 412, "missing": None,
    "previous": 398, "definition": "Members who came at least once in the days before.",
    "low": None, "high": None,
}  # fmt: skip
_COUNTED: dict[str, Any] = {
    "day": "2026-05-03", "value": "", "sales": 61, "member_sales": 40, "net": 51_200,
    "member_net": 36_150, "visits": 38, "new": 2, "joined": 3, "put_into_apple": 2,
    "taken_from_apple": 0, "put_into_google": 1, "taken_from_google": 0, "changed": None,
}  # fmt: skip
_MISSING = ("figures_missing",)


@operations.add(
    "GET",
    "/v1/figures",
    summary="Look at the figures",
    scopes=("owner",),
    query=PartAsked,
    answers={
        200: Said(
            FiguresTold,
            "As they were worked out last, every night or when asked for.",
            {
                "one": {
                    "as_of": _DAY, "worked_out": "2026-05-04T02:01:00Z", "currency": "USD",
                    "by": "", "groups": [{"value": "", "figures": [_FIGURE]}],
                    "expected": {"low": 160, "high": 201},
                }
            },
        )
    },
    refusals=_MISSING,
)  # fmt: skip
def get_figures(call: Call[None, PartAsked]) -> Answer:
    """Return all figures of the shop, or of each part of it, with the window before beside them.

    A sale is an order that is paid and not fully refunded; a visit is one or more sales of one
    member at one location on one local day. Sales of whoever has left are sales of nobody known.
    """
    program = storage.programs().current(call.key.program)
    language = call.query.language or program.languages[0]
    found = reading_figures.figures().summary(program.id, call.query.by, language)
    found["worked_out"] = datetime.fromtimestamp(found["worked_out"], UTC)
    return Answer(FiguresTold(**found, currency=program.currency))


@operations.add(
    "GET",
    "/v1/figures/today",
    summary="Look at today",
    scopes=("owner",),
    answers={
        200: Said(
            TodayTold,
            "So far.",
            {
                "one": {
                    "day": _DAY,
                    "locations": [
                        {
                            "location": "main-street", "sales": 12, "member_sales": 8,
                            "net": 9_100, "member_net": 7_000, "visits": 8,
                        }
                    ],
                    "cards": {
                        "put_into_apple": 2, "taken_from_apple": 0,
                        "put_into_google": 1, "taken_from_google": 0,
                    },
                    "usual_today": 9, "usual_week": 9,
                }
            },
        )
    },
)  # fmt: skip
def get_today(call: Call[None, None]) -> Answer:
    """Return what was sold today so far, location by location; seconds old, not a night."""
    return Answer(TodayTold(**reading_figures.figures().today(call.key.program, call.now)))


@operations.add(
    "GET",
    "/v1/figures/days",
    summary="Look at days",
    scopes=("owner",),
    query=DaysAsked,
    answers={200: Said(DaysTold, "In their order.", {"one": {"as_of": _DAY, "days": [_COUNTED]}})},
    refusals=_MISSING,
)
def list_days(call: Call[None, DaysAsked]) -> Answer:
    """Return what was counted of each day, up to 400 at once.

    Late refunds, claims and departures change past days: `changed` says when they last did.
    """
    asked = call.query
    found = reading_figures.figures().days(
        call.key.program, asked.first, asked.last, asked.by, call.now
    )
    return Answer(DaysTold(**found))


@operations.add(
    "GET",
    "/v1/figures/points",
    summary="Look at points by day",
    scopes=("owner",),
    query=SpanAsked,
    answers={
        200: Said(
            PointsTold,
            "In their order.",
            {
                "one": {
                    "as_of": _DAY,
                    "days": [
                        {
                            "day": "2026-05-03", "pot": "points", "given": 3_615, "used": 900,
                            "expired": 0, "by_staff": 50,
                        }
                    ],
                }
            },
        )
    },
    refusals=_MISSING,
)  # fmt: skip
def list_points(call: Call[None, SpanAsked]) -> Answer:
    """Return how many points were given, used and lost on each day, pot by pot."""
    asked = call.query
    found = reading_figures.figures().points(call.key.program, asked.first, asked.last, call.now)
    return Answer(PointsTold(**found))


@operations.add(
    "GET",
    "/v1/figures/cohorts",
    summary="Look who came again, month by month",
    scopes=("owner",),
    answers={
        200: Said(
            CohortsTold,
            "The newest last.",
            {
                "one": {
                    "as_of": _DAY,
                    "cohorts": [
                        {
                            "month": "2026-03", "size": 48, "shares": [10_000, 5_416, None],
                            "missing": [None, None, "not_over"],
                        }
                    ],
                }
            },
        )
    },
    refusals=_MISSING,
)  # fmt: skip
def list_cohorts(call: Call[None, None]) -> Answer:
    """Return by month of the first visit which share came in each month after it."""
    chart = reading_figures.figures().chart(call.key.program, "cohorts")
    return Answer(CohortsTold(as_of=_named(chart.as_of), cohorts=chart.data))


@operations.add(
    "GET",
    "/v1/figures/groups",
    summary="Look at groups of members",
    scopes=("owner",),
    answers={
        200: Said(
            GroupsTold,
            "Eleven of them.",
            {
                "one": {
                    "as_of": _DAY,
                    "groups": [{"group": "champions", "shown": "regulars", "members": 41}],
                    "often": [{"from": 1, "to": 1, "members": 120}],
                    "joining": [
                        {
                            "location": "main-street", "source": "window", "members": 300,
                            "last_30_days": 12,
                        }
                    ],
                }
            },
        )
    },
    refusals=_MISSING,
)  # fmt: skip
def list_groups(call: Call[None, None]) -> Answer:
    """Return how many members are in which group: by recency, frequency and money.

    Recency is idle days held against the member's own rhythm. The names are those of Shopify.
    """
    reading = reading_figures.figures()
    found = {name: reading.chart(call.key.program, name) for name in ("groups", "often", "joining")}
    data = {name: chart.data for name, chart in found.items()}
    return Answer(GroupsTold(as_of=_named(found["groups"].as_of), **data))


@operations.add(
    "GET",
    "/v1/figures/owing",
    summary="Look what is owed in points",
    scopes=("owner",),
    answers={
        200: Said(
            OwingTold,
            "Pot by pot.",
            {
                "one": {
                    "as_of": _DAY,
                    "pots": [
                        {
                            "pot": "points", "by_month": {"2027-05": 12_000}, "points": 12_000,
                            "expected_low": 9_600, "expected_high": 9_600, "money": 12_000,
                            "money_low": 9_600, "money_high": 9_600, "lots": 812, "expired": 40,
                        }
                    ],
                }
            },
        )
    },
    refusals=_MISSING,
)  # fmt: skip
def get_owing(call: Call[None, None]) -> Answer:
    """Return what members have, by the month in which it ends, and what of it will be used.

    All that is spendable, pending or held counts; what is expected to be used is estimated by how
    lots of the past were used as they grew older, and is a range where there were few.
    """
    chart = reading_figures.figures().chart(call.key.program, "owing")
    return Answer(OwingTold(as_of=_named(chart.as_of), pots=chart.data))


@operations.add(
    "GET",
    "/v1/figures/staff",
    summary="Look what staff gave",
    scopes=("owner",),
    answers={
        200: Said(
            StaffTold,
            "Of thirty days.",
            {
                "one": {
                    "as_of": _DAY,
                    "rows": [
                        {
                            "who": "key:anna0001", "gifts": 12, "adjustments": 1, "points": 400,
                            "points_before": 350, "money": 400, "members": 10, "look": False,
                        }
                    ],
                    "share": 3, "often": [], "while_closed": {"main-street": 2},
                }
            },
        )
    },
    refusals=_MISSING,
)  # fmt: skip
def get_staff_figures(call: Call[None, None]) -> Answer:
    """Return what each key or person gave members, and what somebody should look at."""
    chart, days = reading_figures.figures().staff(call.key.program)
    shifts = [ShiftTold(**one) for one in days]
    return Answer(StaffTold(as_of=_named(chart.as_of), shifts=shifts, **chart.data))


@operations.add(
    "GET",
    "/v1/figures/tables/{table}",
    summary="Fetch a table as a file",
    scopes=("owner",),
    names={
        "table": Name(
            "summary|days|points|cohorts|groups|owing|staff|shifts|joining", "Which table.", "days"
        )
    },
    answers={
        200: Said(
            TableTold,
            "Fetch it there.",
            {"days": {"url": "https://bucket.s3.example.com/figures/…", "seconds": SECONDS}},
        )
    },
    refusals=_MISSING,
)
def get_table(call: Call[None, None]) -> Answer:
    """Return an address of the table as CSV in UTF-8, for a spreadsheet; no cell is a formula."""
    name, program = call.names["table"], call.key.program
    text = safe_csv.text(reading_figures.figures().table(program, name))
    place = f"{moving.folder('figures', program, 'tables')}/{name}.csv"
    moving.files().put(place, ("\ufeff" + text).encode())
    return Answer(TableTold(url=moving.files().address(place, SECONDS), seconds=SECONDS))


@operations.add(
    "POST",
    "/v1/figures/work-out",
    summary="Work figures out now",
    scopes=("owner",),
    answers={202: Said(AskedTold, "It is being done.", {"one": {"asked": True}})},
)
def work_out(call: Call[None, None]) -> Answer:
    """Let all figures be worked out anew, as every night."""
    work_out_figures.ask(call.key.program)
    return Answer(AskedTold(asked=True), 202)


def _named(day: int) -> str:
    return reading_figures.day_name(day)
