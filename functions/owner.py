"""/v1: what only owners do with a key, apart from what tills and staff wait for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, head, operations, problems
from functions.http.wording import WORDING
from functions.routes import (
    coupon_files,
    endpoints,
    figures,
    goals,
    keys,
    moving,
    people,
    receivers,
    recommending,
    simulations,
    visit_imports,
)
from functions.wiring import velocity

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPERATIONS = (
    *receivers.operations,
    *moving.operations,
    *visit_imports.operations,
    *coupon_files.operations,
    *endpoints.operations,
    *keys.operations,
    *people.operations,
    *simulations.operations,
    *figures.operations,
    *goals.operations,
    *recommending.operations,
)

app = APIGatewayHttpResolver()
operations.install(app, OPERATIONS, velocity.count)
problems.install(
    app,
    partial(problems.problem, wording=WORDING),
    elsewhere=operations.elsewhere(app, OPERATIONS),
)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer an API Gateway event (payload 2.0)."""
    method = head.asked_for(event)
    path = operations.escaped(OPERATIONS, method, event["rawPath"])
    return head.resolve(app, {**event, "rawPath": path}, context)
