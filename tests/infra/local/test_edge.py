from __future__ import annotations

import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.edge import LARGEST_BODY, Edge

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "1234abcd.execute-api.127.0.0.1:1"


class Upstream(ThreadingHTTPServer):
    """Notes what arrives and answers what it was told to."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[dict[str, Any]] = []
        self.status = 200
        self.headers: list[tuple[str, str]] = [("Content-Type", "text/plain")]
        self.content = b"hello"


class Handler(BaseHTTPRequestHandler):
    server: Upstream
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append(
            {
                "method": self.command,
                "path": self.path,
                "headers": [(name.lower(), value) for name, value in self.headers.items()],
                "body": body,
            }
        )
        self.send_response_only(self.server.status)
        for name, value in self.server.headers:
            self.send_header(name, value)
        bodiless = self.server.status in (204, 304)
        if not bodiless:
            self.send_header("Content-Length", str(len(self.server.content)))
        self.end_headers()
        if self.command != "HEAD" and not bodiless:
            self.wfile.write(self.server.content)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


def serving(server: ThreadingHTTPServer) -> Iterator[Any]:
    thread = threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    yield from serving(Upstream())


@pytest.fixture
def edge(upstream: Upstream) -> Iterator[Edge]:
    yield from serving(Edge(0, f"127.0.0.1:{upstream.server_port}", HOST))


@pytest.fixture
def client(edge: Edge) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", edge.server_port, timeout=10)
    yield connection
    connection.close()


def ask(client: http.client.HTTPConnection, *request: Any, **more: Any) -> tuple[int, bytes]:
    client.request(*request, **more)
    answer = client.getresponse()
    return answer.status, answer.read()


def test_a_request_arrives_as_it_was_sent(
    client: http.client.HTTPConnection, upstream: Upstream
) -> None:
    body = bytes(range(256)) * 3
    path = "/c/%D0%B0%2Fb?x=1&x=2&empty=&sp=a%20b+c"
    status, content = ask(
        client, "PUT", path, body, {"Authorization": "ApplePass abc", "X-Twice": "1"}
    )
    assert (status, content) == (200, b"hello")
    (seen,) = upstream.seen
    assert (seen["method"], seen["path"], seen["body"]) == ("PUT", path, body)
    headers = dict(seen["headers"])
    assert headers["authorization"] == "ApplePass abc"
    assert headers["content-length"] == str(len(body))
    assert headers["host"] == HOST
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"


def test_an_address_that_begins_with_two_slashes_stays_another_one(
    client: http.client.HTTPConnection, upstream: Upstream
) -> None:
    for path in ("//c/link", "/c/link"):
        assert ask(client, "GET", path) == (200, b"hello")
    assert [seen["path"] for seen in upstream.seen] == ["/%252Fc/link", "/c/link"]


def test_repeated_headers_stay_repeated_both_ways(
    client: http.client.HTTPConnection, upstream: Upstream
) -> None:
    upstream.headers += [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    client.putrequest("GET", "/")
    client.putheader("X-Twice", "1")
    client.putheader("X-Twice", "2")
    client.endheaders()
    answer = client.getresponse()
    answer.read()
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    assert [value for name, value in upstream.seen[0]["headers"] if name == "x-twice"] == ["1", "2"]


@pytest.mark.parametrize("status", [200, 302, 401, 404, 422, 500, 503])
def test_the_status_passes_through(
    client: http.client.HTTPConnection, upstream: Upstream, status: int
) -> None:
    upstream.status = status
    assert ask(client, "GET", "/") == (status, b"hello")


def test_head_has_the_length_and_no_body(
    client: http.client.HTTPConnection, upstream: Upstream
) -> None:
    client.request("HEAD", "/c/link")
    answer = client.getresponse()
    assert answer.headers["Content-Length"] == "5"
    assert answer.read() == b""
    assert upstream.seen[0]["method"] == "HEAD"
    assert ask(client, "GET", "/") == (200, b"hello")  # the connection is still in step


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_body_keeps_the_connection_in_step(
    client: http.client.HTTPConnection, upstream: Upstream, status: int
) -> None:
    upstream.status = status
    assert ask(client, "DELETE", "/") == (status, b"")
    upstream.status = 200
    assert ask(client, "GET", "/") == (200, b"hello")


def test_a_connection_serves_many_requests(client: http.client.HTTPConnection) -> None:
    assert ask(client, "GET", "/") == (200, b"hello")
    socket_before = client.sock
    assert ask(client, "POST", "/", b"x") == (200, b"hello")
    assert client.sock is socket_before is not None


def test_chunks_are_put_together(client: http.client.HTTPConnection, upstream: Upstream) -> None:
    parts = [b"first ", b"second"]
    assert ask(client, "POST", "/", iter(parts), {}, encode_chunked=True)[0] == 200
    assert upstream.seen[0]["body"] == b"first second"
    assert "transfer-encoding" not in dict(upstream.seen[0]["headers"])


def raw(edge: Edge, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", edge.server_port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (f"Content-Length: {LARGEST_BODY + 1}", b"413"),
        ("Content-Length: -5", b"400"),
        ("Content-Length: ten", b"400"),
    ],
)
def test_a_body_that_cannot_be_is_refused_before_it_is_read(
    edge: Edge, upstream: Upstream, header: str, status: bytes
) -> None:
    answer = raw(edge, f"POST / HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n".encode())
    assert answer.split()[1] == status
    assert b"Connection: close" in answer
    assert upstream.seen == []


def test_a_chunk_without_length_is_refused(edge: Edge, upstream: Upstream) -> None:
    request = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    assert raw(edge, request).split()[1] == b"400"
    assert upstream.seen == []


def test_a_request_broken_off_in_its_body_goes_nowhere(edge: Edge, upstream: Upstream) -> None:
    assert raw(edge, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf") == b""
    assert upstream.seen == []


def test_a_stopped_emulator_is_a_bad_gateway() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody answers there
        taken.bind(("127.0.0.1", 0))
        for edge in serving(Edge(0, f"127.0.0.1:{taken.getsockname()[1]}", HOST)):
            connection = http.client.HTTPConnection("127.0.0.1", edge.server_port, timeout=10)
            assert ask(connection, "GET", "/")[0] == 502
            connection.close()


def test_many_clients_are_served_at_once(edge: Edge, upstream: Upstream) -> None:
    def one(number: int) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", edge.server_port, timeout=10)
        try:
            return ask(connection, "POST", f"/{number}", str(number).encode())
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(one, range(200))) == [(200, b"hello")] * 200
    assert sorted(int(seen["body"]) for seen in upstream.seen) == list(range(200))
    assert all(seen["path"] == f"/{int(seen['body'])}" for seen in upstream.seen)
