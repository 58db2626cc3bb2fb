"""Every minute: hand over the cards that no bell rang for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit

from functions import composition
from functions.observability import logger, metrics

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

LINGERING_SECONDS = 60
"""What is younger is still on its way through the stream."""


@logger.inject_lambda_context
@metrics.log_metrics
def handler(_: dict[str, Any], __: LambdaContext) -> None:
    """Sweep once."""
    before = int(composition.now().timestamp()) - LINGERING_SECONDS
    count = composition.publisher().sweep(before)
    metrics.add_metric("CardsSwept", MetricUnit.Count, count)
