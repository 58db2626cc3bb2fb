"""Read and write whose a customer of a till's vendor is: an id of theirs that leads to a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.items.member import owner_item
from loyalty.store.tables import Absent, Delete, Equals, Put

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables, Write


def read(tables: Tables, program: str, source: str, customer: str) -> str | None:
    """Return the member that a customer of a source was linked to."""
    item = tables.get(keys.customer_key(program, source, customer))
    return str(item["member"]) if item else None


def read_of(tables: Tables, program: str, member: str) -> tuple[tuple[str, str], ...]:
    """Return the customers (source, id) that lead to a member."""
    first = keys.member_customer_key(program, member, "", "")
    prefix = first.sk.removesuffix("#")
    found = tables.query("state", first.pk, prefix)
    return tuple((item["source"], item["customer"]) for item in found)


def link(  # noqa: PLR0917
    tables: Tables,
    program: str,
    member: str,
    customer: tuple[str, str],
    seen: str | None,
    line: list[Write],
) -> None:
    """Let a customer (source, id) lead to a member, and to nobody who was before.

    ``seen``: the member that it led to when it was looked up; ``line``: the writes that keep who
    did it. Raises Cancelled or OutcomeUnknown.
    """
    source, name = customer
    unmoved = Equals("member", seen) if seen else Absent()
    writes: list[Write] = [
        Put(keys.customer_key(program, *customer), owner_item(program, member), unmoved),
        Put(
            keys.member_customer_key(program, member, *customer),
            {"source": source, "customer": name},
        ),
        *line,
    ]
    if seen and seen != member:
        writes.append(Delete(keys.member_customer_key(program, seen, *customer)))
    tables.write(*writes)


def unlink(
    tables: Tables,
    program: str,
    member: str,
    customer: tuple[str, str],
    line: Iterable[Write] = (),
) -> None:
    """Let a customer lead to that member no more; ``line`` and what is raised as of ``link``."""
    tables.write(*_unlinking(program, member, customer), *line)


def _unlinking(program: str, member: str, customer: tuple[str, str]) -> list[Write]:
    return [
        Delete(keys.customer_key(program, *customer), Equals("member", member)),
        Delete(keys.member_customer_key(program, member, *customer)),
    ]
