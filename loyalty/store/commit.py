"""Commit decisions: one transaction, or nothing.

The order of the writes is the order in which refusals are judged: the fact first. Whoever finds
the fact already there was repeated, whatever else has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.core.instants import microseconds
from loyalty.store import items
from loyalty.store.tables import Absent, Cancelled, Equals, OutcomeUnknown, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.draft import Decision
    from loyalty.core.order import Order, OrderKey
    from loyalty.core.referral import Referral
    from loyalty.store.tables import Item, Key, Tables, Write

PARKED_SECONDS = 30 * 24 * 3600
"""How long an order that nobody could be matched to stays claimable."""


class FactExists(Exception):  # noqa: N818
    """The fact is there already: ``item`` is what stands there."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("fact exists")
        self.item = item


class Moved(Exception):  # noqa: N818
    """Somebody else wrote, or nobody knows whether we did: read again and decide again."""


@dataclass(frozen=True, slots=True)
class FactWrite:
    """A fact that is put if absent, with what was asked (hashed)."""

    key: Key
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Change:
    """A decision together with the account as it was read."""

    before: Account
    decision: Decision


def commit_order(tables: Tables, change: Change, now: datetime) -> None:
    """Write an order's head with the entry and the account that follow from it.

    Raises
    ------
    FactExists
        The head is not the one that the decision was made on.
    Moved
        The account has moved, a conflict, or an unknown outcome.
    """
    order = change.decision.order
    if order is None:
        raise ValueError("a decision on an order carries the order")
    _write(tables, [_head(order), *_effects(change, now)])


def commit_parked(tables: Tables, order: Order) -> None:
    """Write the head of an order that nobody could be matched to; raises as commit_order."""
    put = _head(order)
    seconds = microseconds(order.first_seen) // 1_000_000
    waiting = {
        "wp": items.parked(order.key.program),
        "wt": seconds,
        "ttl": seconds + PARKED_SECONDS,
    }
    _write(tables, [Put(put.key, {**put.item, **waiting}, put.condition)])


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
    item = items.fact_item(fact.fingerprint, answer, now, entries)
    writes: list[Write] = [Put(fact.key, item, Absent())]
    for change in changes:
        writes += _effects(change, now)
        if change.decision.order is not None:
            writes.append(_head(change.decision.order))
    _write(tables, [*writes, *guards])


def commit_settled(tables: Tables, change: Change, now: datetime) -> None:
    """Write what settling posted; repeating it finds nothing due. Raises Moved."""
    effects = _effects(change, now)
    if effects:
        try:
            _write(tables, effects)
        except FactExists:
            raise Moved from None


def commit_referral(
    tables: Tables, referral: Referral, friend: Account, changes: list[Change], now: datetime
) -> None:
    """Write a referral's head with what follows from it on both sides.

    ``friend`` is the account whose purchases it was decided on: it must not have moved.

    Raises
    ------
    FactExists
        The head is not the one that the decision was made on.
    Moved
        An account has moved, a conflict, or an unknown outcome.
    """
    head = items.referral_key(referral.program, referral.friend)
    condition = Equals("r", referral.revision - 1) if referral.revision > 1 else Absent()
    writes: list[Write] = [Put(head, items.referral_item(referral), condition)]
    for change in changes:
        writes += _effects(change, now)
    key = items.account_key(friend.program, friend.member)
    if key not in {write.key for write in writes}:
        unmoved = Equals("r", friend.revision)
        writes.append(Update(key, {"r": friend.revision + 1}, condition=unmoved))
    _write(tables, writes)


def commit_shown(tables: Tables, before: Account, shown: str, now: datetime) -> None:
    """Ask for a push because time alone has changed what the card shows. Raises Moved."""
    values = {"r": before.revision + 1, "c": before.card_version + 1, "sh": shown}
    values["wp"] = items.publish(before.program, before.member)
    key = items.account_key(before.program, before.member)
    waiting = {"wt": microseconds(now) // 1_000_000}
    try:
        _write(tables, [Update(key, values, waiting, condition=Equals("r", before.revision))])
    except FactExists:
        raise Moved from None


def first_writes(change: Change) -> list[Write]:
    """Return the writes of a new account, and of its first entry if it has one."""
    account = change.decision.account
    key = items.account_key(account.program, account.member)
    writes: list[Write] = [Put(key, items.account_values(account), Absent())]
    if change.decision.entry is not None:
        writes.append(_entry(change.decision.entry))
    return writes


def _head(order: Order) -> Put:
    condition = Equals("r", order.revision - 1) if order.revision > 1 else Absent()
    return Put(items.order_key(order.key), items.order_item(order), condition)


def _effects(change: Change, now: datetime) -> list[Write]:
    entry = change.decision.entry
    if entry is None:
        return []
    return [_entry(entry), _account(change.decision.account, change.before, now)]


def _entry(entry: Entry) -> Put:
    key = items.entry_key(entry.program, entry.member, entry.seq)
    return Put(key, items.entry_item(entry), Absent())


def _account(account: Account, before: Account, now: datetime) -> Update:
    values: dict[str, Any] = items.account_values(account)
    defaults: dict[str, Any] = {}
    if account.card_version != before.card_version:
        # The sparse index holds it until it is published; the age of the oldest change is kept.
        values["wp"] = items.publish(account.program, account.member)
        defaults["wt"] = microseconds(now) // 1_000_000
    key = items.account_key(account.program, account.member)
    return Update(key, values, defaults, condition=Equals("r", before.revision))


def _write(tables: Tables, writes: list[Write]) -> None:
    try:
        tables.write(*writes)
    except Cancelled as cancelled:
        fact = cancelled.reasons[0]
        if fact.kind == "condition":
            raise FactExists(fact.item) from None
        raise Moved from cancelled
    except OutcomeUnknown as unknown:
        raise Moved from unknown


def read_order(tables: Tables, key: OrderKey) -> Order | None:
    """Read an order's head."""
    item = tables.get(items.order_key(key))
    return items.to_order(item) if item else None


def read_referral(tables: Tables, program: str, friend: str) -> Referral | None:
    """Read what is known of a friend who was brought."""
    item = tables.get(items.referral_key(program, friend))
    return items.to_referral(item) if item else None


def read_account(tables: Tables, program: str, member: str) -> Account | None:
    """Read a member's standing."""
    item = tables.get(items.account_key(program, member))
    return items.to_account(program, member, item) if item else None


def read_entries(tables: Tables, program: str, member: str) -> tuple[Entry, ...]:
    """Read all entries of an account, in the order of their numbers."""
    first = items.entry_key(program, member, 1)
    return tuple(items.to_entry(item) for item in tables.query("ledger", first.pk, "E#"))
