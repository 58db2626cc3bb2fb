"""The business in memory behind the Google functions, whose queues are lists."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from functions import google as google_function
from functions import nightly, push_google, sweeper
from functions.aws.configuration import Configuration
from functions.aws.google_saves import TableGoogleSaves
from functions.aws.observability import metrics
from functions.aws.redraw import Redraw
from functions.wiring import (
    card_reading,
    environment,
    google_state,
    publishing,
    queues,
    redrawing,
    storage,
    watching,
)
from functions.wiring import google as google_wallet
from loyalty.card.publishing import Publisher
from loyalty.card.reader import CardReader
from loyalty.tills.looking import Looking
from passes.google.client import WalletClient
from tests.support.events import Context
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyalty.members.enrolment import Enrolled
    from loyalty.store.publishing import ChangedCard


class NoPace:
    """A pace that lets everything through: the clock here stands still."""

    def expect(self, requests: int) -> None:
        pass

    def take(self, seconds: float) -> bool:
        return True


class Shop(World):
    """The business, its Google queue, and the two Google functions."""

    def __init__(self, google: Any) -> None:
        super().__init__()
        self.google = google
        self.messages: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.busy = 0
        self.rung: list[tuple[str, str]] = []
        self.apple_busy = 0
        self.put_program("coffee")
        self.put_program("barber")

    def put(self, cards: Sequence[ChangedCard]) -> None:
        """Take the place of the queues: the shape that functions.queues sends."""
        for card in cards:
            body = json.dumps({"program": card.program, "member": card.member})
            attributes = {"MessageGroupId": card.member, "ApproximateReceiveCount": "1"}
            message = f"message-{len(self.messages)}-{card.version}"
            self.messages.append({"messageId": message, "body": body, "attributes": attributes})

    def put_redraw(self, program: str, since: int, step: int, delay: int = 0) -> None:
        """Take the place of the nightly queue."""
        body = {"redraw": program, "since": since, "step": step}
        self.steps.append({"body": body, "delay": delay})

    def waiting(self) -> int:
        return self.busy

    def ring_google(self, members: Sequence[tuple[str, str]], why: str, **more: int) -> None:
        """Take the place of the Google queue, with its deduplication."""
        for program, member in members:
            message = f"{member}:{why}"
            if message not in {one["messageId"] for one in self.messages}:
                body = json.dumps({"program": program, "member": member, **more})
                attributes = {"MessageGroupId": member}
                self.messages.append({"messageId": message, "body": body, "attributes": attributes})

    def ring_class(self, program: str, since: int) -> None:
        """Take the place of the Google queue for what all cards of a program say."""
        body = json.dumps({"program": program, "class": 1})
        attributes = {"MessageGroupId": f"class#{program}"}
        message = f"class#{program}:{since}"
        self.messages.append({"messageId": message, "body": body, "attributes": attributes})

    def sweep(self) -> None:
        """Let a minute's sweep pass."""
        context: Any = Context()
        sweeper.handler({}, context)

    def rename(self, name: str) -> None:
        """Change the program: its name is on every card."""
        program = self.programs.current("coffee")
        self.programs.put(replace(program, name=dict.fromkeys(program.name, name)))

    def restart_google(self) -> None:
        """Forget what the Google functions' processes remember."""
        self.restart()
        for account in accounts(self.google):
            account.classes.clear()

    def ring(self) -> None:
        Publisher(self.tables, self).publish(self.unpublished())

    def work(self, *, doubled: bool = False) -> None:
        """Let the worker empty the queue; what it gives back comes again."""
        for _ in range(20):
            if not self.messages:
                return
            batch, self.messages = self.messages[:10], self.messages[10:]
            context: Any = Context()
            answer = push_google.handler({"Records": batch * (2 if doubled else 1)}, context)
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            self.messages = [one for one in batch if one["messageId"] in failed] + self.messages
        raise AssertionError("the queue does not empty")

    def click(self, member: Enrolled) -> int:
        event = {
            "version": "2.0",
            "rawPath": f"/c/{member.link}/google",
            "rawQueryString": "",
            "headers": {},
            "requestContext": {"http": {"method": "GET"}, "stage": "$default"},
        }
        context: Any = Context()
        return int(google_function.handler(event, context)["statusCode"])

    def shown(self, member: Enrolled, program: str = "coffee") -> dict[str, Any]:
        card = card_reading.cards().by_member(program, member.member_id, self.now)
        assert card is not None
        found: dict[str, Any] = self.google.object(f"3388000000012345678.{card.serial}")
        return found


