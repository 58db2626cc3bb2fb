"""Take up for figures what happened to members and orders; several bells for one are one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import logger, metrics
from functions.http import failures
from functions.wiring import counting_figures, environment
from loyalty.core.report import OrderKey

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    Bell = tuple[str, str] | OrderKey


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work through a batch of bells, members first: their entries tell of most orders."""
    rung: dict[Bell, list[str]] = {}
    failed: list[str] = []
    for record in event["Records"]:
        try:
            rung.setdefault(_bell(json.loads(record["body"])), []).append(record["messageId"])
        except (ValueError, LookupError, TypeError) as error:
            failures.log(error, "not a bell", sqs_message=record["messageId"])
            failed.append(record["messageId"])
    counted = 0
    for bell in sorted(rung, key=lambda one: isinstance(one, OrderKey)):
        try:
            counted += _count(bell)
        except Exception as error:  # noqa: BLE001 - one member's fault is no other's
            program = bell.program if isinstance(bell, OrderKey) else bell[0]
            failures.log(error, "not counted", program=program)
            failed += rung[bell]
    metrics.add_metric("FiguresCounted", MetricUnit.Count, counted)
    return {"batchItemFailures": [{"itemIdentifier": one} for one in failed]}


def _bell(body: dict[str, str]) -> Bell:
    if "order" in body:
        return OrderKey(body["program"], body["source"], body["order"])
    return body["program"], body["member"]


def _count(bell: Bell) -> int:
    feeding = counting_figures.feeding()
    if isinstance(bell, OrderKey):
        return int(feeding.order(bell, environment.now()))
    return feeding.member(*bell, environment.now())
