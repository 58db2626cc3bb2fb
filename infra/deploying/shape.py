"""How a deployed stage stands beside its data: functions, roles, schedules, queues, alarms, quotas.

Read only. What AWS refuses to tell is told as that, and the next is looked at.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from loyalty.store import trouble_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.commands.place import Place

Line = tuple[bool, str]
FEW: Final = 100
"""Functions at a time below which an opening day is refused; a new account may run ten."""


def look(where: Place) -> Iterator[Line]:
    """Look at each kind in turn."""
    kinds: tuple[tuple[str, Callable[[Place], Iterator[Line]]], ...] = (
        ("functions and roles", _functions),
        ("schedules", _schedules),
        ("queues of last resort", _given_up),
        ("alarms", _alarms),
        ("the watch", _watch),
        ("quotas", quotas),
    )
    for name, kind in kinds:
        try:
            yield from kind(where)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            yield False, f"{name}: AWS does not tell ({code}); look with other credentials"


def _functions(where: Place) -> Iterator[Line]:
    client, roles = where.client("lambda"), where.client("iam")
    pages = client.get_paginator("list_functions").paginate()
    prefix = f"loyalty-{where.stage}-"
    found = [
        one for page in pages for one in page["Functions"] if one["FunctionName"].startswith(prefix)
    ]
    broken = []
    for one in found:
        name = one["FunctionName"].removeprefix(prefix)
        if one.get("State", "Active") not in {"Active", "Inactive"}:
            broken.append(f"{name} is {one['State']}")
        if one.get("LastUpdateStatus", "Successful") == "Failed":
            broken.append(f"the last update of {name} failed")
        try:
            roles.get_role(RoleName=one["Role"].rpartition("/")[2])
        except roles.exceptions.NoSuchEntityException:
            broken.append(f"the role of {name} is gone")
    if not found:
        broken.append("there are no functions")
    resting = sum(
        client.get_function_concurrency(FunctionName=one["FunctionName"]).get(
            "ReservedConcurrentExecutions"
        )
        == 0
        for one in found
    )
    if resting:
        on = where.command("restore go-on")
        yield False, f"{resting} functions rest, as a restore lets them; when it is over: {on}"
    said = f"{len(found)} functions, each with its role"
    yield (not broken, "; ".join(broken) + ": deploy again" if broken else said)


def _schedules(where: Place) -> Iterator[Line]:
    scheduler = where.client("scheduler")
    name = f"loyalty-{where.stage}-nightly"
    try:
        nightly = scheduler.get_schedule(Name=name)
    except scheduler.exceptions.ResourceNotFoundException:
        yield False, f"the schedule {name} is gone: deploy again"
    else:
        on = nightly.get("State", "ENABLED") == "ENABLED"
        zone = nightly.get("ScheduleExpressionTimezone", "UTC")
        when = f"the night begins by {nightly['ScheduleExpression']}, {zone}"
        yield on, when if on else f"the schedule {name} is switched off: switch it on"
    pages = where.client("events").get_paginator("list_rules").paginate()
    rules = [one for page in pages for one in page["Rules"] if _ours(one["Name"], where)]
    off = [one["Name"] for one in rules if one.get("State") != "ENABLED"]
    if not rules:
        yield False, "no rule runs the sweeper: deploy again"
    elif off:
        yield False, f"switched off: {', '.join(off)}"
    else:
        yield True, f"{len(rules)} rules run what looks every few minutes"


def _given_up(where: Place) -> Iterator[Line]:
    client = where.client("sqs")
    listed = client.list_queues(QueueNamePrefix=f"loyalty-{where.stage}-").get("QueueUrls", [])
    last = [url for url in listed if url.endswith(_LAST)]
    lying = []
    for url in last:
        told = client.get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        number = int(told["Attributes"]["ApproximateNumberOfMessages"])
        if number:
            lying.append(f"{number} in {url.rpartition('/')[2]}")
    if not last:
        yield False, "there are no queues of last resort: deploy again"
    elif lying:
        yield False, f"given up: {', '.join(lying)}; see docs/operating.md, What the watch says"
    else:
        yield True, f"nothing lies in {len(last)} queues of last resort"


_LAST: Final = ("dead-letters", "dead-letters.fifo", "stream-failures")


def _alarms(where: Place) -> Iterator[Line]:
    pages = where.client("cloudwatch").get_paginator("describe_alarms").paginate()
    alarms = [one for page in pages for one in page["MetricAlarms"] if _ours(_named(one), where)]
    ringing = [_named(one) for one in alarms if one.get("StateValue") == "ALARM"]
    if not alarms:
        yield False, "there are no alarms: deploy again"
    elif ringing:
        yield False, f"ringing: {', '.join(ringing)}; see docs/operating.md"
    else:
        yield True, f"{len(alarms)} alarms, none rings"
    topics = where.client("sns")
    pages = topics.get_paginator("list_topics").paginate()
    arns = [one["TopicArn"] for page in pages for one in page["Topics"]]
    topic = next((arn for arn in arns if arn.endswith(f":loyalty-{where.stage}-alarms")), "")
    heard = topics.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] if topic else []
    waiting = [one["Endpoint"] for one in heard if "Pending" in one["SubscriptionArn"]]
    if waiting:
        yield False, f"alarms: {', '.join(waiting)} has not confirmed the mail from AWS"
    else:
        # Nobody listens on this machine, and need not.
        fine = bool(heard) or bool(where.stack)
        nobody = "nobody is told of alarms: deploy with --alarm-email, or subscribe to the topic"
        yield fine, f"{len(heard)} are told of alarms" if heard else nobody


_SILENT: Final = 15 * 60


def _watch(where: Place) -> Iterator[Line]:
    tables, now = where.tables(), int(datetime.now(UTC).timestamp())
    looked = trouble_book.looked_at(tables)
    if looked is None or now - looked > _SILENT:
        last = (
            f"since {datetime.fromtimestamp(looked, UTC):%Y-%m-%d %H:%M} UTC" if looked else "yet"
        )
        yet = f"the watch has not looked {last}"
        # The clock of a stack that has just begun comes round within five minutes.
        yield bool(where.stack) and looked is None, f"{yet}: its log says why (docs/operating.md)"
        return
    known = trouble_book.read(tables)
    for _, _, words, since, _ in known:
        yield False, f"{words} (since {datetime.fromtimestamp(since, UTC):%Y-%m-%d %H:%M} UTC)"
    if not known:
        yield True, "the watch knows of nothing that is wrong"


def quotas(where: Place) -> Iterator[Line]:
    """Look at how many functions the account may run at a time."""
    limits = where.client("lambda").get_account_settings()["AccountLimit"]
    most = int(limits.get("ConcurrentExecutions", 0))
    few = (
        f"this account may run {most} functions at a time: ask AWS for 1000 before opening day "
        "(Service Quotas, AWS Lambda, Concurrent executions)"
    )
    yield most >= FEW, f"{most} functions at a time" if most >= FEW else few


def _named(alarm: dict[str, Any]) -> str:
    return str(alarm["AlarmName"])


def _ours(name: str, where: Place) -> bool:
    return name.startswith((f"loyalty-{where.stage}-", f"loyalty-{where.stage}"))
