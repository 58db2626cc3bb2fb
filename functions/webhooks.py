"""POST /webhooks/{endpoint}: check who speaks, keep what was said, answer at once."""

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
from functions.wiring import environment, queues
from loyalty.tills.message import MessageProblem

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver()


@app.post("/webhooks/<endpoint>")
def receive(endpoint: str) -> Response[str]:
    """Take one message of a till into the durable inbox."""
    body = raw_body(app.current_event.raw_event)
    door = doors.open_door(endpoint, app.current_event.headers, body, environment.now())
    if door is None:
        return doors.not_signed()
    try:
        report = doors.read_order(door, read_json(body, largest=doors.LARGEST_MESSAGE))
    except JsonProblem as fault:
        logger.warning("message refused", extra={"endpoint": endpoint, "faults": fault.code})
        return problem(HTTPStatus.BAD_REQUEST, fault.code, "Not acceptable JSON", fault.detail)
    except MessageProblem as fault:
        # Places and codes only; without this line nobody would learn that a vendor has changed.
        logger.warning("message refused", extra={"endpoint": endpoint, "faults": str(fault)})
        errors = [FieldError(**asdict(one)) for one in fault.faults]
        title = "The message cannot be used"
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_message", title, errors=errors)
    if report is None:
        logger.info("message ignored", extra={"endpoint": endpoint})
        return json_answer({"result": "ignored"})
    queues.inbox().put({"endpoint": endpoint, "body": body.decode()})
    return json_answer({"result": "accepted"}, HTTPStatus.ACCEPTED)


@app.not_found
def _no_such_address(_: Exception) -> Response[str]:
    return doors.not_signed()


@app.exception_handler(Exception)
def _failed(error: Exception) -> Response[str]:
    return failures.unavailable(error)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve(event, context)
