"""Commit decisions: one transaction, or nothing.

The order of the writes is the order in which refusals are judged: the fact first. Whoever finds
the fact already there was repeated, whatever else has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import microseconds
from loyalty.core.order import Paged
from loyalty.store import keys, rebuilding, receipts, supplies
from loyalty.store.items.account import account_values
from loyalty.store.items.entry import entry_item
from loyalty.store.items.fact import fact_item
from loyalty.store.items.order import order_items, pages, to_order, whole_items
from loyalty.store.items.referral import referral_item
from loyalty.store.reading import stored_fact
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, OutcomeUnknown, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.draft import Decision
    from loyalty.core.order import Order, OrderKey
    from loyalty.core.referral import Referral
    from loyalty.store.reading import StoredFact
    from loyalty.store.tables import Item, Key, Tables, Write

PARKED_SECONDS = 30 * 24 * 3600
"""How long an order that nobody could be matched to stays claimable."""


class FactExists(Exception):  # noqa: N818
    """The fact is there already: ``stored`` is what stands there, if that was told."""

    def __init__(self, stored: StoredFact | None) -> None:
        super().__init__("fact exists")
        self.stored = stored


class OrderExists(Exception):  # noqa: N818
    """The order is not as it was seen: ``order`` is what stands there, if that was told."""

    def __init__(self, order: Order | None) -> None:
        super().__init__("order exists")
        self.order = order


class Moved(Exception):  # noqa: N818
    """Somebody else wrote, or nobody knows whether we did: read again and decide again."""


@dataclass(frozen=True, slots=True)
class FactWrite:
    """A fact that is put if absent: its kind, whose it is, the id there, what was asked (hashed).

    ``source`` is what ids are unique in: a till's name, an API key, a year.
    """

    program: str
    kind: str
    source: str
    id: str
    fingerprint: str

    @property
    def key(self) -> Key:
        """Return where it is written."""
        return keys.fact_key(self.program, self.kind, self.source, self.id)


@dataclass(frozen=True, slots=True)
class Change:
    """A decision together with the account as it was read."""

    before: Account
    decision: Decision


def commit_order(
    tables: Tables, change: Change, now: datetime, guards: Iterable[Write] = ()
) -> None:
    """Write an order's head with the entry and the account that follow from it, and guards.

    Raises
    ------
    OrderExists
        The head is not the one that the decision was made on.
    Moved
        The account has moved, a conflict, or an unknown outcome.
    """
    order = change.decision.order
    if order is None:
        raise ValueError("a decision on an order carries the order")
    _write_order(tables, [*_order(order), *_effects(tables, change, now), *guards])


def commit_parked(tables: Tables, order: Order) -> None:
    """Write the head of an order that nobody could be matched to; raises as commit_order."""
    _write_order(tables, [*_parked(order), *_receipt(order)])


def commit_apart(tables: Tables, order: Order, now: datetime) -> None:
    """Write an order that counts nothing until somebody has said what it is.

    It is listed as a possible double; raises as commit_order.
    """
    mark = {"wp": keys.doubles(order.key.program), "wt": microseconds(now) // 1_000_000}
    _write_order(tables, [*_parked(order), Update(keys.double_key(order.key), defaults=mark)])


def is_listed_double(tables: Tables, order: OrderKey) -> bool:
    """Tell whether nobody has said yet what a possible double is."""
    return tables.get(keys.double_key(order)) is not None


def commit_double(tables: Tables, first: Order, double: OrderKey, now: datetime) -> None:
    """Note on the first order of an id that there is another; raises as commit_order."""
    writes = _order(first) if first.member else _parked(first)
    # Once marked, always marked from then: the first order names but the newest of many doubles.
    mark = {"wp": keys.doubles(double.program), "wt": microseconds(now) // 1_000_000}
    _write_order(tables, [*writes, Update(keys.double_key(double), defaults=mark)])


def commit_fact(
    tables: Tables,
    fact: FactWrite,
    answer: Mapping[str, Any],
    *,
    changes: Iterable[Change],
    now: datetime,
    guards: Iterable[Write] = (),
) -> None:
    """Write a fact with its answer, and all that follows: entries, accounts, heads, guards.

    Raises
    ------
    FactExists
        The fact was there before.
    Moved
        An account or a guard has moved, a conflict, or an unknown outcome.
    """
    changes = list(changes)
    entries = [change.decision.entry for change in changes if change.decision.entry]
    item = fact_item(fact.fingerprint, answer, now, entries)
    writes: list[Write] = [Put(fact.key, item, Absent())]
    for change in changes:
        writes += _effects(tables, change, now)
        if change.decision.order is not None:
            writes += _order(change.decision.order)
    try:
        _write(tables, [*writes, *guards])
    except _Stands as stands:
        raise FactExists(stored_fact(stands.item) if stands.item else None) from None


def commit_settled(tables: Tables, change: Change, now: datetime) -> None:
    """Write what settling posted; repeating it finds nothing due. Raises Moved."""
    effects = _effects(tables, change, now)
    if effects:
        _write_as_read(tables, effects)


def commit_guarded(
    tables: Tables, change: Change | None, guards: Iterable[Write], now: datetime
) -> None:
    """Write what a decision posted together with conditional writes that it hangs on.

    Raises
    ------
    Moved
        The account or a guard has moved, a conflict, or an unknown outcome.
    """
    _write_as_read(tables, [*guards, *(_effects(tables, change, now) if change else ())])


def commit_referral(
    tables: Tables, referral: Referral, friend: Account, changes: list[Change], now: datetime
) -> None:
    """Write a referral's head with what follows from it on both sides.

    ``friend`` is the account whose purchases it was decided on: it must not have moved.

    Raises
    ------
    Moved
        The head or an account has moved, a conflict, or an unknown outcome.
    """
    head = keys.referral_key(referral.program, referral.friend)
    condition = Equals("r", referral.revision - 1) if referral.revision > 1 else Absent()
    writes: list[Write] = [Put(head, referral_item(referral), condition)]
    for change in changes:
        writes += _effects(tables, change, now)
    key = keys.account_key(friend.program, friend.member)
    if key not in {write.key for write in writes}:
        unmoved = Equals("r", friend.revision)
        writes.append(Update(key, {"r": friend.revision + 1}, condition=unmoved))
    _write_as_read(tables, writes)


def commit_shown(tables: Tables, before: Account, shown: str, now: datetime) -> None:
    """Ask for a push because time alone has changed what the card shows. Raises Moved."""
    values = {"r": before.revision + 1, "c": before.card_version + 1, "sh": shown}
    values["wp"] = keys.publish(before.program, before.member)
    key = keys.account_key(before.program, before.member)
    waiting = {"wt": microseconds(now) // 1_000_000}
    unchanged = Equals("r", before.revision)
    _write_as_read(tables, [Update(key, values, waiting, condition=unchanged)])


def told(before: Account, now: datetime) -> Write:
    """Return the write by which a card says something that no account tells."""
    key = keys.account_key(before.program, before.member)
    values: dict[str, Any] = {"r": before.revision + 1, "c": before.card_version + 1}
    values["wp"] = keys.publish(before.program, before.member)
    waiting = {"wt": microseconds(now) // 1_000_000}
    return Update(key, values, waiting, condition=Equals("r", before.revision))


def unmoved(before: Account) -> Write:
    """Return the write that changes nothing, and fails where an account is not as it was read."""
    key = keys.account_key(before.program, before.member)
    return Update(key, {"r": before.revision}, condition=Equals("r", before.revision))


def put_fact(
    fact: FactWrite, answer: Mapping[str, Any], now: datetime, entry: Entry | None
) -> Write:
    """Return the write of a fact that comes with a new account, and of its entry if it has one."""
    entries = [entry] if entry is not None else []
    return Put(fact.key, fact_item(fact.fingerprint, answer, now, entries), Absent())


def first_writes(change: Change) -> list[Write]:
    """Return the writes of a new account, and of its first entry if it has one."""
    account = change.decision.account
    key = keys.account_key(account.program, account.member)
    writes: list[Write] = [Put(key, account_values(account), Absent())]
    if change.decision.entry is not None:
        writes.append(_entry(change.decision.entry))
    return writes


def put_order(order: Order) -> list[Write]:
    """Return the writes of an order as it was in another deployment; nobody's wait again."""
    head, beside = whole_items(replace(order, paged=Paged()))
    head |= _waiting(order) if not order.member else {}
    places = [keys.order_page_key(order.key, number + 1) for number in range(len(beside))]
    pages_of_it = zip(places, beside, strict=True)
    return [
        *(Put(place, page, Absent()) for place, page in pages_of_it),
        Put(keys.order_key(order.key), head, Absent()),
        *([] if order.member else _receipt(order)),
    ]


