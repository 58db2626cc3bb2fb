"""The Google functions over the real business in memory: what Google has is what was committed."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest

from functions import composition, google_wallet, push_google
from functions import google as google_function
from functions.configuration import Configuration
from functions.google_saves import TableGoogleSaves
from functions.observability import metrics
from loyalty.cards import CardReader
from loyalty.publishing import Publisher
from passes.google import linter
from passes.google.client import WalletClient
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from loyalty.enrolment import Enrolled
    from loyalty.publishing import ChangedCard


class NoPace:
    """A pace that lets everything through: the clock here stands still."""

    def expect(self, requests: int) -> None:
        pass

    def take(self, seconds: float) -> bool:
        return True


class Context:
    function_name = "google"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:1:function:google"
    aws_request_id = "1"

    def get_remaining_time_in_millis(self) -> int:
        return 15_000


class Shop(World):
    """The business, its Google queue, and the two Google functions."""

    def __init__(self, google: Any) -> None:
        super().__init__()
        self.google = google
        self.bells: list[dict[str, Any]] = []
        self.put_program("coffee")
        self.put_program("barber")

    def put(self, cards: Sequence[ChangedCard]) -> None:
        """Take the place of the queues: the shape that functions.queues sends."""
        for card in cards:
            body = json.dumps({"program": card.program, "member": card.member})
            attributes = {"MessageGroupId": card.member, "ApproximateReceiveCount": "1"}
            message = f"message-{len(self.bells)}-{card.version}"
            self.bells.append({"messageId": message, "body": body, "attributes": attributes})

    def ring(self) -> None:
        Publisher(self.tables, self).publish(self.unpublished())

    def work(self, *, doubled: bool = False) -> None:
        """Let the worker empty the queue; what it gives back comes again."""
        for _ in range(20):
            if not self.bells:
                return
            batch, self.bells = self.bells[:10], self.bells[10:]
            context: Any = Context()
            answer = push_google.handler({"Records": batch * (2 if doubled else 1)}, context)
            failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
            self.bells = [one for one in batch if one["messageId"] in failed] + self.bells
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
        card = composition.cards().by_member(program, member.member_id, self.now)
        assert card is not None
        found: dict[str, Any] = self.google.object(f"3388000000012345678.{card.serial}")
        return found


@pytest.fixture
def shop(google: Any, world: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    shop = Shop(google)
    settings = Configuration(
        stage="local",
        base_url="https://cards.example",
        state_table="state",
        ledger_table="ledger",
        google_issuer_id=world.issuer,
        google_api_url=google.url,
        google_token_url=f"{google.url}/token",
    )
    defaults: Any = WalletClient.__init__.__kwdefaults__
    monkeypatch.setitem(defaults, "sleep", google.pauses.append)
    monkeypatch.setattr("google.auth._exponential_backoff.time.sleep", google.pauses.append)
    monkeypatch.setattr(composition, "configuration", lambda: settings)
    monkeypatch.setattr(composition, "now", lambda: shop.now)
    monkeypatch.setattr(composition, "cards", lambda: CardReader(shop.tables, shop.programs))
    monkeypatch.setattr(composition, "programs", lambda: shop.programs)
    monkeypatch.setattr(composition, "google_saves", lambda: TableGoogleSaves(shop.tables))
    monkeypatch.setattr(composition, "tables", lambda: shop.tables)
    monkeypatch.setattr(composition, "google_pace", NoPace)
    monkeypatch.setattr(push_google, "THREADS", 1)
    monkeypatch.setattr(metrics, "namespace", "loyalty")
    for factory in (composition.google_checks, composition.google_classes):
        factory.cache_clear()
    monkeypatch.setattr(composition, "secret", lambda _: json.dumps(google.account))
    yield shop
    for patience in (google_function.PATIENCE, push_google.PATIENCE):
        google_wallet._wallet(json.dumps(google.account), patience).client.close()
    google_wallet._wallet.cache_clear()


def test_a_sale_and_a_refund_reach_google(shop: Shop, world: Any) -> None:
    member = shop.enrol()
    assert shop.click(member) == 302
    assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": 0}
    for version, total, status in ((1, 1000, "completed"), (2, 0, "refunded")):
        shop.sell(version=version, total=total, status=status, member=member)
        shop.ring()
        shop.work()
        expected = {"int": shop.balance(member)}
        assert shop.shown(member)["loyaltyPoints"]["balance"] == expected
    drawn = {key: value for key, value in shop.shown(member).items() if key != "hasUsers"}
    assert [one for one in linter.lint_object(drawn, world.issuer) if one.level == "error"] == []


def test_a_discount_card(shop: Shop) -> None:
    member = shop.enrol(program="barber")
    assert shop.click(member) == 302
    (balance,) = shop.shown(member, "barber")["loyaltyPoints"]["balance"].values()
    assert "%" in balance


def test_what_changes_nothing_visible_sends_nothing(shop: Shop, google: Any) -> None:
    member = shop.enrol()
    shop.click(member)
    shop.sell(total=1000, member=member)
    shop.ring()
    shop.work()
    google.ask("DELETE", "/inspect/requests")
    shop.sell(total=1000, member=member)  # the same message again
    shop.ring()
    shop.work()
    assert google.counts() == {}


FAULTS: list[dict[str, Any]] = [
    {"status": 503, "next": 5},
    {"status": 429, "next": 2},
    {"status": 503, "after_commit": True},
    {"after_commit": True, "next": 3},
    {"next": 4},
    {"status": 404, "method": "PATCH"},
    {"status": 409, "method": "POST"},
    {"status": 401},
]


@pytest.mark.parametrize("seed", range(12))
def test_any_day_ends_with_every_object_at_its_cards_last_state(
    shop: Shop, google: Any, seed: int
) -> None:
    chance = random.Random(seed)
    members = [shop.enrol() for _ in range(3)]
    for number in range(40):
        member = chance.choice(members)
        match chance.randrange(6):
            case 0:
                shop.click(member)
            case 1 | 2:
                shop.sell(order=str(number), total=chance.randrange(3000), member=member)
            case 3:
                shop.ring()
                chance.shuffle(shop.bells)
            case 4:
                shop.work(doubled=chance.random() < 0.5)
            case 5:
                google.fault(**chance.choice(FAULTS))
    google.ask("DELETE", "/inspect/faults")
    shop.ring()
    shop.work()
    made = {one["id"]: one for one in google.ask("GET", "/inspect/objects")["objects"]}
    for member in members:
        card = composition.cards().by_member("coffee", member.member_id, shop.now)
        assert card is not None
        found = made.pop(f"3388000000012345678.{card.serial}", None)
        if found is not None:  # made by a click, even by one that failed half-way
            assert found["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}
        assert shop.click(member) == 302
        assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}
    assert made == {}


@pytest.mark.parametrize("seed", range(6))
def test_the_queue_alone_brings_saved_cards_up_to_date(shop: Shop, google: Any, seed: int) -> None:
    """As above, but no last click that would mend what the worker left behind."""
    chance = random.Random(seed)
    members = [shop.enrol() for _ in range(3)]
    for member in members:
        assert shop.click(member) == 302
    for number in range(30):
        shop.sell(order=str(number), total=chance.randrange(3000), member=chance.choice(members))
        if chance.random() < 0.4:
            google.fault(**chance.choice(FAULTS))
        if chance.random() < 0.5:
            shop.ring()
            shop.work(doubled=chance.random() < 0.3)
    google.ask("DELETE", "/inspect/faults")
    shop.ring()
    shop.work()
    for member in members:
        assert shop.shown(member)["loyaltyPoints"]["balance"] == {"int": shop.balance(member)}
