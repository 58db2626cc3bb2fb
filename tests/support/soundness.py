"""Everything that must hold of a program in a world's tables, looked at all at once."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from loyalty.core.draft import Draft
from loyalty.core.settle import settle
from loyalty.invariants.account import broken
from loyalty.invariants.card import broken_card
from loyalty.invariants.program import Fact, broken_program
from loyalty.invariants.supply import broken_supply
from loyalty.store import keys, reading, supplies
from loyalty.store.items.account import to_published
from loyalty.store.items.fact import fact_entries
from loyalty.store.items.member import to_member
from loyalty.store.items.referral import to_referral

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.members.enrolment import Enrolled
    from tests.support.world import World


def sound(world: World, member: Enrolled) -> bool:
    """Tell whether nothing is wrong with a member's account by itself."""
    return broken(world.account(member), world.entries(member)) == ()


def faults(world: World, program_id: str = "coffee", *, present: bool = True) -> list[str]:
    """Return what does not hold; ``present``: tiers are looked at by the present rules."""
    tables, rules = world.tables.items, world.programs.current(program_id)
    members = [
        keys.owner(key.pk)[1]
        for key in tables
        if key.sk == "ACCOUNT" and key.pk.startswith(f"{program_id}#")
    ]
    found: list[str] = []
    books = []
    for member in members:
        account = reading.read_account(world.tables, program_id, member)
        assert account is not None
        entries = reading.read_entries(world.tables, program_id, member)
        found += broken(account, entries, rules if present else None)
        books.append((account, entries))
    heads = [dict(item) for key, item in tables.items() if key.sk == "ORDER"]
    orders = [reading.order_of(world.tables, item) for item in heads]
    facts = [Fact(key.pk, fact_entries(item)) for key, item in tables.items() if key.sk == "FACT"]
    version = partial(world.programs.version, program_id)
    referrals = [
        (to_referral(item), str(to_member(tables[replace(key, sk="MEMBER")]).referrer))
        for key, item in tables.items()
        if key.sk == "REFERRAL"
    ]
    taken, had, used = supplies.kept(
        item for key, item in tables.items() if key.pk.startswith(f"{program_id}#")
    )
    every = [entry for _, ones in books for entry in ones]
    gone = frozenset(account.member for account, _ in books if account.closed)
    found += broken_supply(every, taken, had, used, gone)
    found += broken_program(
        program_id, books, orders, facts=facts, referrals=referrals, rules=version
    )
    return found


def cards(world: World, account: Account) -> tuple[str, ...]:
    """Return in what a card and its account disagree, after a night has looked at it."""
    program = world.programs.current(account.program)
    item = world.tables.get(keys.account_key(account.program, account.member))
    personal = world.tables.get(keys.member_key(account.program, account.member))
    card = world.cards.by_member(account.program, account.member, world.now)
    assert item is not None
    assert personal is not None
    assert card is not None
    draft = Draft(program, account, world.now)
    settle(draft)
    published = to_published(item)
    return broken_card(program, draft.account, card, personal["cv"], published, world.now)
