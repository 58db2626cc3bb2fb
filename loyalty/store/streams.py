"""What a record of a table's stream is about, told from its key: streams carry nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.report import OrderKey

Place = tuple[str, str]
"""Partition and sort key, as a record names them."""


def entries(places: Iterable[Place]) -> list[tuple[str, str, int]]:
    """Return program, member and number of the entries among these keys of the ledger."""
    return [
        (*keys.owner(pk), int(sk.partition("#")[2]))
        for pk, sk in places
        if keys.is_entry(Key("ledger", pk, sk))
    ]


def accounts(places: Iterable[Place]) -> list[tuple[str, str]]:
    """Return program and member of the accounts among these keys of the state table, once each."""
    sort_key = keys.account_key("", "").sk
    return [keys.owner(pk) for pk, sk in dict.fromkeys(places) if sk == sort_key]


def answers(places: Iterable[Place]) -> list[tuple[str, str, str]]:
    """Return program, member and id of questions and invitations among these keys, once each."""
    prefixes = keys.asked_key("", "", "").sk, keys.invited_key("", "", "").sk
    return [
        (*keys.owner(pk), sk.partition("#")[2])
        for pk, sk in dict.fromkeys(places)
        if sk.startswith(prefixes)
    ]


def orders(places: Iterable[Place]) -> list[OrderKey]:
    """Return the orders whose heads are among these keys of the state table, once each."""
    return [keys.order_at(pk) for pk, sk in dict.fromkeys(places) if sk == keys.ORDER_HEAD]


def program_versions(places: Iterable[Place]) -> list[tuple[str, int]]:
    """Return program and number of the program versions among these keys of the state table."""
    prefix = keys.program_key("").sk + "#"
    return [(pk, int(sk.removeprefix(prefix))) for pk, sk in places if sk.startswith(prefix)]
