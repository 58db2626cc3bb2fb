"""What a till says of an order: which one it is, and what of it is told.

It stands apart from what is made of it, so that the door for tills' messages loads no more than it
needs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.core.part import Part


@dataclass(frozen=True, slots=True)
class OrderKey:
    """What makes an order one order: program, the till's name for itself, the till's id."""

    program: str
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class OrderReport:
    """One message about parts of an order, from whichever sender.

    ``hints`` say who bought, as in ``loyalty.tills.naming``. ``location`` is where, if it is said.
    """

    key: OrderKey
    currency: str
    occurred_at: datetime
    parts: tuple[Part, ...]
    hints: tuple[str, ...]
    actor: str
    location: str = ""
