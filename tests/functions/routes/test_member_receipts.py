"""Whose sale it was, by the number on a receipt: over /v1, for staff and the page at the till."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.store import keys
from tests.functions.routes.till import Till, till
from tests.loyalty.ledger.acts import act
from tests.support.figure_streams import FigureStreams

if TYPE_CHECKING:
    from loyalty.members.enrolment import Enrolled
    from tests.functions.conftest import Shop


@pytest.fixture
def staff(shop: Shop, ask: Any) -> Till:
    return till(shop, ask, "staff")


@pytest.fixture
def people(shop: Shop) -> dict[str, Enrolled]:
    return {name: shop.world.enrol(name=name) for name in ("Ann", "Ben")}


def sell(shop: Shop, number: str, member: Enrolled | None, source: str = "till") -> None:
    shop.world.sell(number, member=member, source=source)
    streams = FigureStreams(shop.world)
    streams.ring(streams.news())


def search(who: Till, number: str, **more: Any) -> dict[str, list[tuple[str, str]]]:
    """Return tills and numbers of what was found, by name; of nobody's sales under ""."""
    told = who.told("POST", "/v1/members/search", {"receipt": number, **more})
    assert told["next"] is None
    found = {one["first_name"]: one["receipts"] for one in told["members"]}
    found |= {"": told["unclaimed"]} if told["unclaimed"] else {}
    return {name: [(one["source"], one["till_id"]) for one in of] for name, of in found.items()}


def test_a_receipt_tells_whose_it_is_with_till_and_day(
    shop: Shop, staff: Till, people: dict[str, Enrolled]
) -> None:
    sell(shop, "R-1001", people["Ann"])
    told = staff.told("POST", "/v1/members/search", {"receipt": "#r 1001"})
    (ann,) = told["members"]
    assert ann["member_id"] == people["Ann"].member_id
    assert ann["receipts"] == [
        {
            "source": "till", "id": "R-1001", "till_id": "R-1001",
            "day": shop.now.date().isoformat(), "total": 1000,
        }
    ]  # fmt: skip
    assert search(staff, "R-1002") == {}


def test_two_tills_of_one_number_are_both_told(
    shop: Shop, staff: Till, people: dict[str, Enrolled]
) -> None:
    sell(shop, "7", people["Ann"], "front")
    sell(shop, "7", people["Ben"], "back")
    sell(shop, "7", None, "kiosk")
    wanted = {"Ann": [("front", "7")], "Ben": [("back", "7")], "": [("kiosk", "7")]}
    assert search(staff, "7") == wanted
    assert search(staff, "7", name="be") == {"Ben": [("back", "7")], "": [("kiosk", "7")]}


def test_a_key_of_one_till_finds_its_own_receipts(
    shop: Shop, ask: Any, people: dict[str, Enrolled]
) -> None:
    sell(shop, "7", people["Ann"], "front")
    sell(shop, "7", people["Ben"], "back")
    front = till(shop, ask, "staff", sources=("front",))
    assert search(front, "7") == {"Ann": [("front", "7")]}
    order = {"source": "back", "id": "7"}
    assert front.ask("POST", "/v1/members/lookup", {"order": order})[0] == 404
    own = front.told("POST", "/v1/members/lookup", {"order": {**order, "source": "front"}})
    assert own["first_name"] == "Ann"


def test_a_merged_card_leads_to_who_they_are_now(
    shop: Shop, staff: Till, people: dict[str, Enrolled]
) -> None:
    old, new = people["Ann"], people["Ben"]
    sell(shop, "7", old)
    shop.world.merging.merge(act("m"), old.member_id, new.member_id, shop.now)
    assert search(staff, "7") == {"Ben": [("till", "7")]}
    order = {"source": "till", "id": "7"}
    assert staff.told("POST", "/v1/members/lookup", {"order": order})["first_name"] == "Ben"


def test_of_who_was_forgotten_nothing_is_told(
    shop: Shop, staff: Till, people: dict[str, Enrolled]
) -> None:
    sell(shop, "7", people["Ann"])
    shop.world.erasure.erase(act("e"), people["Ann"].member_id, shop.now)
    assert search(staff, "7") == {}
    order = {"source": "till", "id": "7"}
    assert staff.ask("POST", "/v1/members/lookup", {"order": order})[0] == 404


@pytest.mark.corrupts
def test_a_sale_whose_member_is_lost_is_not_called_nobodys(
    shop: Shop, staff: Till, people: dict[str, Enrolled]
) -> None:
    sell(shop, "7", people["Ann"])
    del shop.world.tables.items[keys.account_key("coffee", people["Ann"].member_id)]
    assert search(staff, "7") == {}


def test_what_staff_have_called_no_sale_is_not_told(
    shop: Shop, ask: Any, staff: Till, people: dict[str, Enrolled]
) -> None:
    sell(shop, "7", people["Ann"])
    assert search(staff, "7") == {"Ann": [("till", "7")]}
    owner = till(shop, ask, "owner")
    assert owner.ask("POST", "/v1/orders/till/7/forget", {"reason": "rung up twice"})[0] == 200
    assert search(staff, "7") == {}


def test_no_other_program_and_no_other_scope_finds_it(
    shop: Shop, ask: Any, people: dict[str, Enrolled]
) -> None:
    sell(shop, "7", people["Ann"])
    assert search(till(shop, ask, "staff", program="barber"), "7") == {}
    counter = till(shop, ask, "till")
    assert counter.ask("POST", "/v1/members/search", {"receipt": "7"})[0] == 403
    foreign = till(shop, ask, "till", program="barber")
    order = {"source": "till", "id": "7"}
    assert foreign.ask("POST", "/v1/members/lookup", {"order": order})[0] == 404


@pytest.mark.parametrize("number", ["9" * 129, 7, ["7"]])
def test_what_is_no_number_is_refused_in_words(staff: Till, number: Any) -> None:
    status, told = staff.ask("POST", "/v1/members/search", {"receipt": number})
    assert (status, told["errors"][0]["pointer"]) == (422, "/receipt")
