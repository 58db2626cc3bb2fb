"""The client of vendors, against a server that behaves as servers do."""

from __future__ import annotations

import json
import socket
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
import urllib3

from loyalty.tills import client as module
from loyalty.tills.client import Client, Patience, checked_address, connections, path
from loyalty.tills.failures import VendorFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = Patience(timeout=0.5)


@dataclass
class Vendor:
    """Answers in turn; the last answer again and again."""

    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    address: str = ""
    slow: threading.Event | None = None

    def next(self) -> tuple[int, dict[str, str], bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    made = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = self.rfile.read(length)
            made.asked.append((self.command, self.path, dict(self.headers), body))
            if made.slow is not None:
                made.slow.wait(5)
                self.close_connection = True
                return
            status, headers, text = made.next()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815 - as the server calls it

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield made
    if made.slow is not None:
        made.slow.set()
    server.shutdown()
    thread.join()
    server.server_close()


class Time:
    """A clock that only sleeping moves."""

    def __init__(self, left: float = 20.0) -> None:
        self.left = left
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.left -= seconds


def client(vendor: Vendor, clock: Time | None = None) -> Client:
    clock = clock or Time()
    return Client(
        vendor.address,
        "secret-token",
        left=lambda: clock.left,
        pool=connections(local=True),
        random=lambda: 0.5,
        sleep=clock.sleep,
        patience=PATIENCE,
    )


def reason(asking: Any) -> str:
    with pytest.raises(VendorFailed) as caught:
        asking()
    assert "secret-token" not in str(caught.value)
    return caught.value.reason


def test_an_answer_is_read_exactly(vendor: Vendor) -> None:
    vendor.answers = [(200, {}, b'{"id": 9007199254740993, "price": 0.30}')]
    found = client(vendor).get("/v2/orders/1", {"a": "b c"}, {"Authorization": "Bearer x"})
    assert found == {"id": 9007199254740993, "price": "0.30"}
    ((method, asked, headers, _),) = vendor.asked
    assert (method, asked) == ("GET", "/v2/orders/1?a=b+c")
    assert headers["Authorization"] == "Bearer x"


def test_a_question_with_a_body(vendor: Vendor) -> None:
    vendor.answers = [(200, {}, b"[]")]
    assert client(vendor).post("/v2/search", {"ids": ["é"]}) == []
    ((method, _, headers, body),) = vendor.asked
    assert (method, json.loads(body)) == ("POST", {"ids": ["é"]})
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [404, 410])
def test_nothing_there_is_an_answer(vendor: Vendor, status: int) -> None:
    vendor.answers = [(status, {}, b"")]
    assert client(vendor).get("/x") is None
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    ("status", "said"),
    [(401, "token_refused"), (403, "not_allowed"), (400, "refused"), (302, "refused")],
)
def test_what_asking_again_cannot_mend_is_not_asked_again(
    vendor: Vendor, status: int, said: str
) -> None:
    vendor.answers = [(status, {"Location": f"{vendor.address}/elsewhere"}, b"{}")]
    assert reason(lambda: client(vendor).get("/x")) == said
    assert [one[1] for one in vendor.asked] == ["/x"]


def test_what_passes_is_asked_again_with_growing_pauses(vendor: Vendor) -> None:
    vendor.answers = [(500, {}, b""), (503, {}, b""), (200, {}, b"{}")]
    clock = Time()
    assert client(vendor, clock).get("/x") == {}
    assert clock.slept == [0.125, 0.25]


def test_attempts_are_bounded(vendor: Vendor) -> None:
    vendor.answers = [(502, {}, b"")]
    assert reason(lambda: client(vendor).get("/x")) == "unavailable"
    assert len(vendor.asked) == PATIENCE.attempts


def test_the_vendors_own_wait_is_kept(vendor: Vendor) -> None:
    vendor.answers = [(429, {"Retry-After": "2"}, b""), (200, {}, b"{}")]
    clock = Time()
    assert client(vendor, clock).get("/x") == {}
    assert clock.slept == [2.0]


