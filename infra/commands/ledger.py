"""The use cases of the business over the tables of a deployment, for commands that act on it."""

from __future__ import annotations

import random
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.failures import Failure
from loyalty.access.tokens import Tokens
from loyalty.ledger.books import Books
from loyalty.members.enrolment import NewNames
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    from infra.commands.place import Place


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def tokens(where: Place) -> Tokens:
    """Return what is derived from a deployment's master key.

    Raises
    ------
    Failure
        It has none, or none that can be read.
    """
    text = where.parameters().read("master-key")
    if text is None:
        make = where.command("secret master-key")
        raise Failure(f"{where.stage} has no master key: make one with {make}")
    try:
        return Tokens.from_json(text)
    except ValueError as error:
        raise Failure(f"{error}: put that right in the secret store") from None


def books(where: Place) -> Books:
    """Return accounts and facts of a deployment."""
    tables = where.tables()
    return Books(
        tables,
        Programs(tables, now),
        tokens(where),
        random=random.random,
        sleep=time.sleep,
    )


def new_names() -> NewNames:
    """Return random outside names for one member."""
    return NewNames.made(secrets.randbelow)
