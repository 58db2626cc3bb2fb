"""Every invariant of an account is reported when it is broken, and nothing is when none is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from loyalty.core.account import Hold, Posting, Pot
from loyalty.invariants.account import apart, broken
from loyalty.invariants.program import broken_program
from loyalty.program.rules import Level, Program, Tiers
from tests.loyalty.invariants.books import (
    EARNED,
    HELD,
    LATE,
    PAST,
    SOON,
    Book,
    book,
    debt,
    held,
    limit,
    lot,
)
from tests.support import mechanics

if TYPE_CHECKING:
    from loyalty.program.rules import Texts


def test_a_sound_account_is_sound() -> None:
    account, entries = book(
        EARNED,
        HELD,
        (
            "capture",
            [
                held("capture", -3, bucket=SOON),
                held("release", -2, bucket=SOON),
                lot("release", 2, SOON),
                limit("release", -SOON),
            ],
        ),
        ("redeem", [lot("redeem", -2, SOON), lot("redeem", -4)]),
        ("reverse", [lot("reverse", -6), debt("reverse", 4)]),
        ("gift", [debt("gift", -4), lot("gift", 1)]),
    )
    assert broken(account, entries) == ()
    assert broken_program("coffee", [(account, entries)]) == ()


WRONG: dict[str, tuple[str, Book]] = {
    "a debt made by spending": (
        "I3",
        book(EARNED, ("redeem", [lot("redeem", -5, SOON), debt("redeem", 3)])),
    ),
    "a lot below nothing": ("I2", book(EARNED, ("reverse", [lot("reverse", -11)]))),
    "a lot below nothing on the way": (
        "I2",
        book(EARNED, ("reverse", [lot("reverse", -11), lot("reverse", 1)])),
    ),
    "value while something is owed": ("I2", book(EARNED, ("reverse", [debt("reverse", 3)]))),
    "the later lot first": ("I6", book(EARNED, ("redeem", [lot("redeem", -5)]))),
    "expired value spent": (
        "I7",
        book(("earn", [lot("earn", 5, PAST)]), ("redeem", [lot("redeem", -5, PAST)])),
    ),
    "expired value left": ("I7", book(("earn", [lot("earn", 5, PAST)]))),
    "captured twice": (
        "I8",
        book(
            EARNED,
            HELD,
            ("capture", [held("capture", -5, bucket=SOON), limit("capture", -SOON)]),
            ("capture", [held("capture", -5, bucket=SOON)]),
        ),
    ),
    "held on after the end": ("I8", book(EARNED, HELD, ("release", [limit("release", -SOON)]))),
    "held again under one name": (
        "I8",
        book(
            EARNED,
            HELD,
            (
                "release",
                [
                    held("release", -5, bucket=SOON),
                    lot("release", 5, SOON),
                    limit("release", -SOON),
                ],
            ),
            HELD,
        ),
    ),
    "value out of nothing": ("I10", book(EARNED, ("redeem", [lot("redeem", 3)]))),
    "a gift that takes": ("I10", book(EARNED, ("gift", [lot("gift", -3)]))),
    "a hold that keeps": ("I10", book(EARNED, ("hold", [lot("hold", -5, SOON)]))),
    "an activation that loses": (
        "I10",
        book(
            ("earn", [Posting("earn", "points", "pending", 5, LATE, at=SOON)]),
            (
                "activate",
                [
                    Posting("activate", "points", "pending", -5, LATE, at=SOON),
                    lot("activate", 4),
                ],
            ),
        ),
    ),
    "value left behind": ("I10", book(EARNED, ("close", [lot("close", -10)]))),
    "a remainder of more than a point": (
        "I15",
        book(("earn", [Posting("earn", "points", "remainder", Fraction(4, 3))])),
    ),
    "visits below nothing": ("I15", book(("earn", [Posting("earn", "", "visits", -1)]))),
    "more than an order can earn": ("I15", book(("earn", [lot("earn", 10**12 + 1)]))),
    "more than there can be": ("I15", book(("adjust", [lot("adjust", 2 * 10**15 + 1)]))),
    "a float": ("I15", book(("earn", [lot("earn", 1.0)]))),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_reported(name: str) -> None:
    number, (account, entries) = WRONG[name]
    faults = broken(account, entries)
    assert any(fault.startswith(f"{number}:") for fault in faults), faults
    assert not any(fault.startswith("I1:") for fault in faults)


def test_an_account_that_is_not_its_entries() -> None:
    account, entries = book(EARNED, HELD)
    more = {"points": Pot(lots=((LATE, 11),))}
    for wrong in (
        replace(account, pots=more),
        replace(account, seq=3),
        replace(account, head="0"),
        replace(account, spend=1),
        replace(account, holds={"h": Hold((("points", SOON, 5),), LATE)}),
    ):
        assert any(fault.startswith("I1") for fault in broken(wrong, entries))
    missing, doubled = (entries[1],), (entries[0], entries[0], entries[1])
    altered = (replace(entries[0], at=entries[0].at + 1), entries[1])
    unchained = (entries[0], replace(entries[1], previous="0"))
    for told in (missing, doubled, altered, unchained, (entries[0],)):
        assert any(fault.startswith("I1") for fault in broken(account, told))


def test_one_fact_with_two_entries() -> None:
    account, entries = book(EARNED, EARNED)
    twice = replace(entries[1], fact=entries[0].fact)
    assert any(fault.startswith("I4") for fault in broken(account, (entries[0], twice)))


def tiered(down: str) -> Program:
    name: Texts = {"en": "x", "ru": "x"}
    levels = (Level("a", name), Level("b", name, spend=100), Level("c", name, spend=500))
    tiers = Tiers(levels, window="calendar_year", down=down)  # type: ignore[arg-type]
    return replace(mechanics.versions("points")[0], tiers=tiers)


@pytest.mark.parametrize(
    ("down", "level", "sound"),
    [
        ("step", 1, True),
        ("step", 0, False),
        ("step", 2, False),
        ("step", 3, False),
        ("never", 2, True),
        ("never", 0, False),
    ],
)
def test_the_tier_is_what_the_figures_say(down: str, level: int, sound: bool) -> None:  # noqa: FBT001
    month = 2026 * 12 + 4
    postings = [
        Posting("earn", "", "spend", 200, at=month),
        Posting("tier", "", "level", level),
    ]
    account, entries = book(("earn", postings))
    faults = broken(account, entries, tiered(down))
    assert (not any(fault.startswith("I9") for fault in faults)) == sound
    # A higher tier may wait for its deadline.
    account, entries = book(("earn", [*postings, Posting("tier", "", "deadline", LATE)]))
    faults = broken(account, entries, tiered(down))
    assert any(fault.startswith("I9") for fault in faults) == (level in {0, 3})


def test_the_order_of_arrival_may_not_matter() -> None:
    one, _ = book(EARNED)
    other, _ = book(("earn", [lot("earn", 15)]))
    assert apart(one, one) == ()
    assert apart(one, replace(one, seq=9, head="x", revision=9, card_version=9)) == ()
    (told,) = apart(one, other)
    assert told.startswith("I11: pots")
    for change in ({"spend": 1}, {"visits": 1}, {"earned": 1}, {"referrals": 1}, {"closed": 1}):
        assert len(apart(one, replace(one, **change))) == 1  # type: ignore[arg-type]
