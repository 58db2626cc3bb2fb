"""Instants are aware and UTC inside, and whole microseconds since 1970 where they are kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 (UTC)."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC instant."""
    return _EPOCH + timedelta(microseconds=microseconds)
