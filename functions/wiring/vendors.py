"""Tills for the worker: who sends, with customers' names, and who asks the vendor back."""

from __future__ import annotations

import random
import time
from functools import cache
from typing import TYPE_CHECKING

from functions.aws.time_left import DEADLINE
from functions.wiring import access, environment, storage, tills
from loyalty.tills import registry
from loyalty.tills.categories import Catalogue
from loyalty.tills.client import Client, checked_address
from loyalty.tills.client import connections as new_connections
from loyalty.tills.incoming import Sender
from loyalty.tills.naming import Naming

if TYPE_CHECKING:
    import urllib3

    from loyalty.access.keys import Endpoint


def sender(endpoint: Endpoint) -> Sender:
    """Return the sender behind an endpoint, with whom customers are found."""
    return Sender(endpoint, tills.program_of(endpoint), Naming(access.tokens()))


def client(endpoint: Endpoint) -> Client | None:
    """Return who asks the endpoint's vendor; None where nothing is asked, or no token is kept.

    Raises
    ------
    LookupError
        A token is kept and could not be read: nothing may pass for not to be asked.
    """
    connector = registry.connector(endpoint)
    if connector is None or connector.read_back is None:
        return None
    token = tills.kept(endpoint).get("token")
    if not isinstance(token, str) or not token:
        if endpoint.token:
            raise LookupError("the token of an endpoint is not there")
        return None
    address = checked_address(
        endpoint.address or connector.address, development=environment.configuration().development
    )
    return Client(
        address,
        token,
        left=lambda: DEADLINE.left,
        random=random.random,
        sleep=time.sleep,
        pool=connections(),
        pause=connector.pause,
    )


@cache
def connections() -> urllib3.PoolManager:
    """Return what keeps this process's connections to vendors."""
    return new_connections(local=environment.configuration().development)


@cache
def catalogue(program: str, source: str) -> Catalogue:
    """Return what is known of the products of a till, kept for as long as the process lives."""
    return Catalogue(storage.tables(), (program, source), now=environment.now)
