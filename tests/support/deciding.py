"""Bare programs, orders and accounts for tests of the deciding modules."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, get_args

from loyalty.core.account import Account, Cause, Hold, Pot
from loyalty.core.draft import Draft
from loyalty.core.order import BASKET, Context, Line, Order, OrderKey, Part
from loyalty.program.rules import Program
from loyalty.program.stored import build

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.core.account import Posting

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)  # a Monday
MAY = 2026 * 12 + 4
"""The number of the month of NOON."""
FAR = 4_000_000_000
"""A second long after every test."""


_BARE: dict[str, Any] = {
    "schema": 1,
    "id": "coffee",
    "name": {"en": "Daily Cup Club"},
    "organization": "Daily Cup",
    "currency": "USD",
    "zone": "UTC",
    "region": "US",
    "languages": ["en"],
    "design": "coffee",
    "pots": [{"id": "points"}],
    "consent": {"version": "1", "program": {"en": "Yes"}, "marketing": {"en": "Maybe"}},
    "contact": [{"label": {"en": "Daily Cup"}, "text": "hello@dailycup.example"}],
}


def program(**changes: Any) -> Program:
    """Return a program in UTC and English, with one pot, that gives nothing until told so.

    Made like a stored one, so that also what the reader would refuse today can be tried.
    """
    return build(Program, json.loads(json.dumps({**_BARE, **changes})))


def per_amount(points: int = 1, amount: int = 100, **changes: Any) -> dict[str, Any]:
    return {"pot": "points", "points": points, "amount": amount, **changes}


def basket(total: int = 1000, *lines: Line, version: int = 1, **changes: Any) -> Part:
    return Part(BASKET, version, changes.pop("status", "completed"), total, lines=lines, **changes)


def order(*parts: Part, at: datetime = NOON, **changes: Any) -> Order:
    key = OrderKey("coffee", "till", "1")
    return Order(key, "USD", at, at, parts=parts or (basket(),), **changes)


def context(at: datetime = NOON, **changes: Any) -> Context:
    return Context(1, at, **changes)


def account(
    *lots: tuple[int, int],
    pending: tuple[tuple[int, int, int], ...] = (),
    holds: dict[str, Hold] | None = None,
    debt: int = 0,
    **changes: Any,
) -> Account:
    """Return an account with lots (bucket, amount) and more in the pot ``points``."""
    pot = Pot(lots, pending, debt)
    pots = {"points": pot} if pot != Pot() else {}
    return Account("coffee", "ann", pots=pots, holds=holds or {}, **changes)


def draft(rules: Program, standing: Account, now: datetime = NOON) -> Draft:
    return Draft(rules, standing, now)


def counters(standing: Account) -> Any:
    """Return the counters, to be compared with plain numbers."""
    return standing.counters


def second(*instant: int) -> int:
    """Return an instant (year, month, day, …) of UTC in seconds since 1970."""
    return int(datetime(*instant, tzinfo=UTC).timestamp())  # type: ignore[misc, arg-type]


_OF_POTS = {"lot", "pending", "held", "debt", "remainder", "cut"}


def well_formed(postings: Iterable[Posting]) -> None:
    """Check that postings have a known cause, and a pot exactly where a pot is meant."""
    for one in postings:
        assert one.cause in get_args(Cause), one
        assert isinstance(one.pot, str), one
        assert bool(one.pot) == (one.measure in _OF_POTS), one


def told(postings: list[Posting]) -> list[tuple[Any, ...]]:
    """Return postings as short tuples: cause, measure, amount, and what else is not empty."""
    well_formed(postings)
    rest = [(one.bucket, one.at, one.ref) for one in postings]
    return [
        (one.cause, one.measure, one.amount, *(value for value in more if value))
        for one, more in zip(postings, rest, strict=True)
    ]
