"""The ledger's stream, filtered to changes and removals: there must never be any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.aws.observability import count, logger, metrics
from functions.http import failures

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Raise the alarm for every ledger item that was changed or removed."""
    tampered = [record for record in event["Records"] if record["eventName"] != "INSERT"]
    for record in tampered:
        keys = record["dynamodb"]["Keys"]
        logger.critical(
            "ledger changed",
            extra={
                "event": record["eventName"],
                "partition": keys["pk"]["S"],
                "item": keys["sk"]["S"],
            },
        )
    count("LedgerTampered", len(tampered))
