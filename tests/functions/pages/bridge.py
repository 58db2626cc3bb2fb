"""Serves the functions over real HTTP for a browser: event in, answer out, as API Gateway does."""

from __future__ import annotations

import base64
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.functions.pages.shop import request

if TYPE_CHECKING:
    from collections.abc import Callable


class Bridge:
    """A server on loopback in front of one function that answers events."""

    def __init__(self, ask: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        self.origins: list[str | None] = []
        bridge = self
        # A function's process answers one event at a time; its router relies on that.
        one_at_a_time = threading.Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                address = urlsplit(self.path)
                if self.command != "GET":
                    bridge.origins.append(self.headers.get("Origin"))
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
                event = request(
                    self.command,
                    address.path,
                    query=address.query,
                    headers=dict(self.headers.items()),
                    body=body,
                    in_base64=True,
                )
                with one_at_a_time:
                    answer = ask(event)
                content = answer.get("body") or ""
                raw = base64.b64decode(content) if answer["isBase64Encoded"] else content.encode()
                self.send_response(answer["statusCode"])
                for name, value in answer["headers"].items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the base class's names

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
