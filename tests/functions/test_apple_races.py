"""Races of the web service that only storage can decide, each with its guard taken away once.

Stale reads (1), a push before the commit (4), and a DELETE that meets a new registration (7).
"""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from functions.aws.registrations import TableRegistrations
from loyalty.card.reader import CardReader
from loyalty.store import registrations
from loyalty.store.dynamodb import CLIENT_CONFIG, DynamoTables
from tests.support.apple_shop import PUSH, Phone, Shop
from tests.support.emulator import CREDENTIALS
from tests.support.memory import MemoryTables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from loyalty.members.enrolment import Enrolled
    from loyalty.store.tables import Item, Key

NEW_TOKEN = "cd" * 32


def installed() -> tuple[Shop, Enrolled, Phone]:
    shop = Shop()
    ann = shop.world.enrol()
    phone = Phone(shop, "phone-1", random.Random(1))
    phone.install(shop.card(ann))
    phone.sync()
    return shop, ann, phone


def points(phone: Phone, shop: Shop, member: Enrolled) -> Any:
    return phone.held[shop.card(member).serial][0]["balance"]


class LateTables(MemoryTables):
    """Reads of several items that lag one write behind, as eventually consistent ones may."""

    lagging = False

    def __init__(self) -> None:
        super().__init__()
        self.before: dict[Key, Item] = {}

    def write(self, *writes: Any) -> None:
        self.before = copy.deepcopy(self.items)
        super().write(*writes)

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        found = super().get_many(wanted := list(keys))
        if not self.lagging:
            return found
        return {key: self.before[key] for key in wanted if key in self.before}


@pytest.mark.parametrize("lagging", [False, True])
def test_race_1_stale_reads_would_leave_a_phone_behind(
    monkeypatch: pytest.MonkeyPatch, *, lagging: bool
) -> None:
    monkeypatch.setattr("tests.support.world.MemoryTables", LateTables)
    shop, ann, phone = installed()
    shop.world.sell(total=1000, member=ann)
    shop.world.tables.lagging = lagging
    phone.sync()
    shop.world.tables.lagging = False
    # With stale reads the one push finds nothing new: that is what consistent reads are for.
    assert points(phone, shop, ann) == (0 if lagging else 100)


def test_race_1_every_read_of_the_web_service_is_consistent() -> None:
    asked: list[dict[str, Any]] = []

    class Raw:
        def __init__(self, body: bytes) -> None:
            self.body = body

        def stream(self, **_: Any) -> Iterator[bytes]:
            yield self.body

    def answer(request: Any, **_: Any) -> AWSResponse:
        asked.append(json.loads(request.body))
        headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
        body = json.dumps(
            {"Items": [{"pk": {"S": "D#device#d"}, "sk": {"S": "serial"}, "stamp": {"N": "1"}}]}
        )
        if "RequestItems" in asked[-1]:
            body = json.dumps({"Responses": {}})
        return AWSResponse(request.url, 200, headers, Raw(body.encode()))

    client = boto3.client(
        "dynamodb", endpoint_url="http://127.0.0.1:9", config=CLIENT_CONFIG, **CREDENTIALS
    )
    client.meta.events.register("before-send.dynamodb.*", answer)  # type: ignore[arg-type]
    tables = DynamoTables(client, {"state": "state", "ledger": "ledger"})
    stamps = TableRegistrations(tables).stamps("d")
    CardReader(tables, Shop().world.programs).versions(stamps)
    reads = [request.get("RequestItems", {"table": request}) for request in asked]
    flat = [part for request in reads for part in request.values()]
    assert len(flat) >= 2
    assert all(part.get("ConsistentRead") is True for part in flat)
    assert not any("IndexName" in part for part in flat)
    client.close()


@pytest.mark.parametrize("order", ["commit, push", "push, commit"])
def test_race_4_a_push_before_the_commit_would_be_heard_for_nothing(order: str) -> None:
    shop, ann, phone = installed()
    steps: dict[str, Callable[[], Any]] = {
        "commit": lambda: shop.world.sell(total=1000, member=ann),
        "push": phone.sync,
    }
    for step in order.split(", "):
        steps[step]()
    assert points(phone, shop, ann) == (100 if order == "commit, push" else 0)


def test_race_4_nothing_is_handed_to_the_queues_before_it_is_stored() -> None:
    shop, ann, _ = installed()
    handed: list[tuple[int, int]] = []

    class Queues:
        def put(self, cards: Any) -> None:
            handed.extend((card.version, shop.world.account(ann).card_version) for card in cards)

    from loyalty.card.publishing import Publisher  # noqa: PLC0415 - beside the queues it is tried with

    publisher = Publisher(shop.world.tables, Queues())
    assert publisher.sweep(2**40) == 0
    shop.world.sell(total=1000, member=ann)
    assert publisher.sweep(2**40) == 1
    assert [announced <= stored for announced, stored in handed] == [True]


class Interleaved(MemoryTables):
    """Lets something else happen right after one read of one key."""

    def __init__(self) -> None:
        super().__init__()
        self.after: tuple[str, Callable[[], Any]] | None = None

    def get(self, key: Key) -> Item | None:
        found = super().get(key)
        if self.after and key.sk.startswith(self.after[0]):
            (_, happen), self.after = self.after, None
            happen()
        return found


def race_7(monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """A phone's DELETE is read, then the pass is added again, then the DELETE is carried out."""
    monkeypatch.setattr("tests.support.world.MemoryTables", Interleaved)
    shop, ann, phone = installed()
    serial = shop.card(ann).serial
    kept = shop.registrations

    def add_again() -> None:
        kept.register(phone.device, serial, NEW_TOKEN, int(shop.world.now.timestamp()) + 5)

    shop.world.tables.after = ("DEVICE#", add_again)
    kept.unregister(phone.device, serial)
    assert shop.world.tables.after is None
    return tuple(device.push_token for device in kept.devices(serial))


def test_race_7_a_delete_does_not_end_a_registration_made_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert race_7(monkeypatch) == (NEW_TOKEN,)


def test_race_7_without_its_condition_it_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrations, "AllOf", lambda _: None)
    assert race_7(monkeypatch) == ()
    assert PUSH != NEW_TOKEN
