"""Go through the whole state table, page by page: what the nightly job does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from loyalty.store import keys
from loyalty.store.figure_lines import head
from loyalty.store.items.account import to_account
from loyalty.store.items.member import to_member
from loyalty.store.sealed_tables import opened_items
from loyalty.store.sealing import is_sealed

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

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
    item: Item

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
        return head(self.order, self.item)

    def account(self) -> Account:
        """Read a member's standing."""
        return to_account(*self.owner, self.item)

    def member(self) -> Member:
        """Read a member's personal data; nothing of it is open but what was asked to be."""
        return to_member(self.item)

    @property
    def is_sealed(self) -> bool:
        """Whether something of it is not open."""
        return is_sealed(self.item)


def opened(tables: Tables, found: Sequence[Found], programs: Container[str]) -> list[Found]:
    """Return what was found, the people of these programs open as far as they can be."""
    sealed = [one for one in found if one.kind == "member" and one.owner[0] in programs]
    items = opened_items(tables, [one.item for one in sealed])
    by_place = {
        one.place: Found("member", one.place, item) for one, item in zip(sealed, items, strict=True)
    }
    return [by_place.get(one.place, one) if one.kind == "member" else one for one in found]


def page(
    tables: Tables, segment: int, segments: int, after: tuple[str, str] | None, limit: int
) -> tuple[list[Found], tuple[str, str] | None]:
    """Return what is found among so many items of one part, and where to go on, None at the end."""
    found, following = tables.scan(segment, segments, after, limit, tuple(_KINDS))
    return [Found(_KINDS[item["sk"]], item["pk"], item) for item in found], following
