"""What figures count that is neither order nor entry: cards in wallets, looks for cards, refusals.

A line is written with what it tells of, under a key of its own, and never again: so whatever comes
twice counts once, and nothing is added to a sum. It names a member by id, or a key, and nothing
else of anybody. Lines stand by the day (UTC) on which it happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from loyalty.core.calendar import MONTHS_IN_A_YEAR
from loyalty.core.instants import microseconds
from loyalty.store import keys
from loyalty.store.tables import Put

if TYPE_CHECKING:
    from loyalty.store.tables import Item, Tables, Write

Wallet = Literal["apple", "google"]

KEPT_DAYS = 62
"""How long is kept who has looked for cards, and who was refused: twice thirty days."""

_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class InWallet:
    """A card was put into a wallet, or taken out of it.

    Attributes
    ----------
    name
        What tells it from others of this member: a number of the registration, a nonce of Google.
    taken
        It was taken out.
    at
        Second of UTC.
    order
        What puts one member's in order: Google's own time (ms); 0 for Apple.
    """

    member: str
    wallet: Wallet
    name: str
    taken: bool
    at: int
    order: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody of the shop has looked for a card.

    Attributes
    ----------
    who
        The actor, as entries name them.
    member
        Whose card it is; empty where none was found.
    refused
        The code of the refusal; empty where a card was found.
    at
        Microseconds of UTC.
    """

    who: str
    member: str
    refused: str
    at: int


@dataclass(frozen=True, slots=True)
class Declined:
    """Somebody of the shop has asked for something that was refused.

    Attributes
    ----------
    who
        The actor, as entries name them.
    member
        Whose card it was; empty where none was found.
    act
        What was asked for, as answers are stored: ``redemption``, ``hold``, ``gift``.
    reason
        The reason of the answer, or the code of the refusal.
    at
        Microseconds of UTC.
    """

    who: str
    member: str
    act: str
    reason: str
    at: int


def put_in_wallet(program: str, line: InWallet) -> Write:
    """Return the write of what happened to a card in a wallet; again is the same."""
    what = f"{line.wallet}#{'out' if line.taken else 'in'}#{line.name}"
    key = keys.wallet_line_key(program, line.member, what, *_month_and_day(line.at))
    return Put(key, {"at": line.at, **({"e": line.order} if line.order else {})})


def put_looked(tables: Tables, program: str, line: Looked) -> None:
    """Write that somebody looked for a card; forgotten by itself (TTL)."""
    second = line.at // 1_000_000
    key = keys.look_line_key(program, line.who, line.at, *_month_and_day(second))
    item = {
        "ttl": second + KEPT_DAYS * _DAY,
        **({"m": line.member} if line.member else {}),
        **({"w": line.refused} if line.refused else {}),
    }
    tables.write_alone(Put(key, item))


def put_declined(tables: Tables, program: str, line: Declined) -> None:
    """Write that somebody was refused something; forgotten by itself (TTL)."""
    second = line.at // 1_000_000
    key = keys.declined_line_key(program, line.who, line.at, *_month_and_day(second))
    item = {
        "ttl": second + KEPT_DAYS * _DAY,
        "a": line.act,
        "w": line.reason,
        **({"m": line.member} if line.member else {}),
    }
    tables.write_alone(Put(key, item))


def looked(who: str, member: str, refused: str, at: datetime) -> Looked:
    """Return the line of somebody who has looked for a card."""
    return Looked(who, member, refused, microseconds(at))


def in_wallets(tables: Tables, program: str, member: str, at: datetime) -> list[InWallet]:
    """Return what happened to a member's card on a day (UTC), oldest first."""
    month, day = _month_and_day(int(at.timestamp()))
    first = keys.wallet_line_key(program, member, "", month, day)
    found = [
        read_in_wallet(item["sk"].split("#", 2)[2], item)
        for item in tables.query("state", first.pk, first.sk)
    ]
    return sorted(found, key=lambda one: (one.order, one.at))


def read_in_wallet(place: str, item: Item) -> InWallet:
    """Read a line; ``place`` is what follows its day and letter in the sort key."""
    member, wallet, way, name = place.split("#", 3)
    where: Wallet = "apple" if wallet == "apple" else "google"
    return InWallet(member, where, name, way == "out", item["at"], item.get("e", 0))


def read_looked(place: str, item: Item) -> Looked:
    """Read a line; ``place`` is what follows its day and letter in the sort key."""
    at, who = place.split("#", 1)
    return Looked(who, item.get("m", ""), item.get("w", ""), int(at))


def read_declined(place: str, item: Item) -> Declined:
    """Read a line; ``place`` is what follows its day and letter in the sort key."""
    at, who = place.split("#", 1)
    return Declined(who, item.get("m", ""), item["a"], item["w"], int(at))


def _month_and_day(second: int) -> tuple[int, int]:
    at = datetime.fromtimestamp(second, UTC)
    return at.year * MONTHS_IN_A_YEAR + at.month - 1, at.day
