"""What is on its way to members by other channels than the card: claims, as a carrier ends them.

A claim waits (index ``waiting``, partition ``offers``), is being sent, and has ended. What is being
sent is never taken up again, whatever has become of it: no carrier would notice a repeat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from loyalty.store import keys
from loyalty.store.campaign_book import Claim, to_claim
from loyalty.store.tables import Equals, Put, Update

if TYPE_CHECKING:
    from loyalty.store.tables import Key, Tables, Write

_REMEMBERED: Final = 60 * 86_400
"""Seconds in which a carrier's word about what it took is understood."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which offer: of which campaign, for which of its occurrences, to whom."""

    program: str
    campaign: str
    occurrence: str
    member: str


def write(tables: Tables, *writes: Write) -> None:
    """Write all of that at once, whatever it is of; raises as ``Tables.write``."""
    tables.write(*writes)


def read(tables: Tables, place: Place) -> Claim | None:
    """Return an offer's claim."""
    item = tables.get(_key(place))
    return to_claim(item) if item and item.get("ch") else None


def due(tables: Tables, second: int, limit: int) -> list[Place]:
    """Return offers that are due by that second. Eventually consistent: read them again."""
    found = tables.waiting(keys.OFFERS, second, limit)
    return [Place(*keys.claim_at(one.key)) for one in found]


def begin(place: Place, cost: int) -> Write:
    """Return the write after which this offer is sent by whoever wrote it, and by nobody else."""
    values = {"st": "sending", "f": cost}
    return Update(_key(place), values, remove=("wp", "wt"), condition=Equals("st", "waiting"))


def wait(place: Place, second: int) -> Write:
    """Return the write by which an offer that still waits is looked at at another second."""
    return Update(_key(place), {"wt": second}, condition=Equals("st", "waiting"))


def again(place: Place, second: int) -> Write:
    """Return the write by which an offer that was certainly not sent waits once more."""
    values = {"st": "waiting", "wp": keys.OFFERS, "wt": second}
    return Update(_key(place), values, adds={"n": 1}, condition=Equals("st", "sending"))


def end(place: Place, seen: str, state: str, cost: int) -> Write:
    """Return the write of how an offer has ended, if it is as it was seen."""
    values = {"st": state, "f": cost}
    return Update(_key(place), values, remove=("wp", "wt"), condition=Equals("st", seen))


def tries(tables: Tables, place: Place) -> int:
    """Return how often an offer was certainly not sent."""
    item = tables.get(_key(place))
    return int(item.get("n", 0)) if item else 0


def sent(channel: str, name: str, place: Place, second: int) -> Write:
    """Return the write by which an offer is found by its carrier's id, for sixty days."""
    at = [place.program, place.campaign, place.occurrence, place.member]
    return Put(_sent_key(channel, place.program, name), {"at": at, "ttl": second + _REMEMBERED})


def found(tables: Tables, channel: str, program: str, name: str) -> Place | None:
    """Return the offer of a program that its carrier knows by that id."""
    item = tables.get(_sent_key(channel, program, name))
    return Place(*item["at"]) if item else None


def _sent_key(channel: str, program: str, name: str) -> Key:
    # Gateways of two programs may count from one.
    return keys.directory_key("sent", f"{channel}#{program}#{name}")


def _key(place: Place) -> Key:
    return keys.claim_of_key(place.program, place.campaign, place.occurrence, place.member)
