"""The inbox worker: turn kept messages into entries. A message that fails stays in the queue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from functions.aws.observability import logger, metrics
from functions.http import failures
from functions.http.strict_json import read_json
from functions.wiring import access, environment, ledger, tills
from loyalty.tills import registry
from loyalty.tills.incoming import LARGEST_MESSAGE

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def work(record: SQSRecord) -> None:  # Powertools hands it over by this name
    """Record the order in one kept message; whatever goes wrong, the message comes again."""
    try:
        _record_order(json.loads(record.body))
    except Exception as error:
        failures.log(error, "order not recorded", sqs_message=record.message_id)
        metrics.add_metric("OrderFailed", MetricUnit.Count, 1)
        raise


def _record_order(kept: dict[str, str]) -> None:
    endpoint = access.credentials().endpoint(kept["endpoint"])
    if endpoint is None:
        raise LookupError("the endpoint of a kept message is gone")
    body = read_json(kept["body"].encode(), largest=LARGEST_MESSAGE)
    report = registry.read_order(tills.sender(endpoint), body)
    if report is None:
        metrics.add_metric("OrderIgnored", MetricUnit.Count, 1)
        return
    outcome = ledger.sales().record_order(report, environment.now())
    logger.info(
        "order",
        extra={
            "endpoint": endpoint.id,
            "result": outcome.result,
            "member": outcome.member,
            "points": outcome.points,
        },
    )
    metrics.add_metric(f"Order{outcome.result.capitalize()}", MetricUnit.Count, 1)
    if outcome.conflict:
        logger.warning("one version of an order came with two contents")
        metrics.add_metric("OrderConflict", MetricUnit.Count, 1)


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work through a batch from the inbox queue."""
    if event.get("Records") == []:
        return {"batchItemFailures": []}
    return process_partial_response(
        event=event, record_handler=work, processor=processor, context=context
    )
