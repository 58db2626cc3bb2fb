"""Work on program files: check one and its design, say it in sentences, or print the schema.

Usage: ``python -m infra.program check FILE``, ``describe FILE``, ``schema``.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from infra.program_cards import card_faults
from loyalty.program.describe import describe, warnings
from loyalty.program.document import json_schema, read, read_toml, unusable
from loyalty.refusals import FieldRefusal, Refusal
from passes.designs.check import check as check_design
from passes.designs.design import DesignError, names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loyalty.program.rules import Language, Program

SCHEMA = Path(__file__).parent.parent / "docs" / "program.schema.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0, or 1 when the program cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m infra.program", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="read a program and its design; tell faults")
    told = commands.add_parser("describe", help="say a program in plain sentences")
    for command in (check, told):
        command.add_argument("file", type=Path, help="program document, TOML or JSON")
        command.add_argument("--language", choices=("en", "ru"), help="the program's first if none")
    told.add_argument("--audience", choices=("customer", "staff"), default="customer")
    commands.add_parser("schema", help="print the JSON Schema of program documents")
    asked = parser.parse_args(arguments)
    if asked.command == "schema":
        sys.stdout.write(schema_text())
        return 0
    try:
        program = _read(asked.file, names())
    except OSError as error:
        return _failed(f"cannot be read: {error.strerror}; check the path", asked.file)
    except UnicodeDecodeError:
        return _failed("is not UTF-8; save it as UTF-8", asked.file)
    except Refusal as refusal:
        said = [field.detail for field in refusal.fields]
        return _failed("\n".join(("cannot be used:", *said)), asked.file)
    language = program.language(asked.language)
    if asked.command == "describe":
        print("\n".join(describe(program, language, asked.audience)))
        return 0
    return _check(program, language, asked.file)


def _check(program: Program, language: Language, path: Path) -> int:
    try:
        check_design(program.design)
    except DesignError as error:
        return _failed(f"cannot be used: {error}", path)
    refused = card_faults(program)
    if refused:
        return _failed("\n".join(("cannot be used:", *refused)), path)
    for warning in warnings(program, language):
        print(f"warning: {warning}")
    print(f"{path} can be used.")
    return 0


def schema_text() -> str:
    """Return the JSON Schema of program documents as it is committed."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _read(path: Path, designs: Sequence[str]) -> Program:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".json":
        return read_toml(text, designs)
    try:
        document = json.loads(text)
    except ValueError as error:
        raise unusable(FieldRefusal("", "not_json", f"not JSON: {error}")) from None
    if not isinstance(document, dict):
        sentence = "the document: is not a JSON object"
        raise unusable(FieldRefusal("", "not_an_object", sentence))
    return read(document, designs)


def _failed(reason: str, path: Path) -> int:
    print(f"{path} {reason}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
