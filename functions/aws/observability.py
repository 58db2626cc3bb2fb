"""The one logger and the one set of metrics. Logs carry ids and outcomes, never people.

Whatever somebody has to be told of is counted twice: under a name of its own, and in the family of
all that the same person has to act upon. Alarms hang on families: each alarm costs, and each that
stays silent for a year is forgotten. The log says in words what has happened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit, single_metric

if TYPE_CHECKING:
    from collections.abc import Mapping

# Not with `log_uncaught_exceptions`: it prints an exception's words (functions.http.failures).
logger = Logger(use_rfc3339=True)  # the only instants that Lambda reads from a line
metrics = Metrics()

LEDGER, OWNER, STRANGERS = "LedgerIsWrong", "OwnerMustAct", "CallersTurnedAway"

FAMILIES: Mapping[str, tuple[str, int]] = {
    # Whoever keeps the system, at once.
    "LedgerTampered": (LEDGER, 1),
    "InvariantBroken": (LEDGER, 1),
    # The owner, soon: something to renew, to put back, to ask Apple, Google or a till's vendor for.
    "ApplePassNotIssued": (OWNER, 1),
    "ApplePushConfiguration": (OWNER, 1),
    "ApplePushDefect": (OWNER, 1),
    "DesignMissing": (OWNER, 1),
    "DesignNotNoticed": (OWNER, 1),
    "GoogleFeatureClosed": (OWNER, 1),
    "GoogleStillPersonal": (OWNER, 1),
    "OrderConflict": (OWNER, 1),
    "PrivacyRequestWaits": (OWNER, 1),
    "ReceiverFails": (OWNER, 1),
    "ReceiverGone": (OWNER, 1),
    "TillQuiet": (OWNER, 1),
    # Single ones happen. A hundred in an hour are somebody guessing, or passes of another master
    # key; ten complaints of phones weigh as much.
    "AppleWrongToken": (STRANGERS, 1),
    "AppleLogAlarming": (STRANGERS, 10),
}
"""Metric by metric: the family it counts in, and how much one weighs there."""


def count(name: str, number: int = 1) -> None:
    """Count something, in its family too where somebody is to be told."""
    metrics.add_metric(name, MetricUnit.Count, number)
    if name in FAMILIES:
        family, weight = FAMILIES[name]
        metrics.add_metric(family, MetricUnit.Count, number * weight)


def count_apart(name: str) -> None:
    """Count one at once and not in the common set: for what several threads do at a time."""
    family, weight = FAMILIES[name]
    for counted, number in ((name, 1), (family, weight)):
        with single_metric(
            counted,
            MetricUnit.Count,
            number,
            default_dimensions={"service": str(metrics.service)},
        ):
            pass
