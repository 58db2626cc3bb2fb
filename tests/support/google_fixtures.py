from __future__ import annotations

import json
import threading
import urllib.request
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.wallet import ISSUER_ID, ensure_service_account
from infra.local.wallet.account import FILE_NAME
from infra.local.wallet.server import WalletServer
from loyalty.card.view import Card, CardField
from passes.google.client import Patience, WalletClient, credentials_from
from passes.google.hosted_design import HostedDesign

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class SampleProfile:
    program: str = "coffee"
    name: str = "Bean Club"
    organization: str = "Bean"
    design: str = "coffee"
    language: str = "en"
    sentences: tuple[str, ...] = ("1 point for every 1.00 EUR.", "Free coffee for 10 points.")
    contact: tuple[tuple[str, str], ...] = ()
    region: str = "US"


@dataclass
class World:
    """What the tests of this folder need, made by one fixture because tests are no package."""

    issuer: str = ISSUER_ID
    now: datetime = NOW
    profile: SampleProfile = field(default_factory=SampleProfile)
    design: HostedDesign = field(
        default_factory=lambda: HostedDesign(
            background_color="#4a2c1d",
            logo_url="https://example.test/designs/coffee/google-logo.png?v=1",
            hero_url="https://example.test/designs/coffee/google-hero.png?v=1",
        )
    )

    def card(self, balance: int = 7, version: int = 1, **changes: Any) -> Card:
        card_fields = (
            CardField("balance", "Points", balance, "number", str(balance)),
            CardField("progress", "Next", "3 more points to Free coffee", "text", "3 more points"),
            CardField("member", "Name", "Anna", "text", "Anna"),
        )
        values: dict[str, Any] = {
            "program": "coffee",
            "member": "m1",
            "program_name": "Bean Club",
            "organization": "Bean",
            "design": "coffee",
            "serial": "0123456789abcdef0123456789abcdef",
            "code": "1.a.AAAABBBBCCCCDDDD.EEEEFFFFGGGGHHHH",
            "language": "en",
            "version": version,
            "fields": card_fields,
            "sentences": ("1 point for every 1.00 EUR.", "Free coffee for 10 points."),
        }
        return Card(**(values | changes))


@pytest.fixture
def world() -> World:
    return World()


class Google:
    """The local Wallet API over real HTTP, and what a test may ask of it."""

    def __init__(self, server: WalletServer, folder: Path) -> None:
        self.server = server
        self.url = server.url
        self.account = ensure_service_account(folder)
        self.pauses: list[float] = []
        self._clients: list[WalletClient] = []

    def client(self, patience: Patience | None = None) -> WalletClient:
        client = WalletClient(
            credentials_from(self.account, f"{self.url}/token"),
            api_url=self.url,
            patience=patience or Patience(timeout=5.0),
            random=lambda: 0.5,
            sleep=self.pauses.append,
        )
        self._clients.append(client)
        return client

    def fault(self, **wish: Any) -> None:
        self.ask("POST", "/inspect/faults", wish)

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.ask("GET", "/inspect/requests")["counts"]
        return counts

    def object(self, identifier: str) -> dict[str, Any]:
        return self.ask("GET", f"/inspect/objects/{identifier}")

    def ask(
        self, method: str, path: str, body: Any = None, token: str | None = None
    ) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + path,
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found

    def close(self) -> None:
        for client in self._clients:
            client.close()


@pytest.fixture(scope="session")
def account_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One key for every test that only needs some key: making one takes a second."""
    folder = tmp_path_factory.mktemp("account")
    ensure_service_account(folder)
    return folder / FILE_NAME


@pytest.fixture
def start_google(tmp_path: Path, account_file: Path) -> Iterator[Callable[..., Google]]:
    running: list[tuple[WalletServer, threading.Thread, Google]] = []

    def start(folder: Path | None = None, **options: Any) -> Google:
        if folder is None:
            folder = tmp_path / "google"
            folder.mkdir()
            (folder / FILE_NAME).write_bytes(account_file.read_bytes())
        server = WalletServer(folder, 0, **options)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        google = Google(server, folder)
        running.append((server, thread, google))
        return google

    yield start
    for server, thread, google in running:
        google.close()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def google(start_google: Callable[..., Google]) -> Google:
    return start_google()
