"""/v1/members/search: members as a list, all of them or those who fit."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from functions.http.operations import Answer, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.member_shapes import ANN, ANN_CODE
from functions.wiring import staffing, storage
from loyalty.core.calendar import day
from loyalty.core.double import plain
from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.figures import expected
from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.finding import Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.http.operations import Call
    from loyalty.core.order import Order
    from loyalty.figures.expected import Visits
    from loyalty.program.rules import Program
    from loyalty.store.member_records import Listed

operations = Operations("Members", "others")

MOST = 50


class AttributeSent(Sent):
    """One attribute, as the program declares it, and its value."""

    id: Annotated[str, Field(max_length=40)]
    value: Annotated[str, Field(max_length=200)]


class SearchSent(Sent):
    """Who is looked for; without anything all are listed. What is sent has to fit altogether."""

    card_code: Annotated[str, Field(max_length=200, description="Scanned or typed.")] = ""
    phone: Annotated[str, Field(max_length=50, description="As people write it.")] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    name: Annotated[
        str, Field(max_length=100, description="Beginnings of its words, two letters at least.")
    ] = ""
    tag: Annotated[str, Field(max_length=40)] = ""
    attribute: AttributeSent | None = None
    source: Annotated[
        str, Field(max_length=40, description="What the link is called that they joined by.")
    ] = ""
    home: Annotated[str, Field(max_length=40, description="Id of the location they belong to.")] = (
        ""
    )
    receipt: Annotated[
        str,
        Field(
            max_length=128,
            description="The number on a receipt, as it is printed or typed: the till's id of the "
            "order, of any till that the key may speak for.",
        ),
    ] = ""
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = 20
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


class ReceiptTold(Told):
    """A sale that has the number that was looked for."""

    source: Annotated[str, Field(description="Which till.")]
    id: Annotated[str, Field(description="By which the order is addressed.")]
    till_id: Annotated[str, Field(description="As the till calls it.")]
    day: Annotated[date, Field(description="On which it was sold, of the program's clock.")]
    total: Annotated[int, Field(description="After refunds, minor units.")]


class ListedTold(Told):
    """A member in a list."""

    member_id: str
    first_name: str
    joined: datetime
    balances: Annotated[dict[str, int], Field(description="Of each pot: available + held.")]
    level: Annotated[str | None, Field(description="Its id; null in programs without.")]
    visits: Annotated[int, Field(description="Orders that count, ever.")]
    spent: Annotated[int, Field(description="By these, minor units.")]
    last_visit: Annotated[
        date | None,
        Field(description="Day of the program's clock; null where figures know of no visit."),
    ]
    due: Annotated[
        date | None, Field(description="Day of the next visit, by their own rhythm, after that.")
    ]
    paused: bool
    tags: list[str]
    receipts: Annotated[
        list[ReceiptTold],
        Field(description="Which of their sales it was, the latest first; by a receipt only."),
    ] = Field(default_factory=list)


class FoundTold(Told):
    """Members, in order of joining. A page may be short, and even empty, before the last.

    By a receipt, whoever bought last comes first.
    """

    members: list[ListedTold]
    unclaimed: Annotated[
        list[ReceiptTold], Field(description="Sales of that receipt that are nobody's.")
    ] = Field(default_factory=list)
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


@operations.add(
    "POST",
    "/v1/members/search",
    summary="List and search members",
    scopes=("staff",),
    body=SearchSent,
    examples={
        "everybody": {},
        "by name": {"name": "an"},
        "by card": {"card_code": ANN_CODE},
        "with a tag": {"tag": "regular", "limit": 50},
        "from a flyer": {"source": "flyer"},
        "by receipt": {"receipt": "No. 10 077"},
    },
    answers={
        200: Said(
            FoundTold,
            "A page.",
            {
                "ann": {
                    "members": [
                        {
                            "member_id": ANN["member_id"], "first_name": "Ann",
                            "joined": "2026-05-04T12:00:00Z", "balances": {"points": 225},
                            "level": None, "visits": 3, "spent": 2250,
                            "last_visit": "2026-06-01", "due": "2026-06-08", "paused": False,
                            "tags": ["regular"], "receipts": [],
                        }
                    ],
                    "unclaimed": [],
                    "next": None,
                }
            },
        )
    },
    refusals=(
        "invalid_phone", "invalid_email", "name_too_short", "invalid_cursor", "too_many_misses",
        "busy",
    ),
)  # fmt: skip
def search_members(call: Call[SearchSent, None]) -> Answer:
    """List members, or find some by card, contact, receipt, name, tag or attribute.

    Nothing is scanned. It is a POST so that nothing of a person stands in an address. A contact
    finds those who have proved it, or else all who have typed it.
    """
    program, body = storage.programs().current(call.key.program), call.body
    contact = None
    if body.phone:
        contact = parse_phone(body.phone, program.region)
    elif body.email:
        contact = parse_email(body.email)
    wanted = Wanted(
        code=body.card_code,
        contact=contact,
        name=body.name,
        tag=body.tag,
        attribute=(body.attribute.id, body.attribute.value) if body.attribute else None,
        source=body.source,
        home=body.home,
        receipt=body.receipt,
        tills=call.key.sources,
    )
    page = staffing.finding().page(
        program.id, wanted, body.cursor, body.limit, call.actor, call.now
    )
    receipts = {
        member: [_receipt(one, program, call.now) for one in orders]
        for member, orders in page.receipts.items()
    }
    members = [
        one.model_copy(update={"receipts": receipts.get(one.member_id, [])})
        for one in told(page.members, program, call.now)
    ]
    return Answer(FoundTold(members=members, unclaimed=receipts.get("", []), next=page.next))


def _receipt(order: Order, program: Program, now: datetime) -> ReceiptTold:
    return ReceiptTold(
        source=order.key.source,
        id=order.key.id,
        till_id=plain(order.key).id,
        day=date.fromordinal(day(order.instant(now), program.zone)),
        total=max(0, order.total),
    )


def told(listed: Iterable[Listed], program: Program, now: datetime) -> list[ListedTold]:
    """Return members as a list shows them."""
    people = list(listed)
    ids = (one.person.id for one in people)
    came = expected.visits(storage.tables(), program.id, ids, day(now, program.zone))
    return [_told(one, came.get(one.person.id), program, now) for one in people]


def _told(one: Listed, came: Visits | None, program: Program, now: datetime) -> ListedTold:
    draft = Draft(program, one.account, now)
    settle(draft)
    account = draft.account
    level = program.level(account.level)
    return ListedTold(
        member_id=one.person.id,
        first_name=one.person.first_name,
        joined=one.person.enrolled_at,
        balances={pot.id: account.balance(pot.id) for pot in program.pots},
        level=level.id if level else None,
        visits=account.visits,
        spent=account.spend,
        last_visit=date.fromordinal(came.last) if came else None,
        due=date.fromordinal(came.due) if came else None,
        paused=bool(account.paused),
        tags=list(one.record.tags),
    )
