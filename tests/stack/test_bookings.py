"""Booking tools and CRMs over HTTP: a day of a salon against stand-ins, read back under roles."""

from __future__ import annotations

import base64
import hashlib
import hmac
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
from infra.local.vendors.crms import Bitrix24, HubSpot, form
from infra.local.vendors.server import Fault, VendorServer
from infra.local.web import ask, ask_json, until

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

    def put_fields(self, fields: dict[str, Any]) -> None:
        put = self.shop.api("PUT", f"/v1/endpoints/{self.name}/fields", "owner_key", fields)
        assert put.status == 200, put

    def sign(self, headers: dict[str, str], body: bytes) -> int:
        """Send what a vendor has signed."""
        url = f"{self.shop.stack['base_url']}/webhooks/{self.name}"
        sent = {"Content-Type": "application/json", **headers}
        return Envelope(url, sent, body).post_until_taken().status

    def counts(self) -> dict[str, int]:
        told = self.shop.api("GET", f"/v1/endpoints/{self.name}", "owner_key").json()
        return dict(told["days"][0]["counts"]) if told["days"] else {}


class SalonShop(Bridge):
    """A salon at YCLIENTS whose records change under its customers' eyes."""

    def __init__(
        self,
        shop: Shop,
        running: RunningStack,
        server: VendorServer,
        folder: Path,
        scheme: str = "yclients",
    ) -> None:
        self.salon, self.server = Salon(company=uuid.uuid4().int % 10**8), server
        server.vendor = self.salon
        token = folder / "token.txt"
        token.write_text(self.salon.token)
        super().__init__(
            shop, running, folder,
            "--scheme", scheme, "--merchant", str(self.salon.company),
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


def written_now() -> str:
    return written(datetime.now(UTC))


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

        # What the card shows is written into the contact, and what was written comes back quietly.
        crm.put_fields({"consents": {"UF_CRM_SMS": "sms"}, "written": {"balance": "UF_CRM_POINTS"}})
        sold = iter(range(10, 60))

        def is_written() -> bool:
            # Until whoever works on messages has read what the owner has said: half a minute.
            minutes = next(sold)
            move(minutes, "S", f"{minutes}.00")
            hear()
            return bool(portal.contacts["8"].get("UF_CRM_POINTS") == str(shop.balance(ann)))

        until("the contact to show what the card shows", is_written, 120)
        writes = len([one for one in server.asked if "contact.update" in one.path])
        told = {"event": "ONCRMCONTACTUPDATE", "data": {"FIELDS": {"ID": "8"}}}
        portal.contacts["8"]["UF_CRM_SMS"] = "0"
        place = f"/v1/members/{ann.card['member_id']}/record"

        def is_heard() -> bool:
            # A process may go on for half a minute with what it has read of the address.
            portal.contacts["8"]["DATE_MODIFY"] = written_now()
            assert crm.post(form(told), "application/x-www-form-urlencoded") == 200
            shop.settle()
            consents = shop.api("GET", place, "owner_key").json()["consents"]
            return [(one["source"], one["given"]) for one in consents] == [(crm.name, False)]

        until("the contact's no to be heard", is_heard, 90)
        assert len([one for one in server.asked if "contact.update" in one.path]) == writes
        # The card's code is corrected there: the contact is somebody else's.
        ben = shop.customer()
        portal.contacts["8"] |= {"UF_CRM_CARD": ben.code, "DATE_MODIFY": written_now()}
        assert crm.post(form(told), "application/x-www-form-urlencoded") == 200
        shop.settle()
        assert portal.contacts["8"]["UF_CRM_POINTS"] == "0", "what Ben has"


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
        # An owner follows one by themselves, and leaves it again.
        own = f"/v1/endpoints/own-{feed.name}"
        put = shop.api("PUT", f"{own}/calendar", "owner_key", {"url": token.read_text()})
        assert put.status == 200, put
        assert shop.api("POST", f"{own}/test", "owner_key").status == 202

        def outcome() -> bool:
            test = shop.api("GET", own, "owner_key").json()["test"]
            return bool(test and test["outcome"] == "came_through")

        until("the calendar to be looked at", outcome, 60)
        assert shop.api("DELETE", f"{own}/calendar", "owner_key").status == 200
        assert shop.api("GET", own, "owner_key").status == 404
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
    put_up_and_told(shop, name, file.read_bytes().replace(b"12.50", b"20.00"))
    shop.settle()
    assert shop.balance(ann) == 200, "the same visit, as the owner's console puts it up"


def put_up_and_told(shop: Shop, endpoint: str, content: bytes) -> None:
    """Put a file of visits up over HTTP, look at it, and have it told of."""
    upload = shop.api("POST", "/v1/imports", "owner_key").json()
    assert ask("PUT", upload["url"], content).status == 200
    path = f"/v1/imports/{upload['id']}/visits"

    def stands(state: str) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            found: dict[str, Any] = shop.api("GET", path, "owner_key").json()
            assert found["state"] != "refused", found
            return found if found["state"] == state else None

        return until(f"the file of visits to be {state}", there)

    assert shop.api("POST", path, "owner_key", {"endpoint": endpoint}).status == 202
    assert stands("looked")["visits"] == 1
    assert shop.api("POST", f"{path}/tell", "owner_key").status == 202
    assert stands("told")["told"] == 1


def test_altegio_is_the_same_platform_at_another_address(
    shop: Shop, running: RunningStack, tmp_path: Path
) -> None:
    with VendorServer(Salon()) as server:
        salon, ann, name = (
            SalonShop(shop, running, server, tmp_path, "altegio"),
            shop.holder(),
            name_of(),
        )
        client = {"id": 77, "name": "Anna", "phone": "79000000001", "card": ann.code}
        salon.salon.clients[77] = {**client, "last_change_date": written_now(), "sms_not": 1}
        salon.put_fields({"written": {"balance": "points"}})
        salon.book(
            name, ann, client=client, datetime=written(datetime.now(UTC) + timedelta(days=2))
        )
        salon.told(name)
        ann.phone.fetch_news()
        assert "appointment" in ann.held.shown
        salon.book(name, ann, client=client, attendance=1)
        salon.told(name)
        assert shop.balance(ann) == 500
        assert "appointment" not in ann.held.shown
        prices = iter(range(41, 90))

        def is_written() -> bool:
            salon.book(name, ann, client=client, attendance=1, services=[{"cost": next(prices)}])
            salon.told(name)
            points = salon.salon.clients[77].get("custom_fields", {}).get("points")
            return bool(points == str(shop.balance(ann)))

        until("the client's field to show what the card shows", is_written, 120)
        assert salon.salon.clients[77]["card"] == ann.code, "nothing else of them was emptied"
        forged = salon.book(name, ann, client=client, deleted=True)
        assert salon.tell(name, data={**forged, "deleted": False, "attendance": 1}) == 200
        assert shop.balance(ann) == 0


def test_hubspot_signs_and_whom_it_deletes_the_owner_is_asked_to_erase(
    shop: Shop, running: RunningStack, tmp_path: Path
) -> None:
    ann, deal, portal, token = shop.customer(), str(name_of()), HubSpot(), tmp_path / "token.txt"
    token.write_text(portal.token)
    with VendorServer(portal) as server:
        crm = Bridge(
            shop, running, tmp_path,
            "--scheme", "hubspot", "--merchant", "77", "--vendor-address", server.address,
            "--token-file", str(token),
        )  # fmt: skip
        shop.type_code(ann, shop.code(ann.contact))
        portal.contacts["8"] = {
            "id": "8", "archived": False,
            "properties": {"email": ann.contact, "lastmodifieddate": written_now()},
        }  # fmt: skip
        address = f"{shop.stack['base_url']}/webhooks/{crm.name}"

        def hear(kind: str, name: str, secret: str = SECRET) -> int:
            event = {"portalId": 77, "subscriptionType": kind, "objectId": int(name)}
            body = json.dumps([event]).encode()
            at = str(int(datetime.now(UTC).timestamp() * 1000))
            signed = hmac.digest(
                secret.encode(), f"POST{address}".encode() + body + at.encode(), "sha256"
            )
            headers = {"X-HubSpot-Signature-v3": base64.b64encode(signed).decode()}
            return crm.sign({**headers, "X-HubSpot-Request-Timestamp": at}, body)

        def move(seconds: int, amount: str, won: str) -> None:
            changed = datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=seconds)
            facts = {
                "amount": amount, "hs_is_closed_won": won,
                "deal_currency_code": shop.stack["currency"],
                "closedate": (changed + timedelta(days=9)).isoformat(timespec="milliseconds"),
                "hs_lastmodifieddate": changed.isoformat(timespec="milliseconds"),
            }  # fmt: skip
            portal.deals[deal] = {
                "id": deal, "archived": False, "properties": facts,
                "associations": {"contacts": {"results": [{"id": "8", "type": "deal_to_contact"}]}},
            }  # fmt: skip

        move(1, "50.00", "true")
        assert hear("deal.propertyChange", deal, "another-secret-of-somebody") == 401
        assert hear("deal.propertyChange", deal) == 200
        assert shop.balance(ann) == 500, "a close date that is ahead keeps nothing back"
        move(2, "12.34", "true")
        assert hear("deal.propertyChange", deal) == 200
        assert shop.balance(ann) == 123
        move(3, "12.34", "false")
        assert hear("deal.propertyChange", deal) == 200
        assert shop.balance(ann) == 0
        assert hear("contact.privacyDeletion", "8") == 200
        shop.settle()
        waiting = shop.api("GET", "/v1/privacy-requests", "owner_key").json()["requests"]
        (mine,) = [one for one in waiting if one["source"] == crm.name]
        assert mine["members"] == [ann.card["member_id"]]


