"""Signing in: what lets somebody in, for how long, what a session may do, and what it may not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from functions import sign_in
from functions.http.authorize import COOKIE
from functions.wiring import signed_in
from loyalty.access.key_ring import Asker
from loyalty.access.people import People
from loyalty.store import sessions
from tests.functions.routes.till import served_by, till
from tests.support.authenticator import Authenticator
from tests.support.events import content, http

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.functions.conftest import Shop

    Ask = Callable[[Any, dict[str, Any]], dict[str, Any]]

HERE = "https://cards.example"
COMMAND = Asker("command")


@dataclass
class Browser:
    """A browser: it keeps the cookie that it is given, and says where its requests come from."""

    shop: Shop
    send: Ask
    cookie: str = ""
    token: str = ""
    origin: str | None = HERE
    said: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
        headers = {"idempotency-key": f"act-{len(self.said)}"} if method == "POST" else {}
        if self.origin is not None:
            headers["origin"] = self.origin
        if self.token:
            headers["x-form-token"] = self.token
        text = None if body is None else json.dumps(body)
        event = http(method, path, headers, text, query=query)
        if self.cookie:
            event["cookies"] = ["theme=dark", f"{COOKIE}={self.cookie}"]
        answer = self.send(served_by(path), event)
        self.said.append(answer)
        for one in answer.get("cookies", ()):
            name, _, rest = one.partition("=")
            assert name == COOKIE
            self.cookie = rest.partition(";")[0]
        return answer

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        answer = self.answer(method, path, body, **query)
        return answer["statusCode"], content(answer)

    def enter(self, link: str) -> Browser:
        status, said = self.ask("POST", "/v1/sign-in/link", {"link": link})
        assert status == 200, said
        self.token = said["form_token"]
        return self

    def enter_by(self, key: Authenticator) -> tuple[int, Any]:
        question = self.ask("POST", "/v1/sign-in/passkey/question")[1]["options"]
        shown = {"credential": key.show(question)}
        status, said = self.ask("POST", "/v1/sign-in/passkey", shown)
        self.token = said.get("form_token", "")
        return status, said

    def keep(self, key: Authenticator) -> tuple[int, Any]:
        question = self.ask("POST", "/v1/passkey-questions")[1]["options"]
        sent = {"name": "Anna's phone", "credential": key.make(question)}
        return self.ask("POST", "/v1/passkeys", sent)

    def proved(self, key: Authenticator) -> tuple[int, Any]:
        question = self.ask("POST", "/v1/session/proof/question")[1]["options"]
        return self.ask("POST", "/v1/session/proof", {"credential": key.show(question)})


@dataclass
class Door:
    """Anna who owns the shop, and browsers."""

    shop: Shop
    send: Ask
    person: str = "anna" * 6 + "aa"

    def __post_init__(self) -> None:
        self.add(self.person, "owner")

    def add(self, person: str, role: Any, program: str = "coffee") -> str:
        use, now = People(self.shop.world.tables), self.shop.world.now
        return use.add(program, "Anna", role, "", person, COMMAND, now).person.id

    def link(self, person: str = "", program: str = "coffee") -> str:
        now = self.shop.world.now
        return signed_in.sessions().link(program, person or self.person, COMMAND, now)

    def browser(self, **more: Any) -> Browser:
        return Browser(self.shop, self.send, **more)

    def inside(self, person: str = "") -> Browser:
        return self.browser().enter(self.link(person))


@pytest.fixture
def door(shop: Shop, ask: Ask) -> Door:
    return Door(shop, ask)


def test_a_link_lets_its_person_in_once(door: Door) -> None:
    link = door.link()
    anna = door.browser().enter(link)
    cookie = anna.said[-1]["cookies"][0]
    for said in ("Path=/", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=2592000"):
        assert said in cookie.split("; ")
    status, me = anna.ask("GET", "/v1/session")
    assert (status, me["person"], me["role"], me["program"]) == (
        200,
        door.person,
        "owner",
        "coffee",
    )
    # Whoever has stolen the link, or clicks it twice, is told nothing.
    thief = door.browser()
    used = thief.answer("POST", "/v1/sign-in/link", {"link": link})
    never = thief.answer("POST", "/v1/sign-in/link", {"link": "x" * 43})
    assert used["statusCode"] == never["statusCode"] == 401
    assert used["body"] == never["body"]
    assert thief.cookie == ""
    assert anna.ask("GET", "/v1/session")[0] == 200


def test_a_link_is_good_for_a_quarter_of_an_hour(door: Door) -> None:
    early, late = door.link(), door.link()
    door.shop.world.wait(seconds=15 * 60 - 1)
    door.browser().enter(early)
    door.shop.world.wait(seconds=1)
    assert door.browser().ask("POST", "/v1/sign-in/link", {"link": late})[0] == 401


def test_no_secret_is_kept(door: Door) -> None:
    link = door.link()
    anna = door.browser().enter(link)
    kept = repr(door.shop.world.tables.items)
    assert link not in kept
    assert anna.cookie.partition(".")[2] not in kept
    assert anna.token not in kept


def test_a_session_does_what_its_person_may_now(door: Door) -> None:
    use, world = People(door.shop.world.tables), door.shop.world
    ben = door.add("b" * 26, "manager")
    member = world.enrol().member_id
    browser = door.inside(ben)
    assert browser.ask("GET", f"/v1/members/{member}")[0] == 200
    assert browser.ask("GET", "/v1/keys")[1]["code"] == "scope_missing"
    use.change("coffee", ben, COMMAND, world.now, role="owner")
    assert browser.ask("GET", "/v1/keys")[0] == 200
    use.change("coffee", ben, COMMAND, world.now, role="accountant")
    gift = {"points": 5, "reason": "cold coffee"}
    assert browser.ask("POST", f"/v1/members/{member}/gifts", gift)[1]["code"] == "scope_missing"
    use.remove("coffee", ben, COMMAND, world.now)
    assert browser.ask("GET", "/v1/program")[0] == 401
    # Who is taken in again, with the id they had, has no session, link or passkey from before.
    world.wait(seconds=1)
    use.add("coffee", "Ben", "owner", ben, "c" * 26, COMMAND, world.now)
    assert browser.ask("GET", "/v1/program")[0] == 401
    assert door.inside(ben).ask("GET", "/v1/program")[0] == 200


def test_who_is_let_go_comes_in_by_nothing_from_before(door: Door) -> None:
    use, world = People(door.shop.world.tables), door.shop.world
    ben = door.add("b" * 26, "manager")
    link, key = door.link(ben), Authenticator(HERE)
    assert door.inside(ben).keep(key)[0] == 201
    use.remove("coffee", ben, COMMAND, world.now)
    for again in (False, True):
        if again:
            world.wait(seconds=1)
            use.add("coffee", "Ben", "owner", ben, "c" * 26, COMMAND, world.now)
            link = link or door.link(ben)
        assert door.browser().enter_by(key)[0] == 401
    assert door.browser().ask("POST", "/v1/sign-in/link", {"link": link})[0] == 401


def test_what_a_person_does_stands_under_their_id(door: Door) -> None:
    member = door.shop.world.enrol().member_id
    anna = door.inside()
    status, said = anna.ask(
        "POST", f"/v1/members/{member}/gifts", {"points": 5, "reason": "cold coffee"}
    )
    assert (status, said["outcome"]) == (200, "given")
    acts = anna.ask("GET", f"/v1/members/{member}/acts")[1]["acts"]
    assert [one["key"] for one in acts] == [door.person]
    assert anna.ask("GET", f"/v1/keys/{door.person}/acts")[1]["acts"] == acts
    # So no key may be called like a person.
    sent = {"id": door.person, "scope": "staff"}
    assert anna.ask("POST", "/v1/keys", sent)[1]["code"] == "key_exists"


def test_a_session_ends_when_it_is_not_used(door: Door) -> None:
    world, anna, idle = door.shop.world, door.inside(), door.inside()
    for _ in range(4):
        world.wait(seconds=11 * 3600)
        assert anna.ask("GET", "/v1/session")[0] == 200
    assert idle.ask("GET", "/v1/session")[0] == 401


def test_a_session_ends_after_thirty_days_however_often_it_is_used(door: Door) -> None:
    world, anna = door.shop.world, door.inside()
    for _ in range(59):
        world.wait(seconds=12 * 3600)
        assert anna.ask("GET", "/v1/session")[0] == 200
    world.wait(seconds=12 * 3600)
    assert anna.ask("GET", "/v1/session")[0] == 401


def test_sessions_are_listed_and_ended(door: Door) -> None:
    ben = door.add("b" * 26, "staff")
    anna, phone, other = door.inside(), door.inside(), door.inside(ben)
    listed = anna.ask("GET", "/v1/sessions")[1]["sessions"]
    assert [one["this"] for one in listed].count(True) == 1
    assert len(listed) == 2
    stolen = next(one["id"] for one in listed if not one["this"])
    # Staff see and end their own; of others' they are told nothing.
    own = other.ask("GET", "/v1/sessions", person=door.person)[1]["sessions"]
    assert [one["this"] for one in own] == [True]
    assert other.ask("DELETE", f"/v1/sessions/{stolen}")[0] == 404
    assert anna.ask("DELETE", f"/v1/sessions/{stolen}")[0] == 200
    assert phone.ask("GET", "/v1/session")[0] == 401
    theirs = anna.ask("GET", "/v1/sessions", person=ben)[1]["sessions"]
    assert anna.ask("DELETE", f"/v1/sessions/{theirs[0]['id']}")[0] == 200
    assert other.ask("GET", "/v1/session")[0] == 401
    copied = anna.cookie
    assert anna.ask("DELETE", "/v1/session")[0] == 200
    assert anna.cookie == ""
    copy = door.browser(cookie=copied, token=anna.token)
    assert copy.ask("GET", "/v1/session")[0] == 401
    told = till(door.shop, door.send, "owner").told("GET", "/v1/audit")["changes"]
    assert {one["what"] for one in told} >= {"link.made", "session.opened", "session.ended"}


def test_a_session_is_of_one_program(door: Door) -> None:
    bob = door.add("d" * 26, "owner", "barber")
    anna, other = door.inside(), door.browser().enter(door.link(bob, "barber"))
    member = door.shop.world.enrol().member_id
    assert anna.ask("GET", f"/v1/members/{member}")[0] == 200
    assert other.ask("GET", f"/v1/members/{member}")[0] == 404
    session = anna.ask("GET", "/v1/session")[1]["session"]
    assert other.ask("DELETE", f"/v1/sessions/{session}")[0] == 404
    assert other.ask("GET", "/v1/sessions", person=door.person)[1]["sessions"] == []
    assert other.ask("POST", f"/v1/people/{door.person}/links")[0] == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": None},
        {"token": ""},
        {"token": "0f" * 32},
        {"token": "ö"},
    ],
    ids=str,
)
def test_another_sites_page_changes_nothing(door: Door, changes: dict[str, Any]) -> None:
    anna = door.inside()
    right = anna.token
    for name, value in changes.items():
        setattr(anna, name, value)
    before = dict(door.shop.world.tables.items)
    sent = {"name": "Eve", "role": "owner"}
    assert anna.ask("POST", "/v1/people", sent)[1]["code"] == "cross_site"
    assert anna.ask("DELETE", "/v1/session")[1]["code"] == "cross_site"
    assert anna.ask("PATCH", f"/v1/people/{door.person}", {"name": "E"})[1]["code"] == "cross_site"
    assert door.shop.world.tables.items == before
    anna.origin, anna.token = HERE, right
    assert anna.ask("POST", "/v1/people", sent)[0] == 201


def test_nobody_is_signed_in_by_another_sites_page(door: Door) -> None:
    """Login CSRF: a victim who types into the attacker's account."""
    evil = door.browser(origin="https://evil.example")
    link = door.link()
    assert evil.ask("POST", "/v1/sign-in/link", {"link": link})[1]["code"] == "cross_site"
    door.browser().enter(link)


