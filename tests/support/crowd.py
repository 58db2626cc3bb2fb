"""Many tills at once, each a process of its own, and a log of all that they were told."""

from __future__ import annotations

import random
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from loyalty.core.decide.grants import Leave
from loyalty.core.decide.spending import CaptureHold, PlaceHold, Price, Redeem, ReleaseHold
from loyalty.core.order import BASKET, OrderKey, OrderReport, Part, Status
from loyalty.ledger.act import Act
from loyalty.ledger.books import Books
from loyalty.ledger.spending import Request
from loyalty.refusals import Busy
from loyalty.store.tables import Cancelled, OutcomeUnknown
from tests.support.use_cases import UseCases
from tests.support.world import START, TOKENS, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.core.decide import Command
    from loyalty.members.enrolment import Enrolled
    from loyalty.store.dynamodb import DynamoTables

# What a till is told when it should try again; anything else would be a bug.
RETRY = (Busy, OutcomeUnknown, Cancelled, ClientError, BotoCoreError)
REWARD, PRICE = "free-coffee", 100


@dataclass
class Told:
    """One acknowledgement: when it was asked for and given, and what was said."""

    name: str
    member: str
    asked: float
    told: float
    body: dict[str, Any]
    replayed: bool


@dataclass
class Log:
    """What all workers together have asked for and been told."""

    told: list[Told] = field(default_factory=list)
    asked: dict[str, Any] = field(default_factory=dict)
    reports: dict[str, list[Part]] = field(default_factory=lambda: defaultdict(list))
    unknown: int = 0
    given_up: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def replayed(self) -> int:
        return sum(one.replayed for one in self.told)


