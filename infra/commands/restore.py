"""After the worst: tables from a backup in the place of damaged ones, and everything true again.

loyalty restore rest
loyalty restore copy --at 2026-11-29T10:00Z
loyalty restore export --bucket example-loyalty-backups
loyalty restore copy --bucket example-loyalty-backups
loyalty restore adopt --state loyalty-production-state-20261129100000 --ledger …
loyalty restore mend --list forgotten.txt
loyalty restore go-on

docs/restoring.md is the page to follow. What tills had sent is replayed between the last two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infra.commands import members, place
from infra.commands.answer import say
from infra.commands.ledger import books
from infra.deploying.elsewhere import Elsewhere
from infra.deploying.hand import Hand
from infra.deploying.restoring import Restoration, chosen
from infra.failures import Failure
from loyalty.ledger.reconcile import Reconciliation
from loyalty.members.mending import Mending
from loyalty.store.dynamodb import DynamoTables

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from infra.commands.place import Place
    from loyalty.store.tables import TableName


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the command and its options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    command = commands.add_parser("rest", help="stop everything but the keeping of tills' messages")
    command.set_defaults(run=_rest)
    _add(command)
    command = commands.add_parser("copy", help="restore tables to an instant, under new names")
    command.set_defaults(run=_copy)
    command.add_argument("--at", metavar="INSTANT", help="as 2026-11-29T10:00Z; the latest without")
    command.add_argument(
        "--only", default="state,ledger", help="which, with commas: state,ledger,keys"
    )
    command.add_argument(
        "--bucket", help="of exports that lie there, the newest up to the instant, instead"
    )
    _add(command)
    command = commands.add_parser("export", help="write whole tables to a bucket elsewhere, now")
    command.set_defaults(run=_export)
    command.add_argument("--bucket", required=True, help="best of another region and account")
    command.add_argument(
        "--only", default="state,ledger,keys", help="which, with commas: state,ledger,keys"
    )
    _add(command)
    command = commands.add_parser("adopt", help="let the deployment use other tables")
    command.set_defaults(run=_adopt)
    for table in place.TABLES:
        command.add_argument(f"--{table}", metavar="NAME", help=f"the table to use for {table}")
    _add(command)
    command = commands.add_parser("mend", help="let the ledger win, forget again, draw cards anew")
    command.set_defaults(run=_mend)
    command.add_argument("--list", type=Path, metavar="FILE", help="of `members forgotten`")
    command.add_argument(
        "--ledger-wins", action="store_true", help="also over accounts that say something else"
    )
    command.add_argument("--after", metavar="CURSOR", help="go on where an earlier run stopped")
    command.add_argument(
        "--access-of",
        metavar="TABLE",
        help="the damaged state table: who may do what becomes what it says, if it can be read",
    )
    _add(command, "say what would be mended, and write nothing")
    command = commands.add_parser("go-on", help="let everything work again")
    command.set_defaults(run=_go_on)
    _add(command)


def _add(command: argparse.ArgumentParser, dry: str = "say every call, and make none") -> None:
    place.add_options(command)
    command.add_argument("--dry-run", action="store_true", help=dry)


def _rest(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    _restoration(where, given).rest()
    if given.dry_run:
        say("Nothing was changed.")
        return 0
    say(
        "Nothing is read or written any more, and tills' messages are kept, for up to 14 days.\n"
        f"Next: {where.command('restore copy --at INSTANT')}"
    )
    return 0


def _copy(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    at = place.instant(given.at) if given.at else None
    if at and at > datetime.now(UTC):
        raise Failure(f"{given.at} is yet to come: name an instant before the damage")
    tables = _tables(where, given.only)
    made = (
        Elsewhere(_hand(where, given), given.bucket).read(at, tables)
        if given.bucket
        else _restoration(where, given).copies(at, tables)
    )
    if given.dry_run:
        say("Nothing was changed.")
        return 0
    words = " ".join(f"--{table} {called}" for table, called in made.items())
    say(f"Next: {where.command(f'restore adopt {words}')}")
    return 0


def _export(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    tables = _tables(where, given.only)
    Elsewhere(_hand(where, given), given.bucket).write(tables)
    if given.dry_run:
        say("Nothing was changed.")
        return 0
    say(f"{', '.join(tables)} are written to {given.bucket}.")
    return 0


def _tables(where: Place, only: str) -> dict[TableName, str]:
    wanted = [one.strip() for one in only.split(",")]
    tables = {name: called for name, called in where.table_names().items() if name in wanted}
    if not tables or len(tables) != len(set(wanted)):
        raise Failure(f"{only!r} are no tables: state, ledger, keys, with commas between")
    return tables


def _adopt(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    names = chosen({table: getattr(given, table) for table in place.TABLES})
    if not names:
        raise Failure("name the tables: --state NAME, --ledger NAME, --keys NAME")
    access = f" --access-of {where.table_names()['state']}" if "state" in names else ""
    _restoration(where, given).adopt(names)
    if given.dry_run:
        say("Nothing was changed.")
        return 0
    say(
        f"Next: {where.command(f'restore mend --list FILE{access}')} (the list of who was "
        "erased since; without --access-of where the damaged table cannot be read), "
        f"{where.command('restore go-on')}, what tills say again, and then "
        f"{where.command('deploy')}: docs/restoring.md"
    )
    return 0


def _go_on(given: argparse.Namespace) -> int:
    _restoration(place.open_place(given), given).go_on()
    say("Nothing was changed." if given.dry_run else "Everything works again.")
    return 0


def _restoration(where: Place, given: argparse.Namespace) -> Restoration:
    return Restoration(_hand(where, given))


def _hand(where: Place, given: argparse.Namespace) -> Hand:
    if where.stage == place.LOCAL:
        raise Failure(
            "the stack of `make run` has no stack to lead to other tables: name another --stage"
        )
    return Hand(where, say, dry=given.dry_run)


def _mend(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    later = _let_go_of(where, given.access_of) if given.access_of else None
    tables, unwritten = where.unwritten() if given.dry_run else (where.tables(), None)
    kept = books(where, tables)
    forgotten = members.listed(given.list)
    wins = given.ledger_wins
    mending = Mending(kept, Reconciliation(kept), forgotten, ledger_wins=wins, later=later)
    after = members.cursor_place(given.after) if given.after else None
    now = datetime.now(UTC)
    counts = {"looked": 0, "rebuilt": 0, "forgotten": 0, "moved": 0}
    faults = 0
    while True:
        page = mending.page(after, now)
        for name in counts:
            counts[name] += getattr(page, name)
        for said in page.recounted:
            say(f"COUNTED {said}")
        for fault in page.faults:
            say(f"WRONG   {fault}")
        for program, changed in page.access:
            _say_access(given.access_of, program, changed)
        faults += len(page.faults)
        if unwritten is not None:
            unwritten.forget()
        if page.next is None:
            break
        after = page.next
        on = members.cursor_text(after)
        say(f"    {counts['looked']} members so far; from here: --after {on}")
    say(
        f"Looked at {counts['looked']} members: {counts['rebuilt']} accounts are what their "
        f"entries say again, {counts['forgotten']} people forgotten, {counts['moved']} cards anew."
    )
    if given.dry_run:
        say("Nothing was changed: that is what would be.")
    if faults:
        say(f"{faults} things are wrong and stay so: docs/restoring.md says what each means.")
        return 1
    return 0


def _let_go_of(where: Place, called: str) -> DynamoTables:
    """Return the tables with a state table that was let go of."""
    names = where.table_names()
    if called == names["state"]:
        raise Failure(f"{called} is in use: name the table that was let go of")
    client = where.client("dynamodb")
    try:
        client.describe_table(TableName=called)
    except client.exceptions.ResourceNotFoundException:
        raise Failure(f"there is no table {called}") from None
    return DynamoTables(client, {**names, "state": called})


def _say_access(called: str, program: str, changed: Mapping[str, int] | None) -> None:
    if changed is None:
        say(f"WRONG   {program}: {called} knows of no key and nobody: access stays as restored")
        return
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(changed.items()))
    say(f"Who may do what in {program} is what {called} says: {told or 'nothing to change'}.")