def change_order(order: Order, seen: int) -> list[Write]:
    """Return the writes of an order, if its head still has the revision that was seen."""
    head, *rest = _order(order) if order.member else _parked(order)
    return [replace(head, condition=Equals("r", seen)), *rest]


def drop_double(order: OrderKey) -> Delete:
    """Return the write by which an order is no possible double any more."""
    return Delete(keys.double_key(order))


def _order(order: Order) -> list[Put]:
    """Return the writes of an order: its head first, which no page is written without."""
    condition = Equals("r", order.revision - 1) if order.revision > 1 else Absent()
    head, page = order_items(order)
    writes = [Put(keys.order_key(order.key), head, condition)]
    if page is not None:
        writes.append(Put(keys.order_page_key(order.key, pages(head)), page))
    return writes


def _receipt(order: Order) -> list[Write]:
    return [] if order.void else receipts.put(order, PARKED_SECONDS)


def _parked(order: Order) -> list[Put]:
    head, *rest = _order(order)
    return [replace(head, item={**head.item, **_waiting(order)}), *rest]


def _waiting(order: Order) -> Item:
    """Return what lets an order wait for its member, for as long as it can be claimed."""
    seconds = microseconds(order.first_seen) // 1_000_000
    waiting: Item = {"ttl": seconds + PARKED_SECONDS}
    if not order.void:
        waiting |= {"wp": keys.parked(order.key), "wt": seconds}
    return waiting