class Crowd:
    """Members of one shop and the workers that serve them; every worker is a process of its own."""

    def __init__(self, tables: DynamoTables, *, seed: int, members: int) -> None:
        self.world = World(tables, seed=seed)
        self.world.put_program("coffee")
        self.members = [self.world.enrol() for _ in range(members)]
        self.log = Log()
        self._tables = tables
        self._seed = seed
        self._clock = 0

    def run(self, workers: int, steps: int, hot: float) -> None:
        """Let workers do random things, a share of them on the one hot account."""
        self._together(
            lambda number: _Worker(self, random.Random(f"{self._seed}-{number}"), number).work(
                steps, hot
            ),
            workers,
        )

    def at_once(self, act: Callable[[UseCases, int], None], workers: int) -> None:
        """Let every worker do one thing, all of them at the same moment."""
        barrier = threading.Barrier(workers)

        def one(number: int) -> None:
            process = self.process()
            barrier.wait()
            act(process, number)

        self._together(one, workers)

    def process(self) -> UseCases:
        """Return the use cases of a process of its own."""
        programs = self.world.programs
        books = Books(self._tables, programs, TOKENS, random=random.random, sleep=time.sleep)
        return UseCases(books, self.world.new_short_code)

    def now(self) -> datetime:
        """Return an instant of its own for every request."""
        with self.log.lock:
            self._clock += 1
            return START + timedelta(milliseconds=self._clock)

    def ask(self, name: str, member: Enrolled, command: Any, act: Callable[[], Any]) -> None:
        """Ask until an answer comes, as a till does; give up after many tries."""
        with self.log.lock:
            self.log.asked.setdefault(name, command)
        asked = time.monotonic()
        for _ in range(25):
            try:
                body, replayed = act()
            except RETRY:
                with self.log.lock:
                    self.log.unknown += 1
                continue
            told = Told(name, member.member_id, asked, time.monotonic(), body, replayed)
            with self.log.lock:
                self.log.told.append(told)
            return
        with self.log.lock:
            self.log.given_up.add(name)

    def _together(self, one: Callable[[int], None], workers: int) -> None:
        failures: list[BaseException] = []

        def guarded(number: int) -> None:
            try:
                one(number)
            except BaseException as error:  # noqa: BLE001 - told to the test, not to stderr
                failures.append(error)

        threads = [threading.Thread(target=guarded, args=(n,)) for n in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    # Requests

    def sell(self, process: UseCases, member: Enrolled, order: str, part: Part) -> None:
        """Report a version of an order."""
        key = OrderKey("coffee", "till", order)
        hint = f"code:{TOKENS.read_card_code(member.card_code)}"
        now = self.now()
        report = OrderReport(key, "USD", now, (part,), (hint,), "endpoint:till")
        with self.log.lock:
            self.log.reports[order].append(part)

        def act() -> tuple[dict[str, Any], bool]:
            outcome = process.sales.record_order(report, now)
            return {"result": outcome.result, "points": outcome.points}, False

        self.ask(f"order#till#{order}#{part.version}", member, None, act)

    def redeem(self, process: UseCases, member: Enrolled, name: str) -> None:
        now = self.now()
        fact = f"redemption#till#{name}"
        command = Redeem(fact, Price(REWARD), "endpoint:till")

        def act() -> tuple[dict[str, Any], bool]:
            answer = process.spending.redeem(
                "coffee",
                source="till",
                redemption=name,
                card_code=member.card_code,
                reward=REWARD,
                now=now,
            )
            return answer.body, answer.replayed

        self.ask(fact, member, command, act)

    def hold(self, process: UseCases, member: Enrolled, name: str) -> None:
        now, request = self.now(), Request("coffee", "till", name, "endpoint:till")
        fact = f"hold#till:{name}"
        command = PlaceHold(fact, f"till:{name}", Price(REWARD), "endpoint:till")

        def act() -> tuple[dict[str, Any], bool]:
            answer = process.spending.hold(request, member.card_code, Price(REWARD), now)
            return answer.body, answer.replayed

        self.ask(fact, member, command, act)

    def end(self, process: UseCases, member: Enrolled, name: str, how: str, points: int) -> None:
        """Capture or release a hold."""
        now, request = self.now(), Request("coffee", "till", name, "endpoint:till")
        fact, hold = f"{how}#till:{name}", f"till:{name}"
        command: Command = ReleaseHold(fact, hold, "endpoint:till")
        if how == "capture":
            command = CaptureHold(fact, hold, "endpoint:till", points)

        def act() -> tuple[dict[str, Any], bool]:
            if how == "capture":
                answer = process.spending.capture(request, member.card_code, now, points)
            else:
                answer = process.spending.release(request, member.card_code, now)
            return answer.body, answer.replayed

        self.ask(fact, member, command, act)

    def transfer(self, process: UseCases, name: str, pair: tuple[Enrolled, Enrolled]) -> None:
        giver, receiver = pair
        now = self.now()
        fact = f"transfer#desk#{name}"
        command = Leave("transfer", fact, "key:desk", "points", 7)

        def act() -> tuple[dict[str, Any], bool]:
            answer = process.staff.transfer(
                Act("coffee", "desk", name, "asked for it"),
                giver.member_id,
                receiver.member_id,
                "points",
                7,
                now,
            )
            return answer.body, answer.replayed

        self.ask(fact, giver, command, act)


class _Worker:
    def __init__(self, crowd: Crowd, choose: random.Random, number: int) -> None:
        self._crowd, self._choose, self._number = crowd, choose, number
        self._process = crowd.process()
        self._orders: list[tuple[Enrolled, str, int]] = []
        self._holds: list[tuple[Enrolled, str]] = []

    def work(self, steps: int, hot: float) -> None:
        for step in range(steps):
            cold = self._choose.choice(self._crowd.members[1:])
            member = self._crowd.members[0] if self._choose.random() < hot else cold
            self._step(member, f"{self._number}-{step}")

    def _step(self, member: Enrolled, name: str) -> None:
        crowd, process = self._crowd, self._process
        kinds = ("sell", "shared", "refund", "redeem", "again", "hold", "end", "transfer")
        kind = self._choose.choices(kinds, (30, 8, 14, 16, 8, 10, 10, 6))[0]
        if kind == "sell":
            total = self._choose.randrange(300, 2500)
            self._orders.append((member, name, total))
            crowd.sell(process, member, name, _basket(1, total))
        elif kind == "shared":
            # Two senders report one order of a member; the content is the same everywhere.
            number = self._choose.randrange(20)
            owner = crowd.members[number % len(crowd.members)]
            crowd.sell(process, owner, f"shared-{number}", _basket(1, 500 + number))
        elif kind == "refund" and self._orders:
            owner, order, total = self._orders.pop(self._choose.randrange(len(self._orders)))
            back = self._choose.choice((total, total // 3))
            status: Status = "refunded" if back == total else "completed"
            crowd.sell(process, owner, order, _basket(2, total, back, status))
        elif kind == "again":
            # One id from several tills at once: one effect, one answer.
            number = self._choose.randrange(20)
            owner = crowd.members[number % len(crowd.members)]
            crowd.redeem(process, owner, f"shared-{number}")
        elif kind == "hold":
            self._holds.append((member, name))
            crowd.hold(process, member, name)
        elif kind == "end" and self._holds:
            owner, hold = self._holds.pop()
            how = self._choose.choice(("capture", "release"))
            crowd.end(process, owner, hold, how, self._choose.choice((0, 40, PRICE)))
        elif kind == "transfer":
            other = self._choose.choice([one for one in crowd.members if one is not member])
            crowd.transfer(process, name, (member, other))
        else:
            crowd.redeem(process, member, name)


def _basket(version: int, total: int, back: int = 0, status: Status = "completed") -> Part:
    return Part(BASKET, version, status, total, back)
