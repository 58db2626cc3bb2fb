"""What a vendor asks for a customer's sake is told until it is answered, in one call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from functions import sweeper
from loyalty.messages import Contact
from loyalty.store import privacy_requests
from loyalty.store.privacy_requests import PrivacyRequest
from tests.functions.routes.till import till

if TYPE_CHECKING:
    import pytest

    from tests.functions.conftest import Shop

LIST = "/v1/privacy-requests"


def asks(shop: Shop, name: str, *hints: str, program: str = "coffee") -> None:
    request = PrivacyRequest(name, program, "shopify", "customers/redact", "77", ("5",), hints)
    privacy_requests.put(shop.world.tables, request, int(shop.now.timestamp()))


def rung(text: str) -> int:
    """Return how many requests a sweep has told the owner of."""
    found = [json.loads(line) for line in text.splitlines() if "PrivacyRequestWaits" in line]
    assert all("OwnerMustAct" in one for one in found)
    return int(sum(sum(one["PrivacyRequestWaits"]) for one in found))


def test_the_owner_is_told_every_day_until_it_is_answered(
    shop: Shop, ask: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    asks(shop, "r1")
    asks(shop, "r2", program="barber")
    told = []
    for hours in (0, 1, 22, 2, 24):
        shop.world.wait(hours=hours)
        capsys.readouterr()
        ask(sweeper, {})
        told.append(rung(capsys.readouterr().out))
    assert told == [2, 0, 0, 2, 2]
    owner = till(shop, ask, "owner")
    owner.told("POST", f"{LIST}/r1/answer", {"erase": False})
    shop.world.wait(days=1)
    ask(sweeper, {})
    assert rung(capsys.readouterr().out) == 1
    logged = [one for one in shop.logged() if one.get("request") == "r2"]
    assert {one["program"] for one in logged} == {"barber"}


def test_one_call_forgets_whom_it_is_about(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol_proved(Contact("email", "ann@example.com"))
    ben, owner = shop.world.enrol(), till(shop, ask, "owner")
    pseudonym = shop.world.books.tokens.contact_key("coffee", Contact("email", "ann@example.com"))
    place = f"/v1/members/{ben.member_id}/customers/shopify/77"
    owner.told("PUT", place)
    asks(shop, "r1", f"contact:{pseudonym}", "customer:shopify:77")
    (shown,) = owner.told("GET", LIST)["requests"]
    assert sorted(shown["members"]) == sorted([ann.member_id, ben.member_id])
    assert (shown["kind"], shown["orders"]) == ("customers/redact", ["5"])
    answered = owner.told("POST", f"{LIST}/r1/answer", {"erase": True})
    assert sorted(answered["erased"]) == sorted(shown["members"])
    for one in (ann, ben):
        assert owner.ask("GET", f"/v1/members/{one.member_id}")[0] == 404
    assert owner.told("GET", LIST)["requests"] == []
    again = owner.ask("POST", f"{LIST}/r1/answer", {"erase": True})
    assert again[0] == 404


def test_it_is_the_owners_alone_and_of_one_program(shop: Shop, ask: Any) -> None:
    ann = shop.world.enrol()
    asks(shop, "r1")
    for scope in ("till", "staff"):
        assert till(shop, ask, scope).ask("GET", LIST)[0] == 403
    stranger = till(shop, ask, "owner", program="barber")
    assert stranger.told("GET", LIST)["requests"] == []
    assert stranger.ask("POST", f"{LIST}/r1/answer", {"erase": True})[0] == 404
    assert len(till(shop, ask, "owner").told("GET", LIST)["requests"]) == 1
    assert shop.world.account(ann).closed == 0
