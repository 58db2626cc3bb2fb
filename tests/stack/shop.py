"""The people of a story: a shop with its tills, and customers with a phone in their pocket."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlencode

from infra.demo import code_in
from infra.local.backstage import Backstage
from infra.local.deployment import Cloud
from infra.local.google_user import GoogleUser
from infra.local.phone import Iphone
from infra.local.till import SquareTill, Till
from infra.local.web import ask, ask_json, until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infra.local.backstage import Standing
    from infra.local.phone import Held
    from infra.local.web import Reply

Seen = TypeVar("Seen")
_BY_THE_MINUTE: Final = ("campaignWorker", "channelWorker", "sweeper")
"""Functions with a schedule of a minute (serverless.yml)."""


@dataclass
class Customer:
    """A member with a card; ``phone`` and ``google`` hold it once it is added there."""

    program: str
    card: Mapping[str, str]
    contact: str
    phone: Iphone
    google: GoogleUser
    serial: str = ""

    @property
    def code(self) -> str:
        return self.card["card_code"]

    @property
    def by_card(self) -> dict[str, str]:
        """Who bought, as a till says it that scanned the card."""
        return {"card_code": self.code}

    @property
    def held(self) -> Held:
        return self.phone.passes[self.serial]

    def install(self) -> Customer:
        self.serial = self.phone.install(self.card["apple_url"]).serial
        return self

    def save(self) -> Customer:
        self.google.save(self.card["google_url"])
        return self


@dataclass
class Shop:
    """A running stack, as a shop uses it."""

    stack: Mapping[str, Any]
    timings: dict[str, list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.till = Till(self.stack["webhook"], self.stack["currency"])
        self.square = SquareTill(self.stack["square"], self.stack["currency"])
        self.behind = Backstage(self.stack)
        self.reward = self.stack["rewards"][0]

    def apply(self, **changes: Any) -> Reply:
        """Send an application as JSON; a change to None leaves a field out."""
        fields = {
            "first_name": "Ann",
            "email": f"{uuid.uuid4().hex}@example.com",
            "consent": True,
            "marketing_consent": False,
            **changes,
        }
        sent = {name: value for name, value in fields.items() if value is not None}
        return ask_json("POST", self.stack["join_url"], sent)

    def customer(self, **changes: Any) -> Customer:
        """Enrol somebody new."""
        contact = changes.get("email") or f"{uuid.uuid4().hex}@example.com"
        reply = self.apply(**{"email": contact, **changes})
        assert reply.status == 201, reply
        phone = Iphone(self.stack, uuid.uuid4().hex)
        google = GoogleUser(self.stack)
        return Customer(self.stack["program"], reply.json(), contact, phone, google)

    def holder(self) -> Customer:
        """Enrol somebody who keeps the card on an iPhone and at Google."""
        return self.customer().install().save()

    def api(self, method: str, path: str, key: str | None, content: Any = None) -> Reply:
        """Call the API with ``owner_key``, ``till_key`` or none."""
        bearer = {"Authorization": f"Bearer {self.stack[key]}"} if key else {}
        return ask_json(method, f"{self.stack['base_url']}{path}", content, bearer)

    def claim(self, order: str, code: str, source: str = "till") -> Reply:
        path = f"/v1/orders/{source}/{quote(order, safe='')}/claim"
        return self.api("POST", path, "till_key", {"card_code": code})

    def parked(self) -> list[str]:
        reply = self.api("GET", "/v1/orders?state=parked", "owner_key")
        assert reply.status == 200, reply
        return [order["id"] for order in reply.json()["orders"]]

    def outbox(self, contact: str) -> list[dict[str, str]]:
        """Return the messages to a contact, newest first."""
        url = f"{self.stack['outbox']['url']}/messages?to={quote(contact)}"
        messages: list[dict[str, str]] = ask("GET", url).json()["messages"]
        return messages

    def code(self, contact: str, number: int = 0) -> str:
        """Return the code in a message to a contact, the newest one's if nothing is said."""
        return code_in(self.outbox(contact)[number]["text"])

    def type_code(self, customer: Customer, code: str) -> Reply:
        """Type a code on the page of a customer's card."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return ask("POST", customer.card["card_url"], urlencode({"code": code}).encode(), form)

    def sell(self, customer: Customer, total: int, order: str | None = None, **more: Any) -> str:
        """Send an order of a customer whose card was scanned; return its id."""
        order = order or uuid.uuid4().hex
        reply = self.till.send(self.till.order(order, total, customer.by_card, **more))
        assert reply.status == 202, reply
        return order

    def redeem(self, customer: Customer, redemption: str | None = None) -> Reply:
        message = self.till.redemption(
            redemption or uuid.uuid4().hex, customer.code, self.reward["id"]
        )
        return self.till.send(message)

    def standing(self, customer: Customer) -> Standing:
        return self.behind.standing(customer.program, customer.card["member_id"])

    def settle(self) -> None:
        """Wait until everything that was sent has been worked through to the end."""
        self.behind.wait_until_quiet()

    def until(self, what: str, look: Callable[[], Seen | None], seconds: float = 60.0) -> Seen:
        """Wait as `infra.local.web.until` does, while what runs by the minute runs at each look."""

        def look_after_a_minute() -> Seen | None:
            found = look()
            if not found:
                self.minute()
            return found

        return until(what, look_after_a_minute, seconds)

    def minute(self) -> None:
        """Let what runs every minute run now, as well: a schedule may come twice at any time."""
        cloud = Cloud(int(self.stack["aws"]["endpoint_url"].rpartition(":")[2]))
        for name in _BY_THE_MINUTE:
            cloud.client("lambda").invoke(
                FunctionName=f"loyalty-local-{name}", InvocationType="Event", Payload=b"{}"
            )

    def balance(self, customer: Customer) -> int:
        """Return the points of a customer once the shop is quiet; both wallets must agree."""
        self.settle()
        points = self.standing(customer).account.balance("points")
        if customer.serial:
            customer.phone.fetch_news()
            assert customer.held.shown["balance"] == points
        if customer.google.object_id:
            assert customer.google.balance == points
        return points

    def faults(self, what: Mapping[str, Any]) -> None:
        """Order the local APNs to fail."""
        reply = ask_json("POST", f"{self.stack['apns']['inspect_url']}/faults", what)
        assert reply.status == 200, reply

    def google_faults(self, what: Mapping[str, Any]) -> None:
        """Order the local Wallet API to fail."""
        reply = ask_json("POST", f"{self.stack['google']['inspect_url']}/faults", what)
        assert reply.status == 200, reply

    def google_requests(self, customer: Customer, method: str = "PATCH") -> list[Any]:
        """Return the statuses of the requests about a customer's object, oldest first."""
        found = ask("GET", f"{self.stack['google']['inspect_url']}/requests").json()["requests"]
        return [
            request["status"]
            for request in found
            if request["method"] == method and request["path"].endswith(customer.google.object_id)
        ]

    def end_faults(self) -> None:
        for service in ("apns", "google"):
            ask("DELETE", f"{self.stack[service]['inspect_url']}/faults")
