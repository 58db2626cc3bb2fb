"""Carry everything of a program out, and into an empty deployment (docs/moving-out.md).

    loyalty export run --program coffee --to export/
    loyalty export restore export/ --stage new
    loyalty export check export/ --stage new

`run` writes JSON Lines and tables (CSV) into a folder. `restore` brings them into a deployment that
has no such program, and checks it. Both may be stopped and started again. `run` needs what the
nightly job may read (infra/cloudformation/nightly.yml); `restore` needs dynamodb:PutItem on both
tables, and reading.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.commands import answer, ledger, own_designs, place
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.moving_out.exporting import SUMMARY, Exports, Progress
from loyalty.members.moving_out.restoring import Restoring

if TYPE_CHECKING:
    import argparse

    from infra.commands.place import Place

PROGRESS: Final = "progress.json"
MOST_FAULTS: Final = 20


class Folder:
    """Files of an export in a folder that nobody else may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> bytes | None:
        """Return a file."""
        place = self._path / Path(name).name
        return place.read_bytes() if place.is_file() else None

    def put(self, name: str, data: bytes) -> None:
        """Write a file: whole, or not at all."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        begun = self._path / f".{Path(name).name}"
        begun.touch(mode=0o600)
        begun.write_bytes(data)
        begun.replace(self._path / Path(name).name)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    command = commands.add_parser("run", help="write everything of a program into a folder")
    command.set_defaults(run=_run)
    command.add_argument("--program", required=True, metavar="ID")
    command.add_argument("--to", required=True, type=Path, metavar="FOLDER")
    place.add_options(command)
    for name, meaning, run in (
        ("restore", "bring an export into a deployment without that program", _restore),
        ("check", "hold what was brought in against the export", _check),
    ):
        command = commands.add_parser(name, help=meaning)
        command.set_defaults(run=run)
        command.add_argument("export", type=Path, help="the folder")
        place.add_options(command)


def _run(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    folder = Folder(given.to)
    if folder.get(SUMMARY) is not None:
        raise Failure(f"{given.to} holds an export that has ended: choose another folder")
    progress = _begun(folder, given.program, where.stage)
    stored = own_designs.Stored(where)
    exports = Exports(ledger.books(where), folder, own_designs.archives(where), stored)
    while not progress.ended:
        progress = exports.step(progress, ledger.now())
        folder.put(PROGRESS, json.dumps({**asdict(progress), "stage": where.stage}).encode())
        answer.progress(f"{progress.counts.get('members', 0)} members")
    counted = ", ".join(f"{count} {kind}" for kind, count in progress.counts.items())
    answer.progress()
    said = f"{given.to} holds {counted}; it has names and contacts in it: keep it well."
    say(said, counts=dict(progress.counts), sums=dict(progress.sums))
    if running := json.loads(folder.get(SUMMARY) or b"{}").get("running"):
        said = "Campaigns run here still; pause them before you resume them elsewhere: "
        say(said + ", ".join(running) + ".", running=running)
    return 0


def _begun(folder: Folder, program: str, stage: str) -> Progress:
    """Return how far an export into this folder has come."""
    data = folder.get(PROGRESS)
    if data is None:
        return Progress(program, "export")
    try:
        found = json.loads(data)
        known = found.pop("stage"), found["program"]
        after = tuple(found.pop("after")) if found["after"] else None
        progress = replace(Progress(**found | {"after": None}), after=after)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Failure(f"{PROGRESS} in that folder is damaged: choose another folder") from None
    if known != (stage, program):
        raise Failure("that folder holds an export of another program: choose another folder")
    return progress


def _restore(given: argparse.Namespace) -> int:
    restoring = _restoring(given)
    restoring.begin()
    pages, members = restoring.summary()["pages"], 0
    for number in range(1, pages + 1):
        members += restoring.page(number, ledger.now())
        answer.progress(f"{members} members")
    answer.progress()
    if paused := restoring.paused():
        said = "Campaigns that ran there are paused here, until you resume them: "
        say(said + ", ".join(paused) + ".", paused=paused)
    return _told(restoring)


def _check(given: argparse.Namespace) -> int:
    return _told(_restoring(given))


def _told(restoring: Restoring) -> int:
    faults = list(restoring.check(ledger.now()))
    for fault in faults[:MOST_FAULTS]:
        say(f"  {fault}", fault=fault)
    if faults:
        say(f"Faults: {len(faults)}.", faults=len(faults))
        return 1
    sums = restoring.summary()["sums"]
    said = "Everything holds; members have " + (_spelled(sums) or "nothing") + ", as in the export."
    say(said, faults=0, sums=sums)
    return 0


def _spelled(sums: dict[str, int]) -> str:
    return ", ".join(f"{amount} {name}" for name, amount in sums.items())


def _restoring(given: argparse.Namespace) -> Restoring:
    where: Place = place.open_place(given)
    books, read = ledger.books(where), Folder(given.export).get
    kept, shown = own_designs.archives(where), own_designs.Stored(where)
    return Restoring(books, Reconciliation(books), read, kept, shown)