@pytest.mark.parametrize(("wait", "left"), [("60", 20.0), ("2", 1.5)])
def test_a_wait_that_does_not_fit_goes_back_to_the_queue(
    vendor: Vendor, wait: str, left: float
) -> None:
    vendor.answers = [(429, {"Retry-After": wait}, b"")]
    clock = Time(left)
    with pytest.raises(VendorFailed) as caught:
        client(vendor, clock).get("/x")
    assert (caught.value.reason, caught.value.retry_after) == ("rate_limited", float(wait))
    assert clock.slept == []


def test_no_question_begins_after_the_end(vendor: Vendor) -> None:
    vendor.answers = [(200, {}, b"{}")]
    assert reason(lambda: client(vendor, Time(0.0)).get("/x")) == "unavailable"
    assert vendor.asked == []


def test_a_silent_vendor_costs_bounded_time(vendor: Vendor) -> None:
    vendor.slow = threading.Event()
    assert reason(lambda: client(vendor).get("/x")) == "unavailable"
    assert len(vendor.asked) == PATIENCE.attempts


def test_endless_answers_are_not_read(vendor: Vendor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_ANSWER", 100)
    vendor.answers = [(200, {}, b'"' + b"x" * 200 + b'"')]
    assert reason(lambda: client(vendor).get("/x")) == "not_understood"


@pytest.mark.parametrize("text", [b"<html>", b"", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_not_understood(vendor: Vendor, text: bytes) -> None:
    vendor.answers = [(200, {}, text)]
    assert reason(lambda: client(vendor).get("/x")) == "not_understood"


def test_an_id_cannot_leave_its_place() -> None:
    assert path("v2", "orders", "../payments?x=1#/") == "/v2/orders/..%2Fpayments%3Fx%3D1%23%2F"


@pytest.mark.parametrize(
    "address",
    [
        "http://shop.example",
        "https://",
        "https://user:word@shop.example",
        "https://shop.example?x=1",
        "https://shop.example#x",
        "ftp://shop.example",
        "http://127.0.0.1:5000",
    ],
)
def test_only_plain_https_is_asked(address: str) -> None:
    with pytest.raises(ValueError, match="vendor's address"):
        checked_address(address)


def test_this_machine_is_asked_in_development_only() -> None:
    assert checked_address("http://127.0.0.1:5000/", development=True) == "http://127.0.0.1:5000"
    assert checked_address("https://shop.example/base/") == "https://shop.example/base"
    with pytest.raises(ValueError, match="https"):
        checked_address("http://shop.example", development=True)


@pytest.mark.parametrize(
    "leads_to",
    ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::ffff:10.0.0.7", "fe80::1", "::1", "0.0.0.0"],
)
def test_a_name_that_leads_next_to_us_is_not_asked(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch, leads_to: str
) -> None:
    """Owners say where their vendor is asked, and names lead elsewhere later."""
    vendor.answers = [(200, {}, b"{}")]
    found = [(0, 0, 0, "", ("203.0.114.9", 0)), (0, 0, 0, "", (leads_to, 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    went: list[Any] = []
    monkeypatch.setattr(module, "create_connection", lambda *args, **_: went.append(args))
    for scheme in ("https", "http"):
        asking = Client(
            f"{scheme}://vendor.example",
            "secret-token",
            left=lambda: 20.0,
            random=lambda: 0.0,
            sleep=lambda _: None,
            patience=PATIENCE,
        )
        assert reason(lambda: asking.get("/")) == "unavailable"  # noqa: B023
    assert went == []


def test_the_address_that_was_judged_is_the_one_that_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = iter([[(0, 0, 0, "", ("93.184.215.14", 0))]])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: next(answers))
    went: list[Any] = []

    def no_connection(where: Any, *_: Any, **__: Any) -> None:
        went.append(where)
        raise OSError

    monkeypatch.setattr(module, "create_connection", no_connection)
    with pytest.raises(urllib3.exceptions.HTTPError):
        connections().request("GET", "https://vendor.example/", retries=False)
    assert went == [("93.184.215.14", 443)]
