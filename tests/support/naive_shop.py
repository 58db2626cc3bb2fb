"""A shop's till roll, written down beside what the product is told, and read by hand.

Nothing of the product's is asked: each receipt keeps what was told of it last, whose it is, and who
has become whom. It knows no program, and its points are worth nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tests.support.naive_figures import Receipt, Shop

if TYPE_CHECKING:
    from datetime import datetime


@dataclass
class Told:
    """One receipt, as the till told it last."""

    sold: datetime
    till: str
    who: str | None
    money: int
    paid_back: bool = False


@dataclass
class Roll:
    """The till roll, and who is who. ``places`` by till: the place, and its zone."""

    places: dict[str, tuple[str, str]]
    receipts: dict[str, Told] = field(default_factory=dict)
    became: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def is_now(self, who: str | None) -> str | None:
        while who in self.became:
            who = self.became[who]
        return None if who in self.gone else who

    def shop(self) -> Shop:
        found = []
        for one in self.receipts.values():
            if one.paid_back or one.money == 0:
                continue
            place, zone = self.places[one.till]
            day = one.sold.astimezone(ZoneInfo(zone)).date()
            found.append(Receipt(day, place, self.is_now(one.who), one.money))
        return Shop(found)
