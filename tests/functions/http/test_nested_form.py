"""Forms with brackets in their names become objects and lists, or are refused."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.http.nested_form import nested
from loyalty.refusals import Refusal


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", {}),
        (b"a=1&b=", {"a": "1", "b": ""}),
        (b"data[FIELDS][ID]=7&c[d]=x", {"data": {"FIELDS": {"ID": "7"}}, "c": {"d": "x"}}),
        (
            b"leads[status][0][id]=7&leads[status][1][id]=8",
            {"leads": {"status": [{"id": "7"}, {"id": "8"}]}},
        ),
        (b"leads%5Bstatus%5D%5B0%5D%5Bid%5D=7", {"leads": {"status": [{"id": "7"}]}}),
        (b"a[]=1&a[]=2", {"a": ["1", "2"]}),
        (b"a[1]=x", {"a": {"1": "x"}}),
        (b"name=%D0%90%D0%BD%D0%BD%D0%B0+X", {"name": "Анна X"}),
        (b"a[b=1", {"a[b": "1"}),
    ],
)  # fmt: skip
def test_what_a_form_says(body: bytes, found: dict[str, Any]) -> None:
    assert nested(body, 10**6) == found


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"a=1&a=2", "duplicate_key"),
        (b"a=1&a[b]=2", "duplicate_key"),
        (b"a[b]=2&a=1", "duplicate_key"),
        (b"a" + b"[b]" * 10 + b"=1", "too_deep"),
        (b"a=%ff", "not_a_form"),
        ("a=ж".encode(), "not_a_form"),
        (b"&".join(b"a%d=1" % number for number in range(5001)), "not_a_form"),
        (b"a=" + b"x" * 10**6, "too_large"),
    ],
)
def test_what_is_no_form(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        nested(body, 10**6)
    assert (refused.value.kind, refused.value.code) == ("unreadable", code)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(Refusal):
        assert isinstance(nested(body, 100), dict)
