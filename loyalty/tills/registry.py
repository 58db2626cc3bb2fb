"""Which languages tills speak: the one table of connectors, by an endpoint's scheme.

A further vendor is one module beside this one (`verify`, `read`, and `read_back` where its messages
leave something out, as in ``square``) and one line in the table. Whoever reads messages at the door
loads all of them, so they import nothing that the door may not (tests/functions/
test_import_budgets.py): no pydantic, no phonenumbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from loyalty.tills import clover, evotor, iiko, shopify, square, standard, stripe, woocommerce
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Wanted, agreed, together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.categories import Catalogue
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message, Reading

    Verify = Callable[[Endpoint, list[str], Mapping[str, str], bytes, datetime], bool]
    Ping = Callable[[Mapping[str, str], bytes], bool]
    Read = Callable[[Sender, Message], Reading]
    ReadBack = Callable[[Client, Sender, Wanted], Reading]
    Changed = Callable[[Client, Sender, datetime, datetime], Reading]
    ReadRedemption = Callable[[Mapping[str, Any]], standard.RedemptionMessage]

MOST_QUESTIONS = 40
"""How often a vendor is asked for one message; Clover tells of many orders at once."""


@dataclass(frozen=True, slots=True)
class Connector:
    """One vendor's language.

    Attributes
    ----------
    verify
        Whether a message is the endpoint's: endpoint, its secrets, headers with lower-case names,
        raw body, present instant. False for anything malformed.
    read
        Reads a message of a sender: orders, what has to be read back, what is not for us. Pure.
        Raises a refusal of kind ``invalid``, code ``invalid_message``, with every field at fault.
    read_back
        Asks the vendor for one thing that a reading wants; what it answers may want more. None for
        vendors whose messages say everything. Raises ``VendorFailed``; an empty reading where the
        vendor knows nothing of it.
    changed
        Asks the vendor what changed between two instants, for what no message brought. None for
        vendors without such a list.
    ping
        Whether an unsigned message (headers, raw body) is what the vendor tries an address with:
        answered 200 whatever the endpoint is, and nothing follows from it.
    headers
        Lower-case names of headers that `read` looks at; they are kept with the message.
    address
        Where the vendor is asked, unless the endpoint says otherwise: ``https://host``.
    taken
        How a message that was kept is answered; some vendors send all again that is not 200.
    exact_numbers
        Whether ids may be integers past 2^53 and decimals are to be read exactly (as ``Decimal``).
    lists
        Whether a message may be a list rather than an object.
    read_redemption
        Reads a request to redeem; None for vendors that ask for none.
    """

    verify: Verify
    read: Read
    read_back: ReadBack | None = None
    changed: Changed | None = None
    ping: Ping | None = None
    headers: tuple[str, ...] = ()
    address: str = ""
    taken: HTTPStatus = HTTPStatus.OK
    exact_numbers: bool = True
    lists: bool = False
    read_redemption: ReadRedemption | None = None


CONNECTORS: Mapping[str, Connector] = {
    "standard": Connector(
        standard.verify,
        standard.read,
        taken=HTTPStatus.ACCEPTED,
        exact_numbers=False,
        read_redemption=standard.read_redemption,
    ),
    "square": Connector(
        square.verify,
        square.read,
        read_back=square.read_back,
        changed=square.changed,
        address=square.ADDRESS,
        taken=HTTPStatus.ACCEPTED,
    ),
    "shopify": Connector(shopify.verify, shopify.read, shopify.read_back, shopify.changed),
    "woocommerce": Connector(
        woocommerce.verify,
        woocommerce.read,
        woocommerce.read_back,
        woocommerce.changed,
        ping=woocommerce.ping,
        headers=woocommerce.HEADERS,
    ),
    "stripe": Connector(
        stripe.verify, stripe.read, stripe.read_back, stripe.changed, address=stripe.ADDRESS
    ),
    "evotor": Connector(
        evotor.verify, evotor.read, evotor.read_back, address=evotor.ADDRESS, lists=True
    ),
    "iiko": Connector(iiko.verify, iiko.read, iiko.read_back, address=iiko.ADDRESS, lists=True),
    "clover": Connector(
        clover.verify, clover.read, clover.read_back, ping=clover.ping, address=clover.ADDRESS
    ),
}


def connector(endpoint: Endpoint) -> Connector | None:
    """Return the language of an endpoint; None for a scheme that is none."""
    return CONNECTORS.get(endpoint.scheme)


def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Tell whether some vendor tries addresses with such a message, which nobody signs."""
    return any(one.ping(headers, body) for one in CONNECTORS.values() if one.ping)


def read(sender: Sender, message: Message) -> Reading:
    """Read a message in its sender's language.

    Raises
    ------
    Refusal
        It cannot be used.
    """
    return CONNECTORS[sender.endpoint.scheme].read(sender, message)


def read_in_full(client: Client, sender: Sender, reading: Reading, catalogue: Catalogue) -> Reading:
    """Return a reading with all that it wants read back, and what that wants in its turn.

    What it tells of one order then names the same buyers everywhere (``reading.agreed``), and what
    was sold has its category.

    Raises
    ------
    VendorFailed
        The vendor did not tell something of it, or one thing led to another without end.
    Refusal
        What it told cannot be used.
    """
    read_back = CONNECTORS[sender.endpoint.scheme].read_back
    if read_back is None:
        return replace(reading, sold=())
    whole, asked = replace(reading, wanted=()), set[Wanted]()
    waiting = list(reading.wanted)
    while waiting:
        wanted = waiting.pop(0)
        if wanted in asked:
            continue
        if len(asked) == MOST_QUESTIONS:
            raise VendorFailed("not_understood")
        asked.add(wanted)
        found = read_back(client, sender, wanted)
        waiting += found.wanted
        whole = together((whole, replace(found, wanted=())))
    return sort(client, sender, agreed(whole), catalogue)


def sort(client: Client, sender: Sender, reading: Reading, catalogue: Catalogue) -> Reading:
    """Return a reading in which all that was sold has its category (``loyalty.tills.categories``).

    Raises
    ------
    VendorFailed
        The vendor did not tell.
    """
    if not reading.sold or reading.test:
        return replace(reading, sold=())
    return catalogue.sort(client, sender.endpoint.scheme, reading)
