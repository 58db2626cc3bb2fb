"""POST /webhooks/{endpoint}: check who speaks, keep what was said, answer at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, messages, problems, signed
from functions.http.answers import json_answer, raw_body
from functions.wiring import environment, queues, tills
from loyalty.refusals import Refusal
from loyalty.tills import clover, incoming, registry

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.tills.reading import Reading

app = APIGatewayHttpResolver()

WORDING = problems.Wording(titles={"invalid": "The message cannot be used"})
problems.install(app, WORDING.problem, elsewhere=incoming.not_authentic)


# Evotor adds this to the address that it was given.
@app.post("/webhooks/<endpoint>/api/v2/receipts")
@app.post("/webhooks/<endpoint>")
def receive(endpoint: str) -> Response[str]:
    """Take one message of a till into the durable inbox."""
    body = raw_body(app.current_event.raw_event)
    headers = app.current_event.headers
    if registry.is_ping(messages.lower(headers), body):
        # Clover's code has to be typed into its console, and nobody else can tell it.
        code = clover.verification_code(body)
        logger.info("address tried", extra={"endpoint": endpoint, "code": code})
        return json_answer({"result": "ignored"})
    sender = signed.sender(endpoint, headers, body, environment.now())
    try:
        reading = registry.read(sender, messages.read(sender.endpoint, body, headers))
    except Refusal as refusal:
        # Places and codes only; without this line nobody would learn that a vendor has changed.
        told = {"endpoint": endpoint, "faults": refusal.summary}
        logger.warning("message refused", extra=told)
        raise
    # What nobody may ask for is of no use in the inbox.
    asks = bool(reading.wanted) and tills.has_token(sender.endpoint)
    if reading.test or not (reading.reports or reading.privacy or asks):
        logger.info("message ignored", extra={"endpoint": endpoint, "what": _named(reading)})
        return json_answer({"result": "ignored"})
    kept = messages.kept_headers(sender.endpoint, headers)
    message = {"endpoint": endpoint, "body": body.decode()}
    queues.inbox().put({**message, "headers": kept} if kept else message)
    return json_answer({"result": "accepted"}, registry.CONNECTORS[sender.endpoint.scheme].taken)


def _named(reading: Reading) -> list[str]:
    return [*reading.ignored, *(["trial"] if reading.test else [])]


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve(event, context)
