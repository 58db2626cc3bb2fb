"""The index of members, for the engineer: put right what is missing or wrong in it.

    python -m infra.members mend --stage production
    python -m infra.members mend --stage production --after CURSOR
    python -m infra.members mend --folder .local

It goes through the state table once. It may run at any time and any number of times; when it is
stopped, it says how to go on. It needs dynamodb:Scan and dynamodb:UpdateItem on that table.
"""

from __future__ import annotations

import argparse
import base64
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.failures import Failure
from loyalty.store import member_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from loyalty.store.tables import TableName, Tables

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


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 1 when it failed."""
    given = _parser().parse_args(arguments)
    try:
        mend(_tables(given), given.after, print)
    except Failure as failure:
        print(f"members: {failure}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _tables(given: argparse.Namespace) -> Tables:
    from loyalty.store import dynamodb  # noqa: PLC0415 - nothing else here talks to AWS

    if given.folder is None:
        return dynamodb.connect(f"loyalty-{given.stage}-state", f"loyalty-{given.stage}-ledger")
    try:
        stack = json.loads((given.folder / "stack.json").read_text("utf-8"))["aws"]
    except (OSError, ValueError, LookupError):
        raise Failure(f"{given.folder} holds no running stack: start it with `make run`") from None
    from infra.local.deployment import Cloud  # noqa: PLC0415 - only for the stack on this machine

    cloud = Cloud(int(stack["endpoint_url"].rpartition(":")[2]))
    names: dict[TableName, str] = {"state": stack["state_table"], "ledger": stack["ledger_table"]}
    return dynamodb.DynamoTables(cloud.client("dynamodb"), names)


def _cursor(place: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str) -> tuple[str, str]:
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(cursor))
    except ValueError:
        raise Failure("--after takes what an earlier run has said, and nothing else") from None
    return pk, sk


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.members", description="The list of a program's members."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("mend", help="put right what is missing or wrong in its index")
    command.add_argument("--stage", default="production", help="tables named loyalty-STAGE-…")
    command.add_argument("--after", metavar="CURSOR", help="go on where an earlier run stopped")
    command.add_argument("--folder", type=Path, help="the stack of `make run` instead")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
