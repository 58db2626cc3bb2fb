"""One line of an account's ledger as it lies in the table."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from loyalty.core.account import Entry, Posting
from loyalty.store import keys

if TYPE_CHECKING:
    from loyalty.store.tables import Item


def entry_item(entry: Entry) -> Item:
    """Return an entry as it lies in the ledger."""
    return {
        "k": entry.kind,
        "at": entry.at,
        "f": entry.fact,
        "a": entry.actor,
        "pv": entry.program_version,
        "p": [
            [one.cause, one.pot, one.measure, str(one.amount), one.bucket, one.at, one.ref]
            for one in entry.postings
        ],
        "ph": entry.previous,
        "h": entry.hash,
    }


def to_entry(item: Item) -> Entry:
    """Read an entry."""
    program, member = keys.owner(item["pk"])
    return Entry(
        program=program,
        member=member,
        seq=int(item["sk"].removeprefix("E#")),
        kind=item["k"],
        at=item["at"],
        fact=item["f"],
        actor=item["a"],
        program_version=item["pv"],
        postings=tuple(_to_posting(*posting) for posting in item["p"]),
        previous=item["ph"],
        hash=item["h"],
    )


def _to_posting(  # noqa: PLR0917 - a posting has that many parts
    cause: Any, pot: str, measure: Any, amount: str, bucket: int, at: int, ref: str
) -> Posting:
    exact = measure in {"remainder", "counter", "raw", "cut", "brought"}
    number = Fraction(amount) if exact else int(amount)
    return Posting(cause, pot, measure, number, bucket, at, ref)
