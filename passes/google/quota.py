"""How fast and how often: what Google allows an issuer and a card, and what that means in time.

Pure. Sources (Google's FAQ and its page on push notifications): 20 requests a second, counted here
per issuer; at most three notifications for a card in 24 hours. Whether messages and field updates
are counted together is not documented, so they share one count here.

Pace
----
Every request takes a turn: an instant of its own on one timeline that all processes of the
issuer share (the generic cell rate algorithm with a tolerance of nothing). A turn is good from its
instant for `GRACE`; one that was missed is lost, never made up for. With turns every 1/19 second
and a grace of 1/20 second, no window of one second holds more than floor(1.05 x 19) + 1 = 20
requests, however late each of them left within its grace.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SECOND: Final = 1_000_000
"""Every instant here is in microseconds since 1970, every duration in microseconds."""

QUOTA: Final = 20
RATE: Final = 19
INTERVAL: Final = -(-SECOND // RATE)
GRACE: Final = SECOND // 20

CAMPAIGN_RATE: Final = 12
CAMPAIGN_INTERVAL: Final = -(-SECOND // CAMPAIGN_RATE)
CAMPAIGN_BLOCK: Final = 4
"""Turns that a campaign takes at once: what a live update may have to wait for, 0.21 s."""

REDRAW_RATE: Final = 8
"""Cards a second that a change of the whole program takes."""

HEADROOM: Final = INTERVAL
"""A campaign takes turns only while less than this is taken: live updates never queue."""

BELIEVABLE: Final = 60 * SECOND
"""Nobody reserves so far ahead: a timeline that ends later was written by a clock that is wrong."""

Lane = Literal["live", "campaign"]

NOTIFICATIONS: Final = 3
UPDATE_NOTIFICATIONS: Final = 2
"""Of the three, what updates of fields may use: one is always left for what has to be said."""

DAY: Final = 24 * 3600 * SECOND
MARGIN: Final = 60 * SECOND
"""Google's clock and ours may differ, and a request takes a while."""

Kind = Literal["update", "message", "notice"]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How far the issuer's turns are taken.

    Attributes
    ----------
    free
        The first instant that nobody has.
    campaigns
        Before this instant campaigns have had their share.
    """

    free: int = 0
    campaigns: int = 0


@dataclass(frozen=True, slots=True)
class Turns:
    """`count` turns, `INTERVAL` apart, the first at `first`."""

    first: int
    count: int

    @property
    def instants(self) -> tuple[int, ...]:
        """Return when each turn is."""
        return tuple(self.first + number * INTERVAL for number in range(self.count))


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: ask again at this instant."""

    at: int


def reserve(
    timeline: Timeline, count: int, now: int, latest: int, lane: Lane = "live"
) -> tuple[Turns, Timeline] | Later:
    """Take up to `count` turns off the timeline, none after `latest`.

    Live requests take the next free turns. A campaign takes at most `CAMPAIGN_BLOCK`, only while
    the timeline is as good as empty, and never more than `CAMPAIGN_RATE` a second: it uses what
    live updates leave, and stands back altogether while they queue.
    """
    free = timeline.free if timeline.free <= now + BELIEVABLE else now
    campaigns = min(timeline.campaigns, now + BELIEVABLE)
    if lane == "campaign":
        if free > now + HEADROOM:
            return Later(free - HEADROOM)
        if campaigns > now:
            return Later(campaigns)
        count = min(count, CAMPAIGN_BLOCK)
    first = max(free, now)
    granted = min(count, (latest - first) // INTERVAL + 1) if latest >= first else 0
    if granted <= 0:
        return Later(first)
    if lane == "campaign":
        campaigns = max(campaigns, now) + granted * CAMPAIGN_INTERVAL
    return Turns(first, granted), Timeline(first + granted * INTERVAL, campaigns)


def missed(turn: int, now: int) -> bool:
    """Tell whether it is too late for a turn."""
    return now > turn + GRACE


@dataclass(frozen=True, slots=True)
class Allowance:
    """Whether one more may notify, goes silently, or has to wait until `later`."""

    notify: bool
    later: int | None = None


def allowance(kind: Kind, notified: Iterable[int], now: int) -> Allowance:
    """Decide whether one more notification for a card is within its three in 24 hours.

    Parameters
    ----------
    kind
        ``update``: fields changed; what the card shows is never put off, so it is said silently
        once updates have had two of the three. ``notice``: about this card and now (a gift
        arrived, points end tomorrow); silently rather than late. ``message``: news of a
        campaign; they wait until a notification is free again.
    notified
        Instants of earlier notifications of this card, those to its whole class included.
    """
    recent = _recent(notified, now)
    limit = UPDATE_NOTIFICATIONS if kind == "update" else NOTIFICATIONS
    if len(recent) < limit:
        return Allowance(notify=True)
    if kind == "message":
        return Allowance(notify=False, later=recent[-NOTIFICATIONS] + DAY + MARGIN)
    return Allowance(notify=False)


def remembered(notified: Iterable[int], now: int) -> tuple[int, ...]:
    """Return the notifications that still count, oldest first."""
    return tuple(_recent(notified, now))


def exhausted(now: int) -> tuple[int, ...]:
    """Return what to remember when Google itself says that a card has had its three."""
    return (now,) * NOTIFICATIONS


def _recent(notified: Iterable[int], now: int) -> list[int]:
    return sorted(instant for instant in notified if instant + DAY + MARGIN > now)


@dataclass(frozen=True, slots=True)
class Wave:
    """Cards of a campaign that may be notified from some instant on, by their allowance."""

    cards: int
    after: int = 0


def waves(notified: Iterable[Iterable[int]], now: int, kind: Kind = "message") -> tuple[Wave, ...]:
    """Return from when on how many of these cards may be notified, each by its own history."""
    counted: dict[int, int] = {}
    for card in notified:
        later = allowance(kind, card, now).later
        after = 0 if later is None else -(-(later - now) // SECOND)
        counted[after] = counted.get(after, 0) + 1
    return tuple(Wave(cards, after) for after, cards in sorted(counted.items()))


def campaign_rate(live: float) -> float:
    """Return the requests a second that a campaign gets beside so many live ones."""
    return max(0.0, min(float(CAMPAIGN_RATE), RATE - live))


def eta(waves: Sequence[Wave], live: float, requests: float = 1.0) -> float | None:
    """Return in how many seconds a campaign has reached its last card.

    Parameters
    ----------
    waves
        Who may be notified from when (`after`: seconds from now).
    live
        Requests a second that live updates take meanwhile.
    requests
        Requests for each card: 1 for a message or a PATCH, 3 where old messages are removed first.

    Returns
    -------
    float | None
        None when live updates leave nothing, or there is nobody to tell.
    """
    rate = campaign_rate(live)
    if rate == 0 or not any(wave.cards for wave in waves):
        return None
    end = 0.0
    for wave in sorted(waves, key=lambda wave: wave.after):
        if wave.cards:
            end = max(end, float(wave.after)) + wave.cards * requests / rate
    return end


def best_way(audience: int, everybody: int) -> Literal["class", "objects"]:
    """Return how an audience is reached: one message of the class when it is everybody."""
    return "class" if audience >= everybody > 0 else "objects"
