"""What the fields of a booking tool's or CRM's clients mean: `till fields`."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.commands import files, place
from infra.commands.answer import say
from infra.failures import Failure
from loyalty.access.keys import Credentials
from loyalty.refusals import Refusal
from loyalty.store.audit_log import COMMAND
from loyalty.store.credentials import ToolFields
from loyalty.tills import tool_fields

if TYPE_CHECKING:
    import argparse

_PARTS = ("attributes", "consents", "written")


def configure(commands: Any) -> None:
    """Describe the command and its options."""
    parser = commands.add_parser(
        "fields", help="say which of a tool's fields are read, and which are written into"
    )
    parser.set_defaults(run=_fields)
    parser.add_argument("endpoint", help="as it was added: salon-yclients")
    parser.add_argument("--file", type=Path, help="JSON of what they mean; without, it is shown")
    place.add_options(parser)


def _fields(given: argparse.Namespace) -> int:
    sent = _read(given.file) if given.file else None
    where = place.open_place(given)
    endpoint = Credentials(where.tables()).endpoint(given.endpoint)
    if endpoint is None:
        raise Failure(place.no_till(where, given.endpoint))
    if sent is None:
        _show(endpoint.fields)
        return 0
    program, now = place.program_of(where, endpoint.program), datetime.now(UTC)
    try:
        tool_fields.put(where.tables(), program, endpoint, sent, COMMAND, now)
    except Refusal as refusal:
        at = refusal.fields[0].pointer if refusal.fields else ""
        raise Failure(f"{given.file}{f' at {at}' if at else ''}: {refusal.detail}") from None
    _show(sent)
    say("Running functions take it within half a minute.")
    return 0


def _read(file: Path) -> ToolFields:
    try:
        told = json.loads(files.text(file))
    except ValueError:
        raise Failure(f"{file} is no JSON") from None
    if not isinstance(told, dict) or told.keys() - {*_PARTS}:
        raise Failure(f"{file} has to be an object with {', '.join(_PARTS)}, and nothing else")
    parts = [told.get(name, {}) for name in _PARTS]
    for name, part in zip(_PARTS, parts, strict=True):
        if not isinstance(part, dict) or not all(isinstance(one, str) for one in part.values()):
            raise Failure(f"{file}: {name} has to be an object of texts")
    return ToolFields(*parts)


def _show(fields: ToolFields) -> None:
    for name, mapped in asdict(fields).items():
        told = ", ".join(f"{one}: {other}" for one, other in mapped.items()) or "none"
        say(f"{name:10} {told}", part=name, fields=mapped)
