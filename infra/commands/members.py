"""The index of members, for the engineer: put right what is missing or wrong in it.

    loyalty members mend
    loyalty members mend --after CURSOR
    loyalty members mend --stage local

It goes through the state table once. It may run at any time and any number of times; when it is
stopped, it says how to go on. It needs dynamodb:Scan and dynamodb:UpdateItem on that table.
"""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Final

from infra.commands import place
from infra.failures import Failure
from loyalty.store import member_index

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


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    command = commands.add_parser("mend", help="put right what is missing or wrong in their index")
    command.set_defaults(run=_mend)
    command.add_argument("--after", metavar="CURSOR", help="go on where an earlier run stopped")
    place.add_options(command)


def _mend(given: argparse.Namespace) -> int:
    mend(place.open_place(given).tables(), given.after, print)
    return 0


def _cursor(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str) -> tuple[str, str]:
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError, RecursionError):
        raise Failure("--after takes what an earlier run has said, and nothing else") from None
    return pk, sk
