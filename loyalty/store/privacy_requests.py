"""What a shop's vendor has asked of its apps for its customers' sake, until the owner has answered.

Kept are the vendor's own numbers and pseudonyms: who it is about is found by them, while it can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.store import keys
from loyalty.store.tables import Absent, Cancelled, Delete, Equals, Put, Update

if TYPE_CHECKING:
    from loyalty.store.tables import Tables

DAY = 86_400
"""Seconds until somebody is told again of what still waits."""


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """One request.

    Attributes
    ----------
    id
        Ours; the same for the same request told again.
    source
        Which till's vendor asks.
    kind
        The vendor's word: ``customers/data_request``, ``customers/redact``, ``shop/redact``.
    customer
        The customer's number there; empty where all customers are meant.
    orders
        The numbers of the orders that it names.
    hints
        Pseudonyms that lead to a member (``contact:…``, ``customer:…``).
    """

    id: str
    program: str
    source: str
    kind: str
    customer: str = ""
    orders: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def put(tables: Tables, request: PrivacyRequest, second: int) -> None:
    """Keep a request; told again it stays as it was."""
    item = {
        "s": request.source,
        "n": request.kind,
        "c": request.customer,
        "o": list(request.orders),
        "h": list(request.hints),
        "at": second,
        "wp": keys.PRIVACY,
        "wt": second,
    }
    try:
        tables.write(Put(keys.privacy_request_key(request.program, request.id), item, Absent()))
    except Cancelled as cancelled:
        if cancelled.reasons[0].kind != "condition":
            raise


def read(tables: Tables, program: str) -> list[tuple[int, PrivacyRequest]]:
    """Return all requests that wait, each with the second it came, the oldest first."""
    prefix = keys.privacy_request_key(program, "")
    found = [
        (
            item["at"],
            PrivacyRequest(
                id=item["sk"].removeprefix(prefix.sk),
                program=program,
                source=item["s"],
                kind=item["n"],
                customer=item["c"],
                orders=tuple(item["o"]),
                hints=tuple(item["h"]),
            ),
        )
        for item in tables.query("state", prefix.pk, prefix.sk)
    ]
    return sorted(found, key=lambda one: (one[0], one[1].id))


def due(tables: Tables, second: int, limit: int) -> list[tuple[str, str]]:
    """Return requests (program, id) that are to be told of by that second, and put them off a day.

    Two who ask at once may both be told.
    """
    found = tables.waiting(keys.PRIVACY, second, limit)
    told = []
    for place in found:
        later = Update(place.key, {"wt": second + DAY}, condition=Equals("wt", place.second))
        try:
            tables.write(later)
        except Cancelled as cancelled:
            # Answered, or told of by somebody else.
            if cancelled.reasons[0].kind != "condition":
                raise
            continue
        told.append(keys.privacy_request_at(place.key))
    return told


def forget(tables: Tables, program: str, request: str) -> bool:
    """Forget a request that was answered; False where there is none."""
    key = keys.privacy_request_key(program, request)
    if tables.get(key) is None:
        return False
    tables.write(Delete(key))
    return True
