"""Which languages tills speak: the one table of connectors, by an endpoint's scheme.

A further vendor is one module beside this one (`verify` and `read_order`, as in ``square``) and one
line in the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from loyalty.tills import generic, square

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.core.order import OrderReport
    from loyalty.tills.incoming import Sender

    Verify = Callable[[Endpoint, list[str], Mapping[str, str], bytes, datetime], bool]
    ReadOrder = Callable[[Sender, Mapping[str, Any]], OrderReport | None]
    ReadRedemption = Callable[[Mapping[str, Any]], generic.RedemptionMessage]


@dataclass(frozen=True, slots=True)
class Connector:
    """One vendor's language.

    Attributes
    ----------
    verify
        Whether a message is the endpoint's: endpoint, its secrets, headers with lower-case names,
        raw body, present instant. False for anything malformed.
    read_order
        Reads a message of a sender; None where it is not about an order. Raises a refusal of kind
        ``invalid``, code ``invalid_message``, with every field at fault.
    read_redemption
        The same for a request to redeem; None for vendors that ask for none.
    """

    verify: Verify
    read_order: ReadOrder
    read_redemption: ReadRedemption | None = None


CONNECTORS: Mapping[str, Connector] = {
    "standard": Connector(generic.verify, generic.read_order, generic.read_redemption),
    "square": Connector(square.verify, square.read_order),
}


def connector(endpoint: Endpoint) -> Connector | None:
    """Return the language of an endpoint; None for a scheme that is none."""
    return CONNECTORS.get(endpoint.scheme)


def read_order(sender: Sender, message: Mapping[str, Any]) -> OrderReport | None:
    """Read a message in its sender's language; None where it is not about an order.

    Raises
    ------
    Refusal
        It cannot be used.
    """
    return CONNECTORS[sender.endpoint.scheme].read_order(sender, message)