def test_cal_com_and_square_show_appointments_and_earn_nothing(
    shop: Shop, running: RunningStack, tmp_path: Path
) -> None:
    ann = shop.holder()
    assert shop.type_code(ann, shop.code(ann.contact)).status < 400
    calcom = Bridge(shop, running, tmp_path, "--scheme", "calcom")
    began, uid = datetime.now(UTC), uuid.uuid4().hex

    def shown() -> str | None:
        shop.settle()
        ann.phone.fetch_news()
        found: str | None = ann.held.shown.get("appointment")
        return found

    def hear(
        trigger: str, name: str, second: int, days: int, secret: str = SECRET, **more: Any
    ) -> int:
        starts = began + timedelta(days=days)
        payload = {
            "uid": name, "startTime": starts.isoformat(),
            "endTime": (starts + timedelta(hours=1)).isoformat(),
            "attendees": [{"email": ann.contact, "name": "Ann", "timeZone": "UTC"}], **more,
        }  # fmt: skip
        at = (began + timedelta(seconds=second)).isoformat()
        body = json.dumps({"triggerEvent": trigger, "createdAt": at, "payload": payload}).encode()
        mark = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return calcom.sign({"X-Cal-Signature-256": mark}, body)

    assert hear("BOOKING_CREATED", f"{uid}-0", 0, 9, "another-secret-of-somebody") == 401
    # It was moved before anybody has heard that it was made.
    assert hear("BOOKING_RESCHEDULED", f"{uid}-2", 2, 3, rescheduleUid=f"{uid}-1") == 200
    moved = shown()
    assert hear("BOOKING_CREATED", f"{uid}-1", 1, 2) == 200
    assert shown() == moved is not None, "the earlier time is none any more"
    assert hear("BOOKING_CANCELLED", f"{uid}-2", 3, 3) == 200
    assert shown() is None
    customer = uuid.uuid4().hex
    place = f"/v1/members/{ann.card['member_id']}/customers/square/{customer}"
    assert shop.api("PUT", place, "owner_key").status < 400

    def book(version: int, status: str) -> None:
        booking = {
            "id": f"B{uid}", "version": version, "status": status, "customer_id": customer,
            "start_at": (began + timedelta(days=4)).isoformat(timespec="seconds"),
            "appointment_segments": [{"duration_minutes": 45}],
        }  # fmt: skip
        about = {
            "merchant_id": "6SSW7HV8K2ST5",
            "type": "booking.updated",
            "event_id": f"{uid}{version}",
        }
        assert shop.square.send({**about, "data": {"object": {"booking": booking}}}).status == 202

    book(1, "ACCEPTED")
    assert shown()
    book(3, "CANCELLED_BY_CUSTOMER")
    book(2, "ACCEPTED")
    assert shown() is None
    assert shop.balance(ann) == 0
