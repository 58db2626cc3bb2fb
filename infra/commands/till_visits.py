"""Visits out of a file that a booking tool has saved: `till visits`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.commands import files, place
from infra.commands.answer import say
from infra.commands.till_health import Inbox
from infra.failures import Failure
from loyalty.access.keys import Credentials
from loyalty.core.instants import microseconds
from loyalty.money import exponent
from loyalty.refusals import Refusal
from loyalty.sheets import sheet as sheets
from loyalty.sheets.workbook import LARGEST_FILE
from loyalty.tills.bridges import visit_files

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping, Sequence

_SCHEME = "visits"
_TOLD = 10
_SHOWN = 3


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
    now = datetime.now(UTC)
    there = visit_files.place_of(program, endpoint.location, now)
    try:
        sheet = sheets.read(content)
    except Refusal as refusal:
        raise Failure(f"{given.file}: {refusal.detail}") from None
    found = visit_files.read(sheet, there, microseconds(now))
    for what, header in found.columns.items():
        say(f"{what:10} {header}", column=what, header=header)
    _show(found.messages[:_SHOWN], program.currency)
    for one in found.faults[:_TOLD]:
        say(f"line {one.line}: {one.sentence}", line=one.line, fault=one.sentence)
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


def _show(messages: Sequence[Mapping[str, Any]], currency: str) -> None:
    """Say what some rows were understood as, before anything comes of them."""
    for message in messages:
        visit = message["data"]["visit"]
        total = visit.get("total")
        sum_of_it = "no amount"
        if total is not None:
            sum_of_it = f"{Decimal(total).scaleb(-exponent(currency))} {currency}"
        say(f"  {visit['at']}  {visit['status']}  {sum_of_it}", visit=visit)
