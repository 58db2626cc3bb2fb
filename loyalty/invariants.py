"""What must hold of every account at all times; run in tests, after faults, and on live data.

Numbers refer to the list that the project keeps: I1 (the account is the fold of its entries,
numbered without a gap, each chained to the one before), I2 (lots are never negative), I15
(bounded).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.account import FIRST_HASH, fingerprint, fold
from loyalty.money import LARGEST_AMOUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.account import Account, Entry


def broken(account: Account, entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return a sentence per invariant that does not hold; nothing when all do."""
    return (*_ledger(account, entries), *_pots(account))


def _ledger(account: Account, entries: Sequence[Entry]) -> list[str]:
    faults = []
    numbers = [entry.seq for entry in entries]
    if numbers != list(range(1, len(entries) + 1)):
        faults.append(f"I1: the entries are numbered {numbers}")
    previous = FIRST_HASH
    for entry in entries:
        if entry.previous != previous or entry.hash != fingerprint(entry):
            faults.append(f"I1: entry {entry.seq} is not chained to the one before")
        previous = entry.hash
    folded = fold(account.program, account.member, entries)
    same = replace(
        folded,
        revision=account.revision,
        card_version=account.card_version,
        successor=account.successor,
        shown=account.shown,
    )
    if same != account:
        faults.append("I1: the account is not the fold of its entries")
    return faults


def _pots(account: Account) -> list[str]:
    faults = []
    for name, pot in account.pots.items():
        amounts = [amount for _, amount in pot.lots]
        if any(amount <= 0 for amount in amounts) or pot.debt < 0:
            faults.append(f"I2: pot {name!r} holds a negative or empty lot, or a negative debt")
        if pot.available and pot.debt:
            faults.append(f"I2: pot {name!r} holds value while something is owed")
        if not 0 <= pot.remainder < 1:
            faults.append(f"I15: the remainder of pot {name!r} is not a part of a point")
        if max(pot.available, pot.waiting, pot.debt) > LARGEST_AMOUNT:
            faults.append(f"I15: pot {name!r} is out of bounds")
    return faults
