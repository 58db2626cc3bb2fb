"""Which languages are spoken to us: the one table of connectors, by an endpoint's scheme.

Tills' stand here, those of CRMs and booking tools in ``bridges.registry``; both end in one inbox.
A further vendor is one module beside this one (`verify`, `read`, and `read_back` where its messages
leave something out, as in ``square``) and one line in the table. Whoever reads messages at the door
loads all of them, so they import nothing that the door may not (tests/functions/
test_import_budgets.py): no pydantic, no phonenumbers.
"""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from loyalty.tills import clover, evotor, iiko, shopify, square, standard, stripe, woocommerce
from loyalty.tills.bridges.registry import BRIDGES
from loyalty.tills.connector import Connector
from loyalty.tills.failures import VendorFailed
from loyalty.tills.reading import Wanted, agreed, together

if TYPE_CHECKING:
    from collections.abc import Mapping

    from loyalty.access.keys import Endpoint
    from loyalty.tills.categories import Catalogue
    from loyalty.tills.client import Client
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message, Reading

MOST_QUESTIONS = 40
"""How often a vendor is asked for one message; Clover tells of many orders at once."""


TILLS: Mapping[str, Connector] = {
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

CONNECTORS: Mapping[str, Connector] = {**TILLS, **BRIDGES}


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
