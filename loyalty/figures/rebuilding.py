"""Take up every order and every member anew: after a restore, or when a zone or a till has moved.

Lines of orders that nobody has claimed in time stay as they are: nothing else remembers these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import carrying, counted

if TYPE_CHECKING:
    from datetime import datetime

    from loyalty.figures.feeding import Feeding
    from loyalty.store.tables import Tables

PAGE = 500
"""Items of the table that are looked at in one step."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step took up; ``next`` is where to go on, None at the end."""

    orders: int
    members: int
    next: tuple[str, str] | None


class Rebuilding:
    """Goes through the whole table, page by page; any page may be gone through again."""

    def __init__(self, tables: Tables, feeding: Feeding) -> None:
        self._tables = tables
        self._feeding = feeding

    def step(self, program: str, after: tuple[str, str] | None, now: datetime) -> Step:
        """Take up one page of a program."""
        page = carrying.page(self._tables, program, after, PAGE)
        for member in page.members:
            counted.forget(self._tables, program, member)
            self._feeding.member(program, member, now)
        for order in page.orders:
            self._feeding.again(order, now)
        return Step(len(page.orders), len(page.members), page.next)
