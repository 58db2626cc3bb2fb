"""Go through the whole state table, page by page: what the nightly job does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.store import keys
from loyalty.store.figure_lines import head
from loyalty.store.items.account import to_account
from loyalty.store.items.member import to_member

if TYPE_CHECKING:
    from loyalty.core.account import Account
    from loyalty.core.member import Member
    from loyalty.core.order import OrderKey
    from loyalty.store.figure_lines import Head
    from loyalty.store.tables import Item, Tables

Kind = Literal["account", "member", "order", "program"]
_KINDS: dict[str, Kind] = {
    "ACCOUNT": "account",
    "MEMBER": "member",
    "ORDER": "order",
    "PROGRAM": "program",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One item on the way. It may be stale, and reading it may fail: then what lies there is bad.

    ``place`` names it uniquely, for logs and for choosing by chance.
    """

    kind: Kind
    place: str
    _item: Item

    @property
    def owner(self) -> tuple[str, str]:
        """Return program and member of an account or a person."""
        return keys.owner(self.place)

    @property
    def order(self) -> OrderKey:
        """Return the key of an order."""
        return keys.order_at(self.place)

    def head(self) -> Head:
        """Read what an order's head tells of itself."""
        return head(self.order, self._item)

    def account(self) -> Account:
        """Read a member's standing."""
        return to_account(*self.owner, self._item)

    def member(self) -> Member:
        """Read a member's personal data."""
        return to_member(self._item)


def page(
    tables: Tables, segment: int, segments: int, after: tuple[str, str] | None, limit: int
) -> tuple[list[Found], tuple[str, str] | None]:
    """Return what is found among so many items of one part, and where to go on, None at the end."""
    found, following = tables.scan(segment, segments, after, limit, tuple(_KINDS))
    return [Found(_KINDS[item["sk"]], item["pk"], item) for item in found], following
