"""Every minute: hand over what was missed, ask Google again, send again what is due.

Six sweeps of marks in the sparse index: cards that are not in the wallets' queues, objects that
a lost request to Google may have reached late, programs whose saved cards have to be drawn anew,
events whose next attempt is due, what vendors ask for a customer's sake, of which the owner is told
every day until it is answered, and tills' addresses that are to be looked at. That it works at
all is what ``watch`` looks at: nothing stays in that index for long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws import time_left
from functions.aws.observability import count, logger, metrics
from functions.http import failures
from functions.wiring import (
    environment,
    google_state,
    publishing,
    queues,
    redrawing,
    storage,
    watching,
)
from loyalty.outgoing.queued import again
from loyalty.store import deliveries, privacy_requests
from loyalty.store.dynamodb import LONGEST_ATTEMPT

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

LINGERING_SECONDS = 60
"""What is younger is still on its way through the stream."""


CHECKS = 100
"""Objects at Google that are looked at again in a minute, at most."""
CHECK_AGAIN = 300
"""Seconds until one that nobody has looked at is queued again: SQS deduplicates so long."""

SENDINGS = 500
"""Events of each shard that are sent again in a minute, at most."""

REQUESTS = 100
"""Requests for people's data of which the owner is told in a minute, at most."""
TILLS = 100
"""Addresses of tills that are looked at in a minute, at most."""
ENOUGH_TIME = LONGEST_ATTEMPT + 1
"""Seconds that must be left to begin with one more: its calls, and one of them a slow one."""


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(_: dict[str, Any], __: LambdaContext) -> None:
    """Sweep once; what fails keeps none of the others from being done."""
    failed: list[str] = []
    for sweep in (_cards, _checks, _redrawing, _sending, _privacy, _tills):
        try:
            sweep(int(environment.now().timestamp()))
        except Exception as error:  # noqa: BLE001 - told at the end
            failures.log(error, "not swept")
            failed.append(type(error).__name__)
    metrics.add_metric("SweepsFailed", MetricUnit.Count, len(failed))
    if failed:
        raise failures.FunctionFailed(", ".join(failed))


def _cards(now: int) -> None:
    swept = publishing.publisher().sweep(now - LINGERING_SECONDS)
    metrics.add_metric("CardsSwept", MetricUnit.Count, swept)


def _checks(now: int) -> None:
    due = google_state.google_checks().due(now, CHECKS)
    if due:
        queues.google_queue().ring(due, f"check:{now // CHECK_AGAIN}", check=1)
        metrics.add_metric("GoogleChecksDue", MetricUnit.Count, len(due))


def _redrawing(_: int) -> None:
    for program in redrawing.redraw().begin():
        logger.info("cards are drawn anew", extra={"program": program})


def _sending(now: int) -> None:
    due = []
    try:
        for delivery in deliveries.due(storage.tables(), now, SENDINGS):
            due.append(again(delivery))  # noqa: PERF401 - what was read goes out, whatever comes
    finally:
        if due:
            queues.sending_queue().put(due)
            metrics.add_metric("EventsSentAgain", MetricUnit.Count, len(due))


def _privacy(now: int) -> None:
    for program, request in privacy_requests.due(storage.tables(), now, REQUESTS):
        logger.warning(
            "somebody's data is asked for: answer within 30 days",
            extra={"program": program, "request": request},
        )
        count("PrivacyRequestWaits")


def _tills(_: int) -> None:
    now, looking = environment.now(), watching.looking()
    failed: Exception | None = None
    for watch in looking.due(now, TILLS):
        if time_left.DEADLINE.left < ENOUGH_TIME:
            break  # the next minute goes on
        try:
            newly_quiet = looking.look(watch, now)
        except Exception as error:  # noqa: BLE001 - the others are looked at all the same
            failures.warn(error, "till not looked at", endpoint=watch.endpoint)
            failed = error
            continue
        if newly_quiet:
            logger.warning(
                "a till is quiet for longer than usual", extra={"endpoint": watch.endpoint}
            )
            count("TillQuiet")
    if failed is not None:
        raise failed
