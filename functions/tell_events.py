"""Turn what is new in the ledger into events, member by member, and hand these over to be sent."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import logger, metrics
from functions.http import failures
from functions.wiring import telling

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work through a batch of bells; several for one member are one. What fails comes again."""
    rung: dict[tuple[str, str, str], list[str]] = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            body = json.loads(record["body"])
            who = body["program"], body["member"], body.get("asked", "")
            rung.setdefault(who, []).append(record["messageId"])
        except (ValueError, LookupError, TypeError) as error:
            failures.log(error, "not a bell", sqs_message=record["messageId"])
            failed.append(record["messageId"])
    told = 0
    for who, messages in rung.items():
        try:
            program, member, asked = who
            if asked:
                told += telling.telling().answered(program, member, asked)
            else:
                told += telling.telling().tell(program, member)
        except Exception as error:  # noqa: BLE001 - one member's fault is no other's
            failures.log(error, "not told", program=who[0], member=who[1])
            failed += messages
    metrics.add_metric("EntriesTold", MetricUnit.Count, told)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}
