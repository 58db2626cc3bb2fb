"""Programs: check a document, read it aloud, put it where it runs; the schema for editors.

loyalty program check FILE
loyalty program describe FILE --audience staff
loyalty program put FILE --stage production
loyalty program get coffee --stage local
loyalty program schema

What was, and what to start from: see infra/commands/program_history.py.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.commands import files
from infra.commands.answer import say, tell
from infra.failures import Failure
from infra.program_cards import card_faults
from loyalty.languages import LANGUAGES, Language
from loyalty.program.describe import about_tills, describe, warnings
from loyalty.program.document import dump, json_schema, read, read_toml
from loyalty.refusals import Refusal
from passes.designs.check import check as check_design
from passes.designs.design import DesignError, names

if TYPE_CHECKING:
    import argparse

    from infra.commands.place import Place
    from loyalty.program.rules import Program
    from passes.designs.design import Design

SCHEMA = Path(__file__).parents[2] / "docs" / "program.schema.json"


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    # boto3 is slow to load, and not always needed
    from infra.commands import place, program_history  # noqa: PLC0415

    commands = parser.add_subparsers(required=True, metavar="WHAT")
    for name, meaning, run in (
        ("check", "read a program and its design; tell faults", _check),
        ("describe", "say a program in plain sentences", _describe),
        ("put", "check a program and make it the one in force", _put),
    ):
        command = commands.add_parser(name, help=meaning)
        command.set_defaults(run=run)
        command.add_argument("file", type=Path, help="program document, TOML or JSON")
        command.add_argument("--language", help="of the program's own; its first if not said")
        if name == "describe":
            command.add_argument("--audience", choices=("customer", "staff"), default="customer")
        if name == "put":
            command.add_argument(
                "--seen",
                type=int,
                metavar="VERSION",
                help="refuse where another version is in force by now",
            )
            place.add_options(command)
    command = commands.add_parser("get", help="print the document that is in force, as JSON")
    command.set_defaults(run=_get)
    command.add_argument("program", help="the program's id")
    place.add_options(command)
    command = commands.add_parser("schema", help="print the JSON Schema of program documents")
    command.set_defaults(run=_schema)
    program_history.configure(commands)


def schema_text() -> str:
    """Return the JSON Schema of program documents as it is committed."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def read_file(path: Path, *, named: bool = True) -> Program:
    """Read a program document.

    ``named``: its design has to be a shipped one; where it may be one of the program's own, whoever
    calls looks for that.

    Raises
    ------
    Failure
        With every fault of it, each with its path in the document.
    """
    text = files.text(path)
    try:
        if path.suffix != ".json":
            return read_toml(text, names() if named else None)
        return read(_json_object(path), names() if named else None)
    except Refusal as refusal:
        said = [field.detail for field in refusal.fields]
        raise Failure("\n".join((f"{path} cannot be used:", *said))) from None
    except RecursionError:
        raise Failure(f"{path} is nested too deeply; make it flatter") from None


def _json_object(path: Path) -> dict[str, Any]:
    document = files.json_value(path)
    if not isinstance(document, dict):
        raise Failure(f"{path} cannot be used:\nthe document: is not a JSON object")
    return document


def _check(given: argparse.Namespace) -> int:
    _checked(given)
    say(f"{given.file} can be used.", usable=True)
    return 0


def _checked(given: argparse.Namespace, where: Place | None = None) -> Program:
    """Return a program that can be used: with shipped designs, and with its own where it runs."""
    own = _own_design(given, where) if where else None
    program = read_file(given.file, named=own is None)
    try:
        if own is None:
            check_design(program.design)
    except DesignError as error:
        raise Failure(f"{given.file} cannot be used: {error}") from None
    refused = card_faults(replace(program, look=own[0]), own[1]) if own else card_faults(program)
    if refused:
        raise Failure("\n".join((f"{given.file} cannot be used:", *refused)))
    for warning in warnings(program, language_of(program, given.language)):
        say(f"warning: {warning}", warning=warning)
    for note in about_tills(program, language_of(program, given.language)):
        say(f"note: {note}", note=note)
    return program


def _own_design(given: argparse.Namespace, where: Place) -> tuple[str, Design] | None:
    from infra.commands.own_designs import stored  # noqa: PLC0415

    return stored(where, read_file(given.file, named=False))


def _describe(given: argparse.Namespace) -> int:
    program = read_file(given.file)
    say("\n".join(describe(program, language_of(program, given.language), given.audience)))
    return 0


def _put(given: argparse.Namespace) -> int:
    from infra.commands import place  # noqa: PLC0415
    from loyalty.store.program_versions import Programs  # noqa: PLC0415

    read_file(given.file, named=False)  # what is wrong with it is told before anything is asked
    where = place.open_place(given)
    program = _checked(given, where)
    put = Programs(where.tables(), lambda: datetime.now(UTC)).put(program, given.seen)
    say(
        f"Program {put.id} is in force on {where.stage} as version {put.version}; "
        "running functions see it within a minute.",
        program=put.id,
        version=put.version,
    )
    join = f"{where.settings().get('BASE_URL', '')}/join/{put.id}"
    say(f"Join page: {join}", join=join)
    return 0


def _get(given: argparse.Namespace) -> int:
    from infra.commands import place  # noqa: PLC0415

    document = json.loads(dump(place.program_of(place.open_place(given), given.program)))
    tell(document)
    return 0


def _schema(_: argparse.Namespace) -> int:
    sys.stdout.write(schema_text())
    return 0


def language_of(program: Program, wanted: str | None) -> Language:
    """Return the language that was asked for, of those that have words; else the program's first.

    Raises
    ------
    Failure
        There are no words in it.
    """
    if wanted and wanted not in LANGUAGES:
        raise Failure(f"there are no words in {wanted!r}: choose of {', '.join(LANGUAGES)}")
    return wanted or program.languages[0]
