"""A member's standing, and the entries it is the sum of.

An account is nothing but its postings added up: ``fold`` rebuilds it from the ledger, and
deciding modules change it only by posting.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EntryKind = Literal["earn", "redeem", "reverse", "expire"]
Measure = Literal["lot", "debt", "remainder", "spend", "visits"]

NEVER = 253_402_300_800
"""The bucket of value that does not expire: the first second of the year 10000."""

FIRST_HASH = ""
"""What the first entry of an account is chained to."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One change of one figure of an account.

    Attributes
    ----------
    cause
        Why: the command's own kind, or ``expire`` for what settling did on the way.
    pot
        Id of the pot; empty for figures of the account itself.
    measure
        ``lot`` (spendable value in ``bucket``), ``debt`` (owed after a refund of spent value),
        ``remainder`` (the exact part of a point carried on), ``spend`` (minor units), ``visits``.
    amount
        What is added; negative takes away. A fraction only for ``remainder``.
    bucket
        For ``lot``: the second since 1970 (UTC) from which the value is expired.
    """

    cause: EntryKind
    pot: str
    measure: Measure
    amount: int | Fraction
    bucket: int = 0


@dataclass(frozen=True, slots=True)
class Pot:
    """One kind of value: lots as (bucket, amount) soonest-expiring first, debt, remainder."""

    lots: tuple[tuple[int, int], ...] = ()
    debt: int = 0
    remainder: Fraction = Fraction(0)

    @property
    def balance(self) -> int:
        """Return what can be spent now, provided that the account is settled."""
        return sum(amount for _, amount in self.lots)


@dataclass(frozen=True, slots=True)
class Account:
    """Where a member stands.

    Attributes
    ----------
    seq
        Number of entries. ``head`` is the hash of the last one.
    revision
        Rises with every write. ``card_version`` rises only when something visible changed.
    spend, visits
        Minor units and number of the orders that count now.
    """

    program: str
    member: str
    seq: int = 0
    revision: int = 0
    card_version: int = 1
    head: str = FIRST_HASH
    pots: Mapping[str, Pot] = field(default_factory=dict)
    spend: int = 0
    visits: int = 0

    def pot(self, pot_id: str) -> Pot:
        """Return the pot of that id; an account that never held any has an empty one."""
        return self.pots.get(pot_id, Pot())


@dataclass(frozen=True, slots=True)
class Entry:
    """One immutable numbered line of an account's ledger. Holds no personal data.

    ``at`` is an instant in microseconds since 1970 (UTC), ``fact`` names what caused it,
    ``actor`` who (a webhook endpoint, a key), ``hash`` chains it to the entry before.
    """

    program: str
    member: str
    seq: int
    kind: EntryKind
    at: int
    fact: str
    actor: str
    program_version: int
    postings: tuple[Posting, ...]
    previous: str
    hash: str


def chain(
    account: Account,
    *,
    kind: EntryKind,
    at: int,
    fact: str,
    actor: str,
    program_version: int,
    postings: tuple[Posting, ...],
) -> Entry:
    """Return the next entry of the account, chained to its last one."""
    unsigned = Entry(
        program=account.program,
        member=account.member,
        seq=account.seq + 1,
        kind=kind,
        at=at,
        fact=fact,
        actor=actor,
        program_version=program_version,
        postings=postings,
        previous=account.head,
        hash="",
    )
    return replace(unsigned, hash=fingerprint(unsigned))


def fingerprint(entry: Entry) -> str:
    """Return the SHA-256 of the entry's content and of the hash of the entry before it."""
    content = [
        entry.program,
        entry.member,
        entry.seq,
        entry.kind,
        entry.at,
        entry.fact,
        entry.actor,
        entry.program_version,
        [
            [posting.cause, posting.pot, posting.measure, str(posting.amount), posting.bucket]
            for posting in entry.postings
        ],
        entry.previous,
    ]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def post(account: Account, posting: Posting) -> Account:
    """Return the account with one posting added."""
    if posting.measure == "spend":
        return replace(account, spend=account.spend + int(posting.amount))
    if posting.measure == "visits":
        return replace(account, visits=account.visits + int(posting.amount))
    pot = account.pot(posting.pot)
    if posting.measure == "debt":
        changed = replace(pot, debt=pot.debt + int(posting.amount))
    elif posting.measure == "remainder":
        changed = replace(pot, remainder=pot.remainder + posting.amount)
    else:
        amounts = dict(pot.lots)
        amounts[posting.bucket] = amounts.get(posting.bucket, 0) + int(posting.amount)
        lots = tuple(sorted((bucket, amount) for bucket, amount in amounts.items() if amount))
        changed = replace(pot, lots=lots)
    pots = {**account.pots, posting.pot: changed}
    return replace(account, pots={name: pot for name, pot in pots.items() if pot != Pot()})


def append(account: Account, entry: Entry) -> Account:
    """Return the account after the entry: its postings added, its number and hash taken over."""
    for posting in entry.postings:
        account = post(account, posting)
    return replace(account, seq=entry.seq, head=entry.hash)


def fold(program: str, member: str, entries: Iterable[Entry]) -> Account:
    """Rebuild an account from its entries; ``revision`` and ``card_version`` are not in them."""
    account = Account(program, member)
    for entry in entries:
        account = append(account, entry)
    return account
