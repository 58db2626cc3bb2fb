"""Keys for the API: of tills, staff and owners. A key is shown once and cannot be read again.

loyalty key add --program coffee --scope till
loyalty key add anna0001 --program coffee --scope staff --expires 2027-06-30
loyalty key revoke anna0001 --program coffee
"""

from __future__ import annotations

import secrets
import string
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from infra.commands import place
from infra.failures import Failure
from loyalty.access.keys import ApiKey, Credentials, label
from loyalty.store.tables import Cancelled

if TYPE_CHECKING:
    import argparse

SCOPES = ("till", "staff", "owner")
_LETTERS = string.ascii_letters + string.digits
_SMALL = string.ascii_lowercase + string.digits


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    add = commands.add_parser("add", help="make a key and show it, once")
    add.set_defaults(run=_add)
    add.add_argument(
        "id", nargs="?", help="8 to 26 small letters and digits: who acts, in the ledger"
    )
    add.add_argument("--program", required=True, help="the program's id")
    add.add_argument("--scope", required=True, choices=SCOPES)
    add.add_argument("--sources", help="the tills it may speak for: till,square; all if not said")
    add.add_argument("--expires", help="the last day it is good, UTC: 2027-06-30")
    place.add_options(add)
    revoke = commands.add_parser("revoke", help="let a key open nothing any more, at once")
    revoke.set_defaults(run=_revoke)
    revoke.add_argument("id", help="the key's id: the part of its text behind the stage")
    revoke.add_argument("--program", required=True, help="the program's id")
    place.add_options(revoke)


def _add(given: argparse.Namespace) -> int:
    key_id = given.id or "".join(secrets.choice(_SMALL) for _ in range(12))
    sources = tuple(given.sources.split(",")) if given.sources else ()
    key = ApiKey(key_id, given.program, given.scope, sources, _end(given.expires))
    where = place.open_place(given)
    place.program_of(where, given.program)
    secret = "".join(secrets.choice(_LETTERS) for _ in range(40))
    try:
        text = Credentials(where.tables()).add_key(key, label(where.stage), secret)
    except ValueError as error:
        raise Failure(f"{key_id!r} cannot name a key: {error}") from None
    except Cancelled:
        raise Failure(f"there is a key {key_id!r} already: choose another id") from None
    print(text)
    return 0


def _revoke(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    place.program_of(where, given.program)
    if not Credentials(where.tables()).revoke_key(given.id, given.program, datetime.now(UTC)):
        raise Failure(f"the program {given.program} has no key {given.id!r}")
    print(f"{given.id} opens nothing any more")
    return 0


def _end(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        last = date.fromisoformat(text)
    except ValueError:
        raise Failure(f"{text!r} is no day: write it as 2027-06-30") from None
    end = datetime.combine(last, time(), UTC) + timedelta(days=1)
    if end <= datetime.now(UTC):
        raise Failure(f"{text} is over already: name a day to come")
    return end
