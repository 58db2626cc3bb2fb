"""Run campaigns: begin the walks that are due, and reach members page by page.

The schedule only begins walks. The function goes on from its own queue, which nothing of a till's
path shares; a message that comes twice walks the same page again, which reaches nobody twice.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from functions.aws.observability import logger
from functions.http import failures
from functions.http.walking import Pace, walk
from functions.wiring import campaign_running, environment, prize_draws, queues, saving
from loyalty.campaigns.running import Cursor

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def _cursor(body: dict[str, Any]) -> Cursor:
    """Return where a message says that a walk stands.

    What was put there before walks were shared names one campaign, and no shard: it goes through
    all of them, which reaches nobody twice.
    """
    names = tuple(body.get("campaigns") or [body["campaign"]])
    where = {name: body[name] for name in ("shard", "last") if name in body}
    return Cursor(body["program"], names, body["after"], **where)


def work(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Go on from one cursor; what fails comes again. The batch processor names the parameters."""
    try:
        body = json.loads(record.body)
        if "member" in body:
            campaign_running.running().event(body["program"], body["member"], environment.now())
            saving.savings().heard(body["program"], body["member"], environment.now())
            prize_draws.draws().heard(body["program"], body["member"], environment.now())
            return
        begin = _cursor(body)
        outcomes: Counter[str] = Counter()

        def page(cursor: Cursor) -> Cursor | None:
            walked = campaign_running.running().walk(cursor, environment.now())
            outcomes.update(walked.outcomes)
            for fault in walked.faults:
                logger.error("not reached", extra={"fault": fault})
            return walked.next

        left = walk(begin, page, Pace(lambda_context))
        if left is not None:
            queues.campaigns_queue().put(left)
        if outcomes:
            logger.info("campaign walked", extra={"campaigns": begin.campaigns, **outcomes})
    except Exception as error:
        failures.log(error, "a page of a campaign failed")
        raise


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse | None:
    """Begin walks when the schedule says so; go on when the queue does."""
    if event.get("Records") == []:
        return {"batchItemFailures": []}
    if "Records" in event:
        return process_partial_response(
            event=event, record_handler=work, processor=processor, context=context
        )
    begun = campaign_running.running().tick(queues.campaigns_queue(), environment.now())
    if begun:
        logger.info("campaigns begun", extra={"walks": begun})
    looked = saving.savings().tick(environment.now())
    if looked:
        logger.info("groups looked at", extra={"groups": looked})
    drawn = prize_draws.tick(environment.now())
    if drawn:
        logger.info("draws", extra=drawn)
    return None