def _effects(tables: Tables, change: Change, now: datetime) -> list[Write]:
    entry = change.decision.entry
    if entry is None:
        return []
    used = supplies.writes(tables, entry)
    if used is None:
        raise Moved
    return [_entry(entry), _account(change.decision.account, change.before, now), *used]


def _entry(entry: Entry) -> Put:
    key = keys.entry_key(entry.program, entry.member, entry.seq)
    return Put(key, entry_item(entry), Absent())


def _account(account: Account, before: Account, now: datetime) -> Update:
    values: dict[str, Any] = account_values(account)
    defaults: dict[str, Any] = {}
    if account.card_version != before.card_version:
        # The sparse index holds it until it is published; the age of the oldest change is kept.
        values["wp"] = keys.publish(account.program, account.member)
        defaults["wt"] = microseconds(now) // 1_000_000
    key = keys.account_key(account.program, account.member)
    return Update(key, values, defaults, condition=Equals("r", before.revision))


def _write_order(tables: Tables, writes: list[Write]) -> None:
    try:
        _write(tables, writes)
    except _Stands as stands:
        # What has pages has to be read whole.
        whole = stands.item is not None and not pages(stands.item)
        raise OrderExists(to_order(stands.item) if stands.item and whole else None) from None


def _write_as_read(tables: Tables, writes: list[Write]) -> None:
    try:
        _write(tables, writes)
    except _Stands:
        raise Moved from None


class _Stands(Exception):  # noqa: N818
    """The first write was refused by its condition: ``item`` is what stands there."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("refused")
        self.item = item


def _write(tables: Tables, writes: list[Write]) -> None:
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        behind = _behind(writes, cancelled)
        for program, member in behind:
            rebuilding.catch_up(tables, program, member)
        if behind:
            raise Moved from cancelled
        fact = cancelled.reasons[0]
        if fact.kind == "condition":
            raise _Stands(fact.item) from None
        raise Moved from cancelled
    except OutcomeUnknown as unknown:
        raise Moved from unknown


def _behind(writes: list[Write], cancelled: Cancelled) -> list[tuple[str, str]]:
    """Return whose accounts are behind their entries: these are there, and all else is as read.

    An entry and its account are always written together, so that is the work of a restore.
    """
    found = []
    for write, reason in zip(writes, cancelled.reasons, strict=True):
        if reason.kind == "none":
            continue
        if reason.kind != "condition" or not keys.is_entry(write.key):
            return []
        found.append(keys.owner(write.key.pk))
    return found