def test_two_cookies_of_that_name_are_none(door: Door) -> None:
    anna = door.inside()
    event = http("GET", "/v1/session")
    event["cookies"] = [f"{COOKIE}={anna.cookie}", f"{COOKIE}=planted"]
    assert door.send(served_by("/v1/session"), event)["statusCode"] == 401


@pytest.mark.parametrize("cookie", ["", "x", "a" * 26, "a" * 26 + "." + "A" * 43, "ö"])
def test_what_is_no_session_opens_nothing(door: Door, cookie: str) -> None:
    assert door.browser(cookie=cookie).ask("GET", "/v1/session")[0] == 401


def test_another_secret_opens_nothing(door: Door) -> None:
    anna = door.inside()
    name, _, secret = anna.cookie.partition(".")
    other = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    assert door.browser(cookie=f"{name}.{other}").ask("GET", "/v1/session")[0] == 401


def test_a_passkey_lets_its_person_in(door: Door) -> None:
    key = Authenticator(HERE)
    anna = door.inside()
    status, said = anna.keep(key)
    assert (status, said["name"], said["used_at"]) == (201, "Anna's phone", None)
    browser = door.browser()
    assert browser.enter_by(key)[1]["person"] == door.person
    assert browser.ask("GET", "/v1/keys")[0] == 200
    listed = anna.ask("GET", "/v1/passkeys")[1]["passkeys"]
    assert [one["used_at"] is not None for one in listed] == [True]
    assert anna.ask("DELETE", f"/v1/passkeys/{listed[0]['id']}")[0] == 200
    assert door.browser().enter_by(key)[0] == 401


