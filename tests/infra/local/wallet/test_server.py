"""The local Wallet API over HTTP: pages, callbacks on their way, switches, inspection."""

from __future__ import annotations

import threading
import urllib.parse
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.wallet import ISSUER_ID
from infra.local.web import ask
from passes.google import objects
from passes.google.callback import root_keys, verify
from passes.google.client import credentials_from
from passes.google.save_link import save_link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

USER = "customer@example.com"


class Receiver:
    """Somebody's callback address, on a free port; fails as often as `failures` says."""

    def __init__(self) -> None:
        outer = self
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.failures = 0
        self.came = threading.Semaphore(0)

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                body = self.rfile.read(length)
                outer.failures -= 1
                self.send_response(503 if outer.failures >= 0 else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                outer.bodies.append(body)
                outer.headers.append(dict(self.headers.items()))
                outer.came.release()

            def log_message(self, *_: Any) -> None: ...

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/google/callback"

    def wait(self) -> bytes:
        assert self.came.acquire(timeout=30)
        return self.bodies[-1]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def prepared(google: Any, world: Any, url: str) -> str:
    """Make class and object, and return a save link."""
    client = google.client()
    program = objects.loyalty_class(world.profile, world.design, world.issuer)
    client.insert_class(program | {"callbackOptions": {"url": url}})
    drawn = objects.loyalty_object(world.card(), world.design, world.issuer, world.now)
    client.insert_object(drawn)
    return link_for(google, drawn)


def link_for(google: Any, drawn: dict[str, Any]) -> str:
    account = credentials_from(google.account)
    return save_link(
        account.signer,
        email=account.service_account_email,
        object_id=drawn["id"],
        class_id=drawn["classId"],
        origin="https://shop.test",
        now=datetime.now(UTC),
        save_url=f"{google.url}/gp/v/save",
    )


def page(url: str) -> str:
    reply = ask("GET", url)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    return reply.body.decode()


def test_save_and_remove_reach_the_address_signed(
    google: Any, world: Any, receiver: Receiver
) -> None:
    receiver.failures = 1
    saved = page(prepared(google, world, receiver.url))
    refused = receiver.wait()
    taken = receiver.wait()  # it comes again by itself, unchanged
    assert refused == taken
    keys = ask("GET", f"{google.url}/gp/m/issuer/keys")
    assert keys.headers["cache-control"] == "public, max-age=3600"
    said = verify(taken, ISSUER_ID, root_keys(keys.body), datetime.now(UTC))
    card = f"{google.url}/card/{said.object_id}"
    assert said.kind == "save"
    assert receiver.headers[0]["Content-Type"] == "application/json"
    # The page goes on at an address that does not save again.
    assert f'content="3;url=/card/{said.object_id}?user=' in saved
    assert "Remove from wallet" in saved
    form = urllib.parse.urlencode({"user": USER}).encode()
    reply = ask("POST", f"{card}/remove", form)
    assert (reply.status, reply.headers["location"]) == (303, "/")
    said = verify(receiver.wait(), ISSUER_ID, root_keys(keys.body), datetime.now(UTC))
    assert said.kind == "del"
    assert "Remove from wallet" not in page(card)
    assert google.object(said.object_id)["hasUsers"] is False


def test_the_overview_tells_everything_and_escapes(
    start_google: Callable[..., Any], world: Any
) -> None:
    google = start_google(deliver=False)
    for text in ("No card yet", "Nothing: only", "None yet: saves"):
        assert text in page(google.url)
    link = prepared(google, world, "http://127.0.0.1:9/google/callback")
    page(link)
    client = google.client()
    drawn = objects.loyalty_object(world.card(), world.design, world.issuer, world.now)
    evil = "<script>alert(1)</script>"
    client.patch_object(
        {"id": drawn["id"], "accountName": evil, "messages": [{"header": evil, "body": evil}]}
    )
    google.ask("POST", "/inspect/switches", {"unfetchable": evil})
    shown = page(google.url)
    for text in ("Bean Club", USER, "Points 7", "on its way", "unfetchable", drawn["id"]):
        assert text in shown
    assert "<script" not in shown
    assert "<script" not in page(f"{google.url}/card/{drawn['id']}?user=%3Cscript%3E")
    assert ask("GET", f"{google.url}/card/none").status == 404


def test_switches_and_holders_survive_a_restart(
    start_google: Callable[..., Any], world: Any, tmp_path: Any
) -> None:
    folder = tmp_path / "kept"
    google = start_google(folder, deliver=False)
    page(prepared(google, world, "http://127.0.0.1:9/google/callback"))
    google.ask("POST", "/inspect/switches", {"keys_max_age": 60, "test_users": ["ann"]})
    before = ask("GET", f"{google.url}/gp/m/issuer/keys")
    again = start_google(folder, deliver=False)
    after = ask("GET", f"{again.url}/gp/m/issuer/keys")
    assert after.body == before.body
    assert after.headers["cache-control"] == "public, max-age=60"
    (card,) = again.ask("GET", "/inspect/objects")["objects"]
    assert card["holders"] == [{"user": USER, "device": ""}]
    (waiting,) = again.ask("GET", "/inspect/callbacks")["callbacks"]
    assert waiting["due"] is not None
    again.ask("DELETE", "/inspect/switches")
    assert again.ask("GET", "/inspect/switches")["test_users"] == []


def test_demo_mode_on_the_page(google: Any, world: Any) -> None:
    link = prepared(google, world, "https://shop.test/google/callback")
    google.ask("POST", "/inspect/switches", {"demo": True, "test_users": ["ann"]})
    reply = ask("GET", link)
    assert reply.status == 400
    assert b"User not allowed to save the pass" in reply.body
    assert "[TEST ONLY]" in page(f"{link}?user=ann")


def test_faults_of_the_api(start_google: Callable[..., Any], world: Any) -> None:
    slept: list[float] = []
    google = start_google(clock=lambda: 1_800_000_000.0, sleep=slept.append, deliver=False)
    token = google.server.tokens
    token._expiries["t"] = 2e9
    path = f"{google.url}/walletobjects/v1/loyaltyClass?issuerId={world.issuer}"
    headers = {"Authorization": "Bearer t"}
    for answer in (403, 429):
        google.server.limit.__init__()
        google.ask("POST", "/inspect/switches", {"rate_limit": 20, "rate_answer": answer})
        replies = [ask("GET", path, None, headers) for _ in range(21)]
        assert [reply.status for reply in replies] == [200] * 20 + [answer]
        assert replies[-1].json()["error"]["errors"][0]["reason"] == "rateLimitExceeded"
    google.ask("POST", "/inspect/switches", {"rate_limit": 0, "latency": 6.0})
    assert ask("GET", path, None, headers).status == 200
    assert slept == [6.0]
    google.ask("POST", "/inspect/faults", {"status": 429, "retry_after": 7})
    refused = ask("GET", path, None, headers)
    assert (refused.status, refused.headers["retry-after"]) == (429, "7")
    google.ask("POST", "/inspect/faults", {"status": 503, "path": "/gp/m/issuer/keys"})
    assert ask("GET", f"{google.url}/gp/m/issuer/keys").status == 503
    assert ask("GET", f"{google.url}/gp/m/issuer/keys").status == 200


def test_the_jwt_routes_want_a_token_too(google: Any, world: Any) -> None:
    link = prepared(google, world, "https://shop.test/google/callback")
    jwt = link.rpartition("/")[2]
    base = f"{google.url}/walletobjects/v1/jwt"
    assert ask("POST", base, b"{}").status == 401
    client = google.client()
    client.get_class(f"{world.issuer}.coffee")
    headers = {"Authorization": f"Bearer {client._credentials.token}"}
    body = f'{{"jwt": "{jwt}"}}'.encode()
    assert ask("POST", base, body, headers).json()["saveUri"].startswith(google.url)
    body = f'{{"jwtResource": {{"jwt": "{jwt}"}}}}'.encode()
    assert ask("POST", f"{base}/validate", body, headers).json() == {}
    assert ask("POST", f"{base}/validate", b"{}", headers).status == 400
    assert jwt not in str(google.ask("GET", "/inspect/requests"))


def test_a_part_of_an_answer(google: Any, world: Any) -> None:
    prepared(google, world, "https://shop.test/google/callback")
    headers = {"Authorization": f"Bearer {google.client()._token()}"}
    path = f"{google.url}/walletobjects/v1/loyaltyClass/{world.issuer}.coffee"
    whole = ask("GET", path, None, headers).json()
    logo = {"sourceUri": whole["programLogo"]["sourceUri"]}
    for fields, wanted in (
        ("id", {"id": whole["id"]}),
        ("programLogo.sourceUri.uri,id", {"id": whole["id"], "programLogo": logo}),
        ("none,id.deeper", {"id": {}}),
    ):
        assert ask("GET", f"{path}?fields={fields}", None, headers).json() == wanted
    message = b'{"message": {"id": "a", "header": "h", "body": "b"}}'
    part = ask("POST", f"{path}/addMessage?fields=resource.id", message, headers).json()
    assert part == {"resource": {"id": whole["id"]}}


def test_inspection(google: Any, world: Any) -> None:
    prepared(google, world, "https://shop.test/google/callback")
    program = f"{world.issuer}.coffee"
    google.ask("POST", f"/inspect/classes/{program}/review", {"status": "REJECTED"})
    assert google.ask("GET", f"/inspect/classes/{program}")["reviewStatus"] == "REJECTED"
    google.ask("POST", "/inspect/callbacks", {"mode": "lost", "next": 2})
    google.ask("DELETE", "/inspect/faults")
    google.ask("POST", "/inspect/keys/rotate", {"keep": True})
    assert google.ask("GET", "/inspect/notifications") == {"notifications": []}
    bad: list[tuple[str, Any]] = [
        ("/inspect/callbacks", {"mode": "late"}),
        ("/inspect/switches", {"speed": 1}),
        (f"/inspect/classes/{program}/review", {"status": "FINE"}),
    ]
    for path, wish in bad:
        assert ask("POST", google.url + path, str(wish).replace("'", '"').encode()).status == 400
    assert ask("POST", f"{google.url}/inspect/classes/none/review", b'{"status":"APPROVED"}')
    assert ask("GET", f"{google.url}/inspect/objects/none").status == 404
