"""What the worker that moves people in and out, and tries programs, is made of."""

from __future__ import annotations

import secrets
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.wiring import ledger, moving, queues, storage
from loyalty.members.enrolment import NewNames
from loyalty.members.moving_in.running import Imports
from loyalty.members.moving_jobs import Jobs
from loyalty.members.moving_out.exporting import Exports

if TYPE_CHECKING:
    from loyalty.figures.refreshing import Refreshing
    from loyalty.program.ready import Ready
    from loyalty.program.rules import Program
    from loyalty.sheets.kept_files import Files
    from loyalty.simulation.running import Simulations
    from loyalty.tills.bridges.visit_imports import VisitImports
    from passes.designs.archive import Archives


class _Looks:
    """Looks of designs, of which few jobs need any."""

    def get(self, look: str) -> bytes | None:
        """Return the archive of a reference."""
        return _archives().get(look)

    def put(self, look: str, data: bytes) -> bool:
        """Keep an archive."""
        return _archives().put(look, data)


class _Shown:
    """Pictures that news shows."""

    def get(self, name: str) -> bytes | None:
        """Return a file."""
        return _stored().get(name)

    def put(self, name: str, data: bytes) -> None:
        """Write a file."""
        _stored().put(name, data)


@cache
def _stored() -> Files:
    from functions.wiring import designs  # noqa: PLC0415

    return designs.files()


@cache
def _archives() -> Archives:
    from passes.designs.archive import Archives  # noqa: PLC0415

    return Archives(_stored().get, _stored().put)


@cache
def jobs() -> Jobs:
    """Return what works jobs off."""
    books, files = ledger.books(), moving.files()
    imports = Imports(books, files, names=_new_names)
    exports = Exports(books, files, _Looks(), _Shown())
    return Jobs(books, files, imports, exports, _simulations, _figures)


# Deciding and reading documents is large, and not every job needs it.


@cache
def _simulations() -> Simulations:
    from loyalty.simulation.running import Documents, Simulations  # noqa: PLC0415

    documents = Documents(_read, _ready, _started)
    return Simulations(storage.tables(), storage.programs(), moving.files(), documents)


@cache
def _figures() -> Refreshing:
    from loyalty.figures.refreshing import Refreshing  # noqa: PLC0415

    return Refreshing(storage.tables(), storage.programs(), moving.files())


@cache
def visits() -> VisitImports:
    """Return what works off files of visits."""
    from loyalty.tills.bridges.visit_imports import VisitImports  # noqa: PLC0415

    return VisitImports(storage.tables(), storage.programs(), moving.files(), queues.inbox())


def _read(document: Any) -> Program:
    from loyalty.program.document import read  # noqa: PLC0415

    return read(document)


def _ready() -> tuple[Ready, ...]:
    from loyalty.program.ready import ready  # noqa: PLC0415

    return ready()


def _started(template: Program, shop: Program) -> Program:
    from loyalty.program.ready import started  # noqa: PLC0415

    return _read(started(template, shop))


def _new_names() -> NewNames:
    return NewNames.made(secrets.randbelow)
