"""Which languages CRMs and booking tools speak: one more table beside the tills'.

A further bridge is one module beside this one and one line here, as a till's (``loyalty.tills.
registry``): the same door, the same inbox, the same client that asks back.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from loyalty.tills.bridges import visits
from loyalty.tills.connector import Connector

if TYPE_CHECKING:
    from collections.abc import Mapping

BRIDGES: Mapping[str, Connector] = {
    "visits": Connector(visits.verify, visits.read, taken=HTTPStatus.ACCEPTED, exact_numbers=False),
}
