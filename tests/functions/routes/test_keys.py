"""/v1/keys, /v1/people and /v1/audit, as an owner's program calls them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.functions.routes.till import Till, till

if TYPE_CHECKING:
    from loyalty.store.tables import Key
    from tests.functions.conftest import Shop

ANNAS = {"id": "annaskey1", "scope": "staff", "name": "Anna's phone"}


@pytest.fixture
def owner(shop: Shop, ask: Any) -> Till:
    return till(shop, ask, "owner")


def with_key(owner: Till, made: dict[str, Any]) -> Till:
    return Till(owner.shop, owner.send, f"Bearer {made['key']}")


def made(owner: Till, **key: Any) -> dict[str, Any]:
    status, said = owner.ask("POST", "/v1/keys", {**ANNAS, **key})
    assert status == 201, said
    return said


def test_a_keys_life(owner: Till, shop: Shop) -> None:
    said = made(owner, sources=["till"], location="main-street", limits={"at_once": 5})
    text = said.pop("key")
    assert (said["state"], said["last4"], said["old_secret_until"]) == ("good", text[-13:-9], None)
    assert owner.told("GET", "/v1/keys/annaskey1") == said
    listed = owner.told("GET", "/v1/keys")["keys"]
    assert said in listed
    anna = Till(shop, owner.send, f"Bearer {text}")
    member = shop.world.enrol().member_id
    assert anna.ask("GET", f"/v1/members/{member}")[0] == 200

    status, renewed = owner.ask("POST", "/v1/keys/annaskey1/rotate", {"overlap_minutes": 5})
    assert status == 201
    assert renewed["old_secret_until"] is not None
    for good in (anna, with_key(owner, renewed)):
        assert good.ask("GET", f"/v1/members/{member}")[0] == 200
    shop.world.wait(seconds=300)
    assert anna.ask("GET", f"/v1/members/{member}")[0] == 401

    changed = owner.told("PATCH", "/v1/keys/annaskey1", {"name": "Till 2", "sources": []})
    assert (changed["name"], changed["sources"], changed["location"]) == (
        "Till 2",
        [],
        "main-street",
    )
    assert owner.told("DELETE", "/v1/keys/annaskey1")["state"] == "ended"
    # At once: nobody keeps keys in memory, so the promised minute is not needed.
    assert with_key(owner, renewed).ask("GET", f"/v1/members/{member}")[0] == 401
    assert owner.ask("PATCH", "/v1/keys/annaskey1", {"name": "x"})[1]["code"] == "key_ended"
    assert owner.ask("POST", "/v1/keys", ANNAS)[1]["code"] == "key_exists"


def test_a_keys_own_limits_narrow_the_programs(owner: Till, shop: Shop) -> None:
    member = shop.world.enrol().member_id
    path, body = f"/v1/members/{member}/gifts", {"points": 6, "reason": "waited long"}
    free = with_key(owner, made(owner))
    assert free.ask("POST", path, body)[0] == 200
    owner.told("PATCH", "/v1/keys/annaskey1", {"limits": {"at_once": 5}})
    status, said = free.ask("POST", path, body)
    assert (status, said["code"]) == (429, "limit_reached")
    assert free.ask("POST", path, {**body, "points": 5})[0] == 200
    owner.told("PATCH", "/v1/keys/annaskey1", {"limits": {"per_shift": 12}})
    status, said = free.ask("POST", path, {**body, "points": 2})
    assert (status, said["code"]) == (429, "limit_reached")  # 6 and 5 were given
    # A limit above the program's lets nobody give more.
    owner.told("PATCH", "/v1/keys/annaskey1", {"limits": {"at_once": 10**9, "per_shift": 10**9}})
    assert free.ask("POST", path, {**body, "points": 501})[1]["code"] == "limit_reached"


@pytest.mark.parametrize("scope", ["till", "staff", "accountant", "manager"])
def test_nobody_but_an_owner_makes_themselves_an_owner(owner: Till, shop: Shop, scope: str) -> None:
    """The escalations there are: another key, another role, one's own key, somebody's secret."""
    mine = with_key(owner, made(owner, scope=scope))
    tables = dict(shop.world.tables.items)
    for method, path, body in (
        ("POST", "/v1/keys", {"id": "evilkey01", "scope": "owner"}),
        ("PATCH", "/v1/keys/annaskey1", {"expires_at": None}),
        ("POST", "/v1/keys/annaskey1/rotate", {}),
        ("DELETE", f"/v1/keys/{owner.key.split('_')[2]}", None),
        ("POST", "/v1/people", {"name": "Eve", "role": "owner"}),
        ("PATCH", f"/v1/people/{'a' * 26}", {"role": "owner"}),
        ("DELETE", f"/v1/people/{'a' * 26}", None),
        ("GET", "/v1/keys", None),
        ("GET", "/v1/people", None),
        ("POST", "/v1/exports", None),
        ("GET", f"/v1/exports/{'0' * 32}", None),
    ):
        status, said = mine.ask(method, path, body)
        assert (status, said["code"]) == (403, "scope_missing"), (method, path)
    assert shop.world.tables.items == tables


def test_what_a_manager_and_an_accountant_may(owner: Till, shop: Shop) -> None:
    member = shop.world.enrol().member_id
    manager = with_key(owner, made(owner, scope="manager"))
    accountant = with_key(owner, made(owner, id="bookskey1", scope="accountant"))
    gift = f"/v1/members/{member}/gifts", {"points": 6, "reason": "waited long"}
    receiver = "/v1/receivers", {"id": "crm", "url": "https://crm.invalid/hook"}
    assert manager.ask("POST", *gift)[0] == 200
    assert manager.ask("POST", *receiver)[0] == 201
    assert manager.ask("POST", "/v1/imports")[0] == 201
    for path in ("/v1/receivers", f"/v1/members/{member}", "/v1/audit", "/v1/keys/annaskey1/acts"):
        assert manager.ask("GET", path)[0] == 200
        assert accountant.ask("GET", path)[0] == 200, path
    assert accountant.ask("POST", *gift)[0] == 403
    assert accountant.ask("POST", *receiver)[0] == 403
    assert accountant.ask("POST", "/v1/imports")[0] == 403


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**ANNAS, "program": "barber"}, "extra_forbidden"),
        ({**ANNAS, "hash": "x"}, "extra_forbidden"),
        ({**ANNAS, "scope": "god"}, "literal_error"),
        ({**ANNAS, "id": "x"}, "bad_key_id"),
        ({**ANNAS, "sources": ["a#b"]}, "string_pattern_mismatch"),
        ({**ANNAS, "limits": {"at_once": -1}}, "greater_than_equal"),
        ({**ANNAS, "expires_at": 0}, "value_error"),
        ({**ANNAS, "expires_at": "2020-01-01T00:00:00Z"}, "key_ends_before_it_begins"),
        ({**ANNAS, "person": "a" * 26}, "person_not_found"),
    ],
)
def test_what_cannot_be_a_key_is_named(owner: Till, shop: Shop, body: Any, code: str) -> None:
    before = kept(shop)
    status, said = owner.ask("POST", "/v1/keys", body)
    assert (status, [one["code"] for one in said["errors"]]) == (422, [code])
    assert kept(shop) == before


def kept(shop: Shop) -> dict[Key, Any]:
    """Return what the tables hold, but how much a key has asked."""
    items = shop.world.tables.items.items()
    return {key: dict(item) for key, item in items if not key.sk.startswith("RATE#")}


def test_a_bounded_owners_key_makes_no_wider_one(owner: Till) -> None:
    ends = (owner.shop.now + timedelta(hours=1)).isoformat()
    bounded = with_key(owner, made(owner, scope="owner", expires_at=ends))
    status, said = bounded.ask("POST", "/v1/keys", {"id": "widerkey1", "scope": "till"})
    assert (status, said["code"]) == (403, "beyond_your_rights")
    status, said = bounded.ask("POST", f"/v1/keys/{owner.key.split('_')[2]}/rotate", {})
    assert (status, said["code"]) == (403, "beyond_your_rights")
    status, _ = bounded.ask(
        "POST", "/v1/keys", {"id": "narrower1", "scope": "till", "expires_at": ends}
    )
    assert status == 201


def test_people_and_their_one_key(owner: Till, shop: Shop, ask: Any) -> None:
    status, anna = owner.ask("POST", "/v1/people", {"name": "Anna", "role": "staff"}, act="take-in")
    assert (status, anna["role"], anna["key"]) == (201, "staff", None)
    again = owner.answer("POST", "/v1/people", {"name": "Anna", "role": "staff"}, act="take-in")
    assert again["headers"]["Idempotent-Replayed"] == "true"
    reused = owner.ask("POST", "/v1/people", {"name": "Anna", "role": "owner"}, act="take-in")
    assert (reused[0], reused[1]["code"]) == (422, "idempotency_key_reused")
    path = f"/v1/people/{anna['id']}"
    key = with_key(owner, made(owner, person=anna["id"]))
    assert owner.told("GET", path)["key"] == "annaskey1"
    assert (
        owner.ask("POST", "/v1/keys", {**ANNAS, "id": "secondkey", "person": anna["id"]})[1]["code"]
        == "person_has_key"
    )
    assert key.ask("GET", "/v1/audit")[0] == 403
    assert owner.told("PATCH", path, {"role": "manager"})["role"] == "manager"
    assert key.ask("GET", "/v1/audit")[0] == 200
    # The same person at the barber's, who calls them otherwise.
    barber = till(shop, ask, "owner", program="barber")
    sent = {"name": "Anya", "role": "staff", "id": anna["id"]}
    assert barber.ask("POST", "/v1/people", sent)[0] == 201
    assert owner.told("GET", path)["name"] == "Anna"
    assert owner.told("DELETE", path) == {"id": anna["id"]}
    assert key.ask("GET", "/v1/audit")[0] == 401
    assert barber.told("GET", path)["name"] == "Anya"


def test_what_was_changed_is_told_in_pages_and_by_date(owner: Till, shop: Shop) -> None:
    actor = f"key:{owner.key.split('_')[2]}"
    begun = shop.now
    for number in range(3):
        shop.world.wait(days=1)
        made(owner, id=f"key{number:06d}", name="Anna Petrovna")
    shop.world.wait(days=1)
    owner.ask("POST", "/v1/receivers", {"id": "crm", "url": "https://crm.invalid/s3cret"})
    exported = owner.ask("POST", "/v1/exports")[1]["id"]
    shop.world.wait(seconds=1)
    found = owner.told("GET", "/v1/audit", since=begun.isoformat())["changes"]
    assert [(one["by"], one["what"], one["which"]) for one in found] == [
        (actor, "receiver.added", "crm"),
        (actor, "export.begun", exported),
        *((actor, "key.made", f"key00000{number}") for number in (2, 1, 0)),
        ("command", "program.put", "coffee"),
    ]
    assert "Petrovna" not in str(found)
    assert "s3cret" not in str(found)
    asked = {"since": begun.isoformat(), "limit": "5"}
    first = owner.told("GET", "/v1/audit", **asked)
    second = owner.told("GET", "/v1/audit", **asked, cursor=first["next"])
    assert (first["changes"] + second["changes"], second["next"]) == (found, None)
    days = [(begun + timedelta(days=2, hours=hours)).isoformat() for hours in (-1, 0)]
    (one,) = owner.told("GET", "/v1/audit", since=days[0], until=days[1])["changes"]
    assert one["which"] == "key000001"
    status, said = owner.ask("GET", "/v1/audit", cursor="xx")
    assert (status, said["errors"][0]["code"]) == (422, "invalid_cursor")


def test_keys_and_people_of_another_program_are_as_if_they_were_not_there(
    owner: Till, shop: Shop, ask: Any
) -> None:
    made(owner)
    anna = owner.ask("POST", "/v1/people", {"name": "Anna", "role": "staff"})[1]["id"]
    barber = till(shop, ask, "owner", program="barber")
    kept = {key: item for key, item in shop.world.tables.items.items() if "#K#" not in key.pk}
    for method, path, body in (
        ("GET", "/v1/keys/annaskey1", None),
        ("PATCH", "/v1/keys/annaskey1", {"name": "x"}),
        ("POST", "/v1/keys/annaskey1/rotate", {}),
        ("DELETE", "/v1/keys/annaskey1", None),
        ("GET", f"/v1/people/{anna}", None),
        ("PATCH", f"/v1/people/{anna}", {"role": "owner"}),
        ("DELETE", f"/v1/people/{anna}", None),
    ):
        nobodys = path.replace("annaskey1", "nobodyskey").replace(anna, "z" * 26)
        theirs = barber.ask(method, path, body)
        assert theirs == barber.ask(method, nobodys, body), (method, path)
        assert theirs[0] == 404
    found = shop.world.tables.items
    assert {key: found[key] for key in kept} == kept
    assert barber.told("GET", "/v1/people")["people"] == []
    assert [one["which"] for one in barber.told("GET", "/v1/audit")["changes"]] == ["barber"]
