"""Every night: settle the idle, let cards say what time has changed, look for faults.

The schedule puts one cursor per segment of the table into a queue. The same function takes them
out, works page by page while it has time, and puts the cursor back. A message that comes twice
walks the same pages again, which changes nothing.

The same queue carries another walk, at any time of the day: over the saved cards of a program that
has changed (functions.aws.redraw).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)

from functions.aws.observability import count, logger, metrics
from functions.http import failures
from functions.http.walking import Pace, walk
from functions.wiring import environment, night, queues, redrawing, work_out_figures
from loyalty.ledger.nightly import Cursor

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.ledger.nightly import Page

SEGMENTS = 4
"""Parts of the table that are walked through side by side."""

processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)


def work(record: SQSRecord, lambda_context: LambdaContext) -> None:
    """Go on from one cursor; what fails comes again. The batch processor names the parameters."""
    try:
        body = json.loads(record.body)
        if "redraw" in body:
            _redraw(body)
        else:
            _walk(body, lambda_context)
    except Exception as error:
        failures.log(error, "a page of the night failed")
        raise


def _walk(body: dict[str, Any], lambda_context: LambdaContext) -> None:
    after = tuple(body["after"]) if body["after"] else None
    begin = Cursor(body["segment"], body["segments"], after)
    left = walk(begin, _page, Pace(lambda_context))
    if left is not None:
        queues.nightly_queue().put(left)


def _page(cursor: Cursor) -> Cursor | None:
    page = night.nightly().run(cursor, environment.now())
    _tell(page)
    if page.untold:
        queues.telling_queue().put(page.untold)
    if page.answers:
        change = f"night:{int(environment.now().timestamp())}"
        queues.telling_queue().put_answers(page.answers, change)
    queues.figures_queue().put(page.uncounted)
    for program in page.programs:
        work_out_figures.ask(program, later=True)
    return page.next


def _finish_forgetting(context: LambdaContext) -> None:
    """Forget the wallets of those who left a day ago; what time does not allow waits a night."""
    enough = context.get_remaining_time_in_millis() / 2
    try:
        night.erasure().finish(
            environment.now(), lambda: context.get_remaining_time_in_millis() >= enough
        )
    except Exception as error:  # noqa: BLE001
        # The cursors are out by now, and a night that is begun again would walk twice.
        failures.log(error, "forgetting goes on tomorrow")


def _redraw(body: dict[str, Any]) -> None:
    step = redrawing.redraw().step(body["redraw"], body["since"], body["step"])
    metrics.add_metric("GoogleRedrawn", MetricUnit.Count, step.queued if step else 0)
    metrics.add_metric("AppleRung", MetricUnit.Count, step.rung if step else 0)
    if step is None:
        return
    if step.left is not None:
        metrics.add_metric("GoogleRedrawSecondsLeft", MetricUnit.Seconds, step.left)
    details = {"program": step.program, "queued": step.queued_in_all, "seconds_left": step.left}
    logger.info("cards drawn anew" if step.ended else "cards are drawn anew", extra=details)


def _tell(page: Page) -> None:
    figures = {
        "AccountsSettled": page.settled,
        "CardsShown": page.shown,
        "BirthdaysGiven": page.birthdays,
        "AccountsReconciled": page.reconciled,
        "OrdersReconciled": page.orders,
        "AccountsRebuilt": page.rebuilt,
        "BellsLost": len(page.untold),
        "FiguresBehind": len(page.uncounted),
        "InvariantBroken": len(page.faults),
    }
    for name, number in figures.items():
        count(name, number)
    for fault in page.faults:
        logger.error("invariant broken", extra={"fault": fault})


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse | None:
    """Begin a night when the schedule says so; go on when the queue does."""
    if event.get("Records") == []:
        return {"batchItemFailures": []}
    if "Records" in event:
        return process_partial_response(
            event=event, record_handler=work, processor=processor, context=context
        )
    for segment in range(SEGMENTS):
        queues.nightly_queue().put(Cursor(segment, SEGMENTS))
    metrics.add_metric("NightsBegun", MetricUnit.Count, 1)
    _finish_forgetting(context)
    return None
