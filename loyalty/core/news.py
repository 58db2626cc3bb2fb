"""What a shop tells a member on their card. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
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
        A ``message`` is what the card's message field says; ``news`` may have a title, a link and a
        picture, and stands on the card's page and back.
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
    picture: str = ""
