"""Instants as they are told: read strictly, within bounds, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from loyalty.core.instants import instant, microseconds, read_instant

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-05-04T12:00:00Z", NOON),
        ("2026-05-04t12:00:00z", NOON),
        ("2026-05-04 12:00:00Z", NOON),
        ("2026-05-04T14:00:00+02:00", NOON),
        ("2026-05-04T12:00:00.25Z", NOON + timedelta(seconds=0.25)),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("2099-12-31T23:59:59Z", datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_into_utc(text: str, read: datetime) -> None:
    found = read_instant(text)
    assert found == read
    assert found.tzinfo is UTC


FORM = "An RFC 3339 instant with a zone is expected: 2026-05-04T12:00:00Z."
NONE = "There is no such day, time or zone."
BOUNDS = "An instant between the years 2000 and 2100 is expected."


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (None, FORM),
        (1_777_896_000, FORM),
        (NOON, FORM),
        ("", FORM),
        ("2026-05-04", FORM),
        ("2026-05-04T12:00:00", FORM),
        ("2026-05-04T12:00:00Z\n", FORM),
        ("2026-02-30T12:00:00Z", NONE),
        ("2026-05-04T25:00:00Z", NONE),
        ("1999-12-31T23:59:59Z", BOUNDS),
        ("2100-01-01T00:00:00Z", BOUNDS),
    ],
)
def test_what_is_none_is_told_in_a_sentence(value: object, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refused:
        read_instant(value)
    assert str(refused.value) == sentence
    assert refused.value.__cause__ is None


def test_microseconds_and_back() -> None:
    odd = NOON.astimezone(timezone(timedelta(hours=5, minutes=30))) + timedelta(microseconds=7)
    assert microseconds(odd) == 1_777_896_000_000_007
    assert instant(1_777_896_000_000_007) == odd
    assert instant(0) == datetime(1970, 1, 1, tzinfo=UTC)
