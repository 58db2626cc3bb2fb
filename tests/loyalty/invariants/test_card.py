"""Card, version and mark against the account."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from loyalty.card.drawing import card
from loyalty.card.view import Card, CardField
from loyalty.core.account import Account, Pot
from loyalty.core.member import Member
from loyalty.core.visible import Published, visible
from loyalty.invariants.card import broken_card
from tests.loyalty.invariants.books import LATE, NOW, RULES, WHEN

if TYPE_CHECKING:
    from loyalty.program.rules import Program


def drawn(account: Account, program: Program) -> tuple[Account, Card]:
    shown = replace(account, shown=visible(program, account, WHEN).fingerprint)
    return shown, card(program, MEMBER, shown, WHEN)


MEMBER = Member(
    "coffee",
    "m",
    "s",
    "c",
    1,
    4,
    "Ann",
    None,
    None,
    "en",
    "1",
    None,
    datetime(2026, 1, 1, tzinfo=UTC),
)
STANDING = Account(
    "coffee", "m", card_version=7, pots={"points": Pot(((LATE, 5),))}, shown="", revision=3
)


def test_a_card_that_shows_its_account_is_sound() -> None:
    account, seen = drawn(STANDING, RULES)
    for published in (
        Published(7),
        Published(6, waiting=True, since=NOW),
        Published(None, waiting=True, since=1),
    ):
        assert broken_card(RULES, account, seen, 4, published, WHEN) == ()
    for version in (1, 2):
        new, first = drawn(replace(STANDING, card_version=version), RULES)
        assert broken_card(RULES, new, first, 4, Published(None), WHEN) == ()


def card_field(value: int) -> tuple[CardField, ...]:
    return (CardField("balance", "Points", value, "number", str(value)),)


@pytest.mark.parametrize(
    ("account", "seen", "published", "told"),
    [
        ({"shown": "another"}, {}, Published(7), "says something else"),
        ({}, {"version": 11}, Published(7), "version is 11"),
        ({"card_version": 8}, {}, Published(8), "version is 12"),
        ({}, {"voided": True}, Published(7), "valid and the membership over"),
        ({}, {"facts": "balance of 6"}, Published(7), "shows 6, the account 5"),
        ({}, {}, Published(None), "nothing waits"),
        ({}, {}, Published(6), "nothing waits"),
        ({}, {}, Published(8), "a later card"),
        ({}, {}, Published(7, waiting=True, since=NOW), "has been"),
        ({}, {}, Published(6, waiting=True), "nobody finds it"),
        ({}, {}, Published(7, since=NOW), "nobody finds it"),
        ({}, {}, Published(6, waiting=True, since=NOW, astray=True), "nobody finds it"),
        ({}, {}, Published(8, waiting=True, since=NOW), "a later card"),
    ],
    ids=str,
)
def test_a_card_that_shows_something_else_is_reported(
    account: dict[str, Any], seen: dict[str, Any], published: Published, told: str
) -> None:
    right, shown = drawn(STANDING, RULES)
    if "facts" in seen:
        seen = {"fields": card_field(6)}
    faults = broken_card(
        RULES, replace(right, **account), replace(shown, **seen), 4, published, WHEN
    )
    assert len(faults) == 1
    assert faults[0].startswith("I12: ")
    assert told in faults[0]


def test_the_card_of_one_who_has_left_is_void() -> None:
    account, seen = drawn(replace(STANDING, pots={}, closed=1), RULES)
    assert seen.voided
    assert broken_card(RULES, account, seen, 4, Published(7), WHEN) == ()
    (told,) = broken_card(RULES, account, replace(seen, voided=False), 4, Published(7), WHEN)
    assert "membership over" in told


def test_a_card_without_a_balance_shows_none() -> None:
    account, seen = drawn(STANDING, RULES)
    bare = replace(seen, fields=())
    assert broken_card(RULES, account, bare, 4, Published(7), WHEN) == ()
