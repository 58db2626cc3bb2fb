"""The three tables, and the programs in them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from functions.aws.time_left import DEADLINE
from functions.wiring import environment
from loyalty.store import dynamodb
from loyalty.store.program_versions import Programs
from loyalty.store.sealed_tables import SealedTables

if TYPE_CHECKING:
    from loyalty.store.sealing import Wraps
    from loyalty.store.tables import TableName, Tables


@cache
def tables() -> Tables:
    """Return all tables, which seal and open what is personal."""
    settings = environment.configuration()
    names: dict[TableName, str] = {
        "state": settings.state_table,
        "ledger": settings.ledger_table,
        "keys": settings.keys_table,
    }
    endpoint = settings.aws_endpoint_url or None
    return SealedTables(dynamodb.connect(names, endpoint, DEADLINE), _wraps)


def _wraps() -> Wraps:
    # Asked where something is sealed or opened only: most functions have no master key.
    from loyalty.access.tokens import Tokens  # noqa: PLC0415

    return Tokens.from_json(environment.secret("master-key")).wraps()


@cache
def programs() -> Programs:
    """Return the programs."""
    return Programs(tables(), environment.now)
