from __future__ import annotations

import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.http.strict_json import LARGEST_INTEGER, read_json, read_value
from loyalty.refusals import Refusal


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"points":1,"points":1000}', "duplicate_key"),
        (b'{"inner":{"a":1,"a":1}}', "duplicate_key"),
        (b'{"a":NaN}', "not_json"),
        (b'{"a":-Infinity}', "not_json"),
        (b'{"a":1e400}', "number_out_of_range"),
        (b'{"a":' + b"9" * 5000 + b"}", "number_out_of_range"),
        (b'{"a":9007199254740992}', "number_out_of_range"),
        (b'{"a":-9007199254740992}', "number_out_of_range"),
        (b'{"a":"\\ud800"}', "not_text"),
        (b'{"\\ud800":1}', "not_text"),
        (b'{"a":"\xed\xa0\x80"}', "not_utf8"),
        ('{"a":1}'.encode("utf-16"), "not_utf8"),
        (b'\xef\xbb\xbf{"a":1}', "not_json"),
        (b"[" * 7000 + b"]" * 7000, "too_deep"),
        (b'{"a":' * 17 + b"1" + b"}" * 17, "too_deep"),
        (b'{"a":"' + b"x" * 16384 + b'"}', "too_large"),
        (b"[]", "not_an_object"),
        (b"true", "not_an_object"),
        (b"", "not_json"),
        (b'{"a":1', "not_json"),
        (b'{"a":"line\nbreak"}', "not_json"),
    ],
)
def test_what_stays_outside(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_json(body)
    assert caught.value.code == code


def test_the_largest_that_is_let_in() -> None:
    body = b'{"a":' * 15 + b'{"number":%d}' % LARGEST_INTEGER + b"}" * 15
    inner = read_json(body)
    while "a" in inner:
        inner = inner["a"]
    assert inner == {"number": LARGEST_INTEGER}
    assert read_json(b'{"a":' * 20 + b"1" + b"}" * 20, deepest=20)


def test_a_body_too_deep_for_the_reader_itself_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        read_json(b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", largest=1_000_000)
    assert caught.value.code == "too_deep"


def test_a_refusal_never_quotes_what_was_sent() -> None:
    for body in (b'{"secret-key":1,"secret-key":"secret"}', b'{"a":"secret', b'{"secret":1e999}'):
        with pytest.raises(Refusal) as caught:
            read_json(body)
        assert "secret" not in str(caught.value)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.text("abc"), values, max_size=4))
def test_good_json_comes_through_unchanged(value: dict[str, object]) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert read_json(json.dumps(value, ensure_ascii=False).encode()) == value


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Refusal):
        assert isinstance(read_json(body), dict)


def test_vendors_numbers_are_read_exactly() -> None:
    found = read_value(b"[9007199254740993, 0.30, 1e3, -12.50]", exact=True, lists=True)
    assert found == [9007199254740993, Decimal("0.30"), Decimal("1E+3"), Decimal("-12.50")]
    assert [type(one) for one in found] == [int, Decimal, Decimal, Decimal]


@pytest.mark.parametrize(
    "number", ["1" * 41, "0." + "1" * 41, "1e41", "1e-41", "1e999999999", "NaN", "-Infinity"]
)
def test_a_number_that_would_grow_is_refused(number: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_value(f'{{"a": {number}}}'.encode(), exact=True)
    assert caught.value.code in ("number_out_of_range", "not_json")


def test_a_list_is_read_only_where_lists_are_expected() -> None:
    with pytest.raises(Refusal) as caught:
        read_value(b"[]", exact=True)
    assert caught.value.code == "not_an_object"
    with pytest.raises(Refusal) as caught:
        read_value(b'[{"a": 1, "a": 2}]', lists=True)
    assert caught.value.code == "duplicate_key"
    with pytest.raises(Refusal) as caught:
        read_value(b'"text"', lists=True)
    assert caught.value.code == "not_an_object"