def test_what_a_passkey_shows_is_good_once_and_for_minutes(door: Door) -> None:
    key = Authenticator(HERE)
    door.inside().keep(key)
    browser = door.browser()
    question = browser.ask("POST", "/v1/sign-in/passkey/question")[1]["options"]
    shown = {"credential": key.show(question)}
    assert browser.ask("POST", "/v1/sign-in/passkey", shown)[0] == 200
    assert door.browser().ask("POST", "/v1/sign-in/passkey", shown)[0] == 401
    question = browser.ask("POST", "/v1/sign-in/passkey/question")[1]["options"]
    door.shop.world.wait(seconds=300)
    late = {"credential": key.show(question)}
    assert door.browser().ask("POST", "/v1/sign-in/passkey", late)[0] == 401


def test_a_passkey_that_is_not_quite_right_lets_nobody_in(door: Door) -> None:
    key = Authenticator(HERE)
    door.inside().keep(key)

    def tried(**changes: Any) -> int:
        other = Authenticator(**{"origin": HERE, "id": key.id, "key": key.key, **changes})
        other.count = changes.get("count", key.count)
        status = door.browser().enter_by(other)[0]
        key.count = max(key.count, other.count)
        return status

    assert tried(origin="https://cards.example.evil.example") == 401
    assert tried(origin="http://cards.example") == 401
    assert tried(key=Authenticator(HERE).key) == 401
    assert tried(id=b"x" * 32) == 401
    assert tried(verifies=False) == 401
    assert tried() == 200
    assert tried(count=key.count - 1) == 401, "a copy of a security key counts on its own"
    for nonsense in ({}, {"id": "AAAA"}, {"response": 5}, {"rawId": "!", "response": {}}):
        sent = {"credential": nonsense}
        assert door.browser().ask("POST", "/v1/sign-in/passkey", sent)[0] == 401


