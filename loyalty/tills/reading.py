"""What a till's message says: orders, what has to be asked for, and what is not for us."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from loyalty.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from loyalty.core.booking import VisitReport
    from loyalty.core.client_report import ClientReport
    from loyalty.core.report import OrderKey, OrderReport
    from loyalty.store.privacy_requests import PrivacyRequest

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it came, its JSON read strictly and its signature checked.

    Attributes
    ----------
    document
        The JSON: an object, or a list where the vendor sends lists.
    headers
        Lower-case names; only those that the connector asks to keep (``Connector.headers``),
        because a message is read again from the inbox, where no other headers are.
    """

    document: Any
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def object(self) -> Mapping[str, Any]:
        """Return the JSON object; an empty one where it is none."""
        return self.document if isinstance(self.document, dict) else {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that only the vendor can tell: what kind of thing, and its id there.

    ``merchant`` says whose it is, where one message speaks of several.
    """

    kind: str
    id: str
    merchant: str = ""


@dataclass(frozen=True, slots=True)
class Sold:
    """What of an order's lines has a category that the order does not tell.

    Attributes
    ----------
    order, item
        Which lines: those of this item in this order's basket.
    product
        The vendor's id of what has the category.
    category
        Its category, where the vendor told it with the lines; empty where it has none, and None
        where it has to be asked for.
    """

    order: OrderKey
    item: str
    product: str
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says.

    Attributes
    ----------
    reports
        Orders, or parts of orders, to be recorded.
    visits
        What a booking tool says of visits.
    clients
        What a booking tool or CRM says of its clients.
    wanted
        What has to be read back from the vendor before more is known.
    sold
        Lines whose categories are still to be found (``loyalty.tills.categories``).
    ignored
        Names of what was understood and is not for us: ``ping``, ``order.deleted``,
        ``customers/redact``. Health counts them by these names, so they are few and are never
        taken from a message unread.
    privacy
        What the vendor asks for a customer's sake: for the owner to answer.
    test
        A trial of the vendor's, or of the owner's test button: read as any other, recorded nowhere.
    """

    reports: tuple[OrderReport, ...] = ()
    visits: tuple[VisitReport, ...] = ()
    clients: tuple[ClientReport, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    sold: tuple[Sold, ...] = ()
    ignored: tuple[str, ...] = ()
    privacy: tuple[PrivacyRequest, ...] = ()
    test: bool = False


def ignored(name: str) -> Reading:
    """Return the reading of a message that is understood and not for us."""
    return Reading(ignored=(name,))


def each(read: Callable[[Thing], Reading], listed: Iterable[Thing]) -> Reading:
    """Return what a list tells together; one that cannot be used stops no other."""
    found = []
    for one in listed:
        try:
            found.append(read(one))
        except Refusal:
            found.append(ignored("unusable"))
    return together(one for one in found if not one.test)


def together(readings: Iterable[Reading]) -> Reading:
    """Return several readings as one; what is wanted twice is asked for once."""
    whole = Reading()
    for one in readings:
        whole = replace(
            whole,
            reports=(*whole.reports, *one.reports),
            visits=(*whole.visits, *one.visits),
            clients=(*whole.clients, *one.clients),
            wanted=tuple(dict.fromkeys((*whole.wanted, *one.wanted))),
            sold=tuple(dict.fromkeys((*whole.sold, *one.sold))),
            ignored=(*whole.ignored, *one.ignored),
            privacy=(*whole.privacy, *one.privacy),
            test=whole.test or one.test,
        )
    return whole


def agreed(reading: Reading) -> Reading:
    """Return a reading in which all that tells of one order names whoever any of it names.

    A payment may know an e-mail and its order a card, and these may be two members. The order is
    whose the program's order of identity says, and not whose report happens to be recorded first.
    What names nobody by itself (a refund) stays so.
    """
    named: dict[OrderKey, dict[str, None]] = {}
    for report in reading.reports:
        if report.hints:
            named.setdefault(report.key, {}).update(dict.fromkeys(report.hints))
    reports = tuple(
        replace(report, hints=tuple(named[report.key])) if report.hints else report
        for report in reading.reports
    )
    return replace(reading, reports=reports)
