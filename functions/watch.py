"""Every five minutes: whatever is not as it should be is found, and said in words.

Queues of last resort, queues whose messages grow old, work that is late in the tables; each hour
also tills that are quiet, tables that refuse, and the pass certificate. Somebody is mailed by the
topic of the alarms when a trouble is new, now and then while it lasts, and when it is over
(``loyalty.operating.troubles``). The number of them is an alarm, and so is this function's silence:
the watch is watched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import logger, metrics
from functions.http import failures
from functions.wiring import environment, troubles
from loyalty.operating.troubles import Known, Trouble, compare
from loyalty.store import trouble_book

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

HOURLY = 300
"""What costs more is looked at when a run begins in these first seconds of an hour."""


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> None:
    """Look once; what cannot be looked at is a trouble of its own, and hides no other.

    ``event`` may say ``{"everything": true}``: look at what is looked at hourly, too.
    """
    now = int(environment.now().timestamp())
    hourly = bool(event.get("everything")) or now % 3600 < HOURLY
    found: list[Trouble] = []
    unseen: set[str] = set()
    for kind, look in troubles.LOOKS.items():
        if kind in troubles.HOURLY and not hourly:
            unseen.add(kind)
            continue
        try:
            found.extend(look(now))
        except Exception as error:  # noqa: BLE001 - it is told
            failures.log(error, "not looked at", kind=kind)
            unseen.add(kind)
            words = f"The watch could not look at {kind}: its log says why."
            found.append(Trouble("watch", kind, words))
    _tell(found, unseen, now)


def _tell(found: list[Trouble], unseen: set[str], now: int) -> None:
    tables = troubles.tables()
    before = [Known(Trouble(*row[:3]), *row[3:]) for row in trouble_book.read(tables)]
    report = compare(before, found, unseen, now)
    for one in report.known:
        told = {"kind": one.trouble.kind, "which": one.trouble.where, "since": one.since}
        logger.warning(one.trouble.words, extra=told)
    metrics.add_metric("WatchFinds", MetricUnit.Count, len(report.known))
    if not report.silent:
        # Before it is kept: whatever fails in between is told once more rather than never.
        troubles.tell(report.subject(str(metrics.service)), report.words())
    # Each time: that it looks at all is read from here, too (`loyalty doctor`).
    trouble_book.write(tables, [_row(one) for one in report.known], now)


def _row(known: Known) -> trouble_book.Row:
    trouble = known.trouble
    return (trouble.kind, trouble.where, trouble.words, known.since, known.told)