def test_a_passkey_is_of_one_person_and_one_program(door: Door) -> None:
    bob = door.add("d" * 26, "owner", "barber")
    key, world = Authenticator(HERE), door.shop.world
    anna = door.inside()
    anna.keep(key)
    other = door.browser().enter(door.link(bob, "barber"))
    assert other.keep(key)[1]["code"] == "passkey_known"
    assert other.ask("GET", "/v1/passkeys")[1]["passkeys"] == []
    # The same person elsewhere: who owns one shop could make a link for them, and so a passkey.
    use = People(world.tables)
    use.add("barber", "Anna", "owner", door.person, "e" * 26, COMMAND, world.now)
    assert door.browser().enter_by(key)[1]["program"] == "coffee"
    # Another person's passkey proves nothing, though it is asked for rightly.
    question = other.ask("POST", "/v1/session/proof/question")[1]["options"]
    shown = {"credential": key.show({**question, "allowCredentials": []})}
    assert other.ask("POST", "/v1/session/proof", shown)[1]["code"] == "sign_in_refused"
    # An answer to somebody else's question is none.
    question = anna.ask("POST", "/v1/passkey-questions")[1]["options"]
    sent = {"name": "x", "credential": Authenticator(HERE).make(question)}
    refused = other.ask("POST", "/v1/passkeys", sent)[1]
    assert [one["code"] for one in refused["errors"]] == ["passkey_refused"]


PROVED = [
    ("POST", "/v1/people", {"name": "Eve", "role": "owner"}),
    ("POST", "/v1/keys", {"id": "eveskey12", "scope": "owner"}),
    ("POST", "/v1/exports", None),
    ("POST", "/v1/people/{anna}/links", None),
    ("POST", "/v1/members/{member}/adjustments", {"points": -5, "reason": "typed twice"}),
    ("POST", "/v1/members/{member}/erase", {"reason": "asked for it"}),
    ("POST", "/v1/passkey-questions", None),
]


