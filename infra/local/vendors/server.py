"""Plays a till vendor's few REST routes on loopback, with switches for what goes wrong there.

A vendor is an object with ``answer(asked) -> answer`` (`infra.local.vendors.square`): strict as the
vendor documents itself, so that a question which the real one would refuse is refused here.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SILENCE = 30.0  # seconds; longer than anybody waits


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; ``content`` is sent as JSON, and bytes as they are."""

    content: Any
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)


class Vendor(Protocol):
    """Who answers."""

    def answer(self, asked: Asked) -> Answer:
        """Answer one question."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with the next ``times`` questions whose path holds ``where``.

    ``kind``: ``status`` (answers `status` with `headers`), ``silent`` (never answers), ``cut``
    (ends the connection), ``redirect`` (sends on to `elsewhere`), ``garbage`` (no JSON).
    """

    kind: str
    times: int = 1
    where: str = ""
    status: int = HTTPStatus.SERVICE_UNAVAILABLE
    headers: Mapping[str, str] = field(default_factory=dict)
    elsewhere: str = ""


class VendorServer:
    """A vendor at an address of its own; everything that was asked is in ``asked``."""

    def __init__(self, vendor: Vendor, port: int = 0) -> None:
        self.asked: list[Asked] = []
        self.vendor = vendor
        self._lock = threading.Lock()
        self._faults: list[list[Any]] = []
        self._ended = threading.Event()
        handler = type("Bound", (_Handler,), {"serving": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def address(self) -> str:
        """Return where it listens: http on loopback."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of everybody who still waits, and stop."""
        self._ended.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def fail(self, *faults: Fault) -> None:
        """Let things go wrong from the next question on."""
        with self._lock:
            self._faults += [[fault, fault.times] for fault in faults]

    def heal(self) -> None:
        """Let nothing go wrong any more."""
        with self._lock:
            self._faults.clear()

    def next_fault(self, asked: Asked) -> Fault | None:
        """Note a question; return what goes wrong with it."""
        with self._lock:
            self.asked.append(asked)
            for waiting in self._faults:
                fault: Fault = waiting[0]
                if waiting[1] > 0 and fault.where in asked.path:
                    waiting[1] -= 1
                    return fault
        return None

    def answer(self, asked: Asked) -> Answer:
        """Return what the vendor answers; one question at a time."""
        with self._lock:
            return self.vendor.answer(asked)

    def be_silent(self) -> None:
        """Wait until nobody waits any more."""
        self._ended.wait(_SILENCE)


class _Handler(BaseHTTPRequestHandler):
    serving: VendorServer
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        asked = Asked(self.command, address.path, query, headers, body)
        fault = self.serving.next_fault(asked)
        if fault is None:
            return self._send(self.serving.answer(asked))
        return self._faulty()[fault.kind](fault)

    def do_GET(self) -> None:
        """Answer a question."""
        self._answer()

    def do_POST(self) -> None:
        """Answer a question with a body."""
        self._answer()

    def do_PUT(self) -> None:
        """Take a write."""
        self._answer()

    def do_PATCH(self) -> None:
        """Take a write."""
        self._answer()

    def _faulty(self) -> Mapping[str, Callable[[Fault], None]]:
        return {
            "status": lambda fault: self._send(Answer({}, fault.status, fault.headers)),
            "silent": lambda _: self._silent(),
            "cut": lambda _: self._cut(),
            "redirect": lambda fault: self._send(
                Answer({}, HTTPStatus.FOUND, {"Location": fault.elsewhere})
            ),
            "garbage": lambda _: self._write(HTTPStatus.OK, {}, b"<html>maintenance</html>"),
        }

    def _silent(self) -> None:
        self.serving.be_silent()
        self.close_connection = True

    def _cut(self) -> None:
        self.close_connection = True

    def _send(self, answer: Answer) -> None:
        plain = isinstance(answer.content, bytes)
        body = answer.content if plain else json.dumps(answer.content).encode()
        self._write(answer.status, answer.headers, body)

    def _write(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Type" not in headers:
            self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Write nothing: request lines name people."""
