"""POST /webhooks/{endpoint}/redemptions: a till asks to spend points, and is told at once."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from functions.aws.observability import logger
from functions.http import failures
from functions.http import till_messages as doors
from functions.http.answers import FieldError, json_answer, problem, raw_body
from functions.http.strict_json import JsonProblem, read_json
from functions.wiring import environment, ledger
from loyalty.ledger.books import Busy, DifferentRequest
from loyalty.ledger.spending import UnknownReward
from loyalty.tills import generic
from loyalty.tills.message import Fault, MessageProblem

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver()


@app.post("/webhooks/<endpoint>/redemptions")
def redeem(endpoint: str) -> Response[str]:
    """Spend points on a reward, once per id of the till's."""
    now = environment.now()
    body = raw_body(app.current_event.raw_event)
    door = doors.open_door(endpoint, app.current_event.headers, body, now)
    if door is None or door.endpoint.scheme != "standard":
        return doors.not_signed()
    wanted = generic.read_redemption(read_json(body))
    answer = ledger.spending().redeem(
        door.program.id,
        source=door.endpoint.source,
        redemption=wanted.id,
        card_code=wanted.card_code,
        reward=wanted.reward,
        now=now,
    )
    told = {"outcome": answer.body["outcome"], "replayed": answer.replayed}
    logger.info("redemption", extra={"endpoint": door.endpoint.id, **told})
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
    return json_answer(answer.body, headers=headers)


@app.exception_handler(JsonProblem)
def _not_json(fault: JsonProblem) -> Response[str]:
    logger.warning("redemption refused", extra={"faults": fault.code})
    return problem(HTTPStatus.BAD_REQUEST, fault.code, "Not acceptable JSON", fault.detail)


@app.exception_handler(MessageProblem)
def _not_usable(fault: MessageProblem) -> Response[str]:
    return _unprocessable("invalid_message", *fault.faults)


@app.exception_handler(UnknownReward)
def _no_such_reward(fault: UnknownReward) -> Response[str]:
    known = ", ".join(fault.known) or "none"
    detail = f"The program has no such reward; it has: {known}."
    return _unprocessable("unknown_reward", Fault("/data/reward", "unknown_reward", detail))


@app.exception_handler(DifferentRequest)
def _other_request(_: DifferentRequest) -> Response[str]:
    detail = "The first redemption of this id was of another card or reward; use a new id."
    return _unprocessable("id_reused", Fault("/data/id", "id_reused", detail))


@app.exception_handler(Busy)
def _busy(_: Busy) -> Response[str]:
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "busy",
        "Try again",
        "Nothing was redeemed, or it is not known yet. Send the same request, with the same id.",
        headers={"Retry-After": "1"},
    )


@app.not_found
def _no_such_address(_: Exception) -> Response[str]:
    return doors.not_signed()


@app.exception_handler(Exception)
def _failed(error: Exception) -> Response[str]:
    return failures.unavailable(error)


def _unprocessable(code: str, *faults: Fault) -> Response[str]:
    told = [f"{fault.pointer}: {fault.code}" for fault in faults]
    logger.warning("redemption refused", extra={"faults": told})
    errors = [FieldError(**asdict(fault)) for fault in faults]
    title = "The redemption cannot be used"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, code, title, errors=errors)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve(event, context)
