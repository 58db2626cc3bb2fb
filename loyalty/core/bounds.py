"""How much an account can hold: sums are bounded, whatever was sold before (invariant I15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.money import LARGEST_SUM

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from loyalty.core.account import Account

_COUNTED = ("spend", "visits", "earned", "referrals")


def too_large(before: Account, after: Account) -> bool:
    """Tell whether a figure has risen above the largest sum; one that falls may be above it."""
    figures = _figures(after)
    if max(figures.values()) <= LARGEST_SUM:
        return False
    known = _figures(before)
    return any(
        figure > LARGEST_SUM and figure > known.get(name, 0) for name, figure in figures.items()
    )


def _figures(account: Account) -> Mapping[str, int | Fraction]:
    """Return all sums of an account, by a name of their own."""
    found: dict[str, int | Fraction] = {name: getattr(account, name) for name in _COUNTED}
    for name, pot in account.pots.items():
        found[f"value {name}"] = pot.available + pot.waiting + account.held(name)
        found[f"debt {name}"] = pot.debt
        found[f"cut {name}"] = pot.cut
    for name, periods in account.caps.items():
        for number, (summed, _) in periods.items():
            found[f"raw {name} {number}"] = summed
    return found
