from __future__ import annotations

import dataclasses
import hmac
import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passes.apple import device_log, version_tag
from passes.apple.registrations import MOST_DEVICES
from passes.apple.web_service import Answer, WebService, last_modified
from tests.support.apple import (
    PASS_TYPE,
    SERIAL,
    MemoryCards,
    MemoryRegistrations,
    make_card,
    make_fields,
    token_of,
)

if TYPE_CHECKING:
    from loyalty.card.view import Card


NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DEVICE = "d0" * 16
PUSH = "ab" * 32
RIGHT = f"ApplePass {token_of(SERIAL)}"
OTHER = "00112233445566778899aabbccddeeff"


class Phone:
    """The service with its storage, and the calls of one phone."""

    def __init__(self, *cards: Card) -> None:
        self.registrations = MemoryRegistrations()
        self.cards = MemoryCards(*(cards or (make_card(),)))
        self.issued: list[Card] = []
        self.service = WebService(PASS_TYPE, self.registrations, self.cards, token_of, self._issue)

    def _issue(self, card: Card, _now: datetime) -> bytes:
        self.issued.append(card)
        return f"pass {card.version}".encode()

    def register(
        self,
        serial: str = SERIAL,
        authorization: str | None = RIGHT,
        body: bytes | None = None,
        device: str = DEVICE,
        pass_type: str = PASS_TYPE,
    ) -> Answer:
        given = json.dumps({"pushToken": PUSH}).encode() if body is None else body
        return self.service.register(device, pass_type, serial, authorization, given, NOW)

    def list(self, tag: str | None = None, device: str = DEVICE) -> Answer:
        return self.service.list(device, PASS_TYPE, tag)

    def get(self, since: str | None = None, authorization: str | None = RIGHT) -> Answer:
        return self.service.get(PASS_TYPE, SERIAL, authorization, since, NOW)

    def change(self, **changes: Any) -> None:
        card = self.cards.held[SERIAL]
        self.cards.held[SERIAL] = dataclasses.replace(card, version=card.version + 1, **changes)


def listed(answer: Answer) -> tuple[list[str], str]:
    assert (answer.status, answer.content_type) == (200, "application/json")
    content = json.loads(answer.body)
    assert set(content) == {"serialNumbers", "lastUpdated"}
    return content["serialNumbers"], content["lastUpdated"]


def test_registering_is_201_once_and_then_200_with_the_newest_push_token() -> None:
    phone = Phone()
    assert phone.register().status == 201
    again = phone.register(body=b'{"pushToken":"CD01CD01"}')
    assert (again.status, again.body) == (200, b"")
    assert phone.registrations.devices(SERIAL)[0].push_token == "CD01CD01"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"{}",
        b'{"pushToken":null}',
        b'{"pushToken":5}',
        b'{"pushToken":""}',
        b'{"pushToken":"not hexadecimal"}',
        b'{"pushToken":"../../3/device/x"}',
        b'{"pushToken":"\xff\xfe"}',
        b"[" * 3000,
        json.dumps({"pushToken": "ab" * 101}).encode(),
        json.dumps({"pushToken": PUSH, "more": "x" * 5000}).encode(),
    ],
)
def test_a_push_token_must_be_hexadecimal(body: bytes) -> None:
    phone = Phone()
    answer = phone.register(body=body)
    assert (answer.status, answer.content_type) == (400, "application/problem+json")
    assert json.loads(answer.body)["errors"][0]["pointer"] == "/pushToken"
    assert not phone.registrations.held


WRONG = {
    "no header": (None, SERIAL, PASS_TYPE),
    "empty header": ("", SERIAL, PASS_TYPE),
    "scheme only": ("ApplePass", SERIAL, PASS_TYPE),
    "other scheme": (f"Bearer {token_of(SERIAL)}", SERIAL, PASS_TYPE),
    "wrong token": ("ApplePass wrong", SERIAL, PASS_TYPE),
    "token of another pass": (f"ApplePass {token_of(OTHER)}", SERIAL, PASS_TYPE),
    "token beyond ASCII": ("ApplePass пароль\ud800", SERIAL, PASS_TYPE),
    "other pass type": (RIGHT, SERIAL, "pass.com.example.other"),
    "pass that never was": ("ApplePass wrong", OTHER, PASS_TYPE),
    "pass that was erased": (f"ApplePass {token_of(OTHER)}", OTHER, PASS_TYPE),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG.keys())
