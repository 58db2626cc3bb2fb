"""/v1/cards: finding the card of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.http import problems
from functions.http.answers import json_answer, raw_body
from functions.http.authorize import authorize
from functions.http.strict_json import read_json
from functions.wiring import environment, joining, storage
from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.recovery import SeveralCards
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

    from loyalty.messages import Contact

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

_WHICH = problems.Wording(titles={"several_cards": "Which card is it?"})


@router.post("/v1/cards/recover")
def recover() -> Response[str]:
    """Give staff the card page of a person they have in front of them."""
    key = authorize(router.current_event, "staff")
    body = read_json(raw_body(router.current_event.raw_event))
    contact = _contact(body, storage.programs().current(key.program).region)
    member = body.get("member_id")
    if member is not None and not isinstance(member, str):
        detail = "The id of a member is a text."
        raise Refusal("invalid", "wrong_type", detail, pointer="/member_id")
    found = joining.recovery().recover(key.program, contact, environment.now(), member)
    if found is None:
        raise Refusal("not_found", "member_not_found")
    if isinstance(found, SeveralCards):
        return _several(found)
    return json_answer({"card_url": environment.card_page_url(found)})


def _several(found: SeveralCards) -> Response[str]:
    """Let staff choose: they see the person, and only they are told whose cards there are."""
    detail = "Several people have typed this contact. Send member_id with the one you see."
    cards = [
        {
            "member_id": one.member,
            "first_name": one.first_name,
            "joined": one.joined.isoformat(),
        }
        for one in found.cards
    ]
    refusal = Refusal("conflict", "several_cards", detail)
    return _WHICH.problem(refusal, {"cards": cards})


def _contact(body: dict[str, Any], region: str) -> Contact:
    phone, email = body.get("phone"), body.get("email")
    if isinstance(phone, str):
        return parse_phone(phone, region)
    if isinstance(email, str):
        return parse_email(email)
    raise Refusal("invalid", "missing", "Send a phone or an email.", pointer="")
