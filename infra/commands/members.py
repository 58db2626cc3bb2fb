"""Members, for the engineer: put right their index, and accounts that a restore has left behind.

    loyalty members mend
    loyalty members mend --after CURSOR
    loyalty members mend --stage local
    loyalty members rebuild
    loyalty members rebuild --program coffee --member 3f2a…
    loyalty members seal
    loyalty members forgotten --list forgotten.txt
    loyalty members forget-again --list forgotten.txt

`mend` puts right what is missing or wrong in the index of members. `rebuild` brings every account
that is behind its entries up to them, as the nightly job does within four weeks; for a member that
is named it makes the account what its entries add up to, whatever lies there: the ledger wins.

`seal` seals what lies in clear from before every member had a data key, and wraps data keys anew
that an older master key has wrapped; it names members whose data key is gone.

After a restore from a backup the erased are back. `forget-again` forgets whom the ledger knows to
have left, and with `--list` whomever that file names, which `forgotten` has written before: keep it
apart from the tables, for a ledger that was restored, too, knows of nobody who left since.

Each goes through the state table once. It may run at any time and any number of times; when it is
stopped, it says how to go on. It needs dynamodb:Scan, dynamodb:GetItem and dynamodb:UpdateItem on
that table, and to rebuild dynamodb:Query and dynamodb:GetItem on the ledger.
"""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from infra.commands import files, place
from infra.commands.answer import say
from infra.commands.ledger import books
from infra.failures import Failure
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.mending import Mending
from loyalty.refusals import Busy
from loyalty.store import erasing, member_index, rebuilding, resealing, walking

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from loyalty.ledger.books import Books
    from loyalty.store.sealed_tables import SealedTables
    from loyalty.store.tables import Tables

_MEMBER = re.compile(r"[0-9a-f]{32}")
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
    after = cursor_place(cursor) if cursor else None
    seen = mended = 0
    while True:
        try:
            page = member_index.mend(tables, after, PAGE)
        except BaseException:
            # Whatever it was, the pages before are done.
            further = f" Go on with --after {cursor_text(after)}" if after else ""
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
    after = cursor_place(cursor) if cursor else None
    seen = rebuilt = 0
    while True:
        try:
            found, further = walking.page(tables, 0, 1, after, PAGE)
            owners = [one.owner for one in found if one.kind == "account"]
            rebuilt += sum(rebuilding.catch_up(tables, *owner) for owner in owners)
        except BaseException:
            on = f" Go on with --after {cursor_text(after)}" if after else ""
            say(f"Stopped after {seen} accounts, {rebuilt} rebuilt.{on}")
            raise
        seen, after = seen + len(owners), further
        if after is None:
            say(f"Looked at {seen} accounts; rebuilt {rebuilt}.")
            return rebuilt


def seal(tables: SealedTables, cursor: str | None, say: Callable[[str], None]) -> int:
    """Seal what lies in clear from a cursor on; return how many items that were.

    Raises
    ------
    Failure, KeyboardInterrupt
        As `mend`.
    """
    after = cursor_place(cursor) if cursor else None
    seen = sealed = wrapped = gone = 0
    while True:
        try:
            page = resealing.page(tables, after, PAGE)
        except BaseException:
            on = f" Go on with --after {cursor_text(after)}" if after else ""
            say(f"Stopped after {seen} members, {sealed} items sealed.{on}")
            raise
        seen, sealed, after = seen + page.members, sealed + page.items, page.next
        wrapped, gone = wrapped + page.wrapped, gone + len(page.gone)
        for program, member in page.gone:
            say(f"{program} {member} cannot be read: their data key is gone.")
        if after is None:
            say(
                f"Looked at {seen} members; sealed {sealed} items, wrapped {wrapped} data keys "
                f"anew; {gone} cannot be read."
            )
            return sealed
        say(
            f"{seen} members, {sealed} items sealed so far; from here: --after {cursor_text(after)}"
        )


