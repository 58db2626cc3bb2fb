"""What is derived from the master key: never the same value twice, never forged, never moved."""

from __future__ import annotations

import base64
import hmac
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loyalty.access.tokens import Tokens, digest
from loyalty.messages import Contact

A, B = bytes(range(32)), bytes(range(32, 64))
TOKENS = Tokens("A", {"A": A})
REFERENCE = "ABCDEFGHIJKLMNOP"
references = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=16, max_size=16)


@given(references)
def test_a_code_is_read_back(reference: str) -> None:
    code = TOKENS.card_code(reference)
    assert TOKENS.read_card_code(code) == reference
    assert TOKENS.read_card_code(f" {code}\r\n") == reference
    # QR's alphanumeric mode, which needs the smallest picture.
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", code)


@given(references, st.integers(0, 200), st.characters())
def test_a_changed_code_names_nobody(reference: str, place: int, letter: str) -> None:
    code = TOKENS.card_code(reference)
    place %= len(code)
    changed = code[:place] + letter + code[place + 1 :]
    assert TOKENS.read_card_code(changed) == (reference if changed.strip() == code else None)


@given(st.text(max_size=80))
def test_noise_names_nobody(code: str) -> None:
    assert TOKENS.read_card_code(code) is None


@pytest.mark.parametrize("code", ["1.Z." + REFERENCE + "." + REFERENCE, "2.A", "", "1.A..", "...."])
def test_unknown_keys_and_versions_name_nobody(code: str) -> None:
    assert TOKENS.read_card_code(code) is None


def test_codes_are_lower_case_never() -> None:
    assert TOKENS.read_card_code(TOKENS.card_code(REFERENCE).lower()) is None


def test_old_codes_stay_good_when_the_key_changes() -> None:
    both = Tokens("B", {"A": A, "B": B})
    assert both.read_card_code(TOKENS.card_code(REFERENCE)) == REFERENCE
    assert both.card_code(REFERENCE).startswith("1.B.")
    assert TOKENS.read_card_code(both.card_code(REFERENCE)) is None


def test_what_phones_and_tables_keep_does_not_change_with_the_key() -> None:
    both, contact = Tokens("B", {"A": A, "B": B}), Contact("email", "ann@example.com")
    assert both.apple_token("serial") == TOKENS.apple_token("serial")
    assert both.link_token("p", "m", 1) == TOKENS.link_token("p", "m", 1)
    assert both.contact_key("p", contact) == TOKENS.contact_key("p", contact)
    assert both.proof("c", "m", "1") == TOKENS.proof("c", "m", "1")


def test_no_value_is_good_for_two_things() -> None:
    values = [
        TOKENS.card_code("S"),
        TOKENS.link_token("S", "S", 1),
        TOKENS.link_token("S", "S", 2),
        TOKENS.link_token("S", "T", 1),
        TOKENS.link_token("T", "S", 1),
        TOKENS.proof("S", "S", "S"),
        TOKENS.application("S", "S", "S"),
        TOKENS.application("S", "S", "T"),
        TOKENS.application("S", "T", "S"),
        TOKENS.application("T", "S", "S"),
        TOKENS.apple_token("S"),
        TOKENS.apple_token("T"),
        TOKENS.contact_key("S", Contact("phone", "S")),
        TOKENS.contact_key("S", Contact("email", "S")),
        TOKENS.contact_key("T", Contact("email", "S")),
    ]
    assert len(set(values)) == len(values)


def test_parts_cannot_be_moved_into_each_other() -> None:
    assert TOKENS.link_token("a", "bc", 1) != TOKENS.link_token("ab", "c", 1)
    assert TOKENS.link_token('a", "b', "c", 1) != TOKENS.link_token("a", 'b", "c', 1)


def test_tokens_are_long_enough() -> None:
    assert len(TOKENS.apple_token("S")) >= 32
    assert len(TOKENS.link_token("p", "m", 1)) >= 26
    assert re.fullmatch(r"[A-Za-z0-9_-]+", TOKENS.link_token("p", "m", 1))


def test_a_known_value_stays() -> None:
    """Cards are printed and phones keep tokens: a change of the derivation would void them all."""
    assert TOKENS.card_code(REFERENCE) == KNOWN_CODE
    assert TOKENS.apple_token("serial") == KNOWN_APPLE
    assert TOKENS.link_token("coffee", "member", 1) == KNOWN_LINK
    assert TOKENS.contact_key("coffee", Contact("phone", "+12125550123")) == KNOWN_CONTACT


KNOWN_CODE = "1.A.ABCDEFGHIJKLMNOP.UFLYJ7OTBMIE263S"
KNOWN_APPLE = "IDAU6NANCSCLSDX2DC2FD6DIY6RLR2QU"
KNOWN_LINK = "kIPZhInJp8OUCoP4mbF609s3msI"
KNOWN_CONTACT = "KWDOF6NN7Z3LRXTUGPU42WIJK4RI4HZV"


def secret(**changes: object) -> str:
    keys = {"A": base64.b64encode(A).decode()}
    return json.dumps({"current": "A", "keys": keys, **changes})


def test_the_secret_is_read() -> None:
    read = Tokens.from_json(secret())
    assert read.card_code(REFERENCE) == TOKENS.card_code(REFERENCE)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "5",
        "null",
        "{}",
        secret(current="B"),
        secret(current=None),
        secret(keys={}),
        secret(keys=[]),
        secret(keys={"A": base64.b64encode(A[:31]).decode()}),
        secret(keys={"A": 5}),
        secret(keys={"A": "!" + base64.b64encode(A).decode() + "!"}),
        # Codes of such a key could be made, and never read.
        secret(current="a", keys={"a": base64.b64encode(A).decode()}),
        secret(current="A.B", keys={"A.B": base64.b64encode(A).decode()}),
    ],
)
def test_a_master_key_that_could_not_work_is_refused_at_once(text: str) -> None:
    with pytest.raises(ValueError, match=r"^master-key: ") as error:
        Tokens.from_json(text)
    assert base64.b64encode(A).decode() not in str(error.value)


def test_a_digest_is_not_the_token() -> None:
    assert digest("token") != digest("token ")
    assert re.fullmatch(r"[0-9a-f]{64}", digest("token"))


def test_a_code_of_another_master_key_is_a_forgery() -> None:
    stranger = Tokens("A", {"A": B})
    assert TOKENS.read_card_code(stranger.card_code(REFERENCE)) is None


def test_the_suite_sees_a_forgery(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a comparison that always agrees lets forged codes pass."""
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    with pytest.raises(AssertionError):
        test_a_code_of_another_master_key_is_a_forgery()
