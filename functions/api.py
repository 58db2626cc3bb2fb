"""/v1: what tills and staff do with a key; what only owners do gets a function of its own."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from functions.aws.observability import logger
from functions.http import failures, head, operations, problems
from functions.http.wording import WORDING
from functions.routes import (
    cards,
    counter,
    coupon_offers,
    coupons,
    deployment,
    member_lists,
    member_records,
    member_search,
    member_story,
    members,
    order_acts,
    privacy,
    quotes,
    rewards,
    sales,
    spending,
    staff_acts,
)
from functions.wiring import velocity

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

OPERATIONS = (
    *sales.operations,
    *order_acts.operations,
    *cards.operations,
    *member_search.operations,
    *member_lists.operations,
    *members.operations,
    *member_records.operations,
    *member_story.operations,
    *staff_acts.operations,
    *counter.operations,
    *quotes.operations,
    *spending.operations,
    *rewards.operations,
    *coupons.operations,
    *coupon_offers.operations,
    *privacy.operations,
    *deployment.operations,
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
