"""One trial: customers with cards, sales told by each vendor's till, and the balances after."""

from __future__ import annotations

import contextlib
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from infra.conformance import doors as ways
from infra.conformance.paying import POINTS, Staff
from infra.conformance.stories import STORIES, telling
from infra.failures import Failure
from infra.local.till import Envelope
from infra.local.vendors.bookings import Salon
from infra.local.vendors.crms import Bitrix24, Kommo, form
from infra.local.vendors.others import Clover, Evotor
from infra.local.vendors.server import VendorServer
from infra.local.vendors.square import Square
from infra.local.vendors.square_counter import Counter
from infra.local.web import ask_json
from loyalty.tills.registry import CONNECTORS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.conformance.doors import Door, Doors
    from infra.conformance.stories import Telling
    from infra.local.vendors.server import Vendor

LOST, DOUBLED = 0.3, 0.3
"""How many messages never arrive at first, and how many arrive twice."""

_STORE = "20260504-0000-4000-8000-0000000000aa"
_PATIENCE = 90.0  # seconds until all that was sent has to be worked through
_LOOK_EVERY = 0.5


@dataclass
class Row:
    """What became of a vendor's story, told so many times.

    ``worth`` is every customer's balance at the end; ``paid`` how many points paid for the sale,
    and ``stay`` how many of them stay spent.
    """

    vendor: str
    worth: int
    paid: int = 0
    stay: int = 0
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    balances: list[int | None] = field(default_factory=list)
    skipped: str = ""

    @property
    def good(self) -> bool:
        """Whether every customer has what the sale is worth."""
        return bool(self.skipped) or all(one == self.worth for one in self.balances)


