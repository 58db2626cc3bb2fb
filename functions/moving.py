"""Move people in and out: jobs of owners, page by page, through a queue of its own.

A job that time does not allow to end goes back into the queue with what is left of it. One that
comes twice walks the same lines again, which changes nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from functions.aws.observability import logger
from functions.http import failures
from functions.http.walking import Pace, walk
from functions.wiring import environment, moving_work, queues
from loyalty.members.moving_jobs import Job
from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

AGAIN_SECONDS = 30
"""When what has failed is tried again; four times later with each failure: 40 minutes in all. A job
may run for ten minutes, and six times as long its message would stay out of sight by itself."""

_VISITS = ("visits", "tell")
"""Jobs of ``loyalty.tills.bridges.visit_imports``, which few need and is loaded late."""

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def work(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Go on with one job; what fails comes again. The batch processor names the parameters."""
    job = Job(**json.loads(record.body))
    pace = Pace(lambda_context)

    def page(left: Job) -> Job | None:
        if left.do in _VISITS:
            return moving_work.visits().work(left, environment.now())
        return moving_work.jobs().work(left, environment.now, pace.more)

    try:
        left = walk(job, page, pace)
    except Refusal as refusal:
        if refusal.kind in {"busy", "unavailable"}:
            _soon_again(record, refusal)
            raise
        # The owner sees by the import's standing that nothing happens any more.
        logger.warning("job refused", extra={"job": job.id, "code": refusal.code})
        return
    except Exception as error:
        _soon_again(record, error)
        raise
    if left is not None:
        queues.moving_queue().ask(left.program, left.id, left.do, left.by, left.more)


def _soon_again(record: SQSRecord, error: Exception) -> None:
    failures.log(error, "a page of moving failed")
    failures_before = int(record.attributes.approximate_receive_count) - 1
    queues.hide_moving(record.receipt_handle, AGAIN_SECONDS * 4**failures_before)


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Work jobs off."""
    if event.get("Records") == []:
        return {"batchItemFailures": []}
    return process_partial_response(
        event=event, record_handler=work, processor=processor, context=context
    )
