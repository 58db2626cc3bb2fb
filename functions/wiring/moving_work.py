"""What the worker that moves people in and out is made of."""

from __future__ import annotations

import secrets
from functools import cache

from functions.wiring import ledger, moving
from loyalty.members.enrolment import NewNames
from loyalty.members.moving_in.running import Imports
from loyalty.members.moving_jobs import Jobs
from loyalty.members.moving_out.exporting import Exports


@cache
def jobs() -> Jobs:
    """Return what works jobs off."""
    books, files = ledger.books(), moving.files()
    imports = Imports(books, files, names=_new_names)
    return Jobs(books, files, imports, Exports(books, files))


def _new_names() -> NewNames:
    return NewNames.made(secrets.randbelow)
