"""Whatever is no callback is refused, and nothing worse happens."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passes.google.callback import (
    CallbackError,
    MalformedError,
    NotAuthenticError,
)
from tests.support import google_callback as google
from tests.support.google_callback import (
    DAY,
    NOW,
    PATHS,
    Sender,
    check,
    dumped,
    fixed,
    replaced,
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff\xfe{}",
        b"[" * 16_000,
        b'{"a":' * 3_000,
        b'{"signature":NaN}',
        b'{"protocolVersion":' + b"9" * 5_000 + b"}",
        b'"text"',
        b"{}",
    ],
    ids=range(11),
)
def test_garbage(body: bytes) -> None:
    with pytest.raises(MalformedError):
        check(body)


def test_a_key_given_twice_is_refused_wherever_it_stands() -> None:
    body = Sender().body()
    check(body)
    with pytest.raises(MalformedError):
        check(
            body.replace(b'{"signature"', b'{"protocolVersion": "ECv2SigningOnly", "signature"', 1)
        )
    message = json.loads(Sender().members()["signedMessage"])
    twice = google.gson(message)[:-1] + ',"eventType":"del"}'
    with pytest.raises(MalformedError):
        check(Sender(message_text=twice).body())
    key = json.loads(Sender().members()["intermediateSigningKey"]["signedKey"])
    twice = google.gson(key)[:-1] + f',"keyExpiration":"{NOW + DAY}"}}'
    with pytest.raises(MalformedError):
        check(Sender(key_text=twice).body())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(path=st.sampled_from([*PATHS, ("intermediateSigningKey",), ()]), value=JSON)
def test_any_json_in_any_place_is_refused_and_nothing_worse(
    path: tuple[Any, ...], value: Any
) -> None:
    body = replaced(fixed()["callbacks"]["save"], path, value) if path else value
    with pytest.raises(CallbackError):
        check(dumped(body))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.binary(max_size=60), cut=st.integers(0, 1500))
def test_any_bytes_are_refused_and_nothing_worse(text: bytes, cut: int) -> None:
    body = dumped(fixed()["callbacks"]["save"])
    for wrong in (text, body[:cut] + text):
        if wrong.strip() != body:
            with pytest.raises(CallbackError):
                check(wrong)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(said=st.dictionaries(st.sampled_from(["classId", "eventType", "nonce", "x"]), JSON))
def test_any_signed_message_is_taken_or_refused(said: dict[str, Any]) -> None:
    try:
        found = check(google.callback(**said))
    except CallbackError:
        return
    assert found.kind in {"save", "del"}
    assert found.nonce


def test_half_a_character_is_no_text() -> None:
    body = Sender().members() | {"signedMessage": "\ud83d"}
    with pytest.raises(MalformedError):
        check(dumped(body))


def test_members_that_google_may_add_do_no_harm() -> None:
    body = Sender(message={"later": {"x": [1]}}, key={"later": "x"}).members() | {"later": 1}
    assert check(dumped(body)).kind == "save"


def test_a_signature_has_nothing_behind_it() -> None:
    body = Sender().members()
    signature = base64.b64decode(body["signature"])
    for wrong in (signature + b"\0", b"\0" + signature, signature[:-1], signature * 2, b""):
        with pytest.raises(NotAuthenticError):
            check(dumped(body | {"signature": base64.b64encode(wrong).decode()}))
    # Another way to write the same numbers (the length in the long form) is refused too.
    long_form = signature[:1] + b"\x81" + signature[1:]
    with pytest.raises(NotAuthenticError):
        check(dumped(body | {"signature": base64.b64encode(long_form).decode()}))


def test_base64_is_strict() -> None:
    body = Sender().members()
    for wrong in (
        body["signature"] + "\n",
        " " + body["signature"],
        body["signature"].replace("=", "") + "*",
        body["signature"][:10] + "-_" + body["signature"][12:],
    ):
        with pytest.raises(CallbackError):
            check(dumped(body | {"signature": wrong}))
