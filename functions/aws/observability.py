"""The one logger and the one set of metrics. Logs carry ids and outcomes, never people."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

logger = Logger(log_uncaught_exceptions=True)
metrics = Metrics()
