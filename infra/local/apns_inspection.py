"""Look into the local APNs, and tell it what to get wrong.

Plain HTTP on loopback, for tests and for whoever plays the phone:

- ``GET /pushes[?token=…]``: pushes with status and time, and counters. ``DELETE /pushes``.
- ``POST /faults``: ``{"token": …, "status": 410, "timestamp"?: ms}`` for one token until cleared,
  ``{"next": n, "status": 429, "retry_after"?: s, "reason"?: …}`` for the next n requests,
  ``{"goaway_every": n}`` per connection (0 ends it), ``{"goaway": true}`` at once on every
  connection, ``{"hang": n}`` leaves the next n requests unanswered. ``DELETE /faults``.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.apns_rules import Desk

_PATHS = {"error": "known paths: /pushes, /faults"}


class Inspector(ThreadingHTTPServer):
    """The inspection server; ``serve_forever`` is the caller's to start."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], desk: Desk, goaway: Callable[[], None]) -> None:
        self.desk = desk
        self.goaway = goaway
        super().__init__(address, _Handler)


class _Handler(BaseHTTPRequestHandler):
    @property
    def _inspector(self) -> Inspector:
        return cast("Inspector", self.server)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path != "/pushes":
            self._say(HTTPStatus.NOT_FOUND, _PATHS)
            return
        token = parse_qs(address.query).get("token", [None])[0]
        self._say(HTTPStatus.OK, self._inspector.desk.listing(token))

    def do_DELETE(self) -> None:
        desk = self._inspector.desk
        action = {"/pushes": desk.forget, "/faults": desk.clear_faults}.get(self.path)
        if action is None:
            self._say(HTTPStatus.NOT_FOUND, _PATHS)
            return
        action()
        self._say(HTTPStatus.OK, {})

    def do_POST(self) -> None:
        if self.path != "/faults":
            self._say(HTTPStatus.NOT_FOUND, _PATHS)
            return
        try:
            self._order(json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0))))
        except (ValueError, TypeError, AttributeError) as error:
            self._say(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            return
        self._say(HTTPStatus.OK, {})

    def _order(self, content: dict[str, Any]) -> None:
        if content == {"goaway": True}:
            self._inspector.goaway()
        else:
            self._inspector.desk.order(content)

    def _say(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its given name
        """Stay quiet: pushes are looked at, not logged."""
