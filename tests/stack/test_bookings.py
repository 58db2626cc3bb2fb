"""Booking tools and CRMs over HTTP: a day of a salon against stand-ins, read back under roles."""

from __future__ import annotations

import json
import random
import sys
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from infra.commands.__main__ import main
from infra.local.till import Envelope
from infra.local.vendors.bookings import PublishedCalendar, Salon
from infra.local.vendors.crms import Bitrix24, form
from infra.local.vendors.server import Fault, VendorServer
from infra.local.web import ask_json, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.stack.running import RunningStack
    from tests.stack.shop import Customer, Shop

pytestmark = pytest.mark.stack

SECRET = "own-secret-of-an-address-0001"


class Bridge:
    """An address of a vendor that signs nothing, made by the owner's command."""

    def __init__(self, shop: Shop, running: RunningStack, folder: Path, *more: str) -> None:
        self.shop, self._folder = shop, running.folder
        self.name = f"bridge-{uuid.uuid4().hex[:8]}"
        secret = folder / "secret.txt"
        secret.write_text(SECRET)
        words = ["till", "add", self.name, "--program", shop.stack["program"], *more]
        words += ["--sources", self.name, "--secret-file", str(secret)]
        assert main([*words, "--folder", str(self._folder)]) == 0

    def post(self, body: bytes, kind: str = "application/json", secret: str = SECRET) -> int:
        url = f"{self.shop.stack['base_url']}/webhooks/{self.name}/from/{secret}"
        return Envelope(url, {"Content-Type": kind}, body).post_until_taken().status

    def catch_up(self) -> None:
        words = ["till", "catch-up", self.name, "--hours", "24"]
        assert main([*words, "--folder", str(self._folder)]) == 0
        self.shop.settle()

    def counts(self) -> dict[str, int]:
        told = self.shop.api("GET", f"/v1/endpoints/{self.name}", "owner_key").json()
        return dict(told["days"][0]["counts"]) if told["days"] else {}


class SalonShop(Bridge):
    """A salon at YCLIENTS whose records change under its customers' eyes."""

    def __init__(
        self, shop: Shop, running: RunningStack, server: VendorServer, folder: Path
    ) -> None:
        self.salon, self.server = Salon(company=uuid.uuid4().int % 10**8), server
        server.vendor = self.salon
        token = folder / "token.txt"
        token.write_text(self.salon.token)
        super().__init__(
            shop, running, folder,
            "--scheme", "yclients", "--merchant", str(self.salon.company),
            "--vendor-address", server.address, "--token-file", str(token),
        )  # fmt: skip
        self._changes = 0

    def book(self, name: int, customer: Customer, **changes: Any) -> dict[str, Any]:
        """Let the salon have this record, changed a second after the one before."""
        self._changes += 1
        changed = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=self._changes)
        record = {
            "id": name,
            "visit_id": name + 1,
            "company_id": self.salon.company,
            "services": [{"id": 21, "cost": 50, "amount": 1}],
            "client": {"id": name + 2, "phone": "79000000001", "card": customer.code},
            "datetime": written(datetime.now(UTC) - timedelta(hours=2)),
            "seance_length": 3600,
            "attendance": 0,
            "deleted": False,
            "last_change_date": written(changed),
            **changes,
        }
        self.salon.records[name] = record
        return record

    def tell(self, name: int, status: str = "update", **more: Any) -> int:
        told = {"company_id": self.salon.company, "resource": "record", "resource_id": name}
        return self.post(json.dumps({**told, "status": status, "data": {}, **more}).encode())

    def told(self, name: int) -> None:
        assert self.tell(name) == 200
        self.shop.settle()


