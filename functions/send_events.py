"""Send events to receivers: the only function that calls addresses which owners have named.

Its role reads receivers and their secrets, and writes down what became of each event; it reaches
no ledger, no member and no card.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import count, logger, metrics
from functions.aws.time_left import DEADLINE
from functions.http import failures
from functions.wiring import queues, sending
from loyalty.outgoing.queued import Sending
from loyalty.outgoing.sending import SECONDS
from loyalty.store.dynamodb import LONGEST_ATTEMPT

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.outgoing.sending import Result

SOON_SECONDS = 7
"""After its first failure a message stays out of sight for so long: until it is due again."""

_LEAST_SECONDS = 0.5
_TOLD = {"failing": "ReceiverFails", "given_up": "ReceiverFails", "gone": "ReceiverGone"}


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Send a batch, all at a time: who takes long to answer costs the others nothing."""
    records = event["Records"]
    if not records:
        return {"batchItemFailures": []}
    # What a receiver may take; the rest is for writing down what became of it.
    seconds = min(SECONDS, DEADLINE.left - LONGEST_ATTEMPT - _LEAST_SECONDS)
    if seconds < _LEAST_SECONDS:
        metrics.add_metric("EventsPutBack", MetricUnit.Count, len(records))
        return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in records]}
    with ThreadPoolExecutor(len(records)) as pool:
        results = list(pool.map(lambda record: _send(record, seconds), records))
    again = []
    for record, result in zip(records, results, strict=True):
        metrics.add_metric(f"Event{_capitals(result or 'broken')}", MetricUnit.Count, 1)
        if result in _TOLD:
            count(_TOLD[result])
        if result is None or (result == "soon" and _hidden(record)):
            again.append(record)
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in again]}


def _send(record: dict[str, Any], seconds: float) -> Result | None:
    """Send one event; None where a fault of ours kept it from being sent."""
    try:
        queued = Sending(**json.loads(record["body"]))
        result = sending.sender().send(queued, seconds)
    except Exception as error:  # noqa: BLE001 - one event's fault is no other's
        failures.log(error, "event not sent", sqs_message=record["messageId"])
        return None
    about = {"program": queued.program, "receiver": queued.receiver, "event": queued.event}
    told = logger.error if result in _TOLD else logger.info
    told("event", extra={**about, "kind": queued.kind, "result": result})
    return result


def _hidden(record: dict[str, Any]) -> bool:
    try:
        queues.hide_sending(record["receiptHandle"], SOON_SECONDS)
    except Exception as error:  # noqa: BLE001 - then the clock rings for it
        failures.warn(error, "message not hidden", sqs_message=record["messageId"])
        return False
    return True


def _capitals(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))
