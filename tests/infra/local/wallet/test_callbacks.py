"""The callbacks that the local Wallet API sends: signed, repeated, spoiled on demand."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from infra.local.wallet import ISSUER_ID
from infra.local.wallet.callbacks import PAUSES
from passes.google.callback import NotAuthenticError, UnknownRootError, root_keys, verify
from tests.support.wallet_in_process import CALLBACK, Wallet, named


def test_save_and_remove_are_called_back(wallet: Wallet, card: Any) -> None:
    assert wallet("GET", f"loyaltyObject/{card['id']}")["hasUsers"] is False
    for _ in range(2):  # a page that is opened again saves nothing new
        wallet.saving.save(wallet.token(named(card)), "ann", "")
    assert wallet("GET", f"loyaltyObject/{card['id']}")["hasUsers"] is True
    assert wallet.callbacks.deliver() is None
    assert wallet.saving.remove(card["id"], "ann")
    assert not wallet.saving.remove(card["id"], "ann")
    assert not wallet.saving.remove("none", "ann")
    wallet.callbacks.deliver()
    assert [kind for kind, _ in wallet.events()] == ["save", "del"]
    assert wallet("GET", f"loyaltyObject/{card['id']}")["hasUsers"] is False
    assert {url for url, _ in wallet.posted} == {CALLBACK}
    body = json.loads(wallet.posted[0][1])
    assert set(body) == {
        *("signature", "intermediateSigningKey", "protocolVersion", "signedMessage"),
    }
    assert b"\\u003d" in wallet.keys.document()
    assert "\\u003d" in body["intermediateSigningKey"]["signedKey"]
    first, second = (json.loads(json.loads(one)["signedMessage"]) for _, one in wallet.posted)
    assert first["expTimeMillis"] < second["expTimeMillis"]


def test_no_address_no_callback(wallet: Wallet, drawn: Any) -> None:
    program, body = drawn
    program.pop("callbackOptions")
    wallet("POST", "loyaltyClass", program)
    card = wallet("POST", "loyaltyObject", body)
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    assert wallet.store.callbacks() == []


def test_addresses_outside_are_never_called(wallet: Wallet, drawn: Any) -> None:
    wallet("POST", "loyaltyClass", drawn[0] | {"callbackOptions": {"url": "https://shop.test/x"}})
    wallet.saving.save(wallet.token(named(wallet("POST", "loyaltyObject", drawn[1]))), "ann", "")
    assert wallet.callbacks.deliver() is None
    assert wallet.posted == []
    assert "not sent" in wallet.store.callbacks()[0]["outcome"]


def test_what_is_not_taken_comes_again_unchanged(wallet: Wallet, card: Any) -> None:
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    for number, pause in enumerate(PAUSES):
        wallet.status = (None, 503, 401, 302, 500)[number]
        assert wallet.callbacks.deliver() == pytest.approx(pause)
        wallet.now += pause
    wallet.status = 204
    assert wallet.callbacks.deliver() is None
    assert len({body for _, body in wallet.posted}) == 1
    assert len(wallet.posted) == 1 + len(PAUSES)
    assert wallet.store.callbacks()[0]["outcome"] == "204"


def test_a_receiver_that_never_takes_it_is_given_up(wallet: Wallet, card: Any) -> None:
    wallet.status = None
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    while (pause := wallet.callbacks.deliver()) is not None:
        wallet.now += pause
    assert wallet.store.callbacks()[0]["outcome"] == "no answer, given up"


def test_duplicates_have_one_nonce_and_lost_ones_are_lost(wallet: Wallet, card: Any) -> None:
    wallet.callbacks.arm("duplicate", 1)
    wallet.callbacks.arm("lost", 1)
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    wallet.saving.remove(card["id"], "ann")
    wallet.callbacks.deliver()
    (kind, nonce), second = wallet.events()
    assert (kind, nonce) == second
    assert kind == "save"
    with pytest.raises(ValueError, match="mode"):
        wallet.callbacks.arm("late", 1)


@pytest.mark.parametrize(
    ("mode", "error"),
    [
        ("expired_message", NotAuthenticError),
        ("expired_key", NotAuthenticError),
        ("other_issuer", NotAuthenticError),
        ("unknown_root", UnknownRootError),
    ],
)
def test_spoiled_callbacks(wallet: Wallet, card: Any, mode: str, error: type[Exception]) -> None:
    wallet.callbacks.arm(mode, 1)
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    wallet.saving.remove(card["id"], "ann")
    wallet.callbacks.deliver()
    with pytest.raises(error):
        wallet.read(wallet.posted[0][1])
    assert wallet.read(wallet.posted[1][1]).kind == "del"


@pytest.mark.parametrize("reverse", [False, True])
def test_held_back_and_released_in_any_order(wallet: Wallet, card: Any, reverse: bool) -> None:  # noqa: FBT001
    wallet.switch(hold_callbacks=True)
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    wallet.saving.remove(card["id"], "ann")
    assert wallet.callbacks.deliver() is None
    assert wallet.posted == []
    wallet.callbacks.release(reverse=reverse)
    wallet.callbacks.deliver()
    kinds = [kind for kind, _ in wallet.events()]
    assert kinds == (["del", "save"] if reverse else ["save", "del"])
    wallet.callbacks.release(reverse=reverse)
    wallet.callbacks.deliver()
    assert len(wallet.posted) == 2


@pytest.mark.parametrize("keep", [False, True])
def test_rotated_roots(wallet: Wallet, card: Any, keep: bool) -> None:  # noqa: FBT001
    old = wallet.keys.document()
    wallet.keys.rotate(keep=keep)
    wallet.saving.save(wallet.token(named(card)), "ann", "")
    wallet.callbacks.deliver()
    assert wallet.events()
    assert len(root_keys(wallet.keys.document())) == 1 + keep
    now = datetime.fromtimestamp(wallet.now, UTC)
    with pytest.raises(UnknownRootError):
        verify(wallet.posted[0][1], ISSUER_ID, root_keys(old), now)
