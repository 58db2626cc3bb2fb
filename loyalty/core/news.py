"""What a shop tells a member on their card. Pure data."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal

from loyalty.program import sides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from loyalty.core.invitation import Coming

MOST_NEWS: Final = 8
"""Pieces that a card keeps; the oldest goes first."""

TOGETHER: Final = 3600
"""Seconds: what was told so shortly before the newest piece stands on the card beside it."""

EVERYBODY: Final = "everybody#"
"""What the id of that begins with which is said on every card of the program."""

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


def together(news: Sequence[News]) -> tuple[News, ...]:
    """Return what was told at about the same time as the newest piece, that one first.

    Campaigns that are due at the same minute speak one after the other: phones may hear only of the
    last of them, so the card says them all.
    """
    latest = max((one.at for one in news), default=0)
    found = [one for one in news if one.at >= latest - TOGETHER]
    return tuple(sorted(found, key=lambda one: (one.at, one.id), reverse=True))


def has_room(news: Sequence[News], second: int, more: int) -> bool:
    """Tell whether so many further pieces push nothing off a card that nobody may have seen yet."""
    fresh = [one for one in news if one.at > second - TOGETHER or one.id.startswith(INVITES)]
    return len(fresh) + more <= MOST_NEWS


def newest(news: Sequence[News]) -> tuple[News, ...]:
    """Return the pieces that a card keeps: what waits for an answer, what has just been told.

    Of those that are left the latest, as far as there is room. Whoever may wait asks ``has_room``
    first, so that it is little more than that.
    """
    stays = {one.id for one in news if one.id.startswith(INVITES)}
    stays |= {one.id for one in together(news)}
    others = [one.id for one in news if one.id not in stays]
    stays |= set(others[max(0, len(others) - max(0, MOST_NEWS - len(stays))) :])
    return tuple(one for one in news if one.id in stays)


def picture_path(program: str, picture: str) -> str:
    """Return the path at which anybody sees a picture of a program, which its test side shares."""
    return f"/designs/news/{sides.real(program)}~{picture}.jpg"
