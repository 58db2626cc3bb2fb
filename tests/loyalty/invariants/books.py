"""What the tests of invariants share: accounts and orders that hold exactly what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Account, Posting, append, chain
from loyalty.core.order import Context, Line, Order, OrderKey, Part, Posted
from tests.support import deciding

if TYPE_CHECKING:
    from loyalty.core.account import Cause, Entry


Book = tuple[Account, tuple["Entry", ...]]
NOW = int(datetime(2026, 5, 4, tzinfo=UTC).timestamp())
SOON, LATE, PAST = NOW + 1000, NOW + 2000, NOW - 1000


def book(*lines: tuple[Cause, list[Posting]], member: str = "m", **options: Any) -> Book:
    """Return an account made of these entries, numbered and chained as they should be."""
    account = Account(options.get("program", "coffee"), member)
    entries = []
    for number, (kind, postings) in enumerate(lines):
        entry = chain(
            account,
            kind=kind,
            at=NOW * 1_000_000,
            fact=f"{member}{number}",
            actor="test",
            program_version=1,
            postings=tuple(postings),
        )
        entries.append(entry)
        account = append(account, entry)
    return account, tuple(entries)


def lot(cause: Cause, amount: int, bucket: int = LATE) -> Posting:
    return Posting(cause, "points", "lot", amount, bucket)


def held(cause: Cause, amount: int, name: str = "h", bucket: int = LATE) -> Posting:
    return Posting(cause, "points", "held", amount, bucket, ref=name)


def debt(cause: Cause, amount: int) -> Posting:
    return Posting(cause, "points", "debt", amount)


def limit(cause: Cause, amount: int, name: str = "h") -> Posting:
    return Posting(cause, "", "hold", amount, ref=name)


EARNED: tuple[Cause, list[Posting]] = ("earn", [lot("earn", 10), lot("earn", 5, SOON)])
HELD: tuple[Cause, list[Posting]] = (
    "hold",
    [lot("hold", -5, SOON), held("hold", 5, bucket=SOON), limit("hold", SOON)],
)


KEY = OrderKey("coffee", "till", "1")
WHEN = datetime(2026, 5, 4, tzinfo=UTC)
CAKES = (Line("a", "cake", 1000, 333), Line("b", "coffee", 2000, 667))
RULES = deciding.program(
    earning=[deciding.per_amount(7, 300)],
    promotions=[{"id": "x", "name": {"en": "x"}, "pot": "points", "multiplier": 15_000}],
)
SALE = Order(
    KEY,
    "USD",
    WHEN,
    WHEN,
    parts=(Part("basket", 1, "completed", 1000, lines=CAKES),),
    member="m",
    context=Context(1, WHEN),
    posted=Posted({"points": Fraction(35)}, 1000, 1),
    revision=1,
    entry=1,
)
POSTED: tuple[Cause, list[Posting]] = (
    "earn",
    [
        lot("earn", 35),
        Posting("earn", "", "spend", 1000),
        Posting("earn", "", "visits", 1),
        Posting("activate", "points", "pending", 5, LATE, at=SOON),
        Posting("activate", "points", "lot", -5, LATE),
    ],
)


def of_the_order(*lines: tuple[Cause, list[Posting]]) -> tuple[Entry, ...]:
    _, entries = book(*lines)
    return tuple(
        replace(entry, fact=f"order#till#1#{number}") for number, entry in enumerate(entries, 1)
    )