def test_every_wrong_credential_gets_one_and_the_same_answer(
    case: tuple[str | None, str, str],
) -> None:
    authorization, serial, pass_type = case
    phone = Phone()
    plain = phone.get(authorization="ApplePass wrong")
    assert plain.status == 401
    assert phone.register(serial, authorization, pass_type=pass_type) == plain
    assert phone.service.get(pass_type, serial, authorization, None, NOW) == plain
    if case != WRONG["pass that was erased"]:
        assert phone.service.unregister(DEVICE, pass_type, serial, authorization) == plain
    assert not phone.registrations.held
    assert not phone.issued


def test_the_scheme_is_read_in_any_case() -> None:
    assert Phone().get(authorization=f"applepass  {token_of(SERIAL)} ").status == 200


def test_unregistering_twice_is_answered_twice_alike() -> None:
    phone = Phone()
    phone.register()
    first = phone.service.unregister(DEVICE, PASS_TYPE, SERIAL, RIGHT)
    assert first.status == 200
    assert phone.service.unregister(DEVICE, PASS_TYPE, SERIAL, RIGHT) == first
    assert not phone.registrations.held


def test_a_pass_is_not_registered_on_more_devices_than_a_family_has() -> None:
    phone = Phone()
    for number in range(MOST_DEVICES):
        assert phone.register(device=f"device{number}").status == 201
    assert phone.register(device="one-more").status == 403
    assert phone.register(device="device0").status == 200


@pytest.mark.parametrize("device", ["", "a b", "x" * 129, "é", "a/b"])
def test_a_device_identifier_out_of_shape_is_refused_and_unknown(device: str) -> None:
    phone = Phone()
    assert phone.register(device=device).status == 400
    assert phone.list(device=device).status == 204
    assert phone.service.unregister(device, PASS_TYPE, SERIAL, RIGHT).status == 200


def test_an_unknown_device_is_answered_like_one_without_news() -> None:
    phone = Phone()
    phone.register()
    _, tag = listed(phone.list())
    assert phone.list(tag) == phone.list(device="unknown") == phone.list("rubbish", "unknown")
    assert phone.list(tag).status == 204
    assert phone.list(tag).body == b""
    assert phone.service.list(DEVICE, "pass.com.example.other", None) == phone.list(tag)


def test_the_way_of_an_update() -> None:
    phone = Phone()
    phone.register()
    serials, tag = listed(phone.list())
    assert serials == [SERIAL]
    first = phone.get()
    assert (first.status, first.content_type) == (200, "application/vnd.apple.pkpass")
    assert phone.get(first.headers["Last-Modified"]).status == 304
    phone.change(fields=make_fields(8))
    serials, newer = listed(phone.list(tag))
    assert serials == [SERIAL]
    assert newer != tag
    second = phone.get(first.headers["Last-Modified"])
    assert (second.status, second.body) == (200, b"pass 4")
    assert phone.list(newer).status == 204


def test_two_changes_within_a_second_are_both_seen() -> None:
    phone = Phone()
    phone.register()
    seen = set()
    tag = None
    for _ in range(3):
        phone.change()
        serials, tag = listed(phone.list(tag))
        assert serials == [SERIAL]
        seen.add(phone.get().headers["Last-Modified"])
    assert len(seen) == 3


def test_a_change_between_list_and_get_is_listed_again_or_already_there() -> None:
    """Race: the pass moves on after the list was answered."""
    phone = Phone()
    phone.register()
    _, tag = listed(phone.list())
    phone.change()
    got = phone.get()
    serials, _ = listed(phone.list(tag))
    assert serials == [SERIAL]
    assert got.body == b"pass 4"


def test_a_change_before_the_registration_is_not_lost() -> None:
    """Race: downloaded at version 3, changed, registered, with the tag of another pass."""
    phone = Phone(make_card(), make_card(serial=OTHER, member="m2"))
    phone.register(OTHER, f"ApplePass {token_of(OTHER)}")
    _, tag = listed(phone.list())
    phone.change()
    phone.register()
    serials, _ = listed(phone.list(tag))
    assert serials == [SERIAL]


def test_a_restored_older_version_is_news_too() -> None:
    phone = Phone()
    phone.register()
    _, tag = listed(phone.list())
    phone.cards.held[SERIAL] = make_card(version=2)
    assert listed(phone.list(tag))[0] == [SERIAL]


def test_erased_passes_are_not_listed() -> None:
    phone = Phone()
    phone.register()
    del phone.cards.held[SERIAL]
    assert phone.list().status == 204


@pytest.mark.parametrize(
    "since", ["Sat, 21 Nov 2026 12:00:00 GMT", "yesterday", "", "1764000000.5", "é"]
)
def test_a_date_that_we_did_not_give_gets_the_pass(since: str) -> None:
    assert Phone().get(since).status == 200


