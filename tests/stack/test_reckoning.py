"""The checker of the interrupted story must be able to fail: what it is for, done on purpose."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core import account as accounts
from loyalty.core.account import Account
from tests.stack.reckoning import Expected, wrong
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.core.account import Entry

Story = tuple[Expected, Account, tuple["Entry", ...]]


def story() -> Story:
    """Play a short story on the product's own ledger, in memory."""
    world = World()
    world.put_program()
    ann = world.enrol()
    for order, total in (("1", 1250), ("2", 400), ("3", 400)):
        world.sell(order, total=total, member=ann)
    world.sell("1", version=2, total=625, member=ann)
    answer = world.spending.redeem(
        "coffee",
        source="till",
        redemption="r1",
        card_code=ann.card_code,
        reward="free-coffee",
        now=world.now,
    )
    expected = Expected(orders={"till#1": 625, "till#2": 400, "till#3": 400})
    expected.answered("r1", answer.body)
    return expected, world.account(ann), world.entries(ann)


def rebuilt(account: Account, entries: Sequence[Entry]) -> tuple[Account, tuple[Entry, ...]]:
    """Chain entries anew, so that the ledger itself looks sound and only its content is wrong."""
    made: list[Entry] = []
    fresh = Account(account.program, account.member)
    for entry in entries:
        chained = accounts.chain(
            fresh,
            kind=entry.kind,
            at=entry.at,
            fact=entry.fact,
            actor=entry.actor,
            program_version=entry.program_version,
            postings=entry.postings,
        )
        fresh = accounts.append(fresh, chained)
        made.append(chained)
    return replace(fresh, revision=account.revision, card_version=account.card_version), tuple(made)


def test_a_sound_story_passes() -> None:
    expected, account, entries = story()
    assert expected.redeemed == {"r1"}
    assert wrong(expected, account, entries) == []


def test_a_dropped_order_is_noticed() -> None:
    expected, account, entries = story()
    left = [entry for entry in entries if not entry.fact.startswith("order#till#2#")]
    assert "order till#2 counts 0, not 400" in wrong(expected, *rebuilt(account, left))


def test_a_doubled_order_is_noticed() -> None:
    expected, account, entries = story()
    twice = [*entries, entries[1]]
    assert "order till#2 counts 800, not 400" in wrong(expected, *rebuilt(account, twice))


def test_a_dropped_and_a_doubled_order_of_one_size_do_not_cancel_out() -> None:
    expected, account, entries = story()
    swapped = [entries[2] if entry.fact.startswith("order#till#2#") else entry for entry in entries]
    faults = wrong(expected, *rebuilt(account, swapped))
    # The same fact twice is noticed by itself (I4); what each order counts, beside it.
    assert [fault for fault in faults if not fault.startswith("I4")] == [
        "order till#2 counts 0, not 400",
        "order till#3 counts 800, not 400",
    ]


def test_a_doubled_redemption_is_noticed() -> None:
    expected, account, entries = story()
    faults = wrong(expected, *rebuilt(account, [*entries, entries[-1]]))
    assert "redemption r1 was carried out 2 times" in faults


def test_a_redemption_that_the_till_never_heard_of_is_noticed() -> None:
    expected, account, entries = story()
    expected.redeemed.clear()
    assert "redemption r1 was carried out although the till was told otherwise" in wrong(
        expected, account, entries
    )


def test_an_order_that_nobody_sent_is_noticed() -> None:
    expected, account, entries = story()
    del expected.orders["till#3"]
    assert "order till#3 was never sent" in wrong(expected, account, entries)


def test_a_broken_chain_is_noticed() -> None:
    expected, account, entries = story()
    forged = (*entries[:-1], replace(entries[-1], actor="somebody else"))
    assert any(fault.startswith("I1") for fault in wrong(expected, account, forged))
