"""POST /webhooks/{endpoint}: check who speaks, keep what was said, answer at once."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, problems, signed
from functions.http.answers import json_answer, raw_body
from functions.http.strict_json import read_json
from functions.wiring import environment, queues
from loyalty.refusals import Refusal
from loyalty.tills import registry
from loyalty.tills.incoming import LARGEST_MESSAGE

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver()

WORDING = problems.Wording(titles={"invalid": "The message cannot be used"})
problems.install(app, WORDING.problem, elsewhere=signed.not_signed)


@app.post("/webhooks/<endpoint>")
def receive(endpoint: str) -> Response[str]:
    """Take one message of a till into the durable inbox."""
    body = raw_body(app.current_event.raw_event)
    sender = signed.sender(endpoint, app.current_event.headers, body, environment.now())
    try:
        report = registry.read_order(sender, read_json(body, largest=LARGEST_MESSAGE))
    except Refusal as refusal:
        # Places and codes only; without this line nobody would learn that a vendor has changed.
        told = {"endpoint": endpoint, "faults": refusal.summary}
        logger.warning("message refused", extra=told)
        raise
    if report is None:
        logger.info("message ignored", extra={"endpoint": endpoint})
        return json_answer({"result": "ignored"})
    queues.inbox().put({"endpoint": endpoint, "body": body.decode()})
    return json_answer({"result": "accepted"}, HTTPStatus.ACCEPTED)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve(event, context)
