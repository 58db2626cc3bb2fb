"""The inbox worker: turn kept messages into entries. A message that fails stays in the queue."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.batch.exceptions import UnexpectedBatchTypeError

from functions.aws import time_left
from functions.aws.observability import count, logger, metrics
from functions.http import failures, messages
from functions.wiring import (
    access,
    counting,
    environment,
    feeding,
    inbox,
    ledger,
    queues,
    replaying,
    reporting,
    storage,
    tool_clients,
    trials,
    vendors,
)
from loyalty.access.keys import Credentials
from loyalty.store import customer_links, privacy_requests, till_watch
from loyalty.store.dynamodb import LONGEST_ATTEMPT
from loyalty.tills import registry, trial
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Reading, Wanted
from loyalty.tills.tool_fields import WRITING

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

    from loyalty.access.keys import Endpoint
    from loyalty.core.booking import VisitReport
    from loyalty.core.client_report import ClientReport
    from loyalty.core.order import OrderReport
    from loyalty.ledger.sales import OrderOutcome
    from loyalty.tills.categories import Catalogue
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message

ENOUGH_TIME = LONGEST_ATTEMPT + 1
"""Seconds that must be left to begin with one more order: its calls, and one of them a slow one."""

MOST_ASKED = 15
"""Things that a vendor is asked for at once; CRMs tell of a hundred deals in a message."""


MOST_WRITES = 20
"""How often it is tried to write into a tool's fields before the next change of the card."""
FIRST_REST, LONGEST_REST = 30, 900
"""Seconds between two tries; a queue hides nothing for longer."""

_COUNTED = {"recorded": "sales", "parked": "parked"}


def _work(record: dict[str, Any]) -> bool:
    """Record the order in one kept message; whatever goes wrong, the message comes again."""
    endpoint = None
    try:
        kept = json.loads(record["body"])
        endpoint = _endpoint(kept)
        if endpoint is None:
            # Nothing is lost: whoever has let it go wants nothing written there.
            metrics.add_metric("FieldsGone", MetricUnit.Count, 1)
            logger.info("fields", extra={"endpoint": kept["endpoint"], "result": "gone"})
            return True
        _do(vendors.sender(endpoint), kept, first=_first(record))
    except Exception as error:  # noqa: BLE001 - one message's fault is no other's
        failures.log(error, "order not recorded", sqs_message=record["messageId"])
        metrics.add_metric("OrderFailed", MetricUnit.Count, 1)
        if endpoint is not None:
            _count(endpoint, "not_read_back" if isinstance(error, VendorFailed) else "failed")
        return False
    if not _OURS & kept.keys():
        _worked.append(kept)
    return True


_OURS = frozenset({"since", "wanted", "replay", "trial", "replayed", "write"})
"""By these a message is one of our own, or one that is kept already."""

_worked: list[dict[str, Any]] = []
"""Messages that this batch has worked on."""


_heard: set[tuple[str, str]] = set()
"""Tills' addresses (program, endpoint) that this batch has brought something from."""


def _do(sender: Sender, kept: dict[str, Any], *, first: bool) -> None:
    """Do what one message of the inbox asks for: ours say so, tills' are told of orders."""
    endpoint = sender.endpoint
    if "since" in kept:
        _catch_up(sender, kept)
    elif "trial" in kept:
        trials.send(sender, kept["trial"], kept["asked"])
        metrics.add_metric("TillTried", MetricUnit.Count, 1)
    elif "write" in kept:
        _write(sender, kept["write"], kept.get("tries", 0))
    elif "replay" in kept:
        number = replaying.step(endpoint.id, kept["replay"])
        metrics.add_metric("MessageReplayed", MetricUnit.Count, number)
        logger.info("messages come again", extra={"endpoint": endpoint.id, "messages": number})
    else:
        _tell(sender, kept, first=first)


def _first(record: dict[str, Any]) -> bool:
    return bool(record["attributes"]["ApproximateReceiveCount"] == "1")


