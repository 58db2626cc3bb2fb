"""The one address of the local shape: a small HTTP edge in front of the emulator's HTTP API.

``python -m infra.local.edge --port 4100 --upstream 127.0.0.1:4101 --host
<api>.execute-api.127.0.0.1:4101`` listens on loopback only and hands every request on as it came:
method, path, query, headers, body bytes. The API is found by its Host header, as on AWS. Requests
over 10 MB are refused and functions that take over 30 s time out, as there.
"""

from __future__ import annotations

import argparse
import http.client
import json
import signal
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LARGEST_BODY = 10 * 1024 * 1024  # bytes, the limit of an HTTP API
PATIENCE = 30.0  # seconds, the limit of an HTTP API
# Headers of one connection, not of the message (RFC 9110 section 7.6.1), and those set anew on the
# other side.
_OWN_HEADERS = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"),
        *("upgrade", "host", "content-length", "expect", "x-forwarded-proto", "x-forwarded-port"),
    }
)


class Edge(ThreadingHTTPServer):
    """Serves on loopback until it is shut down; one thread per connection.

    Parameters
    ----------
    port
        Where to listen; 0 takes a free port.
    upstream
        ``host:port`` of the emulator.
    host
        The Host header that leads to our API there.
    """

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, upstream: str, host: str) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.upstream = upstream
        self.host = host

    def handle_error(self, request: object, client_address: object) -> None:
        """Let a client hang up in the middle; tell all the rest."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    server: Edge
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave in one packet
    timeout = 75  # seconds that an idle connection is kept

    def do_GET(self) -> None:  # the base class names it
        target = self.path
        if self.requestline.split()[1].startswith("//"):
            # Python's server puts one slash for them, and so does the emulator. For the gateway it
            # is an address without a route, as this one is.
            target = "/%252F" + self.path[1:]  # decoded once on the way
        body = self._body()
        if body is None:
            return
        connection = http.client.HTTPConnection(self.server.upstream, timeout=PATIENCE)
        try:
            connection.putrequest(self.command, target, skip_host=True, skip_accept_encoding=True)
            for name, value in self._handed_on(len(body)):
                connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            content = answer.read()
        except TimeoutError:
            self._refuse(HTTPStatus.GATEWAY_TIMEOUT, "The function took longer than 30 seconds.")
        except (OSError, http.client.HTTPException):
            self._refuse(HTTPStatus.BAD_GATEWAY, "The emulator does not answer: is it stopping?")
        else:
            self._answer(answer.status, answer.getheaders(), content)
        finally:
            connection.close()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing: paths hold links that only their owner may know."""

    def _body(self) -> bytes | None:
        """Return the request's body, or None when the request was refused for it."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._chunks()
        stated = self.headers.get("Content-Length", "0")
        if not (stated.isascii() and stated.isdigit()):
            self._refuse(HTTPStatus.BAD_REQUEST, "Content-Length is not a number.")
            return None
        if int(stated) > LARGEST_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over 10 MB.")
            return None
        body = self.rfile.read(int(stated))
        if len(body) < int(stated):  # the client hung up in the middle
            self.close_connection = True
            return None
        return body

    def _chunks(self) -> bytes | None:
        body = bytearray()
        while True:
            size = self.rfile.readline(64).split(b";")[0].strip()
            try:
                length = int(size, 16)
            except ValueError:
                self._refuse(HTTPStatus.BAD_REQUEST, "A chunk has no length.")
                return None
            if length < 0 or len(body) + length > LARGEST_BODY:
                self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is over 10 MB.")
                return None
            body += self.rfile.read(length)
            if length:
                self.rfile.readline(8)
                continue
            while self.rfile.readline(1024).strip():  # trailers
                pass
            return bytes(body)

    def _handed_on(self, length: int) -> list[tuple[str, str]]:
        headers = [
            (name, value)
            for name, value in self.headers.items()
            if name.lower() not in _OWN_HEADERS
        ]
        if "x-forwarded-for" not in {name.lower() for name, _ in headers}:
            headers.append(("X-Forwarded-For", self.client_address[0]))
        headers += [
            ("Host", self.server.host),
            ("X-Forwarded-Proto", "http"),
            ("X-Forwarded-Port", str(self.server.server_port)),
        ]
        if length or self.command in {"POST", "PUT", "PATCH"}:
            headers.append(("Content-Length", str(length)))
        return headers

    def _answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
        self.send_response_only(status)
        bodiless = status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        for name, value in headers:
            if name.lower() not in _OWN_HEADERS:
                self.send_header(name, value)
            elif name.lower() == "content-length" and self.command == "HEAD" and not bodiless:
                self.send_header(name, value)  # what a GET would have had
        if self.command != "HEAD" and not bodiless:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD" and not bodiless:
            self.wfile.write(content)

    def _refuse(self, status: HTTPStatus, message: str) -> None:
        """Answer as the gateway itself, and close: the rest of the request was not read."""
        self.close_connection = True
        content = json.dumps({"message": message}).encode()
        self._answer(status, [("Content-Type", "application/json")], content)


def main() -> int:
    """Serve until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True, help="host:port of the emulator")
    parser.add_argument("--host", required=True, help="Host header of the API there")
    options = parser.parse_args()
    try:
        edge = Edge(options.port, options.upstream, options.host)
    except OSError as error:
        print(f"The edge cannot listen on port {options.port}: {error.strerror}.", file=sys.stderr)
        return 1

    def stop(*_: object) -> None:
        # shutdown() waits for serve_forever(), which runs in this very thread.
        threading.Thread(target=edge.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"ready http://127.0.0.1:{edge.server_port}", flush=True)
    with edge:
        edge.serve_forever(poll_interval=0.1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
