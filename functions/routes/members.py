"""/v1/members: finding somebody, making somebody a member, and what was done for them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.pages.application_form import read_application
from functions.pages.attribute_fields import pointer
from functions.pages.sentences import words as page_words
from functions.routes.cards import Recovered
from functions.routes.member_shapes import ANN, ANN_CODE, LanguageAsked, MemberTold, told
from functions.routes.staff_acts import MEMBER
from functions.routes.tills import SOURCE, speaks_for
from functions.routes.times import TimesAsked
from functions.wiring import environment, joining, ledger, staffing, storage
from loyalty.access import short_code
from loyalty.core.report import OrderKey
from loyalty.languages import Language  # noqa: TC001 - the same
from loyalty.ledger import looking
from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.contact_people import proved_owner, same_people
from loyalty.members.habits import habit_of
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.store import deed_log
from loyalty.store.reading import read_order

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.access.keys import ApiKey
    from loyalty.members.contact_people import Candidate
    from loyalty.messages import Contact

operations = Operations("Members", "others")

MOST = 100
_CUSTOMER = {
    **MEMBER,
    "source": SOURCE,
    "customer": Name(r"\S{1,128}", "The customer's id at that till.", "C-17", whole=True),
}
_KEY = {"key": Name(r"[a-z0-9]{8,26}", "The key's id: its second part.", "annaskey")}


class SaleSent(Sent):
    """One sale, by its till and the id that it has there."""

    source: Annotated[str, Field(pattern=f"^{SOURCE.form}$")]
    id: Annotated[str, Field(min_length=1, max_length=300)]


class LookupSent(Sent):
    """Who it is: one of these."""

    card_code: Annotated[str, Field(max_length=200, description="Scanned or typed.")] = ""
    phone: Annotated[str, Field(max_length=50, description="As people write it.")] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    order: Annotated[
        SaleSent | None, Field(description="Whose sale it was, of a till the key may speak for.")
    ] = None


class Found(MemberTold):
    """Where a member stands, and what they usually have: for a greeting."""

    favourite: Annotated[
        str | None, Field(description="The till's id of what is in most of their last orders.")
    ]
    usual_hour: Annotated[
        int | None, Field(description="The hour of most of their last orders, in local time.")
    ]


class EnrolSent(Sent):
    """A new member, as the person in front of the till says."""

    first_name: Annotated[
        str, Field(max_length=200, description="Empty where the program does not ask for it.")
    ] = ""
    phone: Annotated[str, Field(max_length=50)] = ""
    email: Annotated[
        str, Field(max_length=254, description="Beside a phone it is the second contact.")
    ] = ""
    birthday: Annotated[date, Field(strict=False)] = None  # type: ignore[assignment]
    language: Language = None  # type: ignore[assignment]
    consent: Annotated[bool, Field(description="They have agreed to the program's text.")]
    marketing_consent: bool = False
    referrer_code: Annotated[
        str, Field(max_length=200, description="The card of who brought them, typed or scanned.")
    ] = ""
    location: Annotated[str, Field(max_length=80)] = ""
    attributes: Annotated[
        dict[str, str],
        Field(default_factory=dict, description="What the program asks for at joining, by id."),
    ]


class SamePerson(Told):
    """Somebody who shares a contact and may be the same person."""

    member_id: str
    first_name: str
    joined: date
    proved: Annotated[bool, Field(description="They have proved that contact.")]


class Enrolled(Told):
    """A new card."""

    member_id: str
    card_code: str
    short_code: Annotated[str, Field(description="What is typed where nothing can be scanned.")]
    card_url: Annotated[str, Field(description="The card page: show it as a QR code.")]
    maybe_known: Annotated[
        list[SamePerson],
        Field(description="Ask, and merge if it is them. Empty for keys that are not staff's."),
    ]


class CustomerTold(Told):
    """A till's customer who leads to a member."""

    source: str
    customer: str


class Customers(Told):
    """All customers of tills that lead to a member."""

    customers: list[CustomerTold]


