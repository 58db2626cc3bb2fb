"""What is sealed opens where it was sealed, with its own key, whole, and nowhere else."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from hypothesis import given
from hypothesis import strategies as st

from loyalty.access.tokens import Tokens
from loyalty.store import keys, sealing
from loyalty.store.sealing import Wraps, opened, seal, unwrapped, wrapped
from loyalty.store.tables import Key

MEMBER = keys.member_key("coffee", "1")
KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
NONCE = bytes(12)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.dictionaries(TEXTS, TEXTS | st.integers() | st.lists(TEXTS | st.integers()), max_size=4)
ELSEWHERE = (
    keys.member_key("coffee", "2"),
    keys.member_key("barber", "1"),
    keys.record_key("coffee", "1"),
    keys.note_key("coffee", "1", "gift", "k", "n"),
    Key("state", f"{MEMBER.pk}\nMEMBER", ""),
)


@given(VALUES, st.binary(min_size=12, max_size=12))
def test_what_was_sealed_opens_in_its_place_only(values: dict[str, Any], nonce: bytes) -> None:
    text = seal(KEY, MEMBER, values, nonce)
    assert opened(KEY, MEMBER, text) == values
    assert opened(OTHER, MEMBER, text) is None
    assert [opened(KEY, place, text) for place in ELSEWHERE] == [None] * len(ELSEWHERE)


def test_another_attribute_of_the_same_item_does_not_open(monkeypatch: Any) -> None:
    text = seal(KEY, MEMBER, {"fn": "Ann"}, NONCE)
    monkeypatch.setattr(sealing, "SEALED", "xx")
    assert opened(KEY, MEMBER, text) is None


@given(st.data())
def test_whatever_was_changed_or_cut_does_not_open(data: st.DataObject) -> None:
    sealed = bytearray(base64.b64decode(seal(KEY, MEMBER, {"fn": "Ann", "ct": "a@b.c"}, NONCE)))
    if data.draw(st.booleans(), "cut"):
        changed = sealed[: data.draw(st.integers(0, len(sealed) - 1), "to")]
    else:
        changed = bytearray(sealed)
        changed[data.draw(st.integers(0, len(sealed) - 1), "at")] ^= 1 << data.draw(
            st.integers(0, 7), "bit"
        )
    assert opened(KEY, MEMBER, base64.b64encode(changed).decode()) is None


def test_what_is_no_base64_does_not_open() -> None:
    assert [opened(KEY, MEMBER, text) for text in ("", "ä", "a", "a*b=")] == [None] * 4


def test_nothing_of_the_values_stands_in_what_is_sealed() -> None:
    text = seal(KEY, MEMBER, {"fn": "Kanari"}, NONCE)
    assert b"Kanari" not in base64.b64decode(text)
    assert seal(KEY, MEMBER, {"fn": "Kanari"}, bytes([1] * 12)) != text


def test_a_data_key_opens_by_its_own_master_key_and_for_its_own_member_only() -> None:
    place = keys.data_key_key(MEMBER.pk)
    old = Wraps("A", {"A": KEY})
    item = wrapped(old, place, OTHER, NONCE)
    both = Wraps("B", {"A": KEY, "B": bytes(32)})
    assert unwrapped(old, place, item) == unwrapped(both, place, item) == OTHER
    assert unwrapped(both, place, {**item, "w": "B"}) is None, "the id is authenticated, too"
    assert unwrapped(Wraps("B", {"B": bytes(32)}), place, item) is None
    assert unwrapped(Wraps("A", {"A": bytes(32)}), place, item) is None
    assert unwrapped(old, replace(place, pk="coffee#M#2"), item) is None


def test_wrapping_keys_are_derived_from_each_master_key() -> None:
    """As RFC 5869 expands, which another implementation confirms."""
    masters = {"A": KEY, "B": OTHER}
    wraps = Tokens("B", masters).wraps()
    assert wraps.current == "B"
    assert dict(wraps.keys) == {
        name: HKDFExpand(SHA256(), 32, b"data-key").derive(key) for name, key in masters.items()
    }


def test_only_what_tells_who_somebody_is_is_sealed() -> None:
    assert sealing.private_in(MEMBER) == ("fn", "ck", "ct", "bd")
    assert sealing.private_in(keys.note_key("coffee", "1", "a", "b", "c")) == ("text",)
    for other in (
        keys.account_key("coffee", "1"),
        keys.entry_key("coffee", "1", 1),
        keys.data_key_key(MEMBER.pk),
        Key("state", "coffee", "MEMBER"),
        Key("ledger", MEMBER.pk, "MEMBER"),
    ):
        assert sealing.private_in(other) == ()
    assert json.loads("{}") == opened(KEY, MEMBER, seal(KEY, MEMBER, {}, NONCE))
