"""``make conformance BASE=…`` asks whether a deployment counts what each vendor's till tells.

python -m infra.conformance prepare --stage test --doors doors.json
python -m infra.conformance run --base https://… --doors doors.json
python -m infra.conformance local

``prepare`` needs the rights of whoever deploys; ``run`` speaks HTTP only. ``local`` does both for
the stack of `make run`, with stand-ins for the vendors who have to be asked.
"""

from __future__ import annotations

import argparse
import json
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.commands import place
from infra.conformance import doors as ways
from infra.conformance.stories import STORIES
from infra.conformance.trial import Trial
from infra.failures import Failure, sentence

PROGRAM = Path(__file__).parent / "program.toml"
DOORS = Path("conformance-doors.json")


def main(words: list[str] | None = None) -> int:
    """Do what the words say; 0 when every balance is right."""
    parser = argparse.ArgumentParser(prog="conformance", description=__doc__)
    commands = parser.add_subparsers(required=True)
    prepare = commands.add_parser("prepare", help="make the trial's program and addresses")
    prepare.set_defaults(run=_prepare)
    run = commands.add_parser("run", help="tell every vendor's story and check the balances")
    run.set_defaults(run=_run)
    run.add_argument("--base", required=True, help="the deployment's address")
    local = commands.add_parser("local", help="both, for the stack of `make run`")
    local.set_defaults(run=_local)
    for command in (prepare, local):
        place.add_options(command)
    for command in (prepare, run):
        command.add_argument("--doors", type=Path, default=DOORS)
    for command in (run, local):
        command.add_argument("--rounds", type=int, default=10, help="customers for each vendor")
        command.add_argument("--seed", type=int, default=1, help="of the shuffling and the losses")
    given = parser.parse_args(words)
    try:
        return int(given.run(given))
    except Exception as error:  # noqa: BLE001 - told in a sentence, as by the owner's command
        print(f"{sentence(error)}", file=sys.stderr)
        return 1


def _prepare(given: argparse.Namespace, *, stand_ins: bool = False) -> int:
    where = place.open_place(given)
    asking = [vendor for vendor, story in STORIES.items() if story.asks]
    ports = dict(zip(asking, _free_ports(len(asking)), strict=True)) if stand_ins else {}
    program = PROGRAM.read_text(encoding="utf-8")
    made = ways.prepare(
        where.tables(),
        where.parameters(),
        program,
        lambda: datetime.now(UTC),
        stage=where.stage,
        vendors=tuple(STORIES),
        stand_ins=ports,
    )
    made.write(given.doors)
    print(f"The addresses and their secrets are in {given.doors}. Delete it after the trial.")
    return 0


def _run(given: argparse.Namespace) -> int:
    trial = Trial(given.base, ways.Doors.read(given.doors), given.seed)
    rows = trial.run(given.rounds, print)
    return 0 if all(row.good for row in rows) else 1


def _local(given: argparse.Namespace) -> int:
    folder = given.folder or place.FOLDER
    try:
        given.base = json.loads((folder / "stack.json").read_text())["base_url"]
    except (OSError, ValueError, KeyError):
        raise Failure(f"no stack runs in {folder}: `make run` starts one") from None
    given.stage, given.folder, given.doors = place.LOCAL, folder, folder / DOORS.name
    return _prepare(given, stand_ins=True) or _run(given)


def _free_ports(number: int) -> list[int]:
    taken = [socket.socket() for _ in range(number)]
    try:
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]
    finally:
        for one in taken:
            one.close()


if __name__ == "__main__":
    sys.exit(main())
