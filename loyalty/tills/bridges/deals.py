"""A deal of a CRM that was won is a sale; in any other state it is none.

The idea is shared, each CRM's words are its own file. A deal goes the way of a visit
(``loyalty.ledger.visits``): its last state wins, and of one that was never won nothing is kept, so
that a pipeline full of hopes is no list of orders that wait for their member.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from loyalty.core.booking import VisitReport
from loyalty.core.report import OrderKey
from loyalty.tills.bridges.visits import LARGEST_VERSION, STATUSES, Paid, visit_of
from loyalty.tills.incoming import Buyer
from loyalty.tills.reading import Reading, Wanted, ignored

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from loyalty.tills.incoming import Sender

DEAL = "deal"
"""What is read back, as our own messages call it."""


@dataclass(frozen=True, slots=True)
class Deal:
    """A deal as its CRM tells it.

    Attributes
    ----------
    version
        Rises with each change.
    won_at
        When it was won; None while it is not, or is no more.
    total
        In minor units.
    contact
        The CRM's id of whose it is; empty where it is nobody's.
    """

    id: str
    version: int
    won_at: datetime | None
    total: int
    contact: str = ""


def as_sale(sender: Sender, deal: Deal | None, buyer: Callable[[str], Buyer]) -> Reading:
    """Return a deal as the sale that it is, or that it is none.

    Parameters
    ----------
    deal
        None: it was won, and its money is not the program's.
    buyer
        Says whose a contact is, by the CRM's id; asked only where a deal was won.
    """
    if deal is None:
        return ignored("other_currency")
    if deal.won_at is None:
        return gone(sender, deal.id, deal.version)
    named = buyer(deal.contact) if deal.contact else Buyer()
    hints = sender.names.hints(sender.program, named)
    key = OrderKey(sender.program.id, sender.endpoint.source, deal.id)
    where, paid = sender.endpoint.location, Paid(deal.total)
    state, times = (deal.version, STATUSES["came"]), (deal.won_at, None)
    report = visit_of(sender, key, state, times, hints=hints, where=where, paid=paid)
    return Reading(visits=(report,))


def as_listed(sender: Sender, deal: Deal | None) -> Reading:
    """Return what a list tells of a deal: one that was won is read by itself, with its contact.

    None as of ``as_sale``.
    """
    if deal is None:
        return ignored("other_currency")
    if deal.won_at is None:
        return gone(sender, deal.id, deal.version)
    return Reading(wanted=(Wanted(DEAL, deal.id),))


def gone(sender: Sender, name: str, version: int = LARGEST_VERSION) -> Reading:
    """Return that a deal is no sale: lost, open again, or deleted (without a version)."""
    key = OrderKey(sender.program.id, sender.endpoint.source, name)
    actor = f"endpoint:{sender.endpoint.id}"
    return Reading(visits=(VisitReport(key, version, "cancelled", None, None, (), actor),))
