"""Instants are aware and UTC inside, and whole microseconds since 1970 where they are kept."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST = datetime(2100, 1, 1, tzinfo=UTC)
_RFC_3339 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


def microseconds(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970 (UTC)."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant(microseconds: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC instant."""
    return _EPOCH + timedelta(microseconds=microseconds)


def read_instant(text: object) -> datetime:
    """Read an RFC 3339 instant between the years 2000 and 2100.

    Raises
    ------
    ValueError
        It is something else; the message is a sentence for the sender.
    """
    if not isinstance(text, str) or _RFC_3339.fullmatch(text) is None:
        raise ValueError("An RFC 3339 instant with a zone is expected: 2026-05-04T12:00:00Z.")
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError("There is no such day, time or zone.") from None
    if not _EARLIEST <= instant < _LATEST:
        raise ValueError("An instant between the years 2000 and 2100 is expected.")
    return instant.astimezone(UTC)


def read_local(text: object) -> datetime | None:
    """Read a local day and time, or a day: 2026-12-01T10:00, between the years 2000 and 2100.

    None where a text says none. What is later than calendars go can be written, and not told again.
    """
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    if found is None or found.tzinfo is not None:
        return None
    return found if _EARLIEST.year <= found.year < _LATEST.year else None
