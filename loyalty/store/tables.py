"""The few things that the system asks of its three tables, as data.

``Tables`` is implemented by DynamoDB (``dynamodb.py``) and, in tests, by memory; one contract
suite holds for both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TableName = Literal["state", "ledger", "keys"]
Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """Where an item is: table, partition key, sort key."""

    table: TableName
    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands in the index ``waiting``: its second there, and its key."""

    second: int
    key: Key


@dataclass(frozen=True, slots=True)
class Absent:
    """Condition: there is no such item."""


@dataclass(frozen=True, slots=True)
class Equals:
    """Condition: the item exists and the attribute has this value."""

    attribute: str
    value: int | str


@dataclass(frozen=True, slots=True)
class Below:
    """Condition: the item exists and the attribute is a number below this one."""

    attribute: str
    value: int


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Condition: the item exists and the attribute is a number, this one or a larger one."""

    attribute: str
    value: int


@dataclass(frozen=True, slots=True)
class AllOf:
    """Condition: all of these hold."""

    conditions: tuple[Equals | Below, ...]


Condition = Absent | Equals | Below | AtLeast | AllOf


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item."""

    key: Key
    item: Mapping[str, Any]
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Update:
    """Change attributes of one item: set them, set them where they are missing, remove them.

    ``adds`` is added to numbers, which are 0 where they are missing.
    """

    key: Key
    values: Mapping[str, Any] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    condition: Condition | None = None
    adds: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item; nothing happens where there is none and no condition."""

    key: Key
    condition: Condition | None = None


Write = Put | Update | Delete


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one write of a cancelled transaction was refused.

    ``kind``: ``none`` (this one was fine), ``condition`` (``item`` is what stands there),
    ``conflict`` (somebody else was writing), ``throttled``.
    """

    kind: Literal["none", "condition", "conflict", "throttled"]
    item: Item | None = None


class Cancelled(Exception):  # noqa: N818 - the transaction's own word for it
    """Nothing was written; one reason per write, in their order."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(",".join(reason.kind for reason in reasons))
        self.reasons = reasons


class OutcomeUnknown(Exception):  # noqa: N818
    """The answer was lost: the write may or may not have happened. Read before judging."""


class ReadsRefused(Exception):  # noqa: N818
    """The database left reads undone each time it was asked; ask again later."""


class Tables(Protocol):
    """Three tables with strongly consistent reads and all-or-nothing writes."""

    def get(self, key: Key) -> Item | None:
        """Read one item, strongly consistent."""

    def get_many(self, keys: Iterable[Key]) -> dict[Key, Item]:
        """Read items, strongly consistent each; missing ones are left out.

        Raises
        ------
        ReadsRefused
            Some could not be read now, each time.
        """

    def query(self, table: TableName, pk: str, prefix: str = "") -> list[Item]:
        """Read all items of a partition whose sort key begins so, in key order, consistent."""

    def between(
        self, table: TableName, pk: str, first: str, last: str, limit: int, *, newest: bool = False
    ) -> list[Item]:
        """Read so many items of a partition with sort keys from first to last, consistent.

        In key order, or in the opposite one (``newest``), from that end on.
        """

    def waiting(
        self,
        partition: str,
        before: int,
        limit: int,
        since: int = 0,
        after: Place | None = None,
    ) -> list[Place]:
        """Read places of the index ``waiting``, oldest first, from ``since`` to ``before``.

        With ``after`` it goes on behind that place, which need not be there any more. The index is
        eventually consistent; places are where to look, not what is true.
        """

    def listed(self, partition: str, after: str, limit: int) -> list[str]:
        """Read places of the index ``members``, in their order, after that one.

        Eventually consistent: what was written moments ago may not be there yet.
        """

    def scan(
        self,
        segment: int,
        segments: int,
        after: tuple[str, str] | None,
        limit: int,
        sort_keys: tuple[str, ...],
    ) -> tuple[list[Item], tuple[str, str] | None]:
        """Read a page of one part of the state table: items with these sort keys.

        Returns the items found among at most ``limit`` read, and (pk, sk) to go on after, or
        None at the end. Eventually consistent: read again what matters.
        """

    def write(self, *writes: Write) -> None:
        """Write all or nothing.

        Raises
        ------
        Cancelled
            Nothing was written.
        OutcomeUnknown
            It may have been written.
        """

    def write_alone(self, write: Write) -> None:
        """Write one item, not in a transaction: at half its price. Raises as ``write``.

        What was written and not answered may be refused by its own condition when it is repeated:
        only for what can be read back and judged again.
        """

    def add(self, key: Key, numbers: Mapping[str, int], values: Mapping[str, Any]) -> None:
        """Add to numbers of one item and set attributes of it; both make what is missing.

        Not in a transaction, so at half its price and without conflicts. A repeat after a lost
        answer adds twice: only for what is merely shown, never for what somebody owns.
        """


def holds(condition: Condition, item: Item | None) -> bool:
    """Tell whether a condition holds of what stands there; None: nothing does."""
    if isinstance(condition, Absent):
        return item is None
    if item is None:
        return False
    if isinstance(condition, AllOf):
        return all(holds(part, item) for part in condition.conditions)
    value = item.get(condition.attribute)
    if isinstance(condition, Equals):
        return bool(value == condition.value)
    if value is None:
        return False
    at_least = isinstance(condition, AtLeast)
    return bool(value >= condition.value if at_least else value < condition.value)


def written(tables: Tables, *writes: Write) -> bool:
    """Write all of that at once; False where something is not as it was read."""
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        if any(reason.kind == "throttled" for reason in cancelled.reasons):
            raise
        return False
    return True
