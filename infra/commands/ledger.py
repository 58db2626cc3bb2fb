"""The use cases of the business over the tables of a deployment, for commands that act on it."""

from __future__ import annotations

import random
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from loyalty.ledger.books import Books
from loyalty.members.enrolment import NewNames
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    from infra.commands.place import Place
    from loyalty.store.tables import Tables


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def books(where: Place, tables: Tables | None = None) -> Books:
    """Return accounts and facts of a deployment; in other tables, if they are given."""
    tables = tables or where.tables()
    return Books(
        tables,
        Programs(tables, now),
        where.tokens(),
        random=random.random,
        sleep=time.sleep,
    )


def new_names() -> NewNames:
    """Return random outside names for one member."""
    return NewNames.made(secrets.randbelow)