@pytest.mark.parametrize(("method", "path", "body"), PROVED, ids=[one[1] for one in PROVED])
def test_what_cannot_be_taken_back_wants_a_fresh_proof(
    door: Door, method: str, path: str, body: Any
) -> None:
    world, key = door.shop.world, Authenticator(HERE)
    member = world.enrol()
    world.sell(order="1", total=5000, member=member)
    path = path.format(anna=door.person, member=member.member_id)
    anna = door.inside()
    anna.keep(key)
    world.wait(seconds=300)
    assert anna.ask("GET", "/v1/session")[1]["proved_until"] is None
    before = {name: dict(item) for name, item in world.tables.items.items()}
    assert anna.ask(method, path, body)[1]["code"] == "proof_needed"
    after = {name: item for name, item in world.tables.items.items() if "RATE#" not in name.sk}
    assert after == {name: item for name, item in before.items() if "RATE#" not in name.sk}
    # What can be taken back goes on as before.
    more = {"points": 5, "reason": "cold coffee"}
    adjusted = anna.ask("POST", f"/v1/members/{member.member_id}/adjustments", more)
    assert adjusted[0] == 200
    status, said = anna.proved(key)
    assert status == 200, said
    assert said["proved_until"] == anna.ask("GET", "/v1/session")[1]["proved_until"] is not None
    status, said = anna.ask(method, path, body)
    assert status < 300, said
    # A key proves itself with each request.
    owner = till(door.shop, door.send, "owner")
    assert owner.ask("POST", "/v1/people", {"name": "Bob", "role": "staff"})[0] == 201


def test_keys_have_no_session(door: Door) -> None:
    owner = till(door.shop, door.send, "owner")
    for method, path in (
        ("GET", "/v1/session"),
        ("GET", "/v1/passkeys"),
        ("DELETE", "/v1/session"),
    ):
        assert owner.ask(method, path)[1]["code"] == "session_needed"
    link = owner.ask("POST", f"/v1/people/{door.person}/links")[1]["url"].rpartition("/")[2]
    door.browser().enter(link)


def test_of_two_who_take_a_link_at_once_one_is_let_in(door: Door) -> None:
    """Both have read it before either takes it."""
    link, tables = door.link(), door.shop.world.tables
    right = tables.get
    inside: list[int] = []

    def get(key: Any) -> Any:
        found = right(key)
        if key.pk.startswith("D#once#") and not inside:
            inside.append(0)
            inside.append(door.browser().ask("POST", "/v1/sign-in/link", {"link": link})[0])
        return found

    tables.get = get
    last = door.browser().ask("POST", "/v1/sign-in/link", {"link": link})[0]
    assert sorted([inside[1], last]) == [200, 401]


def test_what_was_written_is_gone_by_itself(door: Door) -> None:
    """Links, questions and sessions carry the second from which the table may drop them."""
    door.link()
    door.inside()
    items = door.shop.world.tables.items
    for key, item in items.items():
        if key.pk.startswith(("D#once#", "D#session#")) or "#S#" in key.pk:
            assert item["ttl"] > door.shop.world.now.timestamp(), key
    assert sessions.read_passkeys(door.shop.world.tables, "coffee", door.person) == []


def test_the_page_of_a_link_asks_before_it_lets_in(door: Door) -> None:
    """Scanners of mail open links; whoever presses the button is in."""
    address = f"/sign-in/{door.link()}"
    page = {"accept": "text/html", "accept-language": "ru"}

    def opened(method: str, **headers: str) -> dict[str, Any]:
        return door.send(sign_in, http(method, address, {**page, **headers}))

    for _ in range(3):
        asked = opened("GET")
        assert (asked["statusCode"], asked.get("cookies", [])) == (200, [])
        assert 'method="post"' in asked["body"]
        assert "Войти" in asked["body"]
    assert asked["headers"]["Referrer-Policy"] == "no-referrer"
    assert opened("POST", **{"sec-fetch-site": "cross-site"})["statusCode"] == 403
    # The page's own policy makes browsers send this origin.
    inside = opened("POST", origin="null")
    assert inside["statusCode"] == 200
    assert "Anna" in inside["body"]
    cookie = inside["cookies"][0].partition(";")[0].partition("=")[2]
    assert door.browser(cookie=cookie).ask("GET", "/v1/session")[1]["person"] == door.person
    again = opened("POST", origin="null")
    assert (again["statusCode"], again.get("cookies", [])) == (401, [])
    assert "больше никого" in again["body"]
