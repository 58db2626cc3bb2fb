"""How lists of /v1 are bounded by time: from an instant on, and until another."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from functions.http.shapes import Asked
from loyalty.core.instants import microseconds, read_instant
from loyalty.refusals import Refusal

Instant = Annotated[
    datetime,
    BeforeValidator(read_instant),
    Field(description="RFC 3339 with a zone, between the years 2000 and 2100."),
]
EVER = 1
"""The first instant, in microseconds: of what every list begins with."""


class TimesAsked(Asked):
    """Of which time a list is, both ends included; pages go on with the same ones."""

    since: Annotated[Instant, Field(description="From that instant on (RFC 3339 with a zone).")] = (
        None  # type: ignore[assignment]
    )
    until: Annotated[Instant, Field(description="Until that instant; now if not named.")] = None  # type: ignore[assignment]

    def between(self, now: datetime) -> tuple[int, int]:
        """Return both ends in microseconds since 1970.

        Raises
        ------
        Refusal
            ``ends_before_it_begins``.
        """
        since = microseconds(self.since) if self.since else EVER
        until = microseconds(self.until or now)
        if until < since:
            detail = "That is before since: nothing lies between."
            raise Refusal("invalid", "ends_before_it_begins", detail, pointer="/until")
        return since, until