def test_headers_wanted_alone_cost_no_signature() -> None:
    phone = Phone()
    full = phone.get()
    head = phone.service.get(PASS_TYPE, SERIAL, RIGHT, None, NOW, body=False)
    assert (head.status, head.headers, head.content_type) == (
        full.status,
        full.headers,
        full.content_type,
    )
    assert head.body == b""
    assert len(phone.issued) == 1


@given(st.integers(0, 10**9), st.integers(1, 10**6))
def test_last_modified_rises_with_the_version(version: int, step: int) -> None:
    earlier, later = last_modified(version), last_modified(version + step)
    assert earlier.endswith(" GMT")
    assert parsedate_to_datetime(earlier) < parsedate_to_datetime(later)


LOGGED = (
    "[2026-11-21 09:14:07 +0800] Register task (for device d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0, "
    f"pass type {PASS_TYPE}, serial number {SERIAL}; with web service url "
    "https://cards.example.com/apple) encountered error: Unexpected response code 401"
)


def test_what_phones_complain_about_is_kept_without_their_secrets() -> None:
    answer, lines = Phone().service.log(json.dumps({"logs": [LOGGED]}).encode())
    assert answer.status == 200
    assert lines[0].kind == "authorization"
    assert PASS_TYPE in lines[0].text
    assert DEVICE not in lines[0].text
    assert SERIAL not in lines[0].text
    assert "d0d0…" in lines[0].text


def test_short_names_are_masked_too() -> None:
    text = "Get pass task (pass type x, serial number 42-abc, if-modified-since (null); with x)"
    assert "42-abc" not in device_log.read(json.dumps({"logs": [text]}).encode())[0].text


@given(st.binary(max_size=400) | st.text().map(lambda text: json.dumps({"logs": [text]}).encode()))
def test_any_log_is_taken(body: bytes) -> None:
    answer, lines = Phone().service.log(body)
    assert answer.status == 200
    assert all("\n" not in line.text for line in lines)


def test_a_flood_is_cut() -> None:
    many = json.dumps({"logs": ["x y " * 10] * 1000}).encode()
    assert sum(len(line.text) for line in device_log.read(many)) <= 20_000
    assert len(device_log.read(json.dumps({"logs": ["a"] * 1000}).encode())) == 50
    assert device_log.read(b"[" * 1_000_000)


def _wrong(letter: str) -> str:
    return "0" if letter != "0" else "1"


@pytest.mark.parametrize(
    ("serial", "given"),
    [
        (SERIAL, _wrong(token_of(SERIAL)[0]) + token_of(SERIAL)[1:]),
        (SERIAL, token_of(SERIAL)[:-1] + _wrong(token_of(SERIAL)[-1])),
        (SERIAL, token_of(OTHER)),
        (SERIAL, ""),
        (SERIAL, None),
        (OTHER, token_of(SERIAL)),
        (OTHER, "\udcff"),
    ],
)
@pytest.mark.parametrize("call", ["get", "head", "register", "unregister"])
def test_every_wrong_token_takes_one_comparison_in_constant_time_and_no_read(
    call: str, serial: str, given: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step in time would tell serials apart, or the bytes of a token (hostile case A15)."""
    steps: list[str] = []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            steps.append(name)
            raise AssertionError(f"{name} was called for a wrong token")

    def watched_compare(one: bytes, other: bytes) -> bool:
        steps.append("compare")
        return compare(one, other)

    def watched_token(of: str) -> str:
        steps.append("token")
        return token_of(of)

    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", watched_compare)
    watched: Any = Watched()
    service = WebService(PASS_TYPE, watched, watched, watched_token, watched)
    header = None if given is None else f"ApplePass {given}"
    answer = {
        "get": lambda: service.get(PASS_TYPE, serial, header, None, NOW),
        "head": lambda: service.get(PASS_TYPE, serial, header, None, NOW, body=False),
        "register": lambda: service.register(DEVICE, PASS_TYPE, serial, header, b"{}", NOW),
        "unregister": lambda: service.unregister(DEVICE, PASS_TYPE, serial, header),
    }[call]()
    assert answer.status == 401
    assert steps == ["token", "compare"]


def test_a_tag_that_forgets_versions_would_be_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a tag of serials alone hides updates, and the way of an update fails."""
    monkeypatch.setattr(version_tag, "_number", lambda _: b"\0")
    monkeypatch.setattr(version_tag, "_read", lambda body: dict.fromkeys([body[:8]], 4))
    phone = Phone()
    phone.register()
    _, tag = listed(phone.list())
    phone.change()
    assert phone.list(tag).status == 204
