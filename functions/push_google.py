"""The Google queue's worker: bring the objects of changed cards up to date.

A message only says whose card changed. What is sent is the card as it is when it is sent, so late
and doubled messages do no harm.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions import composition
from functions.google_wallet import wallet
from functions.observability import logger
from passes.google.client import Patience
from passes.google.failures import GoogleError, UnavailableError
from passes.google.publish import publish

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

PATIENCE = Patience(attempts=3, timeout=10.0, total=15.0)
ENOUGH_TIME = 2_000
"""Milliseconds that must be left to begin with one more card."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work through a batch of the FIFO queue.

    After a failure the later messages of the same card go back too, so that its order stays; when
    Google itself is down or time runs out, all that is left goes back at once.
    """
    failed: list[str] = []
    blocked: set[str] = set()
    published: dict[tuple[str, str], int] = {}
    stopped = False
    for record in event["Records"]:
        # Bells of one card are equal texts, where a local queue does not tell the group.
        group = record["attributes"].get("MessageGroupId", record["body"])
        stopped = stopped or context.get_remaining_time_in_millis() < ENOUGH_TIME
        if stopped or group in blocked:
            failed.append(record["messageId"])
            continue
        try:
            _bring_up_to_date(json.loads(record["body"]), published, context)
        except UnavailableError as error:
            logger.warning("google is down", extra={"why": str(error)})
            stopped = True
            failed.append(record["messageId"])
        except GoogleError as error:
            logger.error("google refuses", extra={"why": str(error), "kind": type(error).__name__})
            blocked.add(group)
            failed.append(record["messageId"])
        except Exception:  # noqa: BLE001 - whatever it was, this card must come again
            logger.exception("object not brought up to date")
            blocked.add(group)
            failed.append(record["messageId"])
    logger.info("google", extra={"messages": len(event["Records"]), "failed": len(failed)})
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def _bring_up_to_date(
    bell: dict[str, Any], published: dict[tuple[str, str], int], context: LambdaContext
) -> None:
    """Publish one card, unless this batch has already sent it as it is now."""
    program, member = bell["program"], bell["member"]
    if not composition.google_saves().is_marked(program, member):
        return  # nobody has asked for this card at Google
    account = wallet(PATIENCE, context)
    first = account.read(program, member)
    if first is None or published.get((program, member)) == first.version:
        return
    sent = publish(
        lambda: account.read(program, member),
        account.client,
        lambda: account.ensure_class(program, again=True),
    )
    if sent is not None:
        published[program, member] = sent.version
