"""Visits out of a file that a booking tool has saved: `till visits`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from infra.commands import files, place
from infra.commands.answer import say
from infra.commands.till_health import Inbox
from infra.failures import Failure
from loyalty.access.keys import Credentials
from loyalty.core.instants import microseconds
from loyalty.refusals import Refusal
from loyalty.sheets import sheet as sheets
from loyalty.sheets.workbook import LARGEST_FILE
from loyalty.tills.bridges import visit_files

if TYPE_CHECKING:
    import argparse

_SCHEME = "visits"
_TOLD = 10


def configure(commands: Any) -> None:
    """Describe the command and its options."""
    parser = commands.add_parser("visits", help="tell of the visits in a booking tool's file")
    parser.set_defaults(run=_visits)
    parser.add_argument("endpoint", help="as it was added, of scheme visits: salon-bookings")
    parser.add_argument("file", type=Path, help="CSV or XLSX, a visit in each row")
    parser.add_argument("--send", action="store_true", help="do it; else it is only looked at")
    place.add_options(parser)


def _visits(given: argparse.Namespace) -> int:
    where, content = place.open_place(given), files.content(given.file, LARGEST_FILE)
    endpoint = Credentials(where.tables()).endpoint(given.endpoint)
    if endpoint is None:
        raise Failure(place.no_till(where, given.endpoint))
    if endpoint.scheme != _SCHEME:
        raise Failure(
            f"{given.endpoint} speaks {endpoint.scheme}: files are told through an address of "
            f"scheme {_SCHEME}"
        )
    program = place.program_of(where, endpoint.program)
    location = program.location(endpoint.location) if endpoint.location else None
    zone = ZoneInfo((location.zone if location else None) or program.zone)
    now = datetime.now(UTC)
    there = visit_files.Place(zone, program.currency, now.astimezone(zone).date())
    try:
        sheet = sheets.read(content)
    except Refusal as refusal:
        raise Failure(f"{given.file}: {refusal.detail}") from None
    found = visit_files.read(sheet, there, microseconds(now))
    for what, header in found.columns.items():
        say(f"{what:10} {header}", column=what, header=header)
    for line, why in found.faults[:_TOLD]:
        say(f"line {line}: {why}", line=line, fault=why)
    known, left = len(found.messages), len(found.faults)
    if not known:
        raise Failure("no row of the file is a visit: see above what its columns were taken for")
    if not given.send:
        said = f"{known} visits, {left} rows left out. --send tells of them."
        say(said, visits=known, left_out=left)
        return 0
    inbox = Inbox(where)
    for message in found.messages:
        body = json.dumps(message, ensure_ascii=False)
        inbox.put({"endpoint": endpoint.id, "body": body})
    said = f"{known} visits are told of, {left} rows were left out."
    say(said, visits=known, left_out=left)
    return 0
