"""What category a till's vendor says a product has, and since when that is so for sales.

Every order that is read again has to come out as it did: a category that changes at the vendor must
not give one version of an order two contents. So what was said is kept with the second from which
it counts, and nothing that was said is taken back.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Condition, Tables

MOST_KEPT = 50
"""Changes of one product's category; the oldest give way."""


@dataclass(frozen=True, slots=True)
class History:
    """The categories of one product.

    Attributes
    ----------
    asked
        When the vendor was asked last, in seconds since 1970.
    changes
        (second, category), oldest first: sales from that second on are of that category. The first
        one holds for all sales before, too. An empty category is none.
    """

    asked: int
    changes: tuple[tuple[int, str], ...]

    def at(self, second: int) -> str:
        """Return the category that a sale of that second is of."""
        place = bisect_right([since for since, _ in self.changes], second)
        return self.changes[max(0, place - 1)][1]

    def told(self, category: str | None, asked: int, since: int) -> History:
        """Return it after the vendor was asked again; None where it knows no such product.

        What it no longer knows keeps its category; another one counts for sales from `since` on.
        """
        if category is None or category == self.changes[-1][1]:
            return History(asked, self.changes)
        return History(asked, (*self.changes, (since, category))[-MOST_KEPT:])


def read(tables: Tables, program: str, source: str, products: Iterable[str]) -> dict[str, History]:
    """Return what is known of a till's products; those that nobody has asked for are left out."""
    places = {keys.till_product_key(program, source, one): one for one in products}
    found = tables.get_many(places)
    return {
        places[key]: History(item["ca"], tuple((second, name) for second, name in item["ch"]))
        for key, item in found.items()
    }


def put(
    tables: Tables, who: tuple[str, str], product: str, before: History | None, after: History
) -> bool:
    """Keep what was told; False where somebody else has asked meanwhile. `who`: program, source."""
    condition: Condition = Equals("ca", before.asked) if before else Absent()
    item = {"ca": after.asked, "ch": [list(one) for one in after.changes]}
    try:
        tables.write(Put(keys.till_product_key(*who, product), item, condition))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise
        return False
    return True
