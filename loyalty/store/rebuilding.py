"""Make an account from its entries where what lies in the state table is not what they add up to.

After a restore the two tables may be of different moments: the ledger wins. An account that is only
behind its entries is brought up to them wherever somebody stumbles over it; anything else that does
not fit is for a person to look at, who may ask for it by name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core.account import FIRST_HASH, Account, fold
from loyalty.core.instants import microseconds
from loyalty.store import keys, reading
from loyalty.store.items.account import account_values
from loyalty.store.tables import Absent, Cancelled, Equals, Update

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from loyalty.core.account import Entry
    from loyalty.store.tables import Tables

_MICROSECONDS = 1_000_000


def catch_up(tables: Tables, program: str, member: str) -> bool:
    """Bring an account up to its entries if it is behind them and else sound; tell whether."""
    account = reading.read_account(tables, program, member)
    # One read says that nothing is to be done, as nearly always.
    if account is None or not reading.read_entry(tables, program, member, account.seq + 1):
        return False
    entries = reading.read_entries(tables, program, member)
    return _is_behind(account, entries) and _write(tables, account, entries)


def rebuild(tables: Tables, program: str, member: str) -> bool:
    """Make an account what its entries add up to, whatever lies there; tell whether it was not.

    An account without an entry is left alone: nothing says that there should be any.
    """
    account = reading.read_account(tables, program, member)
    entries = reading.read_entries(tables, program, member)
    if not entries or (account is not None and _folded(account, entries) == account):
        return False
    return _write(tables, account or Account(program, member), entries)


def _is_behind(account: Account, entries: Sequence[Entry]) -> bool:
    if len(entries) <= account.seq:
        return False
    last = entries[account.seq - 1].hash if account.seq else FIRST_HASH
    return last == account.head and _folded(account, entries[: account.seq]) == account


def _folded(account: Account, entries: Sequence[Entry]) -> Account:
    """Return the sum of the entries, with what no entry tells."""
    return replace(
        fold(account.program, account.member, entries),
        revision=account.revision,
        card_version=account.card_version,
        successor=account.successor,
        shown=account.shown,
    )


def _write(tables: Tables, account: Account, entries: Sequence[Entry]) -> bool:
    after = replace(
        _folded(account, entries),
        revision=account.revision + 1,
        # What the card shows is looked at anew by the next decision, or the next night.
        card_version=account.card_version + 1,
        successor=account.successor or _successor(tables, entries),
        shown="",
    )
    return _put(tables, after, account.revision, entries[-1].at // _MICROSECONDS)


def move_on(tables: Tables, account: Account, versions: int, shown: str, now: datetime) -> bool:
    """Let a card's version be so much further on, and phones be told; tell whether it is.

    ``shown``: the fingerprint of what it shows now.
    """
    after = replace(
        account,
        revision=account.revision + 1,
        card_version=account.card_version + versions,
        shown=shown,
    )
    return _put(tables, after, account.revision, microseconds(now) // _MICROSECONDS)


def _put(tables: Tables, after: Account, revision: int, since: int) -> bool:
    """Write an account whose card is to be published; tell whether nobody has written meanwhile."""
    values = account_values(after) | {"wp": keys.publish(after.program, after.member)}
    waiting = {"wt": since}
    key = keys.account_key(after.program, after.member)
    unmoved = Equals("r", revision) if tables.get(key) else Absent()
    try:
        tables.write(Update(key, values, waiting, condition=unmoved))
    except Cancelled:
        return False
    return True


def _successor(tables: Tables, entries: Sequence[Entry]) -> str:
    """Return the member that an account was merged into, as its entry's fact tells."""
    for entry in reversed(entries):
        if entry.kind == "merge" and any(one.measure == "closed" for one in entry.postings):
            fact = reading.read_fact_of(tables, entry)
            others = [name for name, _ in fact.entries if name != entry.member] if fact else []
            return others[0] if others else ""
    return ""
