"""/v1/members by when they came last, are due, or slip away."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Asked, Told
from functions.routes.member_search import ListedTold, told
from functions.routes.member_shapes import ANN
from functions.wiring import storage
from loyalty.figures import lists
from loyalty.store import cursor as cursors
from loyalty.store import member_records

if TYPE_CHECKING:
    from functions.http.operations import Call

operations = Operations("Members", "others")

MOST = 50
_POSITION = re.compile(r"[0-9]{1,9}")


class OrderAsked(Asked):
    """In which order members are listed."""

    order: Annotated[
        Literal["last_visit", "due", "slipping"],
        Field(
            description="`last_visit`: who came last, first. `due`: whose next visit is expected "
            "first; without those who are gone. `slipping`: of these, who is away longer than nine "
            "in ten of their own next visits take."
        ),
    ]
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = 20
    cursor: Annotated[
        str, Field(max_length=100, description="Where to go on: `next` of the page before.")
    ] = ""


class ExpectedTold(Told):
    """A member in such a list, and how they are expected."""

    member: ListedTold
    last_visit: str
    due: Annotated[str, Field(description="By that day half of those like this member have come.")]
    early: Annotated[str, Field(description="Between this day and `late` four in five come.")]
    late: str
    week: Annotated[int, Field(description="Chance of a visit within seven days, basis points.")]
    slipping: bool
    gone: Annotated[bool, Field(description="Fewer than one in ten of these comes back.")]
    nudge: Annotated[
        str | None, Field(description="The day to write; null: it has passed, or they come anyway.")
    ]


class ExpectedList(Told):
    """Members in order, as of the beginning of a day. Who has left since is not among them."""

    as_of: str
    members: list[ExpectedTold]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


_LISTED: dict[str, Any] = {
    "member_id": ANN["member_id"], "first_name": "Ann", "joined": "2026-05-04T12:00:00Z",
    "balances": {"points": 225}, "level": None, "visits": 3, "spent": 2250,
    "last_visit": "2026-06-01", "due": "2026-06-08", "paused": False,
    "tags": ["regular"],
}  # fmt: skip


@operations.add(
    "GET",
    "/v1/members",
    summary="List members by when they come",
    scopes=("staff",),
    query=OrderAsked,
    answers={
        200: Said(
            ExpectedList,
            "A page.",
            {
                "ann": {
                    "as_of": "2026-06-04",
                    "members": [
                        {
                            "member": _LISTED, "last_visit": "2026-06-01", "due": "2026-06-08",
                            "early": "2026-06-04", "late": "2026-06-16", "week": 6_100,
                            "slipping": False, "gone": False, "nudge": "2026-06-05",
                        }
                    ],
                    "next": None,
                }
            },
        )
    },
    refusals=("figures_missing", "invalid_cursor"),
)  # fmt: skip
def list_members(call: Call[None, OrderAsked]) -> Answer:
    """List members by their last visit, or by the forecast of their next one.

    The order is that of the last night, or of when figures were worked out since; members are
    shown as they are now. One read of a list's page, and one of its members.
    """
    asked, tables = call.query, storage.tables()
    program = storage.programs().current(call.key.program)
    position = int(cursors.read(asked.cursor, _POSITION)) if asked.cursor else 0
    page = lists.page(tables, program.id, asked.order, position, asked.limit)
    names = [one.member for one in page.members]
    listed = member_records.read_listed(tables, program.id, names)
    shown = told((one for one in listed if not one.account.closed), program, call.now)
    people = {one.member_id: one for one in shown}
    members = [
        ExpectedTold(
            member=people[one.member],
            last_visit=one.last,
            due=one.due,
            early=one.early,
            late=one.late,
            week=one.week,
            slipping=one.slipping,
            gone=one.gone,
            nudge=one.nudge or None,
        )
        for one in page.members
        if one.member in people
    ]
    following = None if page.next is None else cursors.written(str(page.next))
    as_of = date.fromordinal(page.as_of or call.now.toordinal()).isoformat()
    return Answer(ExpectedList(as_of=as_of, members=members, next=following))