def forgotten(tables: Tables) -> list[str]:
    """Return whoever was erased: program and member, a line each, and nothing else of them."""
    found: list[str] = []
    after = None
    while True:
        people, after = erasing.people(tables, after, PAGE)
        found += [f"{program} {member}" for program, member, gone in people if gone]
        if after is None:
            return sorted(found)


def forget_again(
    books: Books, listed: list[tuple[str, str]], now: datetime, say: Callable[[str], None]
) -> int:
    """Forget whoever was erased before a restore; return how many had come back."""
    tables = books.tables
    mending = Mending(books, Reconciliation(books), listed)
    seen = again = 0
    after = None
    while True:
        people, after = erasing.people(tables, after, PAGE)
        for program, member, _ in people:
            rebuilding.catch_up(tables, program, member)
            try:
                again += mending.forget(program, member, now)
            except Busy:
                say(f"{program} {member} is being written to: run it once more.")
        seen += len(people)
        if after is None:
            say(f"Looked at {seen} members; forgot {again} once more.")
            return again


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
    command = commands.add_parser("seal", help="seal what lies in clear from before data keys")
    command.set_defaults(run=_seal)
    command.add_argument("--after", metavar="CURSOR", help="go on where an earlier run stopped")
    place.add_options(command)
    command = commands.add_parser("forgotten", help="list who was erased, to be kept elsewhere")
    command.set_defaults(run=_forgotten)
    command.add_argument("--list", type=Path, required=True, metavar="FILE", help="write it there")
    place.add_options(command)
    command = commands.add_parser("forget-again", help="after a restore: erase the erased again")
    command.set_defaults(run=_forget_again)
    command.add_argument("--list", type=Path, metavar="FILE", help="these, too: of `forgotten`")
    place.add_options(command)


def _forgotten(given: argparse.Namespace) -> int:
    found = forgotten(place.open_place(given).tables())
    try:
        given.list.write_text("".join(f"{line}\n" for line in found), encoding="utf-8")
    except OSError as error:
        raise Failure(f"{given.list} cannot be written: {error.strerror}") from None
    say(f"{len(found)} are in {given.list}")
    return 0


def _forget_again(given: argparse.Namespace) -> int:
    found = listed(given.list)
    forget_again(books(place.open_place(given)), found, datetime.now(UTC), say)
    return 0


def listed(path: Path | None) -> list[tuple[str, str]]:
    """Read what `forgotten` has written: programs and members; nothing where there is no file.

    Raises
    ------
    Failure
        A line is something else.
    """
    found = []
    for line in files.text(path).splitlines() if path else ():
        program, _, member = line.strip().partition(" ")
        if not program or _MEMBER.fullmatch(member) is None:
            raise Failure(f"{path}: {line!r} is not a program and a member")
        found.append((program, member))
    return found


def _seal(given: argparse.Namespace) -> int:
    seal(place.open_place(given).tables(), given.after, say)
    return 0


def _mend(given: argparse.Namespace) -> int:
    mend(place.open_place(given).tables(), given.after, say)
    return 0


def _rebuild(given: argparse.Namespace) -> int:
    tables = place.open_place(given).tables()
    if (given.program is None) != (given.member is None):
        raise Failure("--program and --member go together")
    if given.member is None:
        rebuild(tables, given.after, say)
    elif rebuilding.rebuild(tables, given.program, given.member):
        say("The account was not what its entries add up to; now it is.")
    else:
        say("The account is what its entries add up to, or has none.")
    return 0


def cursor_text(place: tuple[str, str]) -> str:
    """Return a place of the walk as it is typed behind --after."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def cursor_place(cursor: str) -> tuple[str, str]:
    """Return the place of what was typed behind --after. Raises Failure."""
    try:
        pk, sk = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError, RecursionError):
        raise Failure("--after takes what an earlier run has said, and nothing else") from None
    return pk, sk
