"""Gives what was sold its category, for vendors whose orders do not tell it.

An order keeps the categories that it was first read with: they are kept per product with the time
from which they count (``loyalty.store.till_categories``), and asked for by when the order happened.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from loyalty.core.part import BASKET
from loyalty.store import till_categories
from loyalty.store.till_categories import History
from loyalty.tills.failures import VendorFailed
from loyalty.tills.incoming import read_category
from loyalty.tills.products import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from loyalty.core.part import Part
    from loyalty.core.report import OrderReport
    from loyalty.store.tables import Tables
    from loyalty.tills.client import Client
    from loyalty.tills.reading import Reading

    Ask = Callable[[Sequence[str]], Mapping[str, str]]

ASKED_EVERY = 3600
"""Seconds for which what the vendor said of a product is good enough."""

COUNTS_AFTER = 3600
"""Seconds between the moment that a change is seen and the sales that it counts for. No till's
clock is so far ahead of ours that a sale already read were among them."""

_LONGEST = 200  # characters of a category, as in our own messages
_MOST_REMEMBERED = 5000


class Catalogue:
    """The categories of one till's products.

    Parameters
    ----------
    who
        Program, and the till's name for itself: whatever door a sale comes through, it is one shop.
    now
        The present instant.
    """

    def __init__(
        self, tables: Tables, who: tuple[str, str], *, now: Callable[[], datetime]
    ) -> None:
        self._tables = tables
        self._who = who
        self._now = now
        self._known: dict[str, History] = {}

    def sort(self, client: Client, scheme: str, reading: Reading) -> Reading:
        """Return a reading with the categories that the vendor of a scheme tells."""
        ask = CATEGORIES.get(scheme)
        return self.with_categories(reading, lambda names: ask(client, names) if ask else {})

    def with_categories(self, reading: Reading, ask: Ask) -> Reading:
        """Return a reading whose baskets have categories: each a version later than without.

        Where the token may not read products, what was sold stays without, and the reading says so.

        Raises
        ------
        VendorFailed
            The vendor did not tell.
        """
        told = {one.product: one.category for one in reading.sold if one.category is not None}

        def asking(products: Sequence[str]) -> dict[str, str]:
            unknown = [one for one in products if one not in told]
            found = {**told, **(ask(unknown) if unknown else {})}
            return {one: read_category(name[:_LONGEST].strip()) for one, name in found.items()}

        products = list(dict.fromkeys(one.product for one in reading.sold))
        try:
            known = self.histories(products, asking)
        except VendorFailed as failed:
            if failed.reason != "not_allowed":
                raise
            return replace(reading, sold=(), ignored=(*reading.ignored, "catalogue.not_allowed"))
        reports = []
        for report in reading.reports:
            second = int(report.occurred_at.timestamp())
            names: dict[str, str] = {}
            for one in reading.sold:
                if one.order == report.key:
                    names.setdefault(one.item, known[one.product].at(second))
            reports.append(_sorted(report, names))
        return replace(reading, reports=tuple(reports), sold=())

    def histories(self, products: Sequence[str], ask: Ask) -> Mapping[str, History]:
        """Return what is known of products; `ask` is told those that the vendor is to be asked for.

        Raises
        ------
        VendorFailed
            The vendor did not tell.
        """
        second = int(self._now().timestamp())
        found = {one: self._known[one] for one in products if one in self._known}
        found |= self._read([one for one in products if not _fresh(found.get(one), second)])
        stale = [one for one in products if not _fresh(found.get(one), second)]
        if stale:
            told = ask(stale)
            for one in stale:
                self._put(one, found.get(one), told.get(one), second)
            found |= self._read(stale)
        if len(self._known) > _MOST_REMEMBERED:
            self._known.clear()
        self._known.update(found)
        return found

    def _read(self, products: Sequence[str]) -> dict[str, History]:
        return till_categories.read(self._tables, *self._who, products) if products else {}

    def _put(self, product: str, before: History | None, category: str | None, second: int) -> None:
        """Keep an answer; where somebody else has asked meanwhile, theirs stays."""
        if before is None:
            after = History(second, ((0, category or ""),))
        else:
            after = before.told(category, second, second + COUNTS_AFTER)
        till_categories.put(self._tables, self._who, product, before, after)


def _fresh(known: History | None, second: int) -> bool:
    return known is not None and second < known.asked + ASKED_EVERY


def _sorted(report: OrderReport, names: Mapping[str, str]) -> OrderReport:
    return replace(report, parts=tuple(_part(part, names) for part in report.parts))


def _part(part: Part, names: Mapping[str, str]) -> Part:
    if part.key != BASKET or not any(line.item in names for line in part.lines):
        return part
    lines = tuple(
        line if line.category else replace(line, category=names.get(line.item, ""))
        for line in part.lines
    )
    return replace(part, version=part.version + 1, lines=lines)
