"""Hand offers to their channels: those that a bell names, and every minute those that wait.

It is the only function that may send mail and text messages to many, and calls Telegram and a
gateway; a group of its queue is a channel of a program, so that the pace below holds.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from functions.aws.observability import logger
from functions.aws.time_left import DEADLINE
from functions.http import failures
from functions.wiring import carriers, environment, queues
from loyalty.campaigns.trying import asked_of
from loyalty.store.offers import Place

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PACE: Final = 0.05
"""Seconds from one offer to the next of a channel: 20 a second, below Telegram's thirty."""

LONGEST: Final = 6.5
"""Seconds that one offer may take; what does not fit comes again."""

MOST: Final = 500
"""Offers that one look rings for."""


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any] | None:
    """Send a batch in its order; ring for what waits when the schedule says so."""
    if "Records" not in event:
        now = environment.now()
        found = carriers.sending().due(now, MOST)
        queues.offers_queue().put(found, now.strftime("%Y-%m-%dT%H:%M"))
        if found:
            logger.info("offers wait", extra={"offers": len(found)})
        return None
    ended: Counter[str] = Counter()
    again: list[str] = []
    for record in event["Records"]:
        if again or DEADLINE.left < LONGEST:
            # First in, first out: what stands behind one that failed comes again with it.
            again.append(record["messageId"])
            continue
        began = time.monotonic()
        try:
            ended[_handed(json.loads(record["body"]))] += 1
        except Exception as error:  # noqa: BLE001 - the queue brings it again
            failures.log(error, "an offer failed", sqs_message=record["messageId"])
            again.append(record["messageId"])
        time.sleep(max(0.0, PACE - (time.monotonic() - began)))
    if ended:
        logger.info("offers handed", extra=dict(ended))
    return {"batchItemFailures": [{"itemIdentifier": one} for one in again]}


def _handed(message: dict[str, Any]) -> str:
    asked, now = asked_of(message), environment.now()
    if asked is not None:
        return carriers.trying().send(asked, now)
    return carriers.sending().send(Place(**message), now)
