"""/v1: what tills and staff do with a key; what only owners do gets a function of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, head, operations, problems
from functions.routes import cards, members, order_acts, quotes, sales, spending, staff_acts

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPERATIONS = (
    *sales.operations,
    *order_acts.operations,
    *cards.operations,
    *members.operations,
    *staff_acts.operations,
    *quotes.operations,
    *spending.operations,
)

app = APIGatewayHttpResolver()
operations.install(app, OPERATIONS)

WORDING = problems.Wording(
    # What is another program's is answered like what there never was, to the letter.
    codes={
        "idempotency_key_missing": "idempotency_key_missing",
        "invalid": "invalid_request",
        "not_found": "not_found",
        "reused": "id_reused",
        "idempotency_key_reused": "idempotency_key_reused",
    },
    titles={"order_taken": "Taken", "several_cards": "Which card is it?"},
    details={"not_found": ""},
    # draft-ietf-httpapi-idempotency-key-header-07, section 2.7
    statuses={"idempotency_key_missing": 400},
)
problems.install(app, WORDING.problem)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    method = head.asked_for(event)
    path = operations.escaped(OPERATIONS, method, event["rawPath"])
    return head.resolve(app, {**event, "rawPath": path}, context)
