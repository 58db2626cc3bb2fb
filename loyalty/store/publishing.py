"""Marks on accounts whose card changed and is not handed over to the wallets yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Cancelled, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables

SHARDS = keys.PUBLISH_SHARDS


@dataclass(frozen=True, slots=True)
class ChangedCard:
    """A card that looks different since it was last handed over."""

    program: str
    member: str
    version: int


def changed_cards(tables: Tables, members: Iterable[tuple[str, str]]) -> list[ChangedCard]:
    """Return the cards of those of these (program, member) whose mark is still there.

    An account that cannot be read keeps its mark and nobody else waiting: the night names it.
    """
    found = tables.get_many(keys.account_key(*member) for member in members)
    return [
        ChangedCard(*keys.owner(key.pk), item["c"])
        for key, item in found.items()
        if "wp" in item and isinstance(item.get("c"), int)
    ]


def waiting(tables: Tables, shard: int, before: int, limit: int) -> list[tuple[str, str]]:
    """Return members of one shard whose card was changed by that second, oldest first.

    Eventually consistent: ``changed_cards`` tells what is true.
    """
    found = tables.waiting(keys.publish_partitions()[shard], before, limit)
    return [keys.owner(place.key.pk) for place in found]


def unmark(tables: Tables, card: ChangedCard) -> None:
    """Take the mark away that this version of the card has left, and remember what was handed over.

    A mark that cannot be taken away stays: the card has changed again, or somebody writes to the
    account now. The next bell or the sweeper hands the newer card over.
    """
    key = keys.account_key(card.program, card.member)
    values, unchanged = {"pv": card.version}, Equals("c", card.version)
    try:
        # Repeated after a lost answer it does the same again: the card's version stays what it was.
        tables.write_alone(Update(key, values, remove=("wp", "wt"), condition=unchanged))
    except Cancelled:
        return
