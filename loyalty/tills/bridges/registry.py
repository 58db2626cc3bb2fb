"""Which languages CRMs and booking tools speak: one more table beside the tills'.

A further bridge is one module beside this one and one line here, as a till's (``loyalty.tills.
registry``): the same door, the same inbox, the same client that asks back.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from loyalty.tills.bridges import visits, yclients
from loyalty.tills.connector import Connector

if TYPE_CHECKING:
    from collections.abc import Mapping


def _salon(address: str) -> Connector:
    """Return YCLIENTS, or the same platform under its name in the rest of the world."""
    return Connector(
        yclients.verify,
        yclients.read,
        yclients.read_back,
        yclients.changed,
        address=address,
        secret_in_path=True,
        pause=yclients.PAUSE,
    )


BRIDGES: Mapping[str, Connector] = {
    "visits": Connector(visits.verify, visits.read, taken=HTTPStatus.ACCEPTED, exact_numbers=False),
    "yclients": _salon(yclients.YCLIENTS),
    "altegio": _salon(yclients.ALTEGIO),
}
