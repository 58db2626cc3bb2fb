"""YCLIENTS and Altegio: ids are believed, records are read back, and a day of a salon adds up."""

from __future__ import annotations

import copy
import random
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.vendors.bookings import Salon
from infra.local.vendors.server import Fault, VendorServer
from loyalty.access.keys import Endpoint
from loyalty.refusals import Refusal
from loyalty.tills.bridges import yclients
from loyalty.tills.bridges.phone_numbers import international
from loyalty.tills.client import Client, Patience, connections
from loyalty.tills.connector import PATH_SECRET
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Wanted
from loyalty.tills.registry import CONNECTORS, read_in_full
from tests.support.vendors import Shop, catalogue, plain, read, sender

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "own-secret-of-an-address-01"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def record(**changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {**plain("yclients", "record"), **changes}
    return found


def message(kind: str = "2-record-update", **changes: Any) -> dict[str, Any]:
    return {**plain("yclients", kind), **changes}


def asking(server: VendorServer, token: str) -> Client:
    return Client(
        server.address,
        token,
        left=lambda: 20.0,
        pool=connections(local=True),
        random=lambda: 0.0,
        sleep=lambda _: None,
        patience=Patience(attempts=2, timeout=2.0),
    )


class Counter(Shop):
    """A shop whose salon is asked, as the worker asks."""

    def __init__(self, server: VendorServer, salon: Salon, scheme: str) -> None:
        super().__init__(scheme, merchant=str(salon.company))
        self.asking = asking(server, salon.token)
        self.salon = salon

    def record(self, reading: Any) -> None:
        whole = read_in_full(self.asking, self.sender, reading, catalogue(self.world.tables))
        super().record(whole)

    def book(self, **changes: Any) -> None:
        """Let the salon have this record, changed a minute after the one before."""
        card = {**record()["client"], "card": self.customer.card_code}
        told = record(client=card, **changes)
        minute = timedelta(minutes=len(self.salon.records) + self.changes)
        self.changes += 1
        told["last_change_date"] = (NOW + minute).isoformat()
        self.salon.records[told["id"]] = told

    changes = 0

    @property
    def shown(self) -> str:
        card = self.world.cards.by_member("conformance", self.customer.member_id, self.world.now)
        assert card is not None
        field = card.field("appointment")
        return field.text if field else ""


@contextmanager
def opened(scheme: str = "yclients") -> Iterator[tuple[Counter, VendorServer]]:
    salon = Salon()
    with VendorServer(salon) as server:
        yield Counter(server, salon, scheme), server


def test_only_who_knows_the_address_may_knock() -> None:
    known = Endpoint("salon", "conformance", ("salon",), "yclients")
    for given, good in ((SECRET, True), ("", False), (SECRET[:-1], False)):
        assert yclients.verify(known, [SECRET], {PATH_SECRET: given}, b"{}", NOW) is good
        assert not yclients.verify(known, [SECRET], {"authorization": given}, b"{}", NOW)
    assert not yclients.verify(known, [], {PATH_SECRET: ""}, b"{}", NOW)


@pytest.mark.parametrize("scheme", ["yclients", "altegio"])
def test_of_a_message_only_the_id_is_believed(scheme: str) -> None:
    ours = sender(scheme, merchant="4564")
    for kind in ("1-record-create", "2-record-update", "record-delete", "3-finances-operation"):
        reading = read(ours, plain(scheme, kind))
        assert reading.wanted == (Wanted("record", "9000001"),)
        assert (reading.visits, reading.reports) == ((), ())
    assert [one.kind for one in read(ours, plain(scheme, "client-update")).wanted] == ["client"]
    assert CONNECTORS[scheme].address.startswith("https://api.")
    for other in ("4565", ""):
        with pytest.raises(Refusal) as refused:
            read(sender(scheme, merchant="4564"), message(company_id=other))
        assert refused.value.kind == "unsigned"


@pytest.mark.parametrize("scheme", ["yclients", "altegio"])
def test_a_booking_a_visit_and_what_is_edited_after_it(scheme: str) -> None:
    with opened(scheme) as (shop, _):
        shop.world.now = NOW - timedelta(days=1)
        shop.book()
        shop.tell(message())
        assert shop.shown == "Mon, May 4, 7:00\u202fAM", "14:00 in Moscow, by the shop's clock"
        shop.book(datetime="2026-05-04T16:30:00+03:00", attendance=2)
        shop.tell(message())
        assert shop.shown == "Mon, May 4, 9:30\u202fAM", "moved, and confirmed by the client"
        assert shop.points == 0
        shop.world.now = NOW + timedelta(hours=3)
        shop.book(attendance=1)
        shop.tell(message())
        assert (shop.points, shop.shown) == (250_000, "")
        for cost, points in ((1999.99, 199_999), ("12.34", 1234), (0, 0), (2500, 250_000)):
            shop.book(attendance=1, paid_full=1, services=[{"id": 1, "cost": cost, "amount": 1}])
            shop.tell(message())
            assert shop.points == points
        shop.book(attendance=-1)
        shop.tell(message())
        assert shop.points == 0


def test_services_cost_as_often_as_they_were_done() -> None:
    with opened() as (shop, _):
        shop.world.now = NOW + timedelta(hours=3)
        listed = [{"cost": 10.5, "amount": 2}, {"cost": "0.05"}, {"cost": 1, "amount": "1.5"}]
        shop.book(attendance=1, services=listed)
        shop.tell(message())
        assert shop.points == 2255


def test_what_is_prepaid_earns_once_they_came() -> None:
    with opened() as (shop, _):
        shop.book(prepaid=True, prepaid_confirmed=True, paid_full=1)
        shop.tell(message())
        assert shop.points == 0
        shop.book(prepaid=True, prepaid_confirmed=True, paid_full=1, attendance=1)
        shop.tell(message())
        assert shop.points == 250_000


def test_records_of_one_visit_are_one_sale_and_each_can_be_taken_back() -> None:
    with opened() as (shop, _):
        shop.world.now = NOW + timedelta(hours=3)
        for name, cost in ((9000001, 1000), (9000002, 500)):
            shop.book(id=name, attendance=1, services=[{"cost": cost, "amount": 1}])
            shop.tell(message(resource_id=name))
        account = shop.world.account(shop.customer, "conformance")
        assert (shop.points, account.visits) == (150_000, 1)
        shop.book(id=9000002, attendance=-1, services=[{"cost": 500, "amount": 1}])
        shop.tell(message(resource_id=9000002))
        assert shop.points == 100_000


def test_deleted_there_it_is_gone_here_whether_told_or_not_found() -> None:
    with opened() as (shop, _):
        shop.world.now = NOW - timedelta(days=1)
        shop.book()
        shop.tell(message())
        assert shop.shown
        del shop.salon.records[9000001]
        shop.tell(message("record-delete"))
        assert shop.shown == ""
        shop.book(id=9000002)
        shop.tell(message(resource_id=9000002))
        assert shop.shown
        shop.book(id=9000002, deleted=True)
        shop.tell(message("record-delete", resource_id=9000002))
        assert shop.shown == ""


def test_of_a_visit_whose_record_is_gone_the_rest_still_counts() -> None:
    with opened() as (shop, _):
        shop.world.now = NOW + timedelta(hours=3)
        for name, cost in ((9000001, 1000), (9000002, 500)):
            shop.book(id=name, attendance=1, services=[{"cost": cost, "amount": 1}])
            shop.tell(message(resource_id=name))
        del shop.salon.records[9000001]
        shop.tell(message("record-delete"))
        assert shop.points == 50_000


def test_forged_bodies_at_the_right_address_count_nothing() -> None:
    with opened() as (shop, _):
        shop.world.now = NOW + timedelta(hours=3)
        came = record(attendance=1, services=[{"cost": 1_000_000, "amount": 1}])
        came["client"]["card"] = shop.customer.card_code
        shop.tell(message(data=came))
        assert shop.points == 0, "there is no such record"
        shop.book()
        shop.tell(message(data=came))
        assert shop.points == 0, "there is one, and nobody came"
        shop.book(attendance=1)
        shop.tell(message())
        shop.tell(message("record-delete", data=came))
        assert shop.points == 250_000, "and it was not deleted"


@pytest.mark.parametrize("scheme", ["yclients", "altegio"])
def test_the_refusals_of_the_vendor(scheme: str) -> None:
    salon = Salon()
    with VendorServer(salon) as server:
        ours = sender(scheme, merchant="4564")
        ask = CONNECTORS[scheme].read_back
        assert ask is not None
        one = Wanted("record", "9000001")
        with pytest.raises(VendorFailed, match="token_refused"):
            ask(asking(server, "wrong,tokens"), ours, one)
        with pytest.raises(VendorFailed, match="not_allowed"):
            ask(asking(server, salon.token), sender(scheme, merchant="9"), one)
        server.fail(Fault("status", times=2, status=503))
        with pytest.raises(VendorFailed, match="unavailable"):
            ask(asking(server, salon.token), ours, one)
        server.heal()
        server.fail(Fault("status", times=2, status=429, headers={"Retry-After": "60"}))
        with pytest.raises(VendorFailed, match="rate_limited"):
            ask(asking(server, salon.token), ours, one)
        server.heal()
        salon.records[9000001] = record(company_id=9)
        assert ask(asking(server, salon.token), ours, one).ignored == ("other",)


def test_no_more_questions_a_second_than_are_allowed() -> None:
    slept: list[float] = []
    salon = Salon(records={9000001: record()})
    with VendorServer(salon) as server:
        client = Client(
            server.address,
            salon.token,
            left=lambda: 20.0,
            pool=connections(local=True),
            random=lambda: 0.0,
            sleep=slept.append,
            pause=CONNECTORS["yclients"].pause,
        )
        for _ in range(3):
            yclients.read_back(client, sender("yclients", merchant="4564"), Wanted("record", "1"))
    assert slept == [0.2, 0.2, 0.2]


def test_the_list_of_what_changed_finds_what_no_message_brought() -> None:
    with opened() as (shop, _):
        for number in range(250):
            shop.book(id=number + 1, visit_id=number + 1, attendance=1)
        shop.salon.records[3]["attendance"] = 7  # of a version that nobody knows yet
        until = NOW + timedelta(days=2)
        found = yclients.changed(shop.asking, shop.sender, NOW - timedelta(days=1), until)
        assert len(found.visits) == 249
        assert found.ignored == ("unusable",)


@pytest.mark.parametrize("seed", range(3))
def test_a_day_of_a_salon_shuffled_with_losses_ends_at_one_ledger(seed: int) -> None:
    """Book, move, confirm, come, pay, edit, refund, no-show, delete; ten times, in any order."""
    dice = random.Random(seed)
    states: list[dict[str, Any]] = [
        {},
        {"datetime": "2026-05-04T15:00:00+03:00"},
        {"attendance": 2},
        {"attendance": 1},
        {"attendance": 1, "paid_full": 1},
        {"attendance": 1, "services": [{"cost": 2000, "amount": 1}]},
        {"attendance": 1, "services": [{"cost": "1500.50", "amount": 1}]},
    ]
    with opened() as (shop, _):
        shop.world.now = NOW + timedelta(hours=8)
        sent = []
        for state in states:
            shop.book(**state)
            # What the tool would tell when it is asked just then; most answers come late.
            sent += [copy.deepcopy(shop.salon.records[9000001])] * 10
        dice.shuffle(sent)
        last = copy.deepcopy(shop.salon.records[9000001])
        for state in (one for one in sent if dice.random() > 0.3):
            shop.salon.records[9000001] = state
            shop.tell(message())
        # The poll finds what was lost.
        shop.salon.records[9000001] = last
        day = timedelta(days=1)
        shop.world.visits.record(
            yclients.changed(shop.asking, shop.sender, NOW - day, NOW + day).visits[0],
            shop.world.now,
        )
        account = shop.world.account(shop.customer, "conformance")
        assert (shop.points, account.visits, shop.shown) == (150_050, 1, "")


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("79000000001", ("+79000000001",)),
        (79000000001, ("+79000000001",)),
        ("+7 900 000-00-01", ("+7 900 000-00-01",)),
        ("381601234567", ("+381601234567",)),
        ("89000000001", ("89000000001",)),
        ("0901234567", ("0901234567",)),
        ("12345", ("12345",)),
        ("", ()),
        (None, ()),
        (True, ()),
    ],
)
def test_numbers_without_a_plus(told: object, read: tuple[str, ...]) -> None:
    assert international(told) == read