def written(at: datetime) -> str:
    """Return an instant as a salon in Moscow writes it."""
    return (at + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S+03:00")


@pytest.fixture
def salon(shop: Shop, running: RunningStack, tmp_path: Path) -> Iterator[SalonShop]:
    with VendorServer(Salon()) as server:
        yield SalonShop(shop, running, server, tmp_path)
        server.heal()
        shop.settle()


def name_of() -> int:
    return uuid.uuid4().int % 2**40


def test_a_day_of_a_salon_is_one_ledger_and_one_card(shop: Shop, salon: SalonShop) -> None:
    ann = shop.holder()
    ahead, name = datetime.now(UTC) + timedelta(days=2), name_of()
    salon.book(name, ann, datetime=written(ahead))
    salon.told(name)
    ann.phone.fetch_news()
    before = ann.held.shown["appointment"]
    salon.book(name, ann, datetime=written(ahead + timedelta(days=1)), attendance=2)
    salon.told(name)
    ann.phone.fetch_news()
    assert ann.held.shown["appointment"] != before, "it was moved"
    assert shop.balance(ann) == 0
    dice = random.Random(18)
    came: list[dict[str, Any]] = [
        {"attendance": 1},
        {"attendance": 1, "paid_full": 1},
        {"attendance": 1, "services": [{"cost": 40, "amount": 1}]},
        {"attendance": 1, "services": [{"cost": "12.34", "amount": 1}]},
    ]
    states = [dict(salon.book(name, ann, **one)) for one in came]
    sent = [*states, *states, *states]
    dice.shuffle(sent)
    for state in sent:
        # What the tool says when it is asked just then: an earlier state, or the last.
        salon.salon.records[name] = state
        if dice.random() > 0.3:
            assert salon.tell(name) == 200
    shop.settle()
    salon.salon.records[name] = states[-1]
    salon.catch_up()
    assert shop.balance(ann) == 123, "12.34 and not 50.00, once"
    assert "appointment" not in ann.held.shown
    salon.book(name, ann, attendance=-1)
    salon.told(name)
    assert shop.balance(ann) == 0, "they did not come after all"
    salon.book(name, ann, attendance=1)
    salon.told(name)
    assert shop.balance(ann) == 500
    del salon.salon.records[name]
    assert salon.tell(name, "delete") == 200
    assert shop.balance(ann) == 0, "the record is gone, and what it earned"


def test_a_forged_body_at_the_right_address_counts_nothing(shop: Shop, salon: SalonShop) -> None:
    ann, name = shop.customer(), name_of()
    forged = {**salon.book(name, ann, attendance=1), "services": [{"cost": 10**6, "amount": 1}]}
    salon.book(name, ann)
    assert salon.tell(name, data=forged) == 200
    assert salon.tell(name_of(), data=forged) == 200
    body = json.dumps({"company_id": salon.salon.company, "resource": "record"}).encode()
    assert salon.post(body, secret="another-secret-of-somebody") == 401
    assert shop.balance(ann) == 0


def test_while_the_tool_is_down_messages_wait_and_say_so(shop: Shop, salon: SalonShop) -> None:
    ann, name = shop.customer(), name_of()
    salon.book(name, ann, attendance=1)
    limited = Fault("status", times=sys.maxsize, status=429, headers={"Retry-After": "60"})
    salon.server.fail(limited)
    assert salon.tell(name) == 200
    until("the tool to be asked", lambda: len(salon.server.asked) >= 1 or None, 150)
    until("that to be shown", lambda: salon.counts().get("not_read_back"), 60)
    assert shop.standing(ann).account.balance("points") == 0
    salon.server.heal()
    shop.behind.wait_until_quiet(150)
    assert shop.balance(ann) == 500


def test_a_deal_that_is_won_counts_and_one_that_is_opened_again_does_not(
    shop: Shop, running: RunningStack, tmp_path: Path
) -> None:
    ann, deal = shop.customer(), str(name_of())
    portal, token = Bitrix24(), tmp_path / "token.txt"
    token.write_text(portal.token)
    portal.contacts["8"] = {"ID": "8", "PHONE": [], "UF_CRM_CARD": ann.code}
    with VendorServer(portal) as server:
        crm = Bridge(
            shop, running, tmp_path,
            "--scheme", "bitrix24", "--vendor-address", server.address, "--token-file", str(token),
        )  # fmt: skip
        began = datetime.now(UTC) - timedelta(hours=1)

        def move(minutes: int, stage: str, price: str) -> None:
            portal.deals[deal] = {
                "ID": deal,
                "STAGE_SEMANTIC_ID": stage,
                "OPPORTUNITY": price,
                "CURRENCY_ID": shop.stack["currency"],
                "CONTACT_ID": "8",
                "DATE_MODIFY": written(began + timedelta(minutes=minutes)),
                "MOVED_TIME": written(began),
            }

        def hear() -> None:
            told = {"event": "ONCRMDEALUPDATE", "data": {"FIELDS": {"ID": deal}}}
            assert crm.post(form(told), "application/x-www-form-urlencoded") == 200
            shop.settle()

        for minutes, (stage, price, points) in enumerate(
            [("P", "50.00", 0), ("S", "50.00", 500), ("S", "12.34", 123), ("P", "12.34", 0)]
        ):
            move(minutes, stage, price)
            hear()
            assert shop.balance(ann) == points
        move(9, "S", "20")
        crm.catch_up()
        assert shop.balance(ann) == 200, "what no message brought is found in the list"
        assert crm.counts()["sales"] >= 3


def test_a_calendars_events_stand_on_the_card_until_they_are_gone(
    shop: Shop, running: RunningStack, tmp_path: Path
) -> None:
    ann, published, token = shop.holder(), PublishedCalendar(), tmp_path / "calendar.txt"
    with VendorServer(published) as server:
        token.write_text(f"{server.address}{published.path}")
        feed = Bridge(shop, running, tmp_path, "--scheme", "calendar", "--token-file", str(token))

        def says(*days: int) -> str | None:
            begins = [datetime.now(UTC) + timedelta(days=one) for one in days]
            published.events = tuple(
                line
                for number, one in enumerate(begins)
                for line in (
                    "BEGIN:VEVENT",
                    f"UID:{number}@{feed.name}",
                    "DTSTART;TZID=Europe/Moscow:"
                    + (one + timedelta(hours=3)).strftime("%Y%m%dT%H%M%S"),
                    "SUMMARY:Haircut",
                    f"DESCRIPTION:{ann.code[:50]}",
                    f" {ann.code[50:]}",
                    "END:VEVENT",
                )
            )
            feed.catch_up()
            ann.phone.fetch_news()
            shown: str | None = ann.held.shown.get("appointment")
            return shown

        first = says(3)
        assert first
        assert says(5) not in (None, first), "it was moved"
        feed.catch_up()
        assert published.unchanged >= 1, "nothing is sent again that is known"
        assert says() is None, "it is gone"
        assert shop.balance(ann) == 0
        assert main(["till", "test", feed.name, "--folder", str(running.folder)]) == 0
        server.fail(Fault("status", times=sys.maxsize))
        assert main(["till", "test", feed.name, "--folder", str(running.folder)]) == 1


def test_what_the_tool_and_the_till_both_tell_of_earns_once_and_the_owner_is_asked(
    shop: Shop, salon: SalonShop
) -> None:
    ann, name = shop.customer(), name_of()
    salon.book(name, ann, attendance=1)
    salon.told(name)
    assert shop.balance(ann) == 500
    sold = shop.sell(ann, 5000)
    assert shop.balance(ann) == 500

    def waiting() -> list[dict[str, Any]]:
        told = shop.api("GET", "/v1/orders?state=double", "owner_key").json()["orders"]
        return [one for one in told if one["id"] == sold]

    (one,) = until("the owner to be asked", lambda: waiting() or None, 30)
    assert (one["why"], one["total"], one["member_id"]) == ("same_visit", 5000, None)
    base, key = shop.stack["base_url"], shop.stack["owner_key"]
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"keep-{sold}"}
    kept = ask_json(
        "POST", f"{base}/v1/orders/till/{sold}/keep", {"reason": "she bought shampoo"}, headers
    )
    assert (kept.status, kept.json()["outcome"]) == (200, "kept")
    assert shop.balance(ann) == 1000
    assert waiting() == []


def test_visits_of_a_file_count_once_however_often_it_is_told(
    shop: Shop, running: RunningStack, tmp_path: Path
) -> None:
    ann, name = shop.customer(), f"file-{uuid.uuid4().hex[:8]}"
    folder = ["--folder", str(running.folder)]
    words = ["till", "add", name, "--program", shop.stack["program"], "--scheme", "visits"]
    assert main([*words, "--sources", name, *folder]) == 0
    file = tmp_path / "visits.csv"
    at = datetime.now(UTC) - timedelta(hours=1)
    file.write_text(f"ID,Date,Card,Status,Amount\nb-1,{at.isoformat()},{ann.code},came,12.50\n")
    assert main(["till", "visits", name, str(file), *folder]) == 0
    assert shop.balance(ann) == 0, "it was only looked at"
    for _ in range(2):
        assert main(["till", "visits", name, str(file), "--send", *folder]) == 0
    assert shop.balance(ann) == 125
