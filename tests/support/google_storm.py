"""Days of sales, clicks and messages against a Google that loses, delays and reorders: in process.

The real functions, client, pace and records run on a clock that only moves when somebody waits.
Only the connection is ours: it follows the local Wallet API's rules for merging and messages, and
meets every request with a fault by chance. Everything follows from one seed.
"""

from __future__ import annotations

import heapq
import json
import random
from collections import Counter, defaultdict, deque
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from functions import google as google_function
from functions import push_google
from functions.aws.configuration import Configuration
from functions.aws.google_pace import SharedPace
from functions.aws.google_saves import TableGoogleSaves
from functions.aws.observability import logger, metrics
from functions.wiring import card_reading, environment, google_messages, google_state, storage
from functions.wiring import google as google_wallet
from functions.wiring.google import Wallet
from infra.local.wallet import rules
from passes.google import objects
from passes.google.failures import GoogleError, UnavailableError
from passes.google.messages import BusyError, Message
from tests.support.google_delays import FAULTS, Google
from tests.support.google_transport import ConnectedClient
from tests.support.memory import Killed, MemoryTables

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from loyalty.card.view import Card

VISIBILITY = 180
LATEST = 55
"""Seconds after which Google has surely carried out a request that we gave up on."""


class Context:
    function_name = "google"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn"
    aws_request_id = "1"

    def __init__(self, storm: Storm) -> None:
        self.end = storm.seconds() + 30
        self.storm = storm

    def get_remaining_time_in_millis(self) -> int:
        return int((self.end - self.storm.seconds()) * 1000)


