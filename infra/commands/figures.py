"""Figures: work them out, show them, write them into files, rebuild them (docs/figures.md).

loyalty figures show --program coffee
loyalty figures goals --program coffee
loyalty figures csv days --program coffee --csv days.csv
loyalty figures refresh --program coffee
loyalty figures rebuild --program coffee
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.commands import place
from infra.commands.answer import say, tell
from infra.commands.api_key import refused
from infra.commands.ledger import now
from infra.failures import Failure
from loyalty.figures.feeding import Feeding
from loyalty.figures.places import Places
from loyalty.figures.reading import TABLES, Figures
from loyalty.figures.rebuilding import Rebuilding
from loyalty.figures.refreshing import Refreshing
from loyalty.refusals import Refusal
from loyalty.sheets import safe_csv
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from infra.commands.place import Place
    from loyalty.program.rules import Program


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")

    def command(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        found: argparse.ArgumentParser = commands.add_parser(name, help=words)
        found.set_defaults(run=run)
        found.add_argument("--program", required=True, help="the program's id")
        place.add_options(found)
        return found

    show = command("show", _show, "show a program's figures")
    show.add_argument("--by", default="", help="location, level, age, or an attribute's id")
    command("goals", _goals, "show the owner's goals, and how far they have come")
    csv = command("csv", _csv, "write a table for the accountant")
    csv.add_argument("table", choices=TABLES, help="which one")
    csv.add_argument("--csv", type=Path, help="into this file; else it is printed")
    command("refresh", _refresh, "work all figures out now, as every night")
    command("rebuild", _rebuild, "take every order up anew, then work all figures out")


def _show(given: argparse.Namespace) -> int:
    where, program = _open(given)
    found = _try(lambda: _figures(where).summary(program.id, given.by, program.languages[0]))
    if given.json:
        tell(found)
        return 0
    say(f"As of {found['as_of']}:")
    for group in found["groups"]:
        if given.by:
            say(f"\n{group['value'] or 'unknown'}")
        for one in group["figures"]:
            days = f"{one['days']} days" if one["days"] else ""
            said = one["missing"] if one["value"] is None else f"{one['value']} {one['unit']}"
            before = "" if one["previous"] is None else f"before {one['previous']}"
            say(f"{one['name']:22} {days:9} {said:24} n {one['n']:<7} {before}".rstrip())
    return 0


def _goals(given: argparse.Namespace) -> int:
    where, program = _open(given)
    found = _figures(where).goals(program.id)
    if given.json:
        tell(found)
        return 0
    for one in found:
        pace = {True: "on pace", False: "behind", None: "too few to say"}[one["on_pace"]]
        what = f"{one['figure']} ({one['days']} days)"
        say(f"{one['id']:20} {what} {one['value']} of {one['target']} by {one['by']}: {pace}")
    if not found:
        say(f"{program.id} has no goals.")
    return 0


def _csv(given: argparse.Namespace) -> int:
    where, program = _open(given)
    rows = _try(lambda: _figures(where).table(program.id, given.table))
    text = safe_csv.text(rows)
    if given.csv:
        given.csv.write_text("\ufeff" + text, encoding="utf-8", newline="")
        say(f"{len(rows) - 1} rows are in {given.csv}")
    else:
        say(text.rstrip("\r\n"))
    return 0


def _refresh(given: argparse.Namespace) -> int:
    where, program = _open(given)
    _say(Refreshing(where.tables(), Programs(where.tables(), now)).work(program.id, now(), _doing))
    return 0


def _rebuild(given: argparse.Namespace) -> int:
    where, program = _open(given)
    tables = where.tables()
    programs = Programs(tables, now)
    rebuilding = Rebuilding(tables, Feeding(tables, programs, Places(tables, now)))
    after: tuple[str, str] | None = None
    orders = members = 0
    while True:
        step = rebuilding.step(program.id, after, now())
        orders, members = orders + step.orders, members + step.members
        say(f"{orders} orders and {members} members taken up")
        after = step.next
        if after is None:
            break
    _say(Refreshing(tables, programs).work(program.id, now(), _doing))
    return 0


def _doing(what: str) -> None:
    say(f"… {what}")


def _say(found: dict[str, int]) -> None:
    say(
        f"Figures are worked out of {found['members']} members and {found['sales']} sales: "
        f"{found['written']} of {found['charts']} charts are new."
    )


def _open(given: argparse.Namespace) -> tuple[Place, Program]:
    where = place.open_place(given)
    return where, place.program_of(where, given.program)


def _figures(where: Place) -> Figures:
    return Figures(where.tables(), Programs(where.tables(), now))


def _try(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except Refusal as refusal:
        if refusal.code == "figures_missing":
            raise Failure(f"{refusal.detail} Ask for it with loyalty figures refresh.") from None
        raise refused(refusal) from None
