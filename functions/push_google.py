"""The Google queue's worker: bring the objects of changed cards up to date.

A message only says whose card changed. What is sent is the card as it is when it is sent, so late
and doubled messages do no harm. Three kinds come in, all grouped by member, and one of a program:

- ``{"program", "member"}``: the card changed;
- the same with ``"notify": true``: tell its owner, if the card has a notification left today;
- the same with ``"check": 1``: a request went unanswered some time ago; look at what Google shows;
- ``{"program", "class": 1}``: what all its cards say has changed.
"""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from functions.aws.google_state import TableHistory
from functions.aws.observability import count, logger, metrics
from functions.http import failures
from functions.wiring import card_reading, environment, google_messages, google_state, storage
from functions.wiring.google import said, wallet
from loyalty.core.instants import microseconds
from loyalty.store.google_saves import Standing
from passes.google.client import Patience
from passes.google.failures import GoogleError, UnavailableError
from passes.google.messages import BusyError, notification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_lambda_powertools.utilities.typing import LambdaContext

    from functions.wiring.google import Wallet
    from passes.google.publish import Drawn

PATIENCE = Patience(attempts=3, timeout=10.0, total=15.0)
ENOUGH_TIME = 2_000
"""Milliseconds that must be left to begin with one more card."""
THREADS = 10
"""Cards at once, a whole batch: Google takes its time to answer, and waiting needs no processor."""

Record = dict[str, Any]


