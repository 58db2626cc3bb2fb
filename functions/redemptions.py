"""POST /webhooks/{endpoint}/redemptions: a till asks to spend points, and is told at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, problems, signed
from functions.http.answers import json_answer, raw_body
from functions.http.strict_json import read_json
from functions.wiring import environment, ledger, velocity
from loyalty.refusals import Refusal
from loyalty.tills import incoming, registry

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.ledger.books import Answer
    from loyalty.tills.incoming import Sender
    from loyalty.tills.standard import RedemptionMessage

app = APIGatewayHttpResolver()

_UNUSABLE = "The redemption cannot be used"
WORDING = problems.Wording(
    titles={"invalid": _UNUSABLE, "reused": _UNUSABLE},
    details={
        "id_reused": "The first redemption of this id was of another card or reward; use a new id.",
        "busy": (
            "Nothing was redeemed, or it is not known yet. Send the same request, with the same id."
        ),
    },
)
problems.install(app, partial(problems.problem, wording=WORDING), elsewhere=incoming.not_authentic)


@app.post("/webhooks/<endpoint>/redemptions")
def redeem(endpoint: str) -> Response[str]:
    """Spend points on a reward, once per id of the till's."""
    body = raw_body(app.current_event.raw_event)
    sender = signed.sender(endpoint, app.current_event.headers, body, environment.now())
    connector = registry.connector(sender.endpoint)
    if connector is None or connector.read_redemption is None:
        raise incoming.not_authentic()
    try:
        answer = _redeem(sender, connector.read_redemption(read_json(body)))
    except Refusal as refusal:
        told = list(refusal.places) or refusal.code
        logger.warning("redemption refused", extra={"faults": told})
        raise
    said = {"outcome": answer.body["outcome"], "replayed": answer.replayed}
    logger.info("redemption", extra={"endpoint": sender.endpoint.id, **said})
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else {}
    return json_answer(answer.body, headers=headers)


def _redeem(sender: Sender, wanted: RedemptionMessage) -> Answer:
    till, now = sender.endpoint, environment.now()
    velocity.counter().count(
        till.program, f"endpoint:{till.id}", "spending", sender.program.velocity, now
    )
    try:
        return ledger.spending().redeem(
            sender.program.id,
            source=till.source,
            redemption=wanted.id,
            card_code=wanted.card_code,
            reward=wanted.reward,
            now=now,
            made_at=wanted.occurred_at,
        )
    except Refusal as refusal:
        raise refusal.below("/data") from None


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve(event, context)
