"""Where the watch looks, and whom it tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools.metrics import MetricUnit

from functions.aws.observability import metrics
from functions.aws.time_left import DEADLINE
from functions.wiring import apple as apple_identity
from functions.wiring import environment, queues, storage
from loyalty.operating import backups
from loyalty.operating.troubles import Trouble, span
from loyalty.store import lateness, till_watch
from loyalty.store.dynamodb import client as aws_client
from loyalty.store.dynamodb import limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from loyalty.store.tables import Tables

    Look = Callable[[int], list[Trouble]]

_WORK: Final[Mapping[str, str]] = {
    "cards": "Cards that have changed are not handed to the wallets (router, sweeper)",
    "events": "Events are not sent to receivers (sweeper, sendEvents)",
    "messages": "E-mails and text messages of campaigns are not sent (channelWorker)",
    "campaigns": "A campaign stands still (campaignWorker)",
    "tills": "Nobody looks whether tills are quiet (sweeper)",
    "groups": "Nobody looks how far those are who save together (campaignWorker)",
    "draws": "A prize draw is not decided, though its round of drand is over (campaignWorker)",
    "designs": "Cards do not get their new design (sweeper, pushApple, pushGoogle)",
    "google": "Nobody looks again at what Google shows (sweeper, pushGoogle)",
    "erasing": "Somebody who was forgotten is not forgotten by the wallets yet (nightly)",
}
_QUEUES: Final[Mapping[str, tuple[int, str]]] = {
    # Seconds after which a message is old, and what waits. A queue keeps them for days.
    "inbox": (300, "sales and other messages of tills"),
    "apple": (3600, "changed cards for Apple"),
    "google": (3600, "changed cards for Google"),
    "nightly": (6 * 3600, "parts of the night"),
    "telling": (900, "what others are to be told"),
    "sending": (3600, "events for receivers"),
    "figures": (3600, "what figures have to take up"),
    "campaigns": (3600, "campaigns on their way"),
    "offers": (3600, "messages of campaigns"),
    "moving": (6 * 3600, "imports and exports"),
}
_AGE: Final = ("AWS/SQS", "ApproximateAgeOfOldestMessage")
_ACCOUNT: Final = "google/service-account"
_CERTIFICATE_STEPS: Final = (0, 1, 7, 14, 30, 60)
_ALL: Final = 1000
_LOOKED_AT: Final = 3
"""Exports of a table, the newest: their names begin with the millisecond of their beginning."""
_TEN_YEARS: Final = 10 * 365 * 86_400


def tables() -> Tables:
    """Return the tables."""
    return storage.tables()


def tell(subject: str, words: str) -> None:
    """Send a message to whoever is told of alarms; only logged where there is no topic."""
    topic = environment.configuration().alarm_topic
    if topic:
        _client("sns").publish(TopicArn=topic, Subject=subject[:100], Message=words)


def _given_up(_: int) -> list[Trouble]:
    lying = queues.lying_in_last_resorts()
    metrics.add_metric("GivenUp", MetricUnit.Count, sum(lying.values()))
    return [
        Trouble(
            "given-up",
            queue,
            f"Work was given up on after many attempts: about {number} in {queue}. Mend the cause, "
            "then redrive that queue; nothing is lost for 14 days.",
        )
        for queue, number in lying.items()
        if number
    ]


def _old_messages(_: int) -> list[Trouble]:
    found = []
    for name, url in queues.working_queues().items():
        patience, what = _QUEUES[name]
        if not queues.waiting(url):
            continue
        age = _figure(_AGE, ("QueueName", _last(url)), "Maximum", 900)
        if age > patience:
            words = f"Messages in the queue {_last(url)} are {span(int(age))} old: {what}."
            found.append(Trouble("queue", name, words))
    return found


def _late_work(now: int) -> list[Trouble]:
    return [
        Trouble("late", one.what, f"{_WORK[one.what]}, since {span(one.seconds)}.")
        for one in lateness.late(storage.tables(), now)
    ]


def _quiet_tills(now: int) -> list[Trouble]:
    watched = till_watch.due(storage.tables(), now + _TEN_YEARS, _ALL)
    return [
        Trouble(
            "till",
            one.endpoint,
            f"No message has come to the till's address {one.endpoint} of the program "
            f"{one.program} for longer than usual: look at the till, its network, the "
            "subscription (docs/till.md).",
        )
        for one in watched
        if one.state == "quiet"
    ]


def _refusing_tables(_: int) -> list[Trouble]:
    settings = environment.configuration()
    found = []
    for table in (settings.state_table, settings.ledger_table, settings.keys_table):
        refused = sum(
            _figure(("AWS/DynamoDB", metric), ("TableName", table), "Sum", 3600)
            for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
        )
        if refused:
            words = (
                f"The table {table} has refused {int(refused)} calls in an hour: more than its cap "
                "(docs/operating.md, Settings), or all to one key."
            )
            found.append(Trouble("table", table, words))
    return found


def _certificate(now: int) -> list[Trouble]:
    if not environment.configuration().apple_pass_type_identifier:
        return []
    status = apple_identity.identities().readiness(datetime.fromtimestamp(now, UTC))
    left = max(0, status.days_left)
    metrics.add_metric("AppleCertificateDaysLeft", MetricUnit.Count, left)
    step = next((step for step in _CERTIFICATE_STEPS if left <= step), None)
    if step is None:
        return []
    # By its step, so that each of them is told as something new.
    return [Trouble("certificate", f"{step} days", f"Passes for Apple: {status.message}")]


def _google(_: int) -> list[Trouble]:
    if not environment.configuration().google_issuer_id:
        return []
    try:
        environment.secret(_ACCOUNT)
    except environment.SecretMissing:
        words = (
            "No card can be saved to Google Wallet: an issuer is set, and no service account is "
            "stored (loyalty google store; docs/google.md)."
        )
        return [Trouble("google", "service account", words)]
    return []


def _backups(now: int) -> list[Trouble]:
    """Look whether last night's exports of the tables have ended well."""
    settings = environment.configuration()
    if not settings.backup_bucket:
        return []
    listed = _exports()
    found = []
    for table in (settings.state_table, settings.ledger_table, settings.keys_table):
        newest = sorted(one for one in listed if f":table/{table}/export/" in one)[-_LOOKED_AT:]
        client = _client("dynamodb")
        told = [client.describe_export(ExportArn=one)["ExportDescription"] for one in newest]
        if words := backups.trouble(table, settings.backup_bucket, told, now):
            found.append(Trouble("backup", table, words))
    return found


