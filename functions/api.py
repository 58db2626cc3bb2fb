"""/v1: what tills, staff and owners do with a key."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from functions.aws.observability import logger
from functions.http import failures
from functions.http.answers import FieldError, json_answer, problem, raw_body
from functions.http.strict_json import JsonProblem, read_json
from functions.wiring import access, environment, joining, ledger, storage
from loyalty.core.order import OrderKey
from loyalty.ledger.books import Busy, CardNotFound
from loyalty.ledger.sales import OrderNotFound, OrderTaken
from loyalty.members.contact import InvalidContact, parse_email, parse_phone
from loyalty.members.recovery import SeveralCards

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.access.keys import ApiKey, Scope
    from loyalty.core.order import Order
    from loyalty.messages import Contact

app = APIGatewayHttpResolver()

MOST_ORDERS = 100

_CLAIM = re.compile(r"/v1/orders/([^/]+)/(.+)/claim", re.DOTALL)


class _Refused(Exception):  # noqa: N818
    def __init__(self, answer: Response[str]) -> None:
        super().__init__()
        self.answer = answer


@app.get("/v1/orders")
def parked_orders() -> Response[str]:
    """List orders that wait for their member, oldest first."""
    key = _authorize("owner", "staff")
    if app.current_event.get_query_string_value("state") != "parked":
        return _invalid("/state", "unknown_state", "Only state=parked can be listed.")
    found = ledger.sales().parked_orders(key.program, MOST_ORDERS, environment.now())
    return json_answer({"orders": [_shown(order) for order in found]})


@app.post("/v1/orders/<source>/<order>/claim")
def claim(source: str, order: str) -> Response[str]:
    """Give a parked order to the member whose card was scanned."""
    key = _authorize("till", "staff")
    source, order = unquote(source), unquote(order)
    if key.sources and source not in key.sources:
        return _not_found()
    body = _body()
    code = body.get("card_code")
    if not isinstance(code, str):
        return _invalid("/card_code", "missing", "The scanned card's code is needed.")
    order_key = OrderKey(key.program, source, order)
    outcome = ledger.sales().claim_order(order_key, code, f"key:{key.id}", environment.now())
    return json_answer({"result": outcome.result, "points": outcome.points})


@app.post("/v1/cards/recover")
def recover() -> Response[str]:
    """Give staff the card page of a person they have in front of them."""
    key = _authorize("staff")
    body = _body()
    contact = _contact(body, storage.programs().current(key.program).region)
    member = body.get("member_id")
    if member is not None and not isinstance(member, str):
        return _invalid("/member_id", "wrong_type", "The id of a member is a text.")
    link = joining.recovery().recover(key.program, contact, environment.now(), member)
    if link is None:
        return _not_found()
    return json_answer({"card_url": environment.card_page_url(link)})


@app.not_found
def _unknown_route(_: Exception) -> Response[str]:
    return _not_found()


@app.exception_handler(_Refused)
def _refused(refused: _Refused) -> Response[str]:
    return refused.answer


@app.exception_handler(JsonProblem)
def _not_json(fault: JsonProblem) -> Response[str]:
    return problem(HTTPStatus.BAD_REQUEST, fault.code, "Not acceptable JSON", fault.detail)


@app.exception_handler(OrderNotFound)
def _no_order(_: OrderNotFound) -> Response[str]:
    return _not_found()


@app.exception_handler(CardNotFound)
def _no_card(_: CardNotFound) -> Response[str]:
    return _invalid("/card_code", "card_not_found", "No card of this program has that code.")


@app.exception_handler(OrderTaken)
def _taken(_: OrderTaken) -> Response[str]:
    detail = "The order counts for another member already."
    return problem(HTTPStatus.CONFLICT, "order_taken", "Taken", detail)


@app.exception_handler(SeveralCards)
def _several(found: SeveralCards) -> Response[str]:
    """Let staff choose: they see the person, and only they are told whose cards there are."""
    detail = "Several people have typed this contact. Send member_id with the one you see."
    cards = [
        {"member_id": one.member, "first_name": one.first_name, "joined": one.joined.isoformat()}
        for one in found.cards
    ]
    return problem(
        HTTPStatus.CONFLICT, "several_cards", "Which card is it?", detail, more={"cards": cards}
    )


@app.exception_handler(Busy)
def _busy(_: Busy) -> Response[str]:
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "busy",
        "Try again",
        "Send the same request again; it counts once.",
        headers={"Retry-After": "1"},
    )


@app.exception_handler(Exception)
def _failed(error: Exception) -> Response[str]:
    return failures.unavailable(error)


def _authorize(*scopes: Scope) -> ApiKey:
    """Return whose key the request carries, if it may do this."""
    header = app.current_event.headers.get("authorization", "")
    kind, _, text = header.partition(" ")
    key = None
    if kind.lower() == "bearer":
        key = access.credentials().key(text.strip(), environment.now())
    if key is None:
        detail = "Send the header Authorization: Bearer lk_… with a key that is still good."
        answer = problem(
            HTTPStatus.UNAUTHORIZED,
            "not_authenticated",
            "Who is calling?",
            detail,
            headers={"WWW-Authenticate": "Bearer"},
        )
        raise _Refused(answer)
    if not key.may(*scopes):
        detail = f"This needs a key with the scope {' or '.join(scopes)}; yours is {key.scope}."
        raise _Refused(problem(HTTPStatus.FORBIDDEN, "scope_missing", "Not allowed", detail))
    return key


def _body() -> dict[str, Any]:
    return read_json(raw_body(app.current_event.raw_event))


def _contact(body: dict[str, Any], region: str) -> Contact:
    phone, email = body.get("phone"), body.get("email")
    try:
        if isinstance(phone, str):
            return parse_phone(phone, region)
        if isinstance(email, str):
            return parse_email(email)
    except InvalidContact as fault:
        pointer = "/phone" if fault.code == "invalid_phone" else "/email"
        raise _Refused(_invalid(pointer, fault.code, "This cannot be read.")) from None
    raise _Refused(_invalid("", "missing", "Send a phone or an email."))


def _shown(order: Order) -> dict[str, Any]:
    return {
        "source": order.key.source,
        "id": order.key.id,
        "total": order.total,
        "currency": order.currency,
        "occurred_at": order.occurred_at.isoformat(),
        "first_seen": order.first_seen.isoformat(),
    }


def _invalid(pointer: str, code: str, detail: str) -> Response[str]:
    errors = [FieldError(pointer, code, detail)]
    title = "The request cannot be used"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request", title, errors=errors)


def _not_found() -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, "not_found", "Not found")


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve({**event, "rawPath": _escaped(event["rawPath"])}, context)


def _escaped(path: str) -> str:
    """Return the path with an order's names escaped again.

    HTTP APIs hand it over decoded; the till's id of an order may hold what separates, a slash too.
    """
    match = _CLAIM.fullmatch(path)
    if match is None:
        return path
    source, order = (quote(name, safe="") for name in match.groups())
    return f"/v1/orders/{source}/{order}/claim"
