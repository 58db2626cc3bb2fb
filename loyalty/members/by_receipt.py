"""Find sales by the number on their receipt, whichever till has printed it.

An order is known by its till and the till's id of it, and who looks for one knows a number. So each
till that orders came from is asked for each way of writing that number.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from loyalty.core.report import OrderKey
from loyalty.members import search_words
from loyalty.store import order_sources, reading

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from loyalty.core.order import Order
    from loyalty.store.tables import Tables

MOST_ASKED = 600
"""Orders that are asked for at most: of more tills, the likelier ways of writing a number."""


def sales(
    tables: Tables, program: str, number: str, tills: Collection[str], now: datetime
) -> list[Order]:
    """Return the orders of a number, the latest first; what staff called no sale is left out.

    Parameters
    ----------
    tills
        Whose receipts may be looked at; empty means all.
    """
    forms = search_words.of_receipt(number)
    if not forms:
        return []
    sources = sorted(tills) or order_sources.known(tables, program)
    asked = (OrderKey(program, source, form) for form in forms for source in sources)
    found = reading.read_orders(tables, islice(asked, MOST_ASKED))
    # Other sales that a till has given the same number are named by the first.
    apart = {replace(one.key, id=name) for one in found for name in one.doubles}
    found += reading.read_orders(tables, apart - {one.key for one in found})
    sold = [one for one in found if not one.void]
    return sorted(sold, key=lambda one: (one.instant(now), one.key.id), reverse=True)