def _endpoint(kept: dict[str, Any]) -> Endpoint | None:
    """Return the address that a message came to; None where one is gone that was written into."""
    # What is not written now may be written never: no process goes on with what it has read.
    known = Credentials(storage.tables()) if "write" in kept else access.credentials()
    endpoint = known.endpoint(kept["endpoint"])
    if endpoint is None and "write" not in kept:
        raise LookupError("the endpoint of a kept message is gone")
    return endpoint


def _tell(sender: Sender, kept: dict[str, Any], *, first: bool) -> None:
    """Record what one kept message tells, and what it makes us ask for."""
    endpoint = sender.endpoint
    if "wanted" in kept:  # a message of our own, which names what is to be asked for
        reading = Reading(wanted=tuple(Wanted(kind, name) for kind, name in kept["wanted"]))
    else:
        message = messages.read(endpoint, inbox.body_of(kept), kept.get("headers") or {})
        if name := trial.name_of(message.document):
            _try(sender, name, message)
            return
        if first:
            _heard.add((endpoint.program, endpoint.id))
            _count(endpoint, "replayed" if "replayed" in kept else "messages")
        reading = _divided(registry.read(sender, message), endpoint)
    if reading.wanted or reading.sold:
        reading = _in_full(sender, reading)
    if reading.test:
        logger.info("a trial; it counts nowhere", extra={"endpoint": endpoint.id})
        return
    for request in reading.privacy:
        second = int(environment.now().timestamp())
        privacy_requests.put(storage.tables(), request, second)
        logger.warning("somebody's data is asked for", extra={"what": request.kind})
    _record(reading, endpoint)


def _record(reading: Reading, endpoint: Endpoint) -> None:
    """Record all that one message tells."""
    for visit in reading.visits:
        _record_visit(visit, endpoint)
    for client in reading.clients:
        _take_client(client, endpoint)
    if not reading.reports and not reading.visits and not reading.clients:
        metrics.add_metric("OrderIgnored", MetricUnit.Count, 1)
    for report in reading.reports:
        _record_order(report, endpoint)


def _divided(reading: Reading, endpoint: Endpoint) -> Reading:
    """Return a reading that one invocation can ask for; else each question is a message."""
    if len(reading.wanted) <= MOST_ASKED or any(one.merchant for one in reading.wanted):
        return reading
    for wanted in reading.wanted:
        queues.inbox().put({"endpoint": endpoint.id, "wanted": [[wanted.kind, wanted.id]]})
    return replace(reading, wanted=())


def _try(sender: Sender, name: str, message: Message) -> None:
    """Read a trial as any other message, and record nothing of it."""
    result = "came_through"
    try:
        reading = registry.read(sender, message)
        if reading.wanted:
            _in_full(sender, reading)
    except VendorFailed as failed:
        result = f"not_read_back:{failed.reason}"
    trials.came(sender, name, result)
    metrics.add_metric("OrderIgnored", MetricUnit.Count, 1)
    logger.info("a trial; it counts nowhere", extra={"endpoint": sender.endpoint.id})


def _count(endpoint: Endpoint, kind: str) -> None:
    counting.at_work().count(endpoint, kind)


def _catch_up(sender: Sender, kept: dict[str, Any]) -> None:
    """Record what the vendor lists between two instants and no message has brought.

    What its list leaves out is asked for one by one, each as a message of its own: a busy day does
    not fit into one invocation.
    """
    endpoint, now = sender.endpoint, environment.now()
    feed = feeding.following(sender) if registry.CONNECTORS[endpoint.scheme].feed else None
    try:
        found = feed.look(now, time_left.DEADLINE.left) if feed else _listed(sender, kept)
    except VendorFailed as failed:
        if "mark" not in kept:
            raise
        _ask_again(endpoint, kept["mark"], failed)
        return
    if found is None:
        _not_asked(endpoint)
        return
    known = _record_found(found, endpoint)
    if feed is not None:
        feed.keep(now)
    told = {"endpoint": endpoint.id, "listed": len(found.reports), "known": known}
    logger.info("caught up with the vendor", extra=told)


def _ask_again(endpoint: Endpoint, mark: int, failed: VendorFailed) -> None:
    """Let the clock ask again. A vendor that is down for hours is no work that was given up."""
    till_watch.ask_again(storage.tables(), endpoint.program, endpoint.id, mark)
    metrics.add_metric("VendorNotAsked", MetricUnit.Count, 1)
    logger.warning(
        "the vendor's list was not read; the next poll asks for it",
        extra={"endpoint": endpoint.id, "reason": failed.reason},
    )
    _count(endpoint, "not_read_back")