class Storm:
    """One shop with a few hundred saved cards."""

    def __init__(self, seed: int, world: Any, members: int) -> None:
        self.random = random.Random(seed)
        self.world = world
        self.now = datetime(2026, 11, 21, 8, tzinfo=UTC)
        self.time = self.now.timestamp()
        self.drawn: dict[str, Any] = {}
        self.tables = MemoryTables()
        self.google = Google()
        self.members = [f"m{number:05d}" for number in range(members)]
        self.balances = dict.fromkeys(self.members, 0)
        self.versions = dict.fromkeys(self.members, 1)
        self.queue: dict[str, deque[tuple[str, str]]] = defaultdict(deque)
        self.hidden: dict[str, float] = {}
        self.deliveries: list[tuple[float, int, str, str]] = []
        self.messages: dict[str, str] = {}
        self.numbers = count()
        self.calm = False
        self.overtaking = 0.08
        self.depth = 0
        self.outage_until = 0.0
        self.updates = 0
        self.pace = SharedPace(
            self.tables,
            world.issuer,
            clock=lambda: self.now,
            sleep=self.sleep,
            random=self.random.random,
        )
        signer: Any = SimpleNamespace(signer=None, service_account_email="")
        self.accounts = {
            function: Wallet(
                world.issuer,
                signer,
                self.client(patience=function.PATIENCE, pace=self.pace),
            )
            for function in (google_function, push_google)
        }
        self.sent_at: list[float] = []

    # The clock

    def seconds(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        """Let time pass, and Google carry out what it has put off."""
        end = self.now + timedelta(seconds=seconds)
        while self.google.late and self.google.late[0][0] <= end.timestamp():
            _, _, work = heapq.heappop(self.google.late)
            work()
            self.google.carried_out_late += 1
        self.now = end
        self.time = end.timestamp()

    # What stands behind functions.wiring

    def opened(self, monkeypatch: pytest.MonkeyPatch) -> Storm:
        """Put the storm behind the functions."""
        settings = Configuration(
            "local", "https://shop.test", "s", "l", google_issuer_id=self.world.issuer
        )
        for module, name, value in (
            (environment, "configuration", settings),
            (card_reading, "cards", self),
            (storage, "programs", self),
            (google_state, "google_saves", TableGoogleSaves(self.tables)),
            (storage, "tables", self.tables),
            (google_state, "google_pace", self.pace),
        ):
            monkeypatch.setattr(module, name, lambda value=value: value)
        monkeypatch.setattr(environment, "now", lambda: self.now)
        for factory in (google_state.google_checks, google_state.google_classes):
            monkeypatch.setattr(google_state, factory.__name__, factory.__wrapped__)
        for function, account in self.accounts.items():

            def wallet(_: Any, context: Context, account: Wallet = account, **__: float) -> Wallet:
                account.client.limit(context.get_remaining_time_in_millis() / 1000 - 1)
                return account

            monkeypatch.setattr(function, "wallet", wallet)
        draw = Wallet.read

        def read(account: Wallet, program: str, member: str) -> Any:
            known = self.drawn.get(member)
            if known is None or known.version != self.versions[member]:
                known = self.drawn[member] = draw(account, program, member)
            return known

        monkeypatch.setattr(Wallet, "read", read)  # drawing a card anew is most of the work
        monkeypatch.setattr(google_wallet, "_design", lambda _: self.world.design)
        monkeypatch.setattr(
            google_wallet, "profile_of", lambda found, language: self.profile(found.id, language)
        )
        monkeypatch.setattr(google_function, "save_link", lambda *_, **__: "https://pay.test")
        monkeypatch.setattr(push_google, "THREADS", 1)
        monkeypatch.setattr(metrics, "namespace", "loyalty")
        monkeypatch.setattr(metrics, "flush_metrics", metrics.clear_metrics)
        monkeypatch.setattr(logger, "_logger", _Silence())
        return self

    def by_member(self, program: str, member: str, now: datetime) -> Card:
        card: Card = self.world.card(
            self.balances[member], self.versions[member], member=member, serial=f"5{member[1:]}"
        )
        return card

    def by_link(self, link: str, now: datetime) -> Card:
        return self.by_member("coffee", link, now)

    def in_languages(self, program: str, member: str, now: datetime, **_: bool) -> tuple[Card, ...]:
        return (self.by_member(program, member, now),)

    def profile(self, program: str, language: str | None) -> Any:
        return self.world.profile

    def current(self, program: str) -> Any:
        return self

    find = current
    id, version, languages = "coffee", 1, ("en",)

    # What happens

    def sell(self, member: str) -> None:
        self.updates += 1
        self.balances[member] += 1
        self.versions[member] += 1
        self.ring(member)

    def ring(self, member: str, **more: int) -> None:
        body = {"program": "coffee", "member": member, **more}
        self.queue[member].append((f"q{next(self.numbers)}", json.dumps(body)))

    def click(self, member: str) -> int:
        event = {
            "version": "2.0",
            "rawPath": f"/c/{member}/google",
            "rawQueryString": "",
            "headers": {},
            "requestContext": {"http": {"method": "GET"}, "stage": "$default"},
        }
        context: Any = Context(self)
        try:
            return int(google_function.handler(event, context)["statusCode"])
        except Killed:
            return 0

    def tell(self, member: str) -> None:
        """Deliver a message for a card twice: queues do that."""
        name = f"n-{next(self.numbers)}"
        self.messages[name] = member
        for _ in range(2):
            at = self.seconds() + self.random.random() * 100
            self.deliveries.append((at, next(self.numbers), member, name))

    def deliver(self) -> None:
        """Deliver the messages that are due; what is not done is delivered again."""
        due = [one for one in self.deliveries if one[0] <= self.seconds()]
        self.deliveries = [one for one in self.deliveries if one[0] > self.seconds()]
        for _, _, member, name in due:
            account = self.accounts[push_google]
            account.client.limit(30)
            message = Message(name, "Hello", "Two for one")
            again = self.seconds() + VISIBILITY
            try:
                outcome = google_messages.tell(account, "coffee", member, message, "notice")
            except (Killed, GoogleError, BusyError):
                pass
            else:
                if outcome.result in {"said", "before"}:
                    continue
                again = outcome.at / 1_000_000 if outcome.at else again
            self.deliveries.append((again, next(self.numbers), member, name))

    def work(self, only: str | None = None) -> None:
        """Let the worker take a batch, as a FIFO queue gives it, some messages twice."""
        batch: list[tuple[str, str, str]] = []
        for member, waiting in self.queue.items():
            if len(batch) >= 10:
                break
            free = self.hidden.get(member, 0) <= self.seconds()
            if waiting and free and only in {None, member}:
                batch += [(member, *one) for one in list(waiting)[: 10 - len(batch)]]
        if batch:
            self._hand_over(batch)

    def _hand_over(self, batch: list[tuple[str, str, str]]) -> None:
        for member, _, _ in batch:
            self.hidden[member] = self.seconds() + VISIBILITY
        records = [
            {"messageId": name, "body": body, "attributes": {"MessageGroupId": member}}
            for member, name, body in batch
        ]
        context: Any = Context(self)
        try:
            answer = push_google.handler({"Records": records}, context)
        except Killed:
            return
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        # Now and then a message is done, but its end is not heard: it comes again.
        failed |= {name for _, name, _ in batch if not self.calm and self.random.random() < 0.02}
        for member in {member for member, _, _ in batch}:
            ended = {name for other, name, _ in batch if other == member} - failed
            left = deque(one for one in self.queue[member] if one[0] not in ended)
            if len(ended) == sum(other == member for other, _, _ in batch):
                self.hidden.pop(member, None)
            self.queue[member] = left
            if not left:
                del self.queue[member]

    def sweep(self) -> None:
        for _, member in google_state.google_checks().due(int(self.seconds()), 100):
            if not any("check" in body for _, body in self.queue.get(member, ())):
                self.ring(member, check=1)

    def client(self, **options: Any) -> ConnectedClient:
        """Return a client with the storm for a connection."""
        client = ConnectedClient(
            lambda *request: self._answer(client, *request),
            sleep=self.sleep,
            random=self.random.random,
            elapsed=self.seconds,
            clock=self.seconds,
            **options,
        )
        return client

    def _answer(  # noqa: PLR0917 - what a connection is given
        self,
        client: ConnectedClient,
        action: str,
        method: str,
        url: str,
        _headers: Mapping[str, str],
        content: bytes | None,
        end: float,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Answer one request of a client, somehow."""
        timeout = min(client.timeout, end - self.seconds())
        if timeout <= 0:
            raise UnavailableError(action, 0, "no time left", "")
        path = urlsplit(url).path.removeprefix("/walletobjects/v1/")
        body = json.loads(content) if content else None
        self.sent_at.append(self.seconds())
        fault = self._fault(method, body)
        delay = 9.0 if fault == "slow" else 0.02
        if fault.startswith("no answer"):
            delay = timeout
        elif delay >= timeout:
            delay, fault = timeout, "no answer after commit"

        def act() -> tuple[int, Any]:
            return self.google.answer(method, path, body)

        status, answer = 200, None
        if fault in {"fine", "slow"} or fault.endswith("after commit"):
            status, answer = act()
        if fault.endswith("late"):
            at = self.seconds() + delay + self.random.random() * LATEST
            heapq.heappush(self.google.late, (at, next(self.numbers), act))
        self.sleep(delay)
        if fault.startswith("no answer"):
            raise UnavailableError(action, 0, "no answer", "", unsure=True)
        if fault.startswith("killed"):
            raise Killed
        if fault[0].isdigit():
            status = int(fault[:3])
            reason = "rateLimitExceeded" if status in {403, 429} else None
            answer = rules.envelope(status, "A fault.", reason)
        headers = {"Retry-After": "2"} if fault == "429 for a while" else {}
        return status, headers, json.dumps(answer).encode()

    def _fault(self, method: str, body: Any) -> str:
        if self.calm:
            return "fine"
        self._meanwhile(method, body)
        if self.seconds() < self.outage_until:
            return "503"
        return self.random.choices(list(FAULTS), list(FAULTS.values()))[0]

    def _meanwhile(self, method: str, body: Any) -> None:
        """While a request is on its way, its card moves on, and the worker may be faster."""
        if method == "GET" or self.depth or self.random.random() > self.overtaking:
            return
        identifier = str((body or {}).get("id", ""))
        member = "m" + identifier.rpartition(".5")[2]
        if member not in self.balances:
            return
        self.depth = 1
        try:
            self.sell(member)
            if self.hidden.get(member, 0) <= self.seconds():
                self.work(only=member)
        finally:
            self.depth = 0

    # The whole

    def run(self, updates: int) -> None:
        """Let so many sales happen, and then everything come to rest."""
        self.calm = True
        for member in self.members:
            assert self.click(member) == 302
        self.calm = False
        next_sweep = self.seconds() + 60
        while self.updates < updates:
            self.sleep(self.random.expovariate(5))
            for _ in range(self.random.randrange(1, 5)):
                self.sell(self.random.choice(self.members))
            chance = self.random.random()
            if chance < 0.15:
                self.click(self.random.choice(self.members))
            elif chance < 0.30:
                self.tell(self.random.choice(self.members))
            elif chance < 0.301:
                self.outage_until = self.seconds() + 300
            self.deliver()
            self.work()
            if self.seconds() >= next_sweep:
                self.sweep()
                next_sweep = self.seconds() + 60
        self.rest()

    def rest(self) -> None:
        """No more faults; the queues empty, and the checks come due."""
        self.calm = True
        for _ in range(5000):
            while any(self.hidden.get(one, 0) <= self.seconds() for one in self.queue):
                self.work()
            self.deliver()
            self.sweep()
            if not self.queue and not self.deliveries and not self.checks():
                break
            self.sleep(20)
        assert not self.queue, "the queue does not empty"
        assert not self.deliveries, "messages are delivered for ever"
        assert not self.checks(), "checks are never done"
        self.sleep(2 * LATEST)

    def checks(self) -> int:
        return sum(key.sk == "GOOGLE#CHECK" for key in self.tables.items)

    def behind(self) -> list[str]:
        """Return the cards that Google shows otherwise than they are."""
        wrong = []
        for member in self.members:
            card = self.by_member("coffee", member, self.now)
            drawn = objects.loyalty_object(card, self.world.design, self.world.issuer, self.now)
            found = self.google.found.get(drawn["id"], {})
            shown = {key: value for key, value in found.items() if key != "messages"}
            if found and shown != drawn:
                wrong.append(member)
            if not found and self.versions[member] > 1:
                wrong.append(member)
        return wrong

    def said(self) -> Counter[str]:
        """Return how often each message was added, those that made room later included."""
        return Counter(self.google.added)


class _Silence:
    """A logger that says nothing: thousands of batches would."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None
