"""The one logger and the one set of metrics. Logs carry ids and outcomes, never people."""

from __future__ import annotations

from aws_lambda_powertools import Logger, Metrics

# Not with `log_uncaught_exceptions`: it prints an exception's words (functions.http.failures).
logger = Logger()
metrics = Metrics()