def _record_found(found: Reading, endpoint: Endpoint) -> int:
    """Record what was found, and ask for the rest of it; return how much was known before."""
    known: set[str] = set()
    for report in found.reports:
        if _record_order(report, endpoint) == "unchanged":
            known.update((report.key.id, *(part.key.partition(":")[2] for part in report.parts)))
        else:
            metrics.add_metric("OrderMissed", MetricUnit.Count, 1)
            _count(endpoint, "found")
    for visit in found.visits:
        if _record_visit(visit, endpoint) == "noted":
            metrics.add_metric("OrderMissed", MetricUnit.Count, 1)
            _count(endpoint, "found")
    for wanted in found.wanted:
        if wanted.id not in known:
            message = {"endpoint": endpoint.id, "wanted": [[wanted.kind, wanted.id]]}
            queues.inbox().put(message)
    return len(known)


def _listed(sender: Sender, kept: dict[str, Any]) -> Reading | None:
    """Return what the vendor lists between two instants; None where it cannot be asked."""
    client = vendors.client(sender.endpoint)
    changed = registry.CONNECTORS[sender.endpoint.scheme].changed
    if client is None or changed is None:
        return None
    since, until = (datetime.fromisoformat(kept[name]) for name in ("since", "until"))
    listed = changed(client, sender, since, until)
    return registry.sort(client, sender, listed, _catalogue(sender))


def _in_full(sender: Sender, reading: Reading) -> Reading:
    """Return a reading with what the vendor tells, where it can be asked."""
    client = vendors.client(sender.endpoint)
    if client is None:
        if reading.wanted:
            _not_asked(sender.endpoint)
        return replace(reading, wanted=(), sold=())
    return registry.read_in_full(client, sender, reading, _catalogue(sender))


def _catalogue(sender: Sender) -> Catalogue:
    return vendors.catalogue(sender.program.id, sender.endpoint.source)


def _not_asked(endpoint: Endpoint) -> None:
    metrics.add_metric("VendorNotAsked", MetricUnit.Count, 1)
    _count(endpoint, "not_asked")


def _record_visit(report: VisitReport, endpoint: Endpoint) -> str:
    """Record what a booking tool says of a visit: an appointment, and a sale once they came.

    Return what became of it (``VisitOutcome.result``).
    """
    now = environment.now()
    linked = tool_clients.clients().known(endpoint.program, report.hints, now)
    outcome = ledger.visits().record(report, now)
    told = {"endpoint": endpoint.id, "result": outcome.result, "member": outcome.member}
    logger.info("visit", extra=told)
    metrics.add_metric(f"Visit{outcome.result.capitalize()}", MetricUnit.Count, 1)
    if outcome.result == "noted":
        _count(endpoint, "visits" if outcome.member else "visits_of_nobody")
    if outcome.sale is not None:
        _became(outcome.sale, endpoint)
    if linked is not None:
        _link_told(endpoint, linked)
    return outcome.result


def _take_client(report: ClientReport, endpoint: Endpoint) -> None:
    """Take what a booking tool or CRM says of a client."""
    outcome = tool_clients.clients().take(report, environment.now())
    told = {"endpoint": endpoint.id, "result": outcome.result, "member": outcome.member}
    logger.info("client", extra=told)
    metrics.add_metric(f"Client{outcome.result.capitalize()}", MetricUnit.Count, 1)
    if outcome.result == "noted":
        _count(endpoint, "clients")
    if outcome.linked:
        _link_told(endpoint, (report.source, report.id))


def _link_told(endpoint: Endpoint, customer: tuple[str, str]) -> None:
    """Write into a client's fields whose card is known just now; until then nothing could be."""
    member = customer_links.read(storage.tables(), endpoint.program, *customer)
    if member and endpoint.scheme in WRITING:
        queues.inbox().put({"endpoint": endpoint.id, "write": member})