def _exports() -> list[str]:
    """Return the names of all exports of the last ninety days."""
    found: list[str] = []
    asked: dict[str, Any] = {}
    while True:
        answer = _client("dynamodb").list_exports(**asked)
        found += [one["ExportArn"] for one in answer["ExportSummaries"]]
        if not (following := answer.get("NextToken")):
            return found
        asked = {"NextToken": following}


LOOKS: Final[Mapping[str, Look]] = {
    "given-up": _given_up,
    "queue": _old_messages,
    "late": _late_work,
    "till": _quiet_tills,
    "table": _refusing_tables,
    "certificate": _certificate,
    "google": _google,
    "backup": _backups,
}
HOURLY: Final = frozenset({"till", "table", "certificate", "google", "backup"})


def _figure(metric: tuple[str, str], on: tuple[str, str], statistic: str, seconds: int) -> float:
    """Return what a metric (namespace, name) says of its last seconds; 0 without a figure.

    By GetMetricStatistics: its first million calls a month are free, and GetMetricData's are not.
    """
    now = environment.now()
    answer = _client("cloudwatch").get_metric_statistics(
        Namespace=metric[0],
        MetricName=metric[1],
        Dimensions=[{"Name": on[0], "Value": on[1]}],
        StartTime=now - timedelta(seconds=seconds),
        EndTime=now,
        Period=seconds,
        Statistics=[statistic],
    )
    return max((one[statistic] for one in answer["Datapoints"]), default=0.0)


def _last(url: str) -> str:
    return url.rpartition("/")[2]


@cache
def _client(name: str) -> Any:
    made = aws_client(name)
    limit(made, DEADLINE)
    return made
