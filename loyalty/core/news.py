"""What a shop tells a member on their card. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from loyalty.program import sides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.core.invitation import Coming

MOST_NEWS = 5
"""Pieces that a card keeps; the oldest goes first."""


INVITES: Final = "invitation#"
"""What ids of news begin with that wait for an answer to an invitation."""


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
    picture
        The address of a picture that belongs to it; empty for none.
    """

    id: str
    kind: Literal["message", "news"]
    at: int
    until: int
    texts: Mapping[str, str]
    titles: Mapping[str, str]
    link: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a campaign has told at an instant (µs); its claim follows, if nobody dies before."""

    campaign: str
    occurrence: str
    at: int

    def is_of(self, campaign: str, since: int) -> bool:
        """Tell whether a campaign has begun it since an instant (µs)."""
        return self.campaign == campaign and self.at >= since


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
    coming
        Invitations that they have a place of: what the card says until they are over.
    begun
        What was told of late whose claim is written after it: whoever finds none finishes it.
    """

    reached: Mapping[str, int] = field(default_factory=dict)
    times: tuple[int, ...] = ()
    news: tuple[News, ...] = ()
    version: int = 0
    scores: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    coming: tuple[Coming, ...] = ()
    begun: tuple[Begun, ...] = ()

    def has_begun(self, campaign: str, occurrence: str) -> bool:
        """Tell whether a member was told this, though nobody may have written it down."""
        return any((one.campaign, one.occurrence) == (campaign, occurrence) for one in self.begun)

    def began(self, campaign: str, occurrence: str, at: int) -> Marks:
        """Return these with something that has just been told."""
        return replace(self, begun=(*self.begun, Begun(campaign, occurrence, at)))


NOTHING = Marks()


def newest(news: Sequence[News]) -> tuple[News, ...]:
    """Return the pieces that a card keeps: of invitations all that there is room for."""
    asked = [one for one in news if one.id.startswith(INVITES)][-MOST_NEWS:]
    room = MOST_NEWS - len(asked)
    others = [one for one in news if not one.id.startswith(INVITES)]
    kept = {*(one.id for one in asked), *(one.id for one in others[len(others) - room :])}
    return tuple(one for one in news if one.id in kept)


def picture_path(program: str, picture: str) -> str:
    """Return the path at which anybody sees a picture of a program, which its test side shares."""
    return f"/designs/news/{sides.real(program)}~{picture}.jpg"