@logger.inject_lambda_context
@failures.guarded
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work through a batch of the FIFO queue: cards side by side, one card's messages in order.

    After a failure the later messages of the same card go back too, so that its order stays; when
    Google itself is down or time runs out, what has not begun goes back at once.
    """
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in event["Records"]:
        # Messages about one card are equal texts, where a local queue does not tell the group.
        groups[record["attributes"].get("MessageGroupId", record["body"])].append(record)
    work = _Work(context)
    changes = {record["messageId"]: _change(record) for record in event["Records"]}
    work.prepare([change for change in changes.values() if change])
    batches = [
        [(record, changes[record["messageId"]]) for record in group] for group in groups.values()
    ]
    if THREADS > 1 and len(batches) > 1:
        # A pool of its own for each invocation: no thread is frozen between two of them.
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work.group, batches))
    else:
        for batch in batches:
            work.group(batch)
    order = [record["messageId"] for record in event["Records"]]
    failed = sorted(work.failed, key=order.index)
    logger.info("google", extra={"messages": len(order), "failed": len(failed)})
    work.report()
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


class _Work:
    """One invocation's work, done by several threads."""

    def __init__(self, context: LambdaContext) -> None:
        self._context = context
        self._account: Wallet | None = None
        self._standing = Standing(set(), set(), set())
        self._stopped = threading.Event()
        self._figures: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.failed: list[str] = []

    def prepare(self, changes: list[Mapping[str, Any]]) -> None:
        """Do what all cards need, before threads begin: most members never came to Google."""
        try:
            cards = [change for change in changes if "class" not in change]
            self._prepare({(change["program"], change["member"]) for change in cards})
        except UnavailableError as error:
            failures.warn(error, "google is down", **said(error))
            self._stopped.set()
        except Exception as error:  # noqa: BLE001 - whatever it was, all of them must come again
            failures.log(error, "no object brought up to date")
            self._stopped.set()

    def _prepare(self, members: set[tuple[str, str]]) -> None:
        if not members:
            return
        self._standing = google_state.google_saves().standing(members, environment.now())
        if not self._standing.known:
            return
        # Made on first use, and not by two threads at once.
        for made in (card_reading.cards, google_state.google_checks, storage.tables):
            made()
        self._account = wallet(PATIENCE, self._context)
        self._figures["GoogleRequests"] -= self._account.client.requests
        google_state.google_pace().expect(len(self._standing.updated))
        for program in sorted({program for program, _ in self._standing.updated}):
            try:
                self._account.ensure_class(program)
            except UnavailableError:
                raise
            except Exception as error:  # noqa: BLE001 - one program's fault is no other's
                # The cards may be all right without it; where they are not, each says so.
                failures.log(error, "class not drawn", program=program, **said(error))

    def group(self, batch: list[tuple[Record, Mapping[str, Any] | None]]) -> None:
        """Work through one card's messages."""
        published: int | None = None
        for number, (record, change) in enumerate(batch):
            late = self._context.get_remaining_time_in_millis() < ENOUGH_TIME
            if late or self._stopped.is_set():
                self.failed += [rest["messageId"] for rest, _ in batch[number:]]
                return
            if change is None:
                self.failed.append(record["messageId"])
                return
            try:
                if "class" in change:
                    self._say_to_all(change["program"])
                else:
                    published = self._bring_up_to_date(change, published)
            except UnavailableError as error:
                failures.warn(error, "google is down", **said(error))
                self._stopped.set()
            except BusyError as error:
                failures.warn(error, "a message waits for the end of another")
            except GoogleError as error:
                failures.log(error, "google refuses", **said(error))
            except Exception as error:  # noqa: BLE001 - whatever it was, this card must come again
                failures.log(error, "object not brought up to date")
            else:
                continue
            self.failed += [rest["messageId"] for rest, _ in batch[number:]]
            return

    def _bring_up_to_date(self, change: Mapping[str, Any], published: int | None) -> int | None:
        """Publish one card, unless this batch has already sent it as it is now."""
        program, member = change["program"], change["member"]
        if (program, member) not in self._standing.known:
            return published  # nobody has asked for this card at Google
        account = self._account or wallet(PATIENCE, self._context)
        if not self._wanted(account, program, member):
            if "check" in change:
                self._forget_check(program, member)
            return published
        if "check" in change:
            self._look(account, program, member)
            return None
        if published is not None:
            first = account.read(program, member)
            if first is None or first.version == published:
                return published
        sent, _ = account.publish(program, member, notify=_may_notify(change))
        if sent is None:
            return None
        self._count("GoogleUpdates")
        if sent.message is not None:
            self._say(account, program, member, sent)
        return sent.version

    def _say(self, account: Wallet, program: str, member: str, sent: Drawn) -> None:
        """Say on a card what the shop says now, once.

        Silently rather than late where it was told three things today: the card shows it already.
        """
        delivery = google_messages.say(account, program, member, sent)
        if delivery.result == "later":
            raise BusyError  # one that went unanswered may be under way still
        if delivery.result == "said":
            self._count("GoogleMessages")

    def _say_to_all(self, program: str) -> None:
        """Let all cards of a program say what it says to everybody."""
        if google_state.google_classes().sent(program) is None:
            return  # nobody has a card there; perhaps nobody has set Google up
        account = wallet(PATIENCE, self._context)
        delivery = google_messages.say_to_all(account, program)
        if delivery is not None and delivery.result == "later":
            raise BusyError  # one that went unanswered may be under way still

    def _wanted(self, account: Wallet, program: str, member: str) -> bool:
        """Tell whether Google is to show this card as it is.

        Of a card that nobody holds only its end is shown: what was personal has to go.
        """
        if (program, member) in self._standing.unsettled:
            held = account.is_held(program, member)
            if held is None or not google_state.google_saves().settle(
                program, member, environment.now(), held=held
            ):
                return True
            if not held:
                self._count("GoogleUpdatesEnded")
        elif (program, member) in self._standing.updated:
            return True
        else:
            held = False
        if held:
            return True
        drawn = account.read(program, member)
        return drawn is not None and drawn.closed

    def _forget_check(self, program: str, member: str) -> None:
        if check := google_state.google_checks().find(program, member):
            google_state.google_checks().done(check)

    def _look(self, account: Wallet, program: str, member: str) -> None:
        check = google_state.google_checks().find(program, member)
        if check is None or check.due > environment.now().timestamp():
            return  # settled since, or in doubt again: another message comes
        wrong = account.verify(check)
        self._count("GoogleChecked")
        if wrong:
            logger.warning("google showed an older state", extra={"members": list(wrong)})
            self._count("GoogleMended")
            if account.is_closed(program, member):
                # Of who was erased nothing may stay; what did is looked at again.
                logger.error("google showed an ended card's data", extra={"members": list(wrong)})
                self._count("GoogleStillPersonal")

    def _count(self, name: str) -> None:
        with self._lock:
            self._figures[name] += 1

    def report(self) -> None:
        """Tell what was done; requests by updates should stay close to one."""
        if self._account is None:
            return
        self._figures["GoogleRequests"] += self._account.client.requests
        for name, number in self._figures.items():
            count(name, number)
        metrics.flush_metrics()


def _may_notify(change: Mapping[str, Any]) -> bool:
    """Tell whether the owner of the card is to be told, and has not been told too often."""
    if not change.get("notify"):
        return False
    now = microseconds(environment.now())
    of_all = TableHistory(storage.tables(), change["program"]).read().notified
    history = TableHistory(storage.tables(), change["program"], change["member"])
    return notification("update", history, now, of_all)


def _change(record: Record) -> Mapping[str, Any] | None:
    """Read a message; None for one that is not ours."""
    try:
        change: dict[str, Any] = json.loads(record["body"])
        named = "class" in change or isinstance(change["member"], str)
        good = isinstance(change["program"], str) and named
    except (ValueError, KeyError, TypeError):
        good = False
    if not good:
        logger.error("not a message about a card", extra={"bytes": len(record["body"])})
        return None
    return change