class Trial:
    """Tells stories to the deployment at an address.

    Parameters
    ----------
    base
        ``https://…`` or, on this machine, ``http://127.0.0.1:…``.
    seed
        Of the shuffling and the losses; the names of customers and sales are new every time.
    """

    def __init__(self, base: str, doors: Doors, seed: int) -> None:
        self._base = base.rstrip("/")
        self._doors = doors
        self._random = random.Random(seed)  # noqa: S311 - a trial's dice
        self._fresh = random.Random(uuid.uuid4().int)  # noqa: S311 - and its names
        self._evotor = Evotor(store=_STORE)
        self._clover = Clover()
        self._square = Square()
        self._salon = Salon()
        self._bitrix24 = Bitrix24()
        self._kommo = Kommo()
        self._staff = Staff(self._base, doors.key)

    def run(self, rounds: int, say: Callable[[str], None]) -> list[Row]:
        """Tell each story so many times, to a customer each; return what became of it."""
        rows = []
        with self._stand_ins():
            for vendor, story in STORIES.items():
                stay = story.left(POINTS)
                rows += [Row(vendor, story.worth), Row(vendor, story.worth - stay, POINTS, stay)]
            for row in rows:
                self._tell_all(row, rounds)
                say(line(row))
        return rows

    def _tell_all(self, row: Row, rounds: int) -> None:
        """Tell a story to so many customers, and look what they have."""
        if row.vendor not in self._doors.tills:
            row.skipped = "no doors for it"
        elif STORIES[row.vendor].asks and row.vendor not in self._doors.stand_ins:
            row.skipped = "the vendor would be asked, and there is no stand-in"
        else:
            told = [self._tell(row) for _ in range(rounds)]
            balances = self._balances(told, row.worth)
            row.balances = [
                one if one is None else one - before
                for one, (_, before) in zip(balances, told, strict=True)
            ]

    @contextlib.contextmanager
    def _stand_ins(self) -> Iterator[None]:
        kept: dict[str, Vendor] = {
            "evotor": self._evotor,
            "clover": self._clover,
            "square": self._square,
            "yclients": self._salon,
            "bitrix24": self._bitrix24,
            "kommo": self._kommo,
        }
        with contextlib.ExitStack() as open_now:
            for vendor, port in self._doors.stand_ins.items():
                open_now.enter_context(VendorServer(kept[vendor], port))
            yield

    def _tell(self, row: Row) -> tuple[str, int]:
        """Enrol somebody, and send their sale: shuffled, some twice, some only after a loss.

        Where points pay, they are captured somewhere in between, and sometimes twice, too. Returns
        the card, and what was on it before.
        """
        vendor, before = row.vendor, 0
        card, story = self._customer(), STORIES[vendor]
        here = telling(story, card, datetime.now(UTC), self._fresh)
        self._stock(vendor, here)
        messages = [here.tell(vendor, name) for name in story.names]
        order = "" if vendor == "square" else here.order
        if vendor == "square":
            order, messages = self._rung_up(card)
        acts = [partial(self._send, vendor, message) for message in messages]
        if row.paid:
            before = self._staff.sell_before(card)
            hold = self._staff.hold(card, story.bill + (0 if story.carries else row.paid))
            acts.append(partial(self._staff.capture, hold, vendor, order))
        self._random.shuffle(acts)
        again = []
        for act in acts:
            if self._random.random() < LOST:
                row.lost += 1
                again.append(act)
                continue
            if self._random.random() < DOUBLED:
                row.doubled += 1
                again.append(act)
            act()
            row.sent += 1
        for act in again:
            act()
            row.sent += 1
        return card, before

    def _rung_up(self, card: str) -> tuple[str, list[Any]]:
        """Ring a sale up with Square, of a merchant of its own; return its id and the events."""
        merchant = f"M{self._fresh.getrandbits(40):010X}"
        began = datetime.now(UTC) - timedelta(hours=1)
        counter = Counter(self._square, "RUB", merchant, began)
        lines = (counter.line("flat-white", 1250), counter.line("beans", 840))
        order = counter.open(*lines, reference=card)
        first = counter.pay(order, 1000, tip=100)
        counter.pay(order, 1090)
        counter.give_back(first, 590)
        return order, counter.sent()

    def _stock(self, vendor: str, here: Telling) -> None:
        """Let the stand-in know what the vendor would be asked for."""
        if vendor == "evotor":
            self._evotor.documents += [
                here.tell(vendor, f"document-{name}") for name in ("sell", "payback")
            ]
        if vendor == "clover":
            order = {**here.tell(vendor, "order-refunded"), "note": here.card, "customers": None}
            self._clover.orders[order["id"]] = order
            payment = here.tell(vendor, "payment")
            self._clover.payments[payment["id"]] = payment
        if vendor == "yclients":
            record = {**here.tell(vendor, "record"), "attendance": 1, "paid_full": 1}
            self._salon.records[record["id"]] = record
        if vendor == "bitrix24":
            deal = here.tell(vendor, "deal")
            self._bitrix24.deals[deal["ID"]] = deal
            contact = {"ID": deal["CONTACT_ID"], "UF_CRM_CARD": here.card}
            self._bitrix24.contacts[contact["ID"]] = contact
        if vendor == "kommo":
            lead, contact = here.tell(vendor, "lead"), here.tell(vendor, "contact")
            self._kommo.leads[lead["id"]] = lead
            self._kommo.contacts[contact["id"]] = contact

    def _send(self, vendor: str, message: Any) -> None:
        door = self._random.choice(self._doors.tills[vendor])
        is_form = CONNECTORS[vendor].form
        body = form(message) if is_form else json.dumps(message, ensure_ascii=False).encode()
        inside = f"/from/{door.secret}" if CONNECTORS[vendor].secret_in_path else ""
        reply = self._envelope(vendor, door, body, inside).post_until_taken()
        if reply.status not in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
            raise Failure(f"{door.endpoint} answered {reply.status} to a message of {vendor}")

    def _envelope(self, scheme: str, door: Door, body: bytes, more: str) -> Envelope:
        name = f"msg_{uuid.uuid4().hex}"
        headers = ways.headers(scheme, door.secret, body, datetime.now(UTC), name)
        if scheme in CONNECTORS and CONNECTORS[scheme].form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return Envelope(f"{self._base}/webhooks/{door.endpoint}{more}", headers, body)

    def _customer(self) -> str:
        fields = {
            "first_name": "Conformance",
            "email": f"{uuid.uuid4().hex}@example.com",
            "consent": True,
            "marketing_consent": False,
        }
        reply = ask_json("POST", f"{self._base}/join/{ways.PROGRAM}", fields)
        if reply.status != HTTPStatus.CREATED:
            raise Failure(f"nobody could join {ways.PROGRAM}: {reply.status}")
        return str(reply.json()["card_code"])

    def _balances(self, told: list[tuple[str, int]], worth: int) -> list[int | None]:
        """Return the balances once they are right and stay so, or when time is over."""
        deadline = time.monotonic() + _PATIENCE
        last: list[int | None] = []
        while True:
            found = [self._balance(card) for card, _ in told]
            right = all(one == before + worth for one, (_, before) in zip(found, told, strict=True))
            if (right and found == last) or time.monotonic() > deadline:
                return found
            last = found
            time.sleep(_LOOK_EVERY)

    def _balance(self, card: str) -> int | None:
        """Ask for what nobody can afford; the refusal tells what is there."""
        data = {"id": uuid.uuid4().hex, "card_code": card, "reward": "out-of-reach"}
        body = json.dumps({"type": "redemption.requested", "data": data}).encode()
        door = self._doors.asking
        reply = self._envelope(ways.STANDARD, door, body, "/redemptions").post_until_taken()
        if reply.status != HTTPStatus.OK:
            raise Failure(f"{door.endpoint} answered {reply.status} to a redemption")
        balance = reply.json()["balance"]
        return balance if isinstance(balance, int) else None


def line(row: Row) -> str:
    """Return a row of the table that people read."""
    if row.skipped:
        return f"{row.vendor:12}  skipped: {row.skipped}"
    wrong = [one for one in row.balances if one != row.worth]
    end = f"WRONG: {wrong}" if wrong else "all right"
    carried = "told" if STORIES[row.vendor].carries else "a discount"
    paid = f"  {row.paid} paid ({carried}), {row.stay} stay spent" if row.paid else ""
    return (
        f"{row.vendor:12}{len(row.balances):6} customers{row.sent:6} messages"
        f"{row.lost:5} lost at first{row.doubled:5} twice{row.worth:8} points each  {end}{paid}"
    )
