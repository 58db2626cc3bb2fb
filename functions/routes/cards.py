"""/v1/cards: finding the card of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from functions.http.answers import json_answer, raw_body
from functions.http.authorize import authorize
from functions.http.strict_json import read_json
from functions.wiring import environment, joining, storage
from loyalty.members.contact import parse_email, parse_phone
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response

    from loyalty.messages import Contact

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@router.post("/v1/cards/recover")
def recover() -> Response[str]:
    """Give staff the card page of a person they have in front of them."""
    key = authorize(router.current_event, "staff")
    body = read_json(raw_body(router.current_event.raw_event))
    contact = _contact(body, storage.programs().current(key.program).region)
    link = joining.enrolment().recover(key.program, contact)
    if link is None:
        raise Refusal("not_found", "member_not_found")
    return json_answer({"card_url": environment.card_page_url(link)})


def _contact(body: dict[str, Any], region: str) -> Contact:
    phone, email = body.get("phone"), body.get("email")
    if isinstance(phone, str):
        return parse_phone(phone, region)
    if isinstance(email, str):
        return parse_email(email)
    raise Refusal("invalid", "missing", "Send a phone or an email.", pointer="")
