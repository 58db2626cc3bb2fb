"""Every twelve hours: how long the pass certificate lives, and whether it signs at all.

The owner is told 60, 30, 14 and 7 days before it ends, on its last days, and while passes cannot be
issued: then no day is left. Earning and redeeming do not depend on any of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import count, logger, metrics
from functions.http import failures
from functions.wiring import apple as apple_identity
from functions.wiring import environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

STEPS = frozenset({60, 30, 14, 7, 1, 0})
"""Whole days before the end on which the owner is told; each comes up twice, at least."""


@logger.inject_lambda_context
@failures.guarded
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Measure, tell the owner in the log, and answer with the status."""
    if not environment.configuration().apple_pass_type_identifier:
        return {"ready": False, "message": "This deployment issues no Apple passes."}
    status = apple_identity.identities().readiness(environment.now())
    details = {"ready": status.ready, "days_left": status.days_left, "why": status.message}
    (logger.info if status.ready else logger.error)("pass certificate", extra=details)
    days_left = max(0, status.days_left)
    metrics.add_metric("AppleCertificateDaysLeft", MetricUnit.Count, days_left)
    count("AppleCertificateEnds", int(days_left in STEPS))
    metrics.flush_metrics()
    return {"ready": status.ready, "days_left": status.days_left, "message": status.message}
