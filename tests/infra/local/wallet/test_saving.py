"""Who may save a card, and what a link makes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local.wallet import ISSUER_ID
from infra.local.wallet.account import BadTokenError
from infra.local.wallet.rules import RefusalError
from infra.local.wallet.switches import Switches
from tests.support.wallet_in_process import SAVE, Wallet, named


@pytest.mark.parametrize(
    ("status", "second", "third"),
    [
        ("MULTIPLE_HOLDERS", True, True),
        ("ONE_USER_ALL_DEVICES", False, True),
        ("ONE_USER_ONE_DEVICE", False, False),
    ],
)
def test_who_may_hold_a_card(
    wallet: Wallet,
    drawn: Any,
    status: str,
    second: bool,  # noqa: FBT001
    third: bool,  # noqa: FBT001
) -> None:
    wallet("POST", "loyaltyClass", drawn[0] | {"multipleDevicesAndHoldersAllowedStatus": status})
    card = wallet("POST", "loyaltyObject", drawn[1])
    link = wallet.token(named(card))
    wallet.saving.save(link, "ann", "phone")
    for user, device, allowed in (("bob", "phone", second), ("ann", "tablet", third)):
        if allowed:
            wallet.saving.save(link, user, device)
        else:
            with pytest.raises(RefusalError, match="already been saved"):
                wallet.saving.save(link, user, device)
    assert len(wallet.store.holders(card["id"])) == 1 + second


def test_demo_mode(wallet: Wallet, card: Any) -> None:
    wallet.switch(demo=True, test_users=["ann@example.com"])
    with pytest.raises(RefusalError, match="User not allowed to save the pass"):
        wallet.saving.save(wallet.token(named(card)), "bob@example.com", "")
    assert wallet.saving.save(wallet.token(named(card)), "ann@example.com", "")


def test_a_link_makes_what_is_not_there_and_changes_nothing(wallet: Wallet, drawn: Any) -> None:
    program, body = drawn
    fat = wallet.token(body, classes=[program])
    with pytest.raises(BadTokenError, match="cut it off"):
        wallet.saving.save(fat, "ann", "")  # too long for a browser
    answer = wallet.saving.insert({"jwt": fat})
    assert answer["resources"]["loyaltyObjects"][0]["id"] == body["id"]
    assert answer["saveUri"].startswith(f"{SAVE}/")
    assert len(answer["saveUri"]) < 100
    wallet("PATCH", f"loyaltyObject/{body['id']}", {"accountName": "Bea"})
    shown = wallet.saving.save(answer["saveUri"].rpartition("/")[2], "ann", "")
    assert shown[0]["accountName"] == "Bea"
    short = wallet.token({"id": f"{ISSUER_ID}.new", "classId": program["id"], "state": "ACTIVE"})
    assert wallet.saving.save(short, "ann", "")[0]["state"] == "ACTIVE"
    with pytest.raises(RefusalError, match="not found"):
        wallet.saving.save(wallet.token({"id": f"{ISSUER_ID}.none"}), "ann", "")
    with pytest.raises(RefusalError, match="Invalid JWT"):
        wallet.saving.insert({"jwt": fat[:-4] + "AAAA"})


def test_validate_makes_nothing(wallet: Wallet, drawn: Any) -> None:
    program, body = drawn

    def of(payload: Any) -> dict[str, Any]:
        return {"jsonResource": {"json": json.dumps(payload)}}

    whole = {"loyaltyClasses": [program], "loyaltyObjects": [body]}
    assert wallet.saving.validate(of(whole)) == {}
    assert wallet.saving.validate(of({"payload": whole})) == {}
    token = wallet.token(body, classes=[program])
    assert wallet.saving.validate({"jwtResource": {"jwt": token}}) == {}
    assert wallet.store.all("loyaltyObject") == wallet.store.all("loyaltyClass") == []
    wrong: list[Any] = [
        {},
        {"jwtResource": {"jwt": token}, **of(whole)},
        {"jwtResource": {"jwt": "a.b.c"}},
        {"jsonResource": {"json": "{"}},
        {"unknown": {}},
        [],
        of([]),
        of({}),
        of({"loyaltyObjects": [body]}),
        of({"loyaltyObjects": [{"id": body["id"]}]}),
        of({"loyaltyObjects": [body | {"points": 1}], "loyaltyClasses": [program]}),
        of({"loyaltyObjects": [body], "loyaltyClasses": [program | {"reviewStatus": "DRAFT"}]}),
    ]
    for one in wrong:
        with pytest.raises(RefusalError):
            wallet.saving.validate(one)


def test_switches_are_strict() -> None:
    assert Switches().changed({"latency": 6}).latency == 6
    for wish in (
        {"speed": 1},
        {"demo": 1},
        {"rate_limit": True},
        {"rate_limit": "20"},
        {"rate_answer": 500},
        {"eleventh_message": "keep"},
        {"test_users": "ann"},
    ):
        with pytest.raises(ValueError, match=r"\w"):
            Switches().changed(wish)
    changed = Switches().changed({"test_users": ["ann"], "rate_limit": 20})
    assert Switches().changed(json.loads(json.dumps(changed.view()))) == changed
