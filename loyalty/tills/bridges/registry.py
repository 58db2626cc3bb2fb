"""Which languages CRMs and booking tools speak: one more table beside the tills'.

A further bridge is one module beside this one and one line here, as a till's (``loyalty.tills.
registry``): the same door, the same inbox, the same client that asks back.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from loyalty.tills.bridges import bitrix24, calcom, hubspot, kommo, visits, yclients
from loyalty.tills.connector import Connector
from loyalty.tills.reading import Reading, ignored

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from loyalty.access.keys import Endpoint
    from loyalty.tills.incoming import Sender
    from loyalty.tills.reading import Message


def _salon(address: str) -> Connector:
    """Return YCLIENTS, or the same platform under its name in the rest of the world."""
    return Connector(
        yclients.verify,
        yclients.read,
        yclients.read_back,
        yclients.changed,
        yclients.write,
        address=address,
        secret_in_path=True,
        pause=yclients.PAUSE,
    )


def _sent_by_nobody(
    _: Endpoint, __: list[str], ___: Mapping[str, str], ____: bytes, _____: datetime
) -> bool:
    return False


def _says_nothing(_: Sender, __: Message) -> Reading:
    return ignored("other")


# In Russia amoCRM, elsewhere Kommo: every account has an address of its own.
_KOMMO = Connector(
    kommo.verify,
    kommo.read,
    kommo.read_back,
    kommo.changed,
    kommo.write,
    form=True,
    secret_in_path=True,
    pause=kommo.PAUSE,
)

BRIDGES: Mapping[str, Connector] = {
    "visits": Connector(visits.verify, visits.read, taken=HTTPStatus.ACCEPTED, exact_numbers=False),
    "yclients": _salon(yclients.YCLIENTS),
    "altegio": _salon(yclients.ALTEGIO),
    "bitrix24": Connector(
        bitrix24.verify,
        bitrix24.read,
        bitrix24.read_back,
        bitrix24.changed,
        bitrix24.write,
        form=True,
        secret_in_path=True,
        pause=bitrix24.PAUSE,
    ),
    "amocrm": _KOMMO,
    "kommo": _KOMMO,
    "calcom": Connector(calcom.verify, calcom.read),
    "hubspot": Connector(
        hubspot.verify,
        hubspot.read,
        hubspot.read_back,
        hubspot.changed,
        hubspot.write,
        address=hubspot.ADDRESS,
        lists=True,
        pause=hubspot.PAUSE,
    ),
    "calendar": Connector(_sent_by_nobody, _says_nothing, feed=True),
}
