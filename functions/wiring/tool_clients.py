"""Clients of booking tools and CRMs: what tools say of them, and what is written there."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from functions.wiring import ledger, vendors
from loyalty.members.records import Records
from loyalty.members.tool_clients import Clients
from loyalty.tills import registry
from loyalty.tills.bridges.writing import Writing

if TYPE_CHECKING:
    from loyalty.tills.incoming import Sender


@cache
def clients() -> Clients:
    """Return who takes what tools say of their clients."""
    return Clients(ledger.books(), Records(ledger.books()))


def writing(sender: Sender) -> Writing | None:
    """Return who writes into an endpoint's tool; None where nothing is written, or nobody can."""
    write = registry.CONNECTORS[sender.endpoint.scheme].write
    if write is None or not sender.endpoint.fields.written:
        return None
    client = vendors.client(sender.endpoint)
    return Writing(ledger.books(), sender, partial(write, client, sender)) if client else None
