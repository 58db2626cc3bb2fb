"""An owner signs in to a running stack: by the printed link, by a passkey, and is thrown out."""

from __future__ import annotations

import json
import uuid
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any

import pytest

from functions.http.authorize import COOKIE
from infra.commands.__main__ import main
from infra.local.web import ask
from tests.support.authenticator import Authenticator

if TYPE_CHECKING:
    from infra.local.web import Reply
    from tests.stack.running import RunningStack
    from tests.stack.shop import Shop

pytestmark = pytest.mark.stack


class Browser:
    """A browser, as far as signing in needs one."""

    def __init__(self, base: str) -> None:
        self.base, self.cookie, self.token = base, "", ""

    def ask(self, method: str, path: str, body: Any = None) -> Reply:
        headers = {
            "Origin": self.base,
            "User-Agent": "a browser",
            "Content-Type": "application/json",
            "Idempotency-Key": uuid.uuid4().hex,
        }
        if self.cookie:
            headers |= {"Cookie": f"{COOKIE}={self.cookie}", "X-Form-Token": self.token}
        sent = None if body is None else json.dumps(body).encode()
        reply = ask(method, f"{self.base}{path}", sent, headers)
        if "set-cookie" in reply.headers:
            self.cookie = SimpleCookie(reply.headers["set-cookie"])[COOKIE].value
            self.token = reply.json().get("form_token", "")
        return reply

    def question(self, path: str) -> Any:
        reply = self.ask("POST", path)
        assert reply.status == 200, reply
        return reply.json()["options"]


def test_an_owner_signs_in_without_a_key(
    shop: Shop, running: RunningStack, capsys: pytest.CaptureFixture[str]
) -> None:
    base, program = shop.stack["base_url"], shop.stack["program"]

    def line(*words: str) -> str:
        capsys.readouterr()
        folder = ("--program", program, "--folder", str(running.folder))
        assert main(["people", *words, *folder]) == 0
        return capsys.readouterr().out.strip()

    line("add", "Ben", "--role", "owner")  # the last owner cannot go
    person = line("add", "Anna", "--role", "owner")
    address = line("link", person)
    assert address.startswith(f"{base.replace('127.0.0.1', 'localhost')}/sign-in/")
    link = {"link": address.rpartition("/")[2]}
    anna, thief = Browser(base), Browser(base)
    entered = anna.ask("POST", "/v1/sign-in/link", link)
    assert entered.status == 200, entered
    assert entered.json()["person"] == person
    assert thief.ask("POST", "/v1/sign-in/link", link).status == 401

    # The same routes as with a key, in each function that serves /v1.
    member = shop.customer().card["member_id"]
    for path in (f"/v1/members/{member}", "/v1/keys", "/v1/program", "/v1/session", "/v1/audit"):
        assert anna.ask("GET", path).status == 200, path
    less = {"points": -1, "reason": "typed twice"}
    assert anna.ask("POST", f"/v1/members/{member}/adjustments", less).status == 200

    key = Authenticator(base.replace("127.0.0.1", "localhost"))  # a name, as browsers ask for
    made = {"name": "phone", "credential": key.make(anna.question("/v1/passkey-questions"))}
    assert anna.ask("POST", "/v1/passkeys", made).status == 201
    shown = {"credential": key.show(anna.question("/v1/session/proof/question"))}
    assert anna.ask("POST", "/v1/session/proof", shown).status == 200
    phone = Browser(base)
    shown = {"credential": key.show(phone.question("/v1/sign-in/passkey/question"))}
    assert phone.ask("POST", "/v1/sign-in/passkey", shown).status == 200
    assert phone.ask("POST", "/v1/sign-in/passkey", shown).status == 401
    invited = phone.ask("POST", f"/v1/people/{person}/links")
    assert invited.status == 201, invited

    listed = anna.ask("GET", "/v1/sessions").json()["sessions"]
    assert {one["browser"] for one in listed} == {"a browser"}
    other = next(one["id"] for one in listed if not one["this"])
    assert anna.ask("DELETE", f"/v1/sessions/{other}").status == 200
    assert phone.ask("GET", "/v1/session").status == 401
    passkey = anna.ask("GET", "/v1/passkeys").json()["passkeys"][0]["id"]
    assert anna.ask("DELETE", f"/v1/passkeys/{passkey}").status == 200

    anna.token, right = "0" * 64, anna.token
    assert anna.ask("DELETE", "/v1/session").status == 403
    anna.token = right
    assert line("sessions", person).count("a browser") == 1
    before = line("link", person).rpartition("/")[2]
    assert line("sign-out", person).startswith("1 sessions are ended, and with them links")
    assert anna.ask("GET", "/v1/program").status == 401
    assert phone.ask("POST", "/v1/sign-in/link", {"link": before}).status == 401
    again = Browser(base)
    again.ask("POST", "/v1/sign-in/link", {"link": line("link", person).rpartition("/")[2]})
    assert shop.api("DELETE", f"/v1/people/{person}", "owner_key").status == 200
    assert again.ask("GET", "/v1/program").status == 401