def accounts(google: Any) -> list[Any]:
    """Return what the click and the worker each hold of Google."""
    return [
        google_wallet._wallet(json.dumps(google.account), patience, "live")
        for patience in (google_function.PATIENCE, push_google.PATIENCE)
    ]


@contextmanager
def opened(google: Any, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """Put the shop behind functions.wiring for a while."""
    shop = Shop(google)
    settings = Configuration(
        stage="local",
        base_url="https://cards.example",
        state_table="state",
        ledger_table="ledger",
        google_issuer_id=issuer,
        google_api_url=google.url,
        google_token_url=f"{google.url}/token",
    )
    defaults: Any = WalletClient.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "sleep", google.pauses.append)
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", google.pauses.append)
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    monkeypatch.setattr(environment, "now", lambda: shop.now)
    monkeypatch.setattr(card_reading, "cards", lambda: CardReader(shop.tables, shop.programs))
    monkeypatch.setattr(storage, "programs", lambda: shop.programs)
    monkeypatch.setattr(google_state, "google_saves", lambda: TableGoogleSaves(shop.tables))
    monkeypatch.setattr(storage, "tables", lambda: shop.tables)
    monkeypatch.setattr(google_state, "google_pace", lambda *_: NoPace())
    monkeypatch.setattr(push_google, "THREADS", 1)
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    queue = SimpleNamespace(ring=shop.ring_google, ring_class=shop.ring_class, waiting=shop.waiting)
    steps: Any = shop
    apple: Any = SimpleNamespace(ring=shop.rung.extend, waiting=lambda: shop.apple_busy)
    redraw = Redraw(shop.tables, cast("Any", queue), apple, steps, lambda: shop.now)
    monkeypatch.setattr(publishing, "publisher", lambda: Publisher(shop.tables, shop))
    monkeypatch.setattr(queues, "google_queue", lambda: queue)
    monkeypatch.setattr(redrawing, "redraw", lambda: redraw)
    # No till of this shop is looked at, so nothing is put into its inbox.
    nobody = Looking(shop.tables, queue, endpoint=lambda _: None, program=lambda _: None)
    monkeypatch.setattr(watching, "looking", lambda: nobody)
    for factory in (
        google_state.google_checks,
        google_state.google_classes,
        google_state.google_closed,
    ):
        factory.cache_clear()
    monkeypatch.setattr(environment, "secret", lambda _: json.dumps(google.account))
    yield shop
    for account in accounts(google):
        account.client.close()
    google_wallet._wallet.cache_clear()


@pytest.fixture
def shop(google: Any, world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with opened(google, world.issuer, monkeypatch) as shop:
        yield shop


@pytest.fixture
def member(shop: Shop) -> Enrolled:
    member = shop.enrol()
    assert shop.click(member) == 302
    shop.google.ask("DELETE", "/inspect/requests")
    return member


def sold(shop: Shop, member: Enrolled, order: str) -> None:
    shop.sell(order=order, total=1000, member=member)
    shop.ring()
    shop.work()


def walk(shop: Shop) -> list[int]:
    """Let the walk come to its end; return the pauses between its steps."""
    context: Any = Context()
    pauses: list[int] = []
    for _ in range(100):
        if not shop.steps:
            return pauses
        step = shop.steps.pop(0)
        pauses.append(step["delay"])
        shop.wait(seconds=step["delay"])
        event = {
            "Records": [
                {
                    "messageId": "1",
                    "body": json.dumps(step["body"]),
                    "receiptHandle": "x",
                    "attributes": {},
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": "arn:aws:sqs:eu-central-1:1:nightly",
                }
            ]
        }
        assert nightly.handler(event, context) == {"batchItemFailures": []}
        shop.work()
    raise AssertionError("the walk does not end")


def balance(shop: Shop, member: Enrolled) -> Any:
    return shop.shown(member)["loyaltyPoints"]["balance"]


def last_patch(google: Any) -> Any:
    requests = google.ask("GET", "/inspect/requests")["requests"]
    return next(one["body"] for one in reversed(requests) if one["method"] == "PATCH")


def checks(shop: Shop) -> int:
    return sum(key.sk == "GOOGLE#CHECK" for key in shop.tables.items)
