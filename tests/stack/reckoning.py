"""The checker: what an account must hold after a story, reckoned without the product's code.

Rates and prices are those of templates/programs/coffee.toml, written down here once more on
purpose.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.invariants import account as invariants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.core.account import Account, Entry

POINTS_PER_MINOR_UNIT = Fraction(10, 100)
PRICE = 100


@dataclass
class Expected:
    """What a story must have led to, as the till knows it.

    Attributes
    ----------
    orders
        ``<source>#<id>`` → minor units that count in the end.
    redeemed
        Ids of the redemptions that the till was told were redeemed.
    declined
        Ids of those that were declined.
    """

    orders: dict[str, int] = field(default_factory=dict)
    redeemed: set[str] = field(default_factory=set)
    declined: set[str] = field(default_factory=set)

    def answered(self, redemption: str, answer: dict[str, Any]) -> None:
        """Note what the till was told about a redemption."""
        (self.redeemed if answer["outcome"] == "redeemed" else self.declined).add(redemption)

    @property
    def units(self) -> Fraction:
        """Return the exact points: earned less spent, before rounding, debt counted negative."""
        earned = sum(self.orders.values()) * POINTS_PER_MINOR_UNIT
        return earned - PRICE * len(self.redeemed)


def wrong(expected: Expected, account: Account, entries: Sequence[Entry]) -> list[str]:
    """Return a sentence for everything that is not as it must be; nothing when all is well."""
    faults = list(invariants.broken(account, entries))
    pot = account.pot("points")
    units = pot.available - pot.debt + pot.remainder
    if units != expected.units:
        faults.append(f"the account holds {units} points, {expected.units} were expected")
    if account.spend != sum(expected.orders.values()):
        faults.append(f"the account has spent {account.spend}")
    if account.visits != sum(1 for total in expected.orders.values() if total):
        faults.append(f"the account has {account.visits} visits")
    return [*faults, *_orders(expected, entries), *_redemptions(expected, entries)]


def _orders(expected: Expected, entries: Sequence[Entry]) -> list[str]:
    """Check each order by itself: one dropped and one doubled would cancel out in a sum."""
    posted: Counter[str] = Counter()
    for entry in entries:
        kind, _, rest = entry.fact.partition("#")
        if kind == "order":
            order = rest.rpartition("#")[0]  # the rest is the revision of the order's head
            posted[order] += sum(
                int(posting.amount) for posting in entry.postings if posting.measure == "spend"
            )
    faults = [
        f"order {order} counts {posted[order]}, not {total}"
        for order, total in expected.orders.items()
        if posted[order] != total
    ]
    return faults + [
        f"order {order} was never sent" for order in posted.keys() - expected.orders.keys()
    ]


def _redemptions(expected: Expected, entries: Sequence[Entry]) -> list[str]:
    done = Counter(
        entry.fact.rpartition("#")[2] for entry in entries if entry.fact.startswith("redemption#")
    )
    faults = [
        f"redemption {redemption} was carried out {done[redemption]} times"
        for redemption in expected.redeemed
        if done[redemption] != 1
    ]
    return faults + [
        f"redemption {redemption} was carried out although the till was told otherwise"
        for redemption in done.keys() - expected.redeemed
    ]
