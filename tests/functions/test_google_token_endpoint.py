"""The token endpoint is down, slow, or is a proxy that answers with its own page."""

from __future__ import annotations

import http.server
import json
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from functions import google as google_function
from functions.wiring import environment
from functions.wiring import google as google_wallet
from passes.google.client import Patience
from tests.support.google_cards import click, shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["shop"]


@pytest.fixture
def endpoint(
    shop: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int, bytes, float], list[str]]]:
    """Put a token endpoint that answers so in Google's place; returns who asked."""
    servers = []

    def serve(status: int, body: bytes, delay: float = 0.0) -> list[str]:
        asked: list[str] = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked.append(self.path)
                time.sleep(delay)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        settings = replace(
            environment.configuration(),
            google_token_url=f"http://127.0.0.1:{server.server_port}/token",
        )
        monkeypatch.setattr(environment, "configuration", lambda: settings)
        google_wallet._wallet.cache_clear()
        return asked

    yield serve
    google_wallet._wallet.cache_clear()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>Please log in</html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, json.dumps({"access_token": None, "expires_in": 3599}).encode()),
        (200, json.dumps({"access_token": "x", "expires_in": "soon"}).encode()),
        (200, b"\xff\xfe"),
        (503, b"<html>down</html>"),
        (500, b'{"error": "internal_failure"}'),
        (429, b"{}"),
    ],
)
def test_what_is_no_token_is_put_off(endpoint: Any, status: int, body: bytes) -> None:
    asked = endpoint(status, body)
    began = time.monotonic()
    assert click()["statusCode"] == 503
    assert len(asked) == 3
    assert time.monotonic() - began < google_function.BUDGET


def test_a_click_waits_for_a_dead_token_endpoint_within_its_budget(
    endpoint: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = Patience(attempts=3, timeout=6.0, total=6.0, token=0.5)
    assert google_function.PATIENCE.token <= 3
    assert google_function.BUDGET <= 8
    monkeypatch.setattr(google_function, "PATIENCE", short)
    endpoint(200, b"{}", 3.0)
    began = time.monotonic()
    assert click()["statusCode"] == 503
    assert time.monotonic() - began < 2.5


def test_all_calls_of_a_click_share_its_budget(
    shop: Any, google: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(google_function, "BUDGET", 0.5)
    google.fault(delay=0.4, next=9)
    began = time.monotonic()
    assert click()["statusCode"] == 503
    assert time.monotonic() - began < 2
