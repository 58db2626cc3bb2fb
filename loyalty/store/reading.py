"""Read what lies in the tables: accounts, entries, facts, orders, referrals. All consistent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.store import keys
from loyalty.store.items.account import to_account, to_published
from loyalty.store.items.entry import to_entry
from loyalty.store.items.fact import fact_entries, to_fact
from loyalty.store.items.order import pages, to_order
from loyalty.store.items.referral import to_referral

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Account, Entry
    from loyalty.core.order import Order, OrderKey
    from loyalty.core.referral import Referral
    from loyalty.core.visible import Published
    from loyalty.store.commit import FactWrite
    from loyalty.store.tables import Item, Tables


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A fact: what was asked (hashed), what was answered, member and number of its entries."""

    fingerprint: str
    answer: dict[str, Any]
    entries: tuple[tuple[str, int], ...]


def read_account(tables: Tables, program: str, member: str) -> Account | None:
    """Read a member's standing."""
    item = tables.get(keys.account_key(program, member))
    return to_account(program, member, item) if item else None


def read_accounts(tables: Tables, program: str, members: Iterable[str]) -> list[Account]:
    """Read the standing of those of these members whom there is one of, as it lies there."""
    places = {keys.account_key(program, one): one for one in members}
    found = tables.get_many(places) if places else {}
    return [to_account(program, places[key], item) for key, item in found.items()]


def read_published(tables: Tables, program: str, member: str) -> tuple[Account, Published] | None:
    """Read a member's standing, and how far their card has been handed over."""
    item = tables.get(keys.account_key(program, member))
    return (to_account(program, member, item), to_published(item)) if item else None


def read_entries(tables: Tables, program: str, member: str) -> tuple[Entry, ...]:
    """Read all entries of an account, in the order of their numbers."""
    first = keys.entry_key(program, member, 1)
    return tuple(to_entry(item) for item in tables.query("ledger", first.pk, "E#"))


def read_entries_after(
    tables: Tables, program: str, member: str, seq: int, limit: int
) -> tuple[Entry, ...]:
    """Read so many entries of an account that follow the one of that number, in their order."""
    first = keys.entry_key(program, member, seq + 1)
    last = keys.last_entry_key(program, member)
    found = tables.between("ledger", first.pk, first.sk, last.sk, limit)
    return tuple(to_entry(item) for item in found)


def read_entries_below(
    tables: Tables, program: str, member: str, seq: int, limit: int
) -> tuple[Entry, ...]:
    """Read so many entries of an account before the one of that number, the newest first."""
    if seq <= 1:
        return ()
    first, last = keys.entry_key(program, member, 1), keys.entry_key(program, member, seq - 1)
    found = tables.between("ledger", first.pk, first.sk, last.sk, limit, newest=True)
    return tuple(to_entry(item) for item in found)


def read_last_entries(tables: Tables, program: str, member: str, most: int) -> tuple[Entry, ...]:
    """Read the last entries of an account, at most so many, the newest first."""
    first = keys.entry_key(program, member, 0)
    last = first.sk.replace("0", "9")
    found = tables.between("ledger", first.pk, first.sk, last, most, newest=True)
    return tuple(to_entry(item) for item in found)


def read_entry(tables: Tables, program: str, member: str, seq: int) -> Entry | None:
    """Read one entry of an account."""
    item = tables.get(keys.entry_key(program, member, seq))
    return to_entry(item) if item else None


def read_fact(tables: Tables, fact: FactWrite) -> StoredFact | None:
    """Read what stands where a fact would be written."""
    item = tables.get(fact.key)
    return stored_fact(item) if item else None


def read_facts(tables: Tables, facts: Iterable[FactWrite]) -> dict[FactWrite, StoredFact]:
    """Read what stands where these facts would be written; missing ones are left out."""
    places = {fact.key: fact for fact in facts}
    found = tables.get_many(places)
    return {places[key]: stored_fact(item) for key, item in found.items()}


def read_fact_of(tables: Tables, entry: Entry) -> StoredFact | None:
    """Read the fact that an entry names."""
    return read_fact_named(tables, entry.program, entry.fact)


def read_fact_named(tables: Tables, program: str, name: str) -> StoredFact | None:
    """Read the fact of a name, as entries name theirs."""
    item = tables.get(keys.fact_of(program, name))
    return stored_fact(item) if item else None


def stored_fact(item: Item) -> StoredFact:
    """Read a fact."""
    return StoredFact(*to_fact(item), fact_entries(item))


def read_order(tables: Tables, key: OrderKey) -> Order | None:
    """Read an order's head."""
    item = tables.get(keys.order_key(key))
    return order_of(tables, item) if item else None


def read_orders(tables: Tables, orders: Iterable[OrderKey]) -> list[Order]:
    """Return these heads, those that there are, by till and id; consistent each."""
    places = [keys.order_key(order) for order in orders]
    found = tables.get_many(places) if places else {}
    return [order_of(tables, found[key]) for key in sorted(found, key=lambda one: one.pk)]


def order_of(tables: Tables, item: Item) -> Order:
    """Return the order of a head; of one with pages these are read, which are never changed."""
    order = keys.order_at(item["pk"])
    places = [keys.order_page_key(order, number + 1) for number in range(pages(item))]
    found = tables.get_many(places) if places else {}
    return to_order(item, [found[place] for place in places if place in found])


def read_referral(tables: Tables, program: str, friend: str) -> Referral | None:
    """Read what is known of a friend who was brought."""
    item = tables.get(keys.referral_key(program, friend))
    return to_referral(item) if item else None