class PageAsked(TimesAsked):
    """Which page."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many.")] = MOST
    cursor: Annotated[
        str, Field(max_length=1000, description="Where to go on: `next` of the page before.")
    ] = ""


class Deed(Told):
    """One act of staff."""

    at: datetime
    key: Annotated[str, Field(description="The id of the key that did it.")]
    act: Annotated[str, Field(description="What it was: gift, adjust, move, pause and so on.")]
    id: str
    member_id: str
    before: Annotated[dict[str, Any], Field(description="Balances and ids before.")]
    after: Annotated[dict[str, Any], Field(description="The same after.")]
    location: Annotated[str, Field(description="Where it was done; empty where nobody knows.")]


class Deeds(Told):
    """Acts, the newest first."""

    acts: list[Deed]
    next: Annotated[str | None, Field(description="The next page's cursor; null at the end.")]


_DEEDS = {
    "a gift": {
        "acts": [
            {
                "at": "2026-05-04T12:00:00Z", "key": "annaskey", "act": "gift",
                "id": "mfrggzdfmztwq2lknnwg23tpoa", "member_id": ANN["member_id"],
                "before": {"points": 175}, "after": {"points": 225}, "location": "main-street",
            }
        ],
        "next": None,
    }
}  # fmt: skip


@operations.add(
    "POST",
    "/v1/members/lookup",
    summary="Find a member",
    scopes=("till", "staff"),
    query=LanguageAsked,
    body=LookupSent,
    examples={
        "scanned or typed": {"card_code": ANN_CODE},
        "by phone": {"phone": "8 (916) 123-45-67"},
        "by a sale": {"order": {"source": "till", "id": "receipt-77"}},
    },
    answers={
        200: Said(
            Found,
            "Where the member stands now.",
            {"ann": {**ANN, "favourite": "flat-white", "usual_hour": 8}},
        )
    },
    refusals=("invalid_phone", "invalid_email", "missing", "not_found", "too_many_misses", "busy"),
)
def look_up_member(call: Call[LookupSent, LanguageAsked]) -> Answer:
    """Find a member by card, phone, e-mail or a sale, and say what a greeting needs.

    A contact finds only who has proved it. It is a POST so that no contact stands in an address.
    """
    program = storage.programs().current(call.key.program)
    books, body = ledger.books(), call.body
    if body.card_code:
        member = looking.by_code(books, program.id, body.card_code, call.actor, call.now)
    elif body.phone or body.email:
        contact = parse_phone(body.phone, program.region) if body.phone else parse_email(body.email)
        member = proved_owner(books, program.id, contact)
    elif body.order:
        member = _buyer(call.key, body.order)
    else:
        detail = "Send a card code, a phone, an email or an order."
        raise Refusal("invalid", "missing", detail, pointer="")
    language = call.query.language
    found = ledger.standings().by_member(program.id, member, call.now, language) if member else None
    if found is None or member is None:
        raise Refusal("not_found", "member_not_found")
    usual = habit_of(books, program.id, member, call.now)
    content = told(found, program).model_dump()
    return Answer(Found(**content, favourite=usual.favourite, usual_hour=usual.hour))


def _buyer(key: ApiKey, sale: SaleSent) -> str | None:
    if not speaks_for(key, sale.source):
        return None
    order = read_order(storage.tables(), OrderKey(key.program, sale.source, sale.id))
    account = ledger.books().account(key.program, order.member) if order and order.member else None
    return account.member if account else None


@operations.add(
    "GET",
    "/v1/members/{member}",
    summary="Show a member",
    scopes=("staff",),
    names=MEMBER,
    query=LanguageAsked,
    answers={200: Said(MemberTold, "Where the member stands now.", {"ann": ANN})},
)
def show_member(call: Call[None, LanguageAsked]) -> Answer:
    """Say where a member stands now."""
    program = storage.programs().current(call.key.program)
    member, language = call.names["member"], call.query.language
    found = ledger.standings().by_member(program.id, member, call.now, language)
    if found is None:
        raise Refusal("not_found", "member_not_found")
    return Answer(told(found, program))


@operations.add(
    "POST",
    "/v1/members/{member}/card",
    summary="Void a card and give a new one",
    scopes=("staff",),
    names=MEMBER,
    answers={
        200: Said(
            Recovered,
            "A new card page. What was handed out before leads nowhere.",
            {"new": {"card_url": "https://cards.example/c/0p3nS3s4m30p3nS3s4m3aaaa"}},
        )
    },
    refusals=("member_not_found", "busy"),
)
def replace_card(call: Call[None, None]) -> Answer:
    """Give a member new codes, a new card page and a new pass: the old card was lost, or seen.

    Value and contacts stay. Each call makes a new card; the last one counts.
    """
    member = call.names["member"]
    link = joining.recovery().replace_card(call.key.program, member, call.actor, call.now)
    return Answer(Recovered(card_url=environment.card_page_url(link)))


@operations.add(
    "POST",
    "/v1/members",
    summary="Enrol somebody at the till",
    scopes=("till", "staff"),
    body=EnrolSent,
    keyed=True,
    examples={
        "brought by a friend": {
            "first_name": "Ann", "phone": "+1 212 555 0123", "email": "ann@example.com",
            "consent": True, "referrer_code": "ACDE-FHJ6",
        }
    },
    answers={
        201: Said(
            Enrolled,
            "A card of their own.",
            {
                "new": {
                    "member_id": ANN["member_id"], "card_code": ANN_CODE,
                    "short_code": "ACDE-FHJ6",
                    "card_url": "https://cards.example/c/0p3nS3s4m30p3nS3s4m3aaaa",
                    "maybe_known": [],
                }
            },
        )
    },
    refusals=(
        "invalid_application",
        "invalid_email",
        "location_not_allowed",
        "too_many_attempts",
        "too_many_misses",
    ),
)  # fmt: skip
def enrol_member(call: Call[EnrolSent, None]) -> Answer:
    """Make somebody a member whom the till has in front of it.

    Contacts are typed, not proved: a code goes out to the first one. Whoever shares a contact with
    the new member is named to staff, who ask, and merge the two if it is one person.
    """
    program, actor = call.key.program, call.actor
    document = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in call.body.model_dump(exclude_unset=True).items()
        if value != ""
    }
    _at_the_keys_place(call.key, document)
    others: tuple[Contact, ...] = ()
    if "phone" in document and "email" in document:
        others = (parse_email(document.pop("email")),)
    language = str(document.get("language") or "")
    profile = joining.profile(program, language)
    if profile is None:
        raise LookupError(program)
    if document.get("location") == call.key.location not in profile.locations:
        del document["location"]  # a key may know a place that the program has no more
    application = read_application(document, profile, call.now.date())
    if isinstance(application, dict):
        sentences = page_words(profile.language)["faults"]
        fields = [
            FieldRefusal(pointer(name), code, sentences[code]) for name, code in application.items()
        ]
        raise Refusal("invalid", "invalid_application", fields=fields)
    if application.contact is None:
        others = ()  # the program asks for none
    if application.referrer_code:
        # The answer does not tell whose card it is, but a referral's reward would.
        ledger.books().by_code(program, application.referrer_code, actor, call.now)
    enrolled = joining.enrolment().enrol(
        program, application, call.now, call.idempotency_key, actor, others
    )
    contacts = (application.contact, *others) if application.contact is not None else ()
    known: tuple[Candidate, ...] = ()
    if call.key.may("staff"):
        known = same_people(ledger.books(), program, contacts, enrolled.member_id)
    content = Enrolled(
        member_id=enrolled.member_id,
        card_code=enrolled.card_code,
        short_code=short_code.shown(enrolled.short_code),
        card_url=environment.card_page_url(enrolled.link),
        maybe_known=[
            SamePerson(
                member_id=one.member,
                first_name=one.first_name,
                joined=one.joined,
                proved=one.proved,
            )
            for one in known
        ],
    )
    return Answer(content, status=201, replayed=enrolled.replayed)


@operations.add(
    "PUT",
    "/v1/members/{member}/customers/{source}/{customer}",
    summary="Link a till's customer to a member",
    scopes=("till", "staff"),
    names=_CUSTOMER,
    answers={
        200: Said(
            Customers,
            "From now on an order with that customer is the member's.",
            {"linked": {"customers": [{"source": "till", "customer": "C-17"}]}},
        )
    },
    refusals=(
        "member_not_found",
        "source_not_allowed",
        "customer_taken",
        "too_many_customers",
        "busy",
    ),
)
def link_customer(call: Call[None, None]) -> Answer:
    """Say that a customer of a till is this member. The same again changes nothing."""
    member, source = call.names["member"], call.names["source"]
    if not speaks_for(call.key, source):
        detail = f"This key may speak for: {', '.join(call.key.sources)}."
        raise Refusal("forbidden", "source_not_allowed", detail)
    use, named = staffing.customers(), (source, call.names["customer"])
    use.link(call.key.program, member, *named, call.key.id, call.now)
    return _customers(call, member)


@operations.add(
    "DELETE",
    "/v1/members/{member}/customers/{source}/{customer}",
    summary="Take a link away",
    scopes=("staff",),
    names=_CUSTOMER,
    answers={
        200: Said(Customers, "What is left.", {"none": {"customers": []}}),
    },
    refusals=("customer_not_found", "busy"),
)
def unlink_customer(call: Call[None, None]) -> Answer:
    """Let a customer of a till lead to this member no more."""
    member, source = call.names["member"], call.names["source"]
    named = (source, call.names["customer"])
    staffing.customers().unlink(call.key.program, member, *named, call.key.id, call.now)
    return _customers(call, member)


@operations.add(
    "GET",
    "/v1/members/{member}/acts",
    summary="List what staff did for a member",
    scopes=("staff",),
    names=MEMBER,
    query=PageAsked,
    answers={200: Said(Deeds, "A page.", _DEEDS)},
    refusals=("member_not_found", "invalid_cursor", "ends_before_it_begins"),
)
def list_member_acts(call: Call[None, PageAsked]) -> Answer:
    """List acts on a member, the newest first: who, what, when, before and after."""
    asked, member = call.query, call.names["member"]
    if ledger.books().account(call.key.program, member) is None:
        raise Refusal("not_found", "member_not_found")
    tables = storage.tables()
    times = asked.between(call.now)
    return _deeds(
        deed_log.of_member(tables, call.key.program, member, asked.cursor, asked.limit, times)
    )


@operations.add(
    "GET",
    "/v1/keys/{key}/acts",
    summary="List what was done with a key",
    scopes=("staff",),
    names=_KEY,
    query=PageAsked,
    answers={200: Said(Deeds, "A page.", _DEEDS)},
    refusals=("invalid_cursor", "ends_before_it_begins"),
)
def list_key_acts(call: Call[None, PageAsked]) -> Answer:
    """List acts of a key, the newest first. Staff see their own key's, others any."""
    asked, key = call.query, call.names["key"]
    if call.key.scope == "staff" and key != call.key.id:
        raise Refusal("not_found", "not_found")
    tables = storage.tables()
    times = asked.between(call.now)
    return _deeds(deed_log.of_key(tables, call.key.program, key, asked.cursor, asked.limit, times))


def _at_the_keys_place(key: ApiKey, document: dict[str, Any]) -> None:
    """Let whoever is enrolled with a key of one place be at home there, and nowhere else."""
    if not key.location:
        return
    if document.setdefault("location", key.location) != key.location:
        detail = f"This key is used at {key.location}: nobody joins elsewhere with it."
        raise Refusal("forbidden", "location_not_allowed", detail, pointer="/location")


def _customers(call: Call[None, None], member: str) -> Answer:
    linked = staffing.customers().linked(call.key.program, member)
    return Answer(
        Customers(customers=[CustomerTold(source=source, customer=name) for source, name in linked])
    )


def _deeds(page: deed_log.DeedPage) -> Answer:
    shown = [
        Deed(
            at=one.at,
            key=one.key,
            act=one.kind,
            id=one.id,
            member_id=one.member,
            before=dict(one.before),
            after=dict(one.after),
            location=one.location,
        )
        for one in page.deeds
    ]
    return Answer(Deeds(acts=shown, next=page.next))
