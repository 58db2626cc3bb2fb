"""What a shop tells a member on their card. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_NEWS = 5
"""Pieces that a card keeps; the oldest goes first."""


@dataclass(frozen=True, slots=True)
class News:
    """One piece.

    Attributes
    ----------
    id
        Names what has told it: ``<campaign>#<occurrence>``.
    kind
        A ``message`` is a sentence; ``news`` has a title and may have a link.
    at, until
        Seconds since 1970: when it was told, and from when on it is not shown any more.
    texts
        By language, member fields filled in.
    """

    id: str
    kind: Literal["message", "news"]
    at: int
    until: int
    texts: Mapping[str, str]
    titles: Mapping[str, str]
    link: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """What campaigns have told a member.

    Attributes
    ----------
    reached
        By campaign: when it did last (µs since 1970).
    times
        When anything was told, newest last (µs): what a cap is counted by.
    news
        What the card shows of it.
    scores
        By campaign: the last score that they have answered its question with, and when (µs).
    """

    reached: Mapping[str, int] = field(default_factory=dict)
    times: tuple[int, ...] = ()
    news: tuple[News, ...] = ()
    version: int = 0
    scores: Mapping[str, tuple[int, int]] = field(default_factory=dict)


NOTHING = Marks()
