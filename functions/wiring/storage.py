"""The two tables, and the programs in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.aws.time_left import DEADLINE
from functions.wiring import environment
from loyalty.store import dynamodb
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    from loyalty.store.dynamodb import DynamoTables


@cache
def tables() -> DynamoTables:
    """Return both tables."""
    settings = environment.configuration()
    endpoint = settings.aws_endpoint_url or None
    return dynamodb.connect(settings.state_table, settings.ledger_table, endpoint, DEADLINE)


@cache
def programs() -> Programs:
    """Return the programs."""
    return Programs(tables(), environment.now)
