"""/v1/cards: finding the card of a person."""

from __future__ import annotations

from datetime import date  # noqa: TC003 - pydantic reads annotations when it builds models
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from functions.http.operations import Answer, Name, Operations, Said
from functions.http.shapes import Sent, Told
from functions.routes.member_shapes import ANN, ANN_CODE, LanguageAsked, MemberTold, told
from functions.wiring import environment, joining, ledger, storage
from loyalty.ledger import looking
from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.recovery import SeveralCards
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from functions.http.operations import Call
    from loyalty.messages import Contact

operations = Operations("Cards", "others")


CARD = {
    "code": Name(
        r".{1,200}", "What the card's barcode carries, or the short code below it.", ANN_CODE
    )
}


class RecoverSent(Sent):
    """Whose card it is: a phone or an e-mail; where several people have typed it, who of them."""

    phone: Annotated[str, Field(max_length=50)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    member_id: Annotated[str, Field(max_length=100)] | None = None


class Recovered(Told):
    """Where the card is from now on."""

    card_url: str


class Candidate(Told):
    """Somebody who has typed the contact."""

    member_id: str
    first_name: str
    joined: date


class Candidates(Told):
    """Whoever the contact may belong to."""

    cards: list[Candidate]


@operations.add(
    "GET",
    "/v1/cards/{code}",
    summary="Look up a scanned or typed card",
    scopes=("till", "staff"),
    names=CARD,
    query=LanguageAsked,
    answers={200: Said(MemberTold, "Where its member stands now.", {"ann": ANN})},
    refusals=("too_many_misses", "busy"),
)
def look_up_card(call: Call[None, LanguageAsked]) -> Answer:
    """Say who holds a card: the name, what they have, what is ready, what runs out."""
    program = storage.programs().current(call.key.program)
    code, language = call.names["code"], call.query.language
    member = looking.by_code(ledger.books(), program.id, code, call.actor, call.now)
    found = ledger.standings().by_member(program.id, member, call.now, language) if member else None
    if found is None:
        raise Refusal("not_found", "card_not_found")
    return Answer(told(found, program))


@operations.add(
    "POST",
    "/v1/cards/recover",
    summary="Give people back their card",
    scopes=("staff",),
    body=RecoverSent,
    examples={"by e-mail": {"email": "ann@example.com"}, "by phone": {"phone": "+12125550123"}},
    answers={
        200: Said(
            Recovered,
            "A new card page. What was handed out before leads nowhere.",
            {"found": {"card_url": "https://cards.example/c/0p3nS3s4m30p3nS3s4m3aaaa"}},
        )
    },
    refusals=("invalid_phone", "invalid_email", "missing", "not_found", "several_cards", "busy"),
)
def recover_card(call: Call[RecoverSent, None]) -> Answer:
    """Give staff the card page of a person they have in front of them.

    Each call makes a new page; the last one counts.
    """
    contact = _contact(call.body, storage.programs().current(call.key.program).region)
    found = joining.recovery().recover(
        call.key.program, contact, call.now, call.body.member_id, call.actor
    )
    if found is None:
        raise Refusal("not_found", "member_not_found")
    if isinstance(found, SeveralCards):
        raise _several(found)
    return Answer(Recovered(card_url=environment.card_page_url(found)))


def _several(found: SeveralCards) -> Refusal:
    """Let staff choose: they see the person, and only they are told whose cards there are."""
    cards = [
        Candidate(member_id=one.member, first_name=one.first_name, joined=one.joined)
        for one in found.cards
    ]
    detail = "Several people have typed this contact. Send member_id with the one you see."
    more = Candidates(cards=cards).model_dump(mode="json")
    return Refusal("conflict", "several_cards", detail, more=more)


def _contact(body: RecoverSent, region: str) -> Contact:
    if body.phone is not None:
        return parse_phone(body.phone, region)
    if body.email is not None:
        return parse_email(body.email)
    raise Refusal("invalid", "missing", "Send a phone or an email.", pointer="")
