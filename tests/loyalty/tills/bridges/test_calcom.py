"""Cal.com and Square Appointments: who has booked is expected, and nothing of it is a sale."""

from __future__ import annotations

import hashlib
import hmac
import itertools
from datetime import UTC, datetime
from typing import Any

import pytest

from loyalty.core.order import OrderKey
from loyalty.members.customers import Customers
from loyalty.refusals import Refusal
from loyalty.store import appointments
from loyalty.tills import square
from loyalty.tills.bridges import calcom
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Reading, Wanted
from loyalty.tills.registry import CONNECTORS
from tests.support.vendors import Shop, plain, read, sender

SECRET = "own-secret-of-cal-com-01"
NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NAMES = ("1-booking-created", "2-booking-rescheduled", "3-booking-cancelled")


def test_only_what_is_signed_is_heard() -> None:
    known, body = sender("calcom").endpoint, b'{"triggerEvent": "PING"}'
    good = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    for given, right in (
        (good, True), (f"sha256={good}", True), (good[:-1], False), ("", False), ("ж", False),
    ):  # fmt: skip
        assert calcom.verify(known, [SECRET], {calcom.SIGNATURE: given}, body, NOW) is right
    assert not calcom.verify(known, ["short"], {calcom.SIGNATURE: good}, body, NOW)
    assert not calcom.verify(known, [SECRET], {calcom.SIGNATURE: good}, body + b" ", NOW)


def statuses(arrival: tuple[str, ...]) -> list[str | None]:
    shop = Shop("calcom")
    shop.world.now = NOW
    for name in arrival:
        shop.tell(plain("calcom", name))
    found: list[str | None] = []
    for name in ("own-booking-1", "own-booking-2"):
        key = OrderKey("conformance", "calcom", name)
        kept = appointments.read_booking(shop.world.tables, key)
        found.append(kept.status if kept else None)
    assert shop.points == 0
    return found


def test_a_booking_is_made_moved_and_cancelled_in_any_order() -> None:
    assert statuses(NAMES[:1]) == ["booked", None]
    assert statuses(NAMES[:2]) == ["cancelled", "booked"]
    for arrival in itertools.permutations(NAMES):
        first, second = statuses(arrival)
        assert second == "cancelled"
        # Also where its move is told of first: the card would show the earlier time.
        assert first == "cancelled"


def test_who_did_not_come_and_what_is_not_for_us() -> None:
    assert statuses((NAMES[0], "4-no-show")) == ["no_show", None]
    came = plain("calcom", "4-no-show")
    came["payload"]["attendees"][0]["noShow"] = False
    assert read(sender("calcom"), came).ignored == ("other",)
    flat = {"triggerEvent": "MEETING_ENDED", "id": 7, "startTime": "2026-05-05T11:00:00Z"}
    assert read(sender("calcom"), flat).ignored == ("other",)
    backwards = plain("calcom", NAMES[0])
    backwards["payload"]["endTime"] = "2026-05-05T10:00:00Z"
    with pytest.raises(Refusal):
        read(sender("calcom"), backwards)
    (one,) = read(sender("calcom"), plain("calcom", NAMES[0])).visits
    assert one.sale is None
    assert {hint.partition(":")[0] for hint in one.hints} == {"phone", "email"}


def event(version: int, status: str, **changes: Any) -> dict[str, Any]:
    booking = {
        "id": "B1",
        "version": version,
        "status": status,
        "start_at": "2026-05-05T11:00:00Z",
        "customer_id": "C1",
        "appointment_segments": [{"duration_minutes": 30}, {"duration_minutes": 60}],
        **changes,
    }
    return {
        "merchant_id": "M1",
        "type": "booking.updated",
        "data": {"object": {"booking": booking}},
    }


def test_squares_bookings_are_appointments_and_their_money_is_elsewhere() -> None:
    shop = Shop("square", merchant="M1")
    shop.world.now = NOW
    Customers(shop.world.books).link(
        "conformance", shop.customer.member_id, "square", "C1", "key:owner", NOW
    )
    key = OrderKey("conformance", "square", "booking-B1")
    for version, status, kept in (
        (0, "PENDING", "booked"), (1, "ACCEPTED", "booked"), (3, "NO_SHOW", "no_show"),
        (2, "ACCEPTED", "no_show"), (4, "CANCELLED_BY_SELLER", "cancelled"),
    ):  # fmt: skip
        found = shop.tell(event(version, status))
        assert found.wanted == (Wanted("booking", "B1"),)
        booking = appointments.read_booking(shop.world.tables, key)
        assert booking is not None
        assert (booking.status, booking.member) == (kept, shop.customer.member_id)
    (one,) = read(shop.sender, event(1, "ACCEPTED")).visits
    assert one.ends is not None
    assert (one.ends - NOW).total_seconds() == 24.5 * 3600
    assert (shop.points, one.sale) == (0, None)
    with pytest.raises(Refusal):
        read(shop.sender, event(1, "PERHAPS"))
    with pytest.raises(Refusal):
        read(sender("square", merchant="M2"), event(1, "ACCEPTED"))


class Asked:
    """Square's answers to two questions."""

    token = "own-token"

    def __init__(self, refused: str = "") -> None:
        self._refused = refused

    def get(self, path: str, *_: Any, **__: Any) -> Any:
        if self._refused and self._refused in path:
            raise VendorFailed("not_allowed")
        if "bookings" in path:
            return {"booking": event(1, "ACCEPTED")["data"]["object"]["booking"]}
        return {"customer": {"id": "C1", "phone_number": "+79000000001"}}


@pytest.mark.parametrize(
    ("refused", "kinds", "ignored"),
    [
        ("", {"phone", "customer"}, ()),
        ("customers", {"customer"}, ("customers.not_allowed",)),
        ("bookings", set(), ("bookings.not_allowed",)),
    ],
)
def test_who_has_booked_at_square_is_asked_for(
    refused: str, kinds: set[str], ignored: tuple[str, ...]
) -> None:
    client: Any = Asked(refused)
    assert CONNECTORS["square"].read_back is square.read_back
    found: Reading = square.read_back(client, sender("square"), Wanted("booking", "B1"))
    hints = [hint.partition(":")[0] for one in found.visits for hint in one.hints]
    assert ({*hints}, found.ignored) == (kinds, ignored)


def test_while_square_is_down_a_booking_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What may not be read is left out; what cannot be read just now is asked for again."""
    client: Any = Asked()

    def down(*_: Any, **__: Any) -> Any:
        raise VendorFailed("unavailable")

    monkeypatch.setattr(client, "get", down)
    with pytest.raises(VendorFailed, match="unavailable"):
        square.read_back(client, sender("square"), Wanted("booking", "B1"))