def _write(sender: Sender, member: str, tries: int) -> None:
    """Write what a card shows into the tool's fields. A tool that is down is tried for hours."""
    endpoint, writing = sender.endpoint, tool_clients.writing(sender)
    if writing is None:
        metrics.add_metric("FieldsNotAsked", MetricUnit.Count, 1)
        return
    try:
        result: str = writing.tell(member, environment.now())
    except VendorFailed as failed:
        result = failed.reason
        _count(endpoint, "not_written")
        if failed.passing and tries < MOST_WRITES:
            delay = max(failed.retry_after or 0, FIRST_REST * 2 ** min(tries, 10))
            message = {"endpoint": endpoint.id, "write": member, "tries": tries + 1}
            queues.inbox().put(message, min(LONGEST_REST, int(delay)))
    if result == "written":
        _count(endpoint, "written")
    metrics.add_metric(f"Fields{result.title().replace('_', '')}", MetricUnit.Count, 1)
    logger.info("fields", extra={"endpoint": endpoint.id, "result": result})


def _record_order(report: OrderReport, endpoint: Endpoint) -> str:
    """Record one report; return what became of it."""
    return _became(ledger.sales().record_order(report, environment.now()), endpoint)


def _became(outcome: OrderOutcome, endpoint: Endpoint) -> str:
    """Tell what became of a sale."""
    logger.info(
        "order",
        extra={
            "endpoint": endpoint.id,
            "result": outcome.result,
            "member": outcome.member,
            "points": outcome.points,
        },
    )
    metrics.add_metric(f"Order{outcome.result.capitalize()}", MetricUnit.Count, 1)
    if outcome.result in _COUNTED:
        _count(endpoint, _COUNTED[outcome.result])
    if outcome.double:
        logger.warning("an order's id belongs to another order; it is kept apart")
        metrics.add_metric("OrderDouble", MetricUnit.Count, 1)
    if outcome.full:
        logger.warning("an account cannot hold an order; it counts nothing")
        count("OrderConflict")
    if outcome.conflict:
        logger.warning("one version of an order came with two contents")
        count("OrderConflict")
    return outcome.result


@logger.inject_lambda_context
@metrics.log_metrics
@failures.guarded
def handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work through a batch from the inbox queue, for as long as there is time.

    What was not begun goes back untouched. It comes again at once where the others went well; if
    nothing does, it waits for as long as a failed one, so that an hour of trouble buries nobody.
    """
    records = event.get("Records")
    if not isinstance(records, list):
        raise UnexpectedBatchTypeError("no batch of a queue")
    failed: list[dict[str, Any]] = []
    _worked.clear()
    _heard.clear()
    begun = 0
    for record in records:
        if time_left.DEADLINE.left < ENOUGH_TIME:
            break
        begun += 1
        if not _work(record):
            failed.append(record)
    _keep()
    _write_counts()
    _watch()
    untouched = records[begun:]
    if untouched:
        metrics.add_metric("OrderPutBack", MetricUnit.Count, len(untouched))
        if len(failed) < begun:
            _show(untouched)
    again = [*failed, *untouched]
    return {"batchItemFailures": [{"itemIdentifier": one["messageId"]} for one in again]}


def _keep() -> None:
    try:
        replaying.keep(_worked)
    except Exception as error:  # noqa: BLE001 - sales are recorded; they cannot be replayed
        failures.warn(error, "messages not kept")
        metrics.add_metric("InboxNotKept", MetricUnit.Count, 1)


def _watch() -> None:
    """Have tills watched that something came from; the next message does it where this cannot."""
    try:
        for program, endpoint in _heard:
            reporting.watch(program, endpoint)
    except Exception as error:  # noqa: BLE001 - sales are recorded
        failures.warn(error, "till not watched")


def _write_counts() -> None:
    try:
        counting.at_work().write()
    except Exception as error:  # noqa: BLE001 - sales are recorded; this is merely shown
        failures.warn(error, "messages not counted")


def _show(records: list[dict[str, Any]]) -> None:
    for record in records:
        try:
            queues.show_inbox_message(record["receiptHandle"])
        except Exception as error:  # noqa: BLE001 - then it comes after the queue's own time
            failures.warn(error, "message not shown", sqs_message=record["messageId"])
            return
