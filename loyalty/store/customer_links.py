"""Read and write whose a customer of a till's vendor is: an id of theirs that leads to a member."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.items.member import owner_item
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from collections.abc import Iterable

    from loyalty.store.tables import Tables, Write


def read(tables: Tables, program: str, source: str, customer: str) -> str | None:
    """Return the member that a customer of a source was linked to."""
    item = tables.get(keys.customer_key(program, source, customer))
    return str(item["member"]) if item else None


@dataclass(frozen=True, slots=True)
class Link:
    """Whose a customer is.

    Attributes
    ----------
    told
        The tool itself has told by what somebody is known, and nobody of the shop has said it.
    version
        Of the tool's newest word about them; 0 before the first.
    mapping
        Stands for what the owner had said of the tool's fields when that word was read.
    written
        Stands for what was written into their fields there last; empty before the first.
    """

    member: str
    told: bool = False
    version: int = 0
    written: str = ""
    mapping: str = ""


def read_link(tables: Tables, program: str, source: str, customer: str) -> Link | None:
    """Return whose a customer of a source is, and what else is known of that."""
    item = tables.get(keys.customer_key(program, source, customer))
    if item is None:
        return None
    told, version = bool(item.get("t")), item.get("v", 0)
    return Link(str(item["member"]), told, version, item.get("w", ""), item.get("m", ""))


def note(
    tables: Tables, program: str, customer: tuple[str, str], link: Link, **values: int | str
) -> bool:
    """Keep a version (``v``, its mapping ``m``) or what was written (``w``): still of theirs."""
    key, unmoved = keys.customer_key(program, *customer), Equals("member", link.member)
    try:
        tables.write_alone(Update(key, dict(values), condition=unmoved))
    except Cancelled:
        return False
    return True


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
    line: Iterable[Write] = (),
    *,
    told: bool = False,
) -> None:
    """Let a customer (source, id) lead to a member, and to nobody who was before.

    ``seen``: the member that it led to when it was looked up; ``line``: the writes that keep who
    did it; ``told``: see ``Link``. Raises Cancelled or OutcomeUnknown.
    """
    source, name = customer
    unmoved = Equals("member", seen) if seen else Absent()
    writes: list[Write] = [
        Put(
            keys.customer_key(program, *customer),
            {**owner_item(program, member), **({"t": 1} if told else {})},
            unmoved,
        ),
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
