"""The local Wallet API without a server, on a clock of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from google.auth import crypt as untyped_crypt
from google.auth import jwt as untyped_jwt

from infra.local.wallet import ISSUER_ID
from infra.local.wallet.account import SignatureCheck
from infra.local.wallet.api import WalletApi
from infra.local.wallet.callbacks import Callbacks
from infra.local.wallet.keys import CallbackKeys
from infra.local.wallet.rules import RefusalError
from infra.local.wallet.saving import Saving
from infra.local.wallet.store import Store
from infra.local.wallet.switches import Switches
from passes.google import objects
from passes.google.callback import root_keys, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


jwt: Any = untyped_jwt  # google-auth has no types
crypt: Any = untyped_crypt
DAY = 86_400.0
HOUR = 3600.0
CALLBACK = "http://127.0.0.1:4100/google/callback"
SAVE = "http://127.0.0.1:4104/gp/v/save"


class Wallet:
    """Everything but the server, and a postman that a test calls."""

    def __init__(self, account: dict[str, Any], signer: Any, check: SignatureCheck) -> None:
        self.now = 1_800_000_000.0
        self.switches = Switches()
        self.store = Store()
        self.account = account
        self.signer = signer
        self.keys = CallbackKeys(self.store, self.clock)
        self.status: int | None = 200
        self.posted: list[tuple[str, bytes]] = []
        self.callbacks = Callbacks(self.store, self.keys, self.clock, self.post, self.look)
        self.api = WalletApi(self.store, ISSUER_ID, self.clock, self.look)
        self.saving = Saving(
            *(self.api, self.store, check),
            callbacks=self.callbacks,
            clock=self.clock,
            switches=self.look,
            save_url=SAVE,
        )

    def clock(self) -> float:
        return self.now

    def look(self) -> Switches:
        return self.switches

    def switch(self, **wish: Any) -> None:
        self.switches = self.switches.changed(wish)

    def post(self, url: str, body: bytes) -> int | None:
        self.posted.append((url, body))
        return self.status

    def __call__(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        return self.api.answer(method, path.split("/"), query, body)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        with pytest.raises(RefusalError) as caught:
            self(method, path, body)
        error = caught.value.body["error"]
        assert error["code"] == caught.value.status
        assert error["errors"][0]["domain"] == "walletobjects"
        return caught.value.status, f"{error['errors'][0]['reason']}: {error['message']}"

    def token(self, *named: dict[str, Any], classes: Any = (), **claims: Any) -> str:
        payload = {"loyaltyObjects": list(named), "loyaltyClasses": list(classes)}
        said = {
            "iss": self.account["client_email"],
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(self.now),
            "origins": ["https://shop.test"],
            "payload": payload,
        }
        return str(jwt.encode(self.signer, said | claims).decode())

    def events(self) -> list[tuple[str, str]]:
        """Return what a genuine receiver has read: kind and nonce."""
        found = []
        for _, body in self.posted:
            said = self.read(body)
            found.append((said.kind, said.nonce))
        return found

    def read(self, body: bytes) -> Any:
        now = datetime.fromtimestamp(self.now, UTC)
        return verify(body, ISSUER_ID, root_keys(self.keys.document()), now)


@pytest.fixture(scope="module")
def account(account_file: Path) -> tuple[dict[str, Any], Any, SignatureCheck]:
    found = json.loads(account_file.read_text())
    return found, crypt.RSASigner.from_service_account_info(found), SignatureCheck(found)


@pytest.fixture
def wallet(account: tuple[dict[str, Any], Any, SignatureCheck]) -> Iterator[Wallet]:
    made = Wallet(*account)
    yield made
    made.store.close()


@pytest.fixture
def drawn(world: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    program = objects.loyalty_class(world.profile, world.design, world.issuer)
    program["callbackOptions"] = {"url": CALLBACK}
    return program, objects.loyalty_object(world.card(), world.design, world.issuer, world.now)


@pytest.fixture
def card(wallet: Wallet, drawn: Any) -> dict[str, Any]:
    wallet("POST", "loyaltyClass", drawn[0])
    return wallet("POST", "loyaltyObject", drawn[1])


def named(card: dict[str, Any]) -> dict[str, Any]:
    return {"id": card["id"], "classId": card["classId"]}
