"""The linter from the command line, and its questions over real HTTP to a web service."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from functions.wiring import devices, environment
from passes.apple.linter import __main__ as command
from tests.support.apple import SERIAL, token_of
from tests.support.apple_bench import zipped
from tests.support.apple_house import call, house

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.local.certificates import Certificates

    Asked = list[tuple[str, str]]

__all__ = ["house"]


class _Service:
    """The function `apple` behind a server on loopback, as a gateway would call it."""

    def __init__(self) -> None:
        self.asked: Asked = []
        self.broken: Callable[[str, int], int] = lambda _method, status: status
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                service.asked.append((self.command, path))
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                headers = {name.lower(): value for name, value in self.headers.items()}
                got = call(self.command, path, headers, body, query=query)
                self.send_response(service.broken(self.command, got.status))
                for name, value in got.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(got.body)))
                self.end_headers()
                self.wfile.write(got.body)

            do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the base class's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def service(house: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Service]:
    made = _Service()
    settings = replace(environment.configuration(), base_url=made.url)
    monkeypatch.setattr(environment, "configuration", lambda: settings)
    yield made
    made.close()


@pytest.fixture
def downloaded(service: _Service, tmp_path: Path) -> Path:
    """A pass as a phone gets it, from that service."""
    file = tmp_path / "card.pkpass"
    file.write_bytes(call("GET", f"/c/link-{SERIAL}/apple").body)
    return file


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    def start(*arguments: object) -> int:
        monkeypatch.setattr(sys, "argv", ["linter", *map(str, arguments)])
        return command.main()

    return start


def test_a_pass_and_its_running_service_are_faultless(
    run: Callable[..., int],
    service: _Service,
    downloaded: Path,
    chain: Certificates,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = run("--service", "--development", "--root", chain.root, downloaded)
    assert "nothing to find fault with" in capsys.readouterr().out
    assert ended == 0
    assert {method for method, _ in service.asked} == {"GET", "HEAD", "POST", "DELETE"}
    assert devices.registrations().devices(SERIAL) == (), "the made-up device is gone again"


def test_a_service_that_breaks_rule_31_is_told_and_ends_with_1(
    run: Callable[..., int],
    service: _Service,
    downloaded: Path,
    chain: Certificates,
    capsys: pytest.CaptureFixture[str],
) -> None:
    service.broken = lambda method, status: 500 if method == "HEAD" else status
    ended = run("--service", "--development", "--root", chain.root, downloaded)
    told = capsys.readouterr().out
    assert "HEAD pass" in told
    assert "it answers 500" in told
    assert ended == 1


def test_nothing_is_asked_without_the_option(
    run: Callable[..., int], service: _Service, downloaded: Path, chain: Certificates
) -> None:
    assert run("--development", "--root", chain.root, downloaded) == 0
    assert service.asked == []


def test_a_pass_without_a_service_or_with_a_dead_one_is_an_error_of_the_call(
    run: Callable[..., int],
    service: _Service,
    downloaded: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    bare = tmp_path / "bare.pkpass"
    bare.write_bytes(zipped({"pass.json": b'{"serialNumber": "1"}'}))
    assert run("--service", bare) == 2
    assert "authenticationToken, webServiceURL" in capsys.readouterr().err
    service.close()
    assert run("--service", downloaded) == 2
    assert token_of(SERIAL) not in capsys.readouterr().err
