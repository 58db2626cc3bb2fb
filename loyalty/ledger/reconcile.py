"""Hold what lies in the tables against each other, one account or one order at a time.

Nothing here adds up a whole program. Every entry names what caused it, every fact, order and
referral names its entries, and whatever moves between two accounts is one fact with both its
entries. So each is checked against its own counterpart, and what must hold of the program as a
whole (nothing counts twice, nothing is made or lost on the way from one account to another)
follows from the parts: in the memory that one account takes, in any order, any number of times.
Everything is read again, consistently, so that a page that was stale rings no alarm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.card.drawing import card
from loyalty.core.draft import Draft
from loyalty.core.order import order_named
from loyalty.core.settle import settle
from loyalty.invariants.account import broken
from loyalty.invariants.card import broken_card
from loyalty.invariants.order import belongs, broken_order, counted
from loyalty.invariants.program import (
    Fact,
    broken_fact,
    broken_head,
    broken_referral,
    named,
    referral_named,
)
from loyalty.refusals import Refusal
from loyalty.store import membership, reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from loyalty.core.account import Account, Entry
    from loyalty.core.order import Order, OrderKey
    from loyalty.core.visible import Published
    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program

_MOST_SUCCESSORS = 8


class Reconciliation:
    """Reads everything about one account, or one order, and says what does not hold."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def account_faults(self, program: str, member: str, now: datetime) -> list[str]:
        """Return what does not hold of an account and of all that it is tied to."""
        found = reading.read_published(self._books.tables, program, member)
        if found is None:
            return []
        account, published = found
        entries = reading.read_entries(self._books.tables, program, member)
        rules = self._books.programs.current(program)
        faults = [*broken(account, entries, rules), *self._card(rules, account, published, now)]
        faults += self._facts(entries)
        for key in dict.fromkeys(order_named(entry) for entry in entries if counted(entry)):
            if key is not None:
                faults += self._order_of(key, account, entries)
        for side, friend in dict.fromkeys(filter(None, map(referral_named, entries))):
            faults += self._referral(side, friend, account, entries)
        if (
            account.successor
            and reading.read_account(self._books.tables, program, account.successor) is None
        ):
            faults.append(f"I13: {member} was merged into nobody of this program")
        # Somebody has written meanwhile: this was no moment to compare; there is another night.
        unmoved = reading.read_account(self._books.tables, program, member) == account
        return faults if unmoved else []

    def order_faults(self, key: OrderKey) -> list[str]:
        """Return what does not hold of an order's head and the entry it names."""
        order = reading.read_order(self._books.tables, key)
        if order is None:
            return []
        found = (
            reading.read_entry(self._books.tables, key.program, account.member, order.entry)
            for account in self._became(key.program, order.member)
            if order.entry
        )
        faults = broken_head(order, [entry for entry in found if entry])
        faults += broken_order(order, self._frozen(order))
        return list(faults) if reading.read_order(self._books.tables, key) == order else []

    def _card(
        self, rules: Program, account: Account, published: Published, now: datetime
    ) -> tuple[str, ...]:
        try:
            member = membership.read_member(self._books.tables, account.program, account.member)
        except Refusal as refusal:
            if refusal.kind != "gone":
                raise
            return ("I12: nobody can read whose account it is: their data key is gone",)
        if member is None:
            return ("I12: there is an account and nobody it belongs to",)
        draft = Draft(rules, account, now)
        settle(draft)
        shown = card(rules, member, draft.account, now)
        return broken_card(rules, draft.account, shown, member.card_version, published, now)

    def _facts(self, entries: Sequence[Entry]) -> Iterator[str]:
        """Hold each entry against the fact that asked for it, and that against its entries."""
        for entry in entries:
            if not named(entry):
                continue
            stored = reading.read_fact_of(self._books.tables, entry)
            places = stored.entries if stored else ()
            if (entry.member, entry.seq) not in places:
                yield f"I4: entry {entry.seq} of {entry.member} is of no fact: {entry.fact}"
                continue
            found = {(entry.member, entry.seq): entry}
            for place in places:
                if place not in found:
                    other = reading.read_entry(self._books.tables, entry.program, *place)
                    if other is not None:
                        found[place] = other
            yield from broken_fact(Fact(entry.fact, places), found)

    def _order_of(self, key: OrderKey, account: Account, entries: Sequence[Entry]) -> Iterator[str]:
        """Hold an order's head against all that an account has posted for it."""
        order = reading.read_order(self._books.tables, key)
        people = (order.member, *order.former) if order else ()
        chains = [self._became(key.program, one, account) for one in people]
        members = list(dict.fromkeys(one.member for chain in chains for one in chain))
        if order is None or account.member not in members:
            yield f"I4: order {key.source} {key.id} is posted to somebody else: {account.member}"
            return
        if members[0] != account.member:
            # It is looked at with the account that it was first posted to.
            return
        posted = [entry for entry in entries if belongs(entry, order)]
        for later in members[1:]:
            posted += reading.read_entries(self._books.tables, key.program, later)
        yield from broken_order(order, self._frozen(order), posted)

    def _referral(
        self, side: str, friend: str, account: Account, entries: Sequence[Entry]
    ) -> Iterator[str]:
        """Hold a referral's head against all that an account has posted for that side of it."""
        program = account.program
        referral = reading.read_referral(self._books.tables, program, friend)
        person = membership.read_shell(self._books.tables, program, friend)
        bringer = person.referrer if person else None
        chain = self._became(program, friend if side == "friend" else bringer, account)
        if referral is None or account.member not in {one.member for one in chain}:
            yield f"I4: the {side}'s side of bringing {friend} is posted to {account.member}"
        elif chain[0].member == account.member:
            posted = list(entries)
            for later in chain[1:]:
                posted += reading.read_entries(self._books.tables, program, later.member)
            yield from broken_referral(referral, side, posted)

    def _became(
        self, program: str, member: str | None, known: Account | None = None
    ) -> list[Account]:
        """Return the accounts of a member and of whom they have become, one after the other."""
        found: list[Account] = []
        while member and len(found) < _MOST_SUCCESSORS:
            account = known
            if known is None or known.member != member:
                account = reading.read_account(self._books.tables, program, member)
            if account is None:
                break
            found.append(account)
            member = account.successor
        return found

    def _frozen(self, order: Order) -> Program | None:
        if order.context is None:
            return None
        return self._books.programs.version(order.key.program, order.context.program_version)
