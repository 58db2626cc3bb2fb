"""Members, for the engineer: put right their index, and accounts that a restore has left behind.

    loyalty members mend
    loyalty members mend --after CURSOR
    loyalty members mend --stage local
    loyalty members rebuild
    loyalty members rebuild --program coffee --member 3f2a…

`mend` puts right what is missing or wrong in the index of members. `rebuild` brings every account
that is behind its entries up to them, as the nightly job does within four weeks; for a member that
is named it makes the account what its entries add up to, whatever lies there: the ledger wins.

Each goes through the state table once. It may run at any time and any number of times; when it is
stopped, it says how to go on. It needs dynamodb:Scan, dynamodb:GetItem and dynamodb:UpdateItem on
that table, and to rebuild dynamodb:Query and dynamodb:GetItem on the ledger.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from infra.commands import place
from infra.failures import Failure
from loyalty.store import member_index, rebuilding, walking

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from loyalty.store.tables import Tables

PAGE: Final = 500
"""Items read at once."""


def mend(tables: Tables, cursor: str | None, say: Callable[[str], None]) -> int:
    """Put the index right from a cursor on; return how many members were missing or wrong.

    Raises
    ------
    Failure
        The cursor is none that was told.
    KeyboardInterrupt
        Somebody has stopped it; where to go on was said before.
    """
    after = _place(cursor) if cursor else None
    seen = mended = 0
    while True:
        try:
            page = member_index.mend(tables, after, PAGE)
        except BaseException:
            # Whatever it was, the pages before are done.
            further = f" Go on with --after {_cursor(after)}" if after else ""
            say(f"Stopped after {seen} members, {mended} put right.{further}")
            raise
        seen, mended, after = seen + page.seen, mended + page.mended, page.next
        if after is None:
            say(f"Looked at {seen} members; put {mended} right.")
            return mended


def rebuild(tables: Tables, cursor: str | None, say: Callable[[str], None]) -> int:
    """Bring accounts up to their entries from a cursor on; return how many were behind.

    Raises
    ------
    Failure, KeyboardInterrupt
        As `mend`.
    """
    after = _place(cursor) if cursor else None
    seen = rebuilt = 0
    while True:
        try:
            found, further = walking.page(tables, 0, 1, after, PAGE)
            owners = [one.owner for one in found if one.kind == "account"]
            rebuilt += sum(rebuilding.catch_up(tables, *owner) for owner in owners)
        except BaseException:
            on = f" Go on with --after {_cursor(after)}" if after else ""
            say(f"Stopped after {seen} accounts, {rebuilt} rebuilt.{on}")
            raise
        seen, after = seen + len(owners), further
        if after is None:
            say(f"Looked at {seen} accounts; rebuilt {rebuilt}.")
            return rebuilt


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    command = commands.add_parser("mend", help="put right what is missing or wrong in their index")
    command.set_defaults(run=_mend)
    command.add_argument("--after", metavar="CURSOR", help="go on where an earlier run stopped")
    place.add_options(command)
    command = commands.add_parser("rebuild", help="bring accounts up to their entries")
    command.set_defaults(run=_rebuild)
    command.add_argument("--after", metavar="CURSOR", help="go on where an earlier run stopped")
    command.add_argument("--program", metavar="ID", help="with --member: whose program")
    command.add_argument("--member", metavar="ID", help="one account, whatever is wrong with it")
    place.add_options(command)


def _mend(given: argparse.Namespace) -> int:
    mend(place.open_place(given).tables(), given.after, print)
    return 0


def _rebuild(given: argparse.Namespace) -> int:
    tables = place.open_place(given).tables()
    if (given.program is None) != (given.member is None):
        raise Failure("--program and --member go together")
    if given.member is None:
        rebuild(tables, given.after, print)
    elif rebuilding.rebuild(tables, given.program, given.member):
        print("The account was not what its entries add up to; now it is.")
    else:
        print("The account is what its entries add up to, or has none.")
    return 0


def _cursor(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str) -> tuple[str, str]:
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError, RecursionError):
        raise Failure("--after takes what an earlier run has said, and nothing else") from None
    return pk, sk
