"""HEAD answered as GET would be, without the body (RFC 9110, section 9.3.2).

For functions whose GET changes nothing. Where an answer costs something to make, or does something,
the route takes HEAD itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
    from aws_lambda_powertools.utilities.typing import LambdaContext


def asked_for(event: dict[str, Any]) -> str:
    """Return the verb whose route answers: GET for HEAD."""
    method = str(event["requestContext"]["http"]["method"])
    return "GET" if method == "HEAD" else method


def resolve(
    app: APIGatewayHttpResolver, event: dict[str, Any], context: LambdaContext
) -> dict[str, Any]:
    """Return the answer of a function's routes, which need to know GET only."""
    http = event["requestContext"]["http"]
    if http["method"] != "HEAD":
        return app.resolve(event, context)
    asked = {**event["requestContext"], "http": {**http, "method": "GET"}}
    return without_body(event, app.resolve({**event, "requestContext": asked}, context))


def without_body(event: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer as it is, or only its head where no more was asked for."""
    if event["requestContext"]["http"]["method"] != "HEAD":
        return answer
    return {**answer, "body": "", "isBase64Encoded": False}
