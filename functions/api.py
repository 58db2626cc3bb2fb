"""/v1: what tills, staff and owners do with a key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, problems
from functions.routes import cards, sales

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver()
app.include_router(sales.router)
app.include_router(cards.router)

WORDING = problems.Wording(
    # What is another program's is answered like what there never was, to the letter.
    codes={"invalid": "invalid_request", "not_found": "not_found"},
    titles={"order_taken": "Taken"},
    details={"not_found": ""},
)
problems.install(app, WORDING.problem)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    return app.resolve({**event, "rawPath": sales.escaped(event["rawPath"])}, context)
