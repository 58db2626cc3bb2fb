"""Programs as they were: list their versions, say what is different, go back; and start a new one.

loyalty program history coffee
loyalty program difference coffee --before 2 --after 3 --language ru
loyalty program rollback coffee --to 2
loyalty program templates
loyalty program start bakery --program crumbs --organization "Crumbs & Co" > crumbs.json
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from infra.commands import place
from infra.commands.answer import say, tell
from infra.commands.own_designs import stored
from infra.commands.program import language_of
from infra.failures import Failure
from infra.program_cards import card_faults
from loyalty.languages import LANGUAGES
from loyalty.program import ready
from loyalty.program.describe import describe
from loyalty.program.describe.changes import changes
from loyalty.program.document import dump
from loyalty.refusals import Refusal
from loyalty.store.program_versions import Programs

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from loyalty.program.rules import Program
    from loyalty.store.program_versions import Stored

_FIRST = 20


def configure(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the commands and their options."""
    command = commands.add_parser("history", help="list versions, and what changed by each")
    command.set_defaults(run=_history)
    command.add_argument("program", help="the program's id")
    command.add_argument("--language", help="of the program's own; its first if not said")
    place.add_options(command)
    command = commands.add_parser("difference", help="say what is different between two versions")
    command.set_defaults(run=_difference)
    command.add_argument("program", help="the program's id")
    command.add_argument("--before", type=int, help="the one before the later if not said")
    command.add_argument("--after", type=int, help="the one in force if not said")
    command.add_argument("--language", help="of the program's own; its first if not said")
    place.add_options(command)
    command = commands.add_parser("rollback", help="put an earlier version in force again")
    command.set_defaults(run=_rollback)
    command.add_argument("program", help="the program's id")
    command.add_argument("--to", type=int, required=True, metavar="VERSION")
    place.add_options(command)
    command = commands.add_parser("templates", help="list programs to start from, by trade")
    command.set_defaults(run=_templates)
    command.add_argument("--language", choices=LANGUAGES, default=LANGUAGES[0])
    command = commands.add_parser("start", help="print a program to start from, as JSON")
    command.set_defaults(run=_start)
    command.add_argument("trade", help="as `program templates` lists them")
    command.add_argument("--program", metavar="ID", required=True, help="the id of the new one")
    for name, meaning in (
        ("organization", "who gives the card"),
        ("currency", "ISO 4217; look at the amounts then"),
        ("zone", "IANA, such as Europe/Berlin"),
        ("region", "whose phone numbers need no prefix (ISO 3166)"),
    ):
        command.add_argument(f"--{name}", help=f"{meaning}; the template's if not said")


def _history(given: argparse.Namespace) -> int:
    programs = _programs(given)
    latest = programs.latest(given.program)
    language = language_of(latest.program, given.language)
    found = programs.history(given.program, latest.program.version + 1, _FIRST + 1)
    older = {one.program.version: one.program for one in found}
    for one in found[:_FIRST]:
        number = one.program.version
        changes = list(_changes(older.get(number - 1), one.program, language))
        line = f"{number}  {one.since:%Y-%m-%d %H:%M} UTC  {one.actor or 'by command'}"
        say(
            "\n".join([line, *(f"   {sentence}" for sentence in changes)]),
            version=number,
            since=one.since,
            by=one.actor,
            changes=changes,
        )
    return 0


def _difference(given: argparse.Namespace) -> int:
    programs = _programs(given)
    latest = programs.latest(given.program)
    after = _version(programs, given.program, given.after) if given.after else latest
    number = given.before or max(after.program.version - 1, 1)
    before = _version(programs, given.program, number)
    told = list(_changes(before.program, after.program, language_of(after.program, given.language)))
    for sentence in told or ["Nothing is different."]:
        say(sentence)
    return 0


def _rollback(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    programs = _programs(given)
    seen = programs.latest(given.program).program
    earlier = _version(programs, given.program, given.to).program
    own = stored(where, earlier)
    refused = card_faults(replace(earlier, look=own[0]), own[1]) if own else card_faults(earlier)
    if refused:
        raise Failure("\n".join((f"version {given.to} cannot be used today:", *refused)))
    put = programs.put(earlier, seen.version)
    if put.version == seen.version:
        say(f"Version {seen.version} is in force and says the same.")
        return 0
    say(
        f"Program {put.id} is as version {given.to} was, in force as version {put.version}; "
        "running functions see it within a minute.",
        program=put.id,
        version=put.version,
    )
    return 0


def _templates(given: argparse.Namespace) -> int:
    for one in ready.ready():
        language = one.program.language(given.language)
        rules = list(describe(one.program, language))
        line = f"{one.trade}  {one.name[language]}"
        said = "\n".join([line, *(f"   {sentence}" for sentence in rules)])
        say(said, trade=one.trade, name=one.name[language], rules=rules)
    return 0


def _start(given: argparse.Namespace) -> int:
    try:
        template = ready.find(given.trade).program
    except Refusal:
        known = ", ".join(one.trade for one in ready.ready())
        raise Failure(f"{given.trade!r} is no trade of a template: choose of {known}") from None
    names = ("organization", "currency", "zone", "region")
    own = {name: getattr(given, name) for name in names if getattr(given, name)}
    try:
        program = ready.of_a_new_shop(template, id=given.program, **own)
    except Refusal as refusal:
        said = [field.detail for field in refusal.fields]
        raise Failure("\n".join(("such a program cannot be used:", *said))) from None
    tell(json.loads(dump(program)))
    return 0


def _programs(given: argparse.Namespace) -> Programs:
    return Programs(place.open_place(given).tables(), lambda: datetime.now(UTC))


def _version(programs: Programs, program: str, number: int) -> Stored:
    found = programs.history(program, number + 1, 1) if number > 0 else []
    if not found or found[0].program.version != number:
        raise Failure(f"program {program} has no version {number}")
    return found[0]


def _changes(before: Program | None, after: Program, language: str) -> Iterator[str]:
    if before is not None:
        yield from (one.sentence for one in changes(before, after, language))
