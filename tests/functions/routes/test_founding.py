"""/v1/programs: a program from nothing, by whom the operator has allowed it; going over to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from loyalty.access.founding import Founding
from loyalty.store.program_versions import Programs
from tests.functions.routes.test_sign_in import Browser, Door
from tests.functions.routes.till import till

if TYPE_CHECKING:
    from tests.functions.conftest import Shop


@pytest.fixture
def door(shop: Shop, ask: Any) -> Door:
    return Door(shop, ask)


def founding(shop: Shop) -> Founding:
    return Founding(shop.world.tables, Programs(shop.world.tables, lambda: shop.world.now))


def document(anna: Browser, **changes: Any) -> dict[str, Any]:
    status, told = anna.ask("GET", "/v1/program")
    assert status == 200, told
    return {**told["document"], "id": "second", "organization": "Second Cup", **changes}


def test_who_is_allowed_makes_a_program_and_goes_over(door: Door, shop: Shop) -> None:
    anna = door.inside()
    sent = {"document": document(anna)}
    assert anna.ask("POST", "/v1/programs", sent)[1]["code"] == "founding_not_allowed"
    assert anna.ask("GET", "/v1/programs")[1]["may_found"] is False
    assert shop.world.programs.find("second") is None
    founding(shop).allow(door.person, shop.world.now, allowed=True)

    status, told = anna.ask("POST", "/v1/programs", sent)
    assert (status, told) == (201, {"id": "second", "version": 1})
    assert anna.ask("POST", "/v1/programs", sent) == (201, told)
    listed = anna.ask("GET", "/v1/programs")[1]
    assert [(one["id"], one["role"]) for one in listed["programs"]] == [
        ("coffee", "owner"), ("second", "owner"),
    ]  # fmt: skip
    # Not for customers before it is changed for the first time.
    assert "second" not in [one.id for one in shop.world.programs.all(9)]
    status, link = anna.ask("POST", "/v1/programs/second/links")
    assert status == 201
    there = door.browser().enter(link["url"].rpartition("/")[2])
    assert there.ask("GET", "/v1/session")[1]["program"] == "second"
    assert there.ask("GET", "/v1/program")[1]["document"]["organization"] == "Second Cup"
    told = {one["what"] for one in there.ask("GET", "/v1/audit")[1]["changes"]}
    assert {"program.put", "person.added", "link.made"} <= told
    # The first one is untouched, and its members are not there.
    assert anna.ask("GET", "/v1/session")[1]["program"] == "coffee"

    founding(shop).allow(door.person, shop.world.now, allowed=False)
    more = {"document": document(anna, id="third")}
    assert anna.ask("POST", "/v1/programs", more)[1]["code"] == "founding_not_allowed"


def test_an_id_is_taken_once(door: Door, shop: Shop) -> None:
    founding(shop).allow(door.person, shop.world.now, allowed=True)
    anna = door.inside()
    assert anna.ask("POST", "/v1/programs", {"document": document(anna)})[0] == 201
    ben = door.add("ben0" * 6 + "aa", "owner")
    founding(shop).allow(ben, shop.world.now, allowed=True)
    bens = door.inside(ben)
    status, told = bens.ask("POST", "/v1/programs", {"document": document(bens)})
    assert (status, told["code"]) == (409, "program_exists")
    other = {"document": document(anna, zone="Europe/Berlin")}
    assert anna.ask("POST", "/v1/programs", other)[1]["code"] == "program_exists"
    # He works for the first one only, and does not get into the other by asking.
    for name in ("second", "nowhere"):
        status, told = bens.ask("POST", f"/v1/programs/{name}/links")
        assert (status, told["code"]) == (404, "not_found")


@pytest.mark.parametrize("changes", [{"id": "Bad Id"}, {"id": 7}, {"currency": "X"}])
def test_what_cannot_be_used_is_no_program(door: Door, shop: Shop, changes: Any) -> None:
    founding(shop).allow(door.person, shop.world.now, allowed=True)
    anna = door.inside()
    status, told = anna.ask("POST", "/v1/programs", {"document": document(anna, **changes)})
    assert status == 422
    assert told["errors"][0]["pointer"] == f"/document/{next(iter(changes))}"
    assert len(anna.ask("GET", "/v1/programs")[1]["programs"]) == 1


def test_keys_managers_and_stale_proofs_make_none(door: Door, shop: Shop, ask: Any) -> None:
    key = till(shop, ask, "owner")
    assert key.ask("GET", "/v1/programs")[1]["code"] == "session_needed"
    manager = door.inside(door.add("mike" * 6 + "aa", "manager"))
    founding(shop).allow("mike" * 6 + "aa", shop.world.now, allowed=True)
    assert manager.ask("POST", "/v1/programs", {"document": {}})[0] == 403
    anna = door.inside()
    sent = {"document": document(anna)}
    founding(shop).allow(door.person, shop.world.now, allowed=True)
    shop.world.wait(seconds=301)
    assert anna.ask("POST", "/v1/programs", sent)[1]["code"] == "proof_needed"
    assert anna.ask("POST", "/v1/programs/coffee/links")[1]["code"] == "proof_needed"
