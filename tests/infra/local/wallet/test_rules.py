"""What the local Wallet API accepts and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.wallet import ISSUER_ID, schema
from infra.local.wallet.faults import RateLimit
from tests.support.wallet_in_process import CALLBACK, DAY, HOUR, Wallet


@pytest.mark.parametrize("body", [None, [], "x", 7])
def test_a_root_that_is_no_message(wallet: Wallet, body: Any) -> None:
    assert wallet.refused("POST", "loyaltyClass", body)[1].endswith(
        "Root element must be a message."
    )


def test_the_words_of_errors(wallet: Wallet, card: Any) -> None:
    other = f"{ISSUER_ID}.other"
    assert wallet.refused("GET", f"loyaltyObject/{other}") == (
        404,
        f"resourceNotFound: Wallet Object {other} not found.",
    )
    assert wallet.refused("GET", f"loyaltyClass/{other}") == (
        404,
        f"classNotFound: Wallet Object Class {other} not found.",
    )
    found = wallet.store.get("loyaltyObject", card["id"])
    assert wallet.refused("POST", "loyaltyObject", found) == (
        409,
        f"existingResource: Wallet Object {card['id']} already exists.",
    )
    assert wallet.refused("GET", "loyaltyObject/77.x")[0] == 403
    assert wallet.refused("POST", "loyaltyObject", {"points": 1})[1] == (
        'invalidArgument: Invalid JSON payload received. Unknown name "points" at '
        "'resource': Cannot find field."
    )


def test_reviews_go_one_way(wallet: Wallet, drawn: Any) -> None:
    program = drawn[0]
    path = f"loyaltyClass/{program['id']}"
    wallet("POST", "loyaltyClass", program | {"reviewStatus": "draft"})
    assert wallet("GET", path)["reviewStatus"] == "DRAFT"
    wallet("PATCH", path, {"programName": "Other"})
    wallet("PUT", path, program)
    assert wallet("GET", path)["reviewStatus"] == "APPROVED"
    assert wallet.refused("PUT", path, program | {"reviewStatus": "DRAFT"})[0] == 400
    assert wallet.refused("PUT", path, program | {"reviewStatus": "APPROVED"})[0] == 400
    assert wallet.refused("PATCH", path, {"reviewStatus": "DRAFT"})[0] == 400
    assert wallet.refused("PATCH", path, {"hexBackgroundColor": "#000"})[0] == 400
    found = wallet.store.get("loyaltyClass", program["id"]) or {}
    wallet.store.put("loyaltyClass", found | {"reviewStatus": "REJECTED"})
    assert wallet.refused("POST", "loyaltyObject", drawn[1])[0] == 400
    assert wallet.refused("PATCH", path, {"reviewStatus": "DRAFT"})[0] == 400
    wallet("PATCH", path, {"reviewStatus": "UNDER_REVIEW"})
    assert wallet("POST", "loyaltyObject", drawn[1])["state"] == "ACTIVE"


def test_put_replaces_and_patch_merges(wallet: Wallet, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}"
    wallet("PATCH", path, {"messages": [{"id": "a"}, {"id": "b"}], "accountName": None})
    wallet("PATCH", path, {"messages": [{"id": "c"}]})
    shown = wallet("GET", path)
    assert [one["id"] for one in shown["messages"]] == ["c"]
    assert "accountName" not in shown
    assert shown["barcode"] == card["barcode"]
    small = {"classId": card["classId"], "state": "EXPIRED", "notifyPreference": "NOTIFY_ON_UPDATE"}
    shown = wallet("PUT", path, small)
    assert set(shown) == {"kind", "id", "classId", "state", "hasUsers", "classReference"}
    assert wallet.refused("PUT", path, small | {"id": f"{ISSUER_ID}.x"})[0] == 400


def test_a_callback_address_is_https_or_this_machine(wallet: Wallet, drawn: Any) -> None:
    program = drawn[0]
    for url, good in (
        ("https://shop.test/google/callback", True),
        (CALLBACK, True),
        ("http://shop.test/google/callback", False),
        ("http://127.0.0.1.shop.test/google/callback", False),
        ("ftp://shop.test", False),
    ):
        body = program | {
            "id": f"{ISSUER_ID}.c{len(wallet.store.all('loyaltyClass'))}",
            "callbackOptions": {"url": url},
        }
        if good:
            wallet("POST", "loyaltyClass", body)
        else:
            assert wallet.refused("POST", "loyaltyClass", body)[0] == 400


def test_pictures_that_cannot_be_fetched(wallet: Wallet, drawn: Any) -> None:
    wallet.switch(unfetchable="google-logo")
    assert "cannot fetch image" in wallet.refused("POST", "loyaltyClass", drawn[0])[1]
    wallet.switch(unfetchable="")
    assert wallet("POST", "loyaltyClass", drawn[0])


@pytest.mark.skipif(not schema.available(), reason="needs the discovery document")
def test_the_old_spelling_of_enums(wallet: Wallet, card: Any) -> None:
    wallet.switch(lower_camel=True)
    shown = wallet("GET", f"loyaltyObject/{card['id']}")
    assert shown["state"] == "active"
    assert shown["barcode"]["type"] == "qrCode"
    reference = shown["classReference"]
    assert reference["reviewStatus"] == "approved"
    assert reference["multipleDevicesAndHoldersAllowedStatus"] == "oneUserAllDevices"
    # Texts that look like values are left alone, and values without an old spelling.
    messages = [{"messageType": "TEXT"}, {"messageType": "TEXT_AND_NOTIFY"}]
    change = {"accountName": "ACTIVE", "state": "inactive", "messages": messages}
    shown = wallet("PATCH", f"loyaltyObject/{card['id']}", change)
    assert (shown["accountName"], shown["state"]) == ("ACTIVE", "inactive")
    assert [one["messageType"] for one in shown["messages"]] == ["text", "TEXT_AND_NOTIFY"]
    wallet.switch(lower_camel=False)
    assert wallet("GET", f"loyaltyObject/{card['id']}")["state"] == "INACTIVE"


def message(number: int, kind: str = "TEXT_AND_NOTIFY") -> dict[str, Any]:
    return {"message": {"id": f"m{number}", "header": "h", "body": "b", "messageType": kind}}


def test_the_fourth_notifying_message_in_a_day(wallet: Wallet, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}/addMessage"
    for number in range(3):
        wallet("POST", path, message(number))
        wallet.now += HOUR
    status, text = wallet.refused("POST", path, message(3))
    assert status == 403
    assert text == (
        f"quotaExceeded: Quota exceeded for issuer {ISSUER_ID} when adding TEXT_AND_NOTIFY "
        f"message to object {card['id']}."
    )
    shown = wallet("POST", path, message(4, "TEXT"))["resource"]
    assert [one["id"] for one in shown["messages"]] == ["m0", "m1", "m2", "m4"]
    wallet.now += DAY - 3 * HOUR
    wallet("POST", path, message(5))
    assert wallet.refused("POST", path, message(6))[0] == 403


def test_messages_of_a_class_count_for_its_cards(wallet: Wallet, card: Any) -> None:
    of_class = f"loyaltyClass/{card['classId']}/addMessage"
    of_card = f"loyaltyObject/{card['id']}/addMessage"
    for number in range(2):
        wallet("POST", of_class, message(number))
    wallet("POST", of_card, message(2))
    assert wallet.refused("POST", of_card, message(3))[0] == 403
    wallet("POST", of_class, message(3))
    status, text = wallet.refused("POST", of_class, message(4))
    assert (status, f"message to class {card['classId']}" in text) == (403, True)


def test_the_eleventh_message(wallet: Wallet, card: Any) -> None:
    path = f"loyaltyObject/{card['id']}/addMessage"
    for number in range(10):
        wallet("POST", path, message(number, "TEXT"))
    assert wallet.refused("POST", path, message(10))[0] == 400
    assert wallet.store.notifications() == []  # a refused message tells nobody
    wallet.switch(eleventh_message="drop")
    shown = wallet("POST", path, message(11, "text"))["resource"]["messages"]
    assert [one["id"] for one in shown] == [f"m{number}" for number in (*range(1, 10), 11)]


def test_changed_fields_tell_three_times_a_day_and_then_in_silence(
    wallet: Wallet, card: Any
) -> None:
    path = f"loyaltyObject/{card['id']}"

    def patch(points: int, **more: Any) -> None:
        wallet("PATCH", path, {"loyaltyPoints": {"balance": {"int": points}}} | more)

    wish = {"notifyPreference": "NOTIFY_ON_UPDATE"}
    patch(8)
    assert wallet.store.notifications() == []  # nobody asked for it
    wallet("PATCH", path, {"accountName": "Bea", **wish})
    patch(8, **wish)
    assert wallet.store.notifications() == []  # no listed field has changed
    for points in range(9, 14):
        patch(points, **wish)
    assert [one["shown"] for one in wallet.store.notifications()] == [True] * 3 + [False] * 2
    assert wallet("GET", path)["loyaltyPoints"]["balance"] == {"int": 13}
    wallet("POST", f"{path}/addMessage", message(1))  # has a budget of its own
    wallet.now += DAY
    patch(20, **wish)
    assert wallet.store.notifications()[-1]["shown"] is True


def test_linked_objects(wallet: Wallet, card: Any, drawn: Any) -> None:
    names = [f"{ISSUER_ID}.l{number:02d}" for number in range(60)]
    for name in names:
        wallet("POST", "loyaltyObject", drawn[1] | {"id": name})
    path = f"loyaltyObject/{card['id']}"

    def link(*linked: str) -> Any:
        return wallet("PATCH", path, {"linkedObjectIds": list(linked)})["linkedObjectIds"]

    def refused(*linked: str, on: str = path) -> str:
        return wallet.refused("PATCH", on, {"linkedObjectIds": list(linked)})[1]

    assert link(names[0]) == names[:1]
    assert "cannot be unlinked" in refused(names[1])
    assert "cannot be unlinked" in wallet.refused("PATCH", path, {"linkedObjectIds": None})[1]
    assert "itself" in refused(names[0], card["id"])
    assert "different issuer" in refused(names[0], "42.x")
    assert "not found" in refused(names[0], f"{ISSUER_ID}.none")
    assert "itself linked" in refused(names[1], on=f"loyaltyObject/{names[0]}")
    wallet("PATCH", f"loyaltyObject/{names[1]}", {"linkedObjectIds": [names[2]]})
    assert "already has linked" in refused(names[0], names[1])
    many = [names[0], *names[3:]]
    assert link(*many) == many[:50]
    wallet.switch(beyond_fifty_links="reject")
    assert "limit" in refused(*many)


def test_twenty_requests_a_second() -> None:
    limit = RateLimit()
    assert [limit.is_exceeded(number / 1000, 20) for number in range(25)] == [False] * 20 + [
        True
    ] * 5
    assert not limit.is_exceeded(1.0, 20)
    assert not any(limit.is_exceeded(2.0, 0) for _ in range(50))
