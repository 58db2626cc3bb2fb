"""/v1: segments, campaigns, channels, what is ahead of a member: apart from what tills wait for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, head, operations, problems
from functions.http.wording import WORDING
from functions.routes import (
    broadcasts,
    campaign_plans,
    campaigns,
    causes,
    channels,
    draws,
    feedback,
    invitation,
    outlook,
    savings_goals,
    segments,
    surprise,
)
from functions.wiring import velocity

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPERATIONS = (
    *segments.operations,
    *campaign_plans.operations,
    *campaigns.operations,
    *broadcasts.operations,
    *channels.operations,
    *feedback.operations,
    *surprise.operations,
    *invitation.operations,
    *causes.operations,
    *draws.operations,
    *savings_goals.operations,
    *outlook.operations,
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
