"""The ledger's stream: others and figures are told of new entries; any change is an alarm."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.aws.observability import count, logger, metrics
from functions.http import failures
from functions.wiring import queues, ringing
from loyalty.store import streams

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Raise the alarm for every item that was changed or removed; ring for whoever has new entries.

    It raises when it fails, as the other router does, and the night rings for what is left.
    """
    inserted = []
    tampered = 0
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        if record["eventName"] == "INSERT":
            inserted.append((keys["pk"]["S"], keys["sk"]["S"]))
            continue
        tampered += 1
        logger.critical(
            "ledger changed",
            extra={
                "event": record["eventName"],
                "partition": keys["pk"]["S"],
                "item": keys["sk"]["S"],
            },
        )
    count("LedgerTampered", tampered)
    entries = streams.entries(inserted)
    queues.figures_queue().put(dict.fromkeys((program, member) for program, member, _ in entries))
    ringing.ring_campaigns((program, member) for program, member, _ in entries)
    ringing.ring(entries)
    return {"batchItemFailures": []}
