"""Every twelve hours: how long the pass certificate lives, and whether it signs at all.

The metric ``AppleCertificateDaysLeft`` has alarms at 60, 30, 14, 7 and 1; it is 0 when passes
cannot be issued. Earning and redeeming do not depend on any of this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import logger, metrics
from functions.http import failures
from functions.wiring import apple as apple_identity
from functions.wiring import environment

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@logger.inject_lambda_context
@failures.guarded
def handler(_event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """Measure, tell the owner in the log, and answer with the status."""
    if not environment.configuration().apple_pass_type_identifier:
        return {"ready": False, "message": "This deployment issues no Apple passes."}
    status = apple_identity.identities().readiness(environment.now())
    details = {"ready": status.ready, "days_left": status.days_left, "why": status.message}
    (logger.info if status.ready else logger.error)("pass certificate", extra=details)
    metrics.add_metric("AppleCertificateDaysLeft", MetricUnit.Count, max(0, status.days_left))
    metrics.flush_metrics()
    return {"ready": status.ready, "days_left": status.days_left, "message": status.message}
