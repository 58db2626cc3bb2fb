"""/v1/members/{member}/outlook: when a member comes next, and what they have ends when."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Told
from functions.routes.staff_acts import MEMBER
from functions.wiring import ledger
from loyalty.campaigns import reading
from loyalty.core.account import NEVER
from loyalty.ledger.books import member_not_found

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.forecast.rhythm import Rhythm
    from loyalty.forecast.standing import Standing

operations = Operations("Members", "others")

_SHOWN: dict[str, Any] = {
    "visits": {
        "last_visit": "2026-06-01", "repeats": 7, "every": 7, "due": "2026-06-08",
        "early": "2026-06-04", "late": "2026-06-16", "slipping": False, "gone": False,
    },
    "lots": [{"pot": "points", "points": 120, "ends_at": "2027-01-01T05:00:00Z"}],
}  # fmt: skip


class VisitsTold(Told):
    """How somebody comes who has come."""

    last_visit: date
    repeats: Annotated[int, Field(description="Further visits so far, those of one day as one.")]
    every: Annotated[int, Field(description="Days in which half of those like this one are back.")]
    due: Annotated[date, Field(description="By that day half of those like this one have come.")]
    early: Annotated[date, Field(description="Between this day and `late` four in five come.")]
    late: date
    slipping: bool
    gone: bool


class LotTold(Told):
    """Value that ends together."""

    pot: str
    points: int
    ends_at: Annotated[datetime | None, Field(description="null: never.")]


class OutlookTold(Told):
    """What is ahead of a member."""

    visits: Annotated[VisitsTold | None, Field(description="null: they have never come.")]
    lots: Annotated[list[LotTold], Field(description="What ends first, first.")]


@operations.add(
    "GET",
    "/v1/members/{member}/outlook",
    summary="Tell when a member comes next, and what ends when",
    scopes=("staff",),
    names=MEMBER,
    answers={200: Said(OutlookTold, "As of now.", {"ann": _SHOWN})},
    refusals=("member_not_found",),
)
def tell_outlook(call: Call[None, None]) -> Answer:
    """Tell when a member is expected, by their own rhythm, and the days on which value ends."""
    books, program = ledger.books(), call.key.program
    asked = reading.asked(books.tables, program)
    found = reading.profiles(books, program, [call.names["member"]], asked, call.now)
    if not found:
        raise member_not_found(call.names["member"])
    [one] = found
    rhythm, standing = one.known.rhythm, one.standing
    visits = _visits(rhythm, standing) if rhythm and standing else None
    lots = [
        LotTold(pot=pot.id, points=points, ends_at=_instant(ends))
        for pot in one.program.pots
        for ends, points in one.account.pot(pot.id).lots
        if points
    ]
    return Answer(OutlookTold(visits=visits, lots=lots))


def _visits(rhythm: Rhythm, standing: Standing) -> VisitsTold:
    return VisitsTold(
        last_visit=date.fromordinal(rhythm.last),
        repeats=rhythm.repeats,
        every=standing.due - rhythm.last,
        due=date.fromordinal(standing.due),
        early=date.fromordinal(standing.early),
        late=date.fromordinal(standing.late),
        slipping=standing.slipping,
        gone=standing.gone,
    )


def _instant(second: int) -> datetime | None:
    return None if second >= NEVER else datetime.fromtimestamp(second, UTC)
