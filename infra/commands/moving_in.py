"""Move members in from another system's file (docs/moving-in.md).

    loyalty import read clients.csv --program coffee --mapping mapping.json
    loyalty import check clients.csv --program coffee --mapping mapping.json --report lines.csv
    loyalty import run clients.csv --program coffee --mapping mapping.json
    loyalty import list --program coffee
    loyalty import links 3f2a… --program coffee --sheet invitations.html
    loyalty import undo 3f2a… --program coffee

`read` shows how a file would be read and writes that as a mapping, which is looked at and changed.
`check` tells what would become of each line, and writes nothing. `run` may be stopped and started
again: it goes on, and no line counts twice. It needs what the worker's role may do on both tables
(infra/cloudformation/moving.yml), and the master key.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from infra.commands import files, invitations, ledger, place
from infra.commands.answer import progress, say, tell
from infra.failures import Failure
from loyalty.members.moving_in import mapping as mappings
from loyalty.members.moving_in.fields import BALANCE, FIELDS
from loyalty.members.moving_in.running import Imports
from loyalty.members.moving_in.vendors import VENDORS
from loyalty.refusals import Refusal
from loyalty.sheets import safe_csv
from loyalty.sheets import sheet as sheets
from loyalty.sheets.workbook import LARGEST_FILE
from loyalty.store import import_book

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from infra.commands.place import Place
    from loyalty.members.moving_in.mapping import Mapping
    from loyalty.store.import_book import ImportHead

_Found = TypeVar("_Found")

WORDS: Final = {
    "joined": "members made",
    "added": "members given more",
    "known": "members already, left alone",
    "skipped": "lines left out",
    "wrong": "lines wrong",
    "left": "have left meanwhile",
    "removed": "members removed",
    "taken_back": "members kept, value taken back",
    "nothing": "lines of which there was nothing to undo",
}


class Folder:
    """Plans beside the file that they were made of."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> bytes | None:
        """Return a plan."""
        place = self._path / Path(name).name
        return place.read_bytes() if place.exists() else None

    def put(self, name: str, data: bytes) -> None:
        """Write a plan, which has names and contacts in it: for nobody else to read."""
        self._path.mkdir(mode=0o700, exist_ok=True)
        place = self._path / Path(name).name
        place.touch(mode=0o600)
        place.write_bytes(data)


def configure(parser: argparse.ArgumentParser) -> None:
    """Describe the commands and their options."""
    commands = parser.add_subparsers(required=True, metavar="WHAT")
    for name, meaning, run in (
        ("read", "show how a file would be read, and write that as a mapping", _read),
        ("check", "tell what would become of each line; nothing is written", _check),
        ("run", "import the file; may be stopped and started again", _run),
    ):
        command = commands.add_parser(name, help=meaning)
        command.set_defaults(run=run)
        command.add_argument("file", type=Path, help="CSV, or an Excel workbook (.xlsx)")
        command.add_argument("--program", required=True, metavar="ID")
        command.add_argument("--mapping", type=Path, required=name != "read", metavar="FILE")
        if name == "read":
            vendors = [one.id for one in VENDORS]
            command.add_argument("--vendor", choices=vendors, help="whose file it is")
        if name == "check":
            command.add_argument("--report", type=Path, help="write a line for each line, as CSV")
        place.add_options(command)
    command = commands.add_parser("list", help="list imports, and how far they are")
    command.set_defaults(run=_list)
    command.add_argument("--program", required=True, metavar="ID")
    place.add_options(command)
    command = commands.add_parser("undo", help="take a whole import back")
    command.set_defaults(run=_undo)
    _named(command)
    command = commands.add_parser("links", help="write the invitation links of an import")
    command.set_defaults(run=_links)
    command.add_argument("--csv", type=Path, help="name and link of each member")
    command.add_argument("--sheet", type=Path, help="a page to say, with a QR code for each")
    _named(command)


def _named(command: argparse.ArgumentParser) -> None:
    command.add_argument("id", help="of the import, as `run` and `list` tell it")
    command.add_argument("--program", required=True, metavar="ID")
    place.add_options(command)


def _read(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    data = files.content(given.file, LARGEST_FILE)
    found, proposal = _asked(
        given.file,
        lambda: _imports(where, given.file).propose(
            given.program, data, ledger.now(), given.vendor
        ),
    )
    for note in found.notes:
        say(note)
    whose = next((one.name for one in VENDORS if one.id == proposal.vendor), None)
    say(f"It is read as a file of {whose}." if whose else "It is nobody's known file: guessed.")
    fields = {name: field for field, name in proposal.mapping.columns}
    for name in found.header:
        field = fields.get(name)
        look = "   <- please look at this" if field in proposal.look else ""
        say(f"  {name:30} {_meaning(field)}{look}")
    text = json.dumps(json.loads(mappings.dump(proposal.mapping)), ensure_ascii=False, indent=2)
    if given.mapping:
        given.mapping.write_text(text + "\n", encoding="utf-8")
        named = f"{given.file} --program {given.program} --mapping {given.mapping}"
        check = where.command(f"import check {named}")
        say(f"{given.mapping} is written: look at it, then {check}.")
    else:
        tell(json.loads(text))
    return 0


def _meaning(field: str | None) -> str:
    if field is None:
        return "(not taken over)"
    if field.startswith(BALANCE):
        return f"value of {field.removeprefix(BALANCE)}"
    return FIELDS[field]


def _check(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    data = files.content(given.file, LARGEST_FILE)
    imports = _imports(where, given.file)
    mapping = _mapping(given.mapping)
    plan = _asked(given.file, lambda: imports.plan(given.program, data, mapping, ledger.now()))
    for note in plan.notes:
        say(note)
    judged = {one.number: one for one in imports.check(given.program, mapping, plan.lines)}
    counts = Counter(one.doing for one in judged.values())
    say(
        f"{counts['enrol']} members would be made, {counts['add']} given more; "
        f"{counts['skip']} lines left out, {counts['wrong']} wrong.",
        would=dict(counts),
    )
    for one in judged.values():
        if one.doing == "wrong":
            say(f"  line {one.number}: {one.sentence}", line=one.number, why=one.sentence)
    if given.report:
        found = sheets.read(data, encoding=mapping.encoding, sheet=mapping.sheet)
        rows = [
            (
                *(sheets.cell(row, index) for index in range(found.width)),
                judged[row.number].doing,
                judged[row.number].sentence,
            )
            for row in found.rows
        ]
        text = safe_csv.text([(*found.header, "what happens", "why"), *rows])
        given.report.write_text("\ufeff" + text, encoding="utf-8", newline="")
        say(f"{given.report} is written.")
    return 1 if counts["wrong"] else 0


def _run(given: argparse.Namespace) -> int:
    where = place.open_place(given)
    data = files.content(given.file, LARGEST_FILE)
    imports = _imports(where, given.file)
    mapping = _mapping(given.mapping)
    head, _ = _asked(
        given.file,
        lambda: imports.begin(given.program, data, mapping, "command line", ledger.now()),
    )
    return _go(imports, imports.start(head))


def _undo(given: argparse.Namespace) -> int:
    imports = _imports(place.open_place(given), Path())
    head = imports.head(given.program, given.id)
    code = _go(imports, imports.start_undo(head))
    for member, gone in imports.spent(imports.head(given.program, given.id)):
        lost = ", ".join(f"{amount} {pot}" for pot, amount in gone.items())
        say(f"  member {member}: {lost} spent or expired, not taken back")
    return code


def _go(imports: Imports, head: ImportHead) -> int:
    try:
        while head.state in {"running", "undoing"}:
            head = imports.step(head, ledger.now())
            progress(f"{head.position} of {head.lines} lines")
    except BaseException:
        say(f"\nStopped after {head.position} lines; the same command goes on from there.")
        raise
    progress()
    said = f"Import {head.id} is {head.state}: {told(head)}."
    say(said, id=head.id, state=head.state, counts=head.counts)
    return 0


def told(head: ImportHead) -> str:
    """Return what an import has come to."""
    counts = head.counts or {}
    parts = [f"{counts[name]} {words}" for name, words in WORDS.items() if name in counts]
    return ", ".join(parts) or "nothing done"


def _list(given: argparse.Namespace) -> int:
    found = import_book.read_all(place.open_place(given).tables(), given.program)
    for head in found:
        line = f"{head.id}  {head.at:%Y-%m-%d %H:%M}  {head.state:8} {told(head)}"
        say(line, id=head.id, at=head.at, state=head.state, counts=head.counts)
    if not found:
        say("There was no import.")
    return 0


def _links(given: argparse.Namespace) -> int:
    if not (given.csv or given.sheet):
        raise Failure("say where to write them: --csv FILE, --sheet FILE, or both")
    where = place.open_place(given)
    imports = _imports(where, Path())
    head = imports.head(given.program, given.id)
    base = where.settings().get("BASE_URL", "")
    found = [
        (line, member.first_name, member.contact, f"{base}/c/{link}")
        for line, member, link in imports.invited(head, 0, head.lines)
    ]
    if given.csv:
        rows = [
            (line, name, contact.value if contact else "", link)
            for line, name, contact, link in found
        ]
        text = safe_csv.text([("line", "name", "contact", "link"), *rows])
        given.csv.write_text("\ufeff" + text, encoding="utf-8", newline="")
    if given.sheet:
        program = place.program_of(where, given.program)
        title = program.name[program.languages[0]]
        people = [(name, link) for _, name, _, link in found]
        given.sheet.write_text(invitations.page(title, people), encoding="utf-8")
    say(f"{len(found)} links are written. Whoever has one has the card: hand them out with care.")
    return 0


def _imports(where: Place, file: Path) -> Imports:
    folder = Folder(file.parent / f"{file.name}.import")
    return Imports(ledger.books(where), folder, names=ledger.new_names)


def _mapping(path: Path) -> Mapping:
    return _asked(path, lambda: mappings.read(files.json_value(path)))


def _asked(path: Path, act: Callable[[], _Found]) -> _Found:
    """Return what an act finds; a refusal becomes a sentence for each thing that is wrong."""
    try:
        return act()
    except Refusal as refusal:
        if not refusal.fields or refusal.code == "unknown_vendor":
            raise
        said = [f"{one.pointer or 'it'}: {one.detail}" for one in refusal.fields]
        raise Failure("\n".join((f"{path} cannot be used:", *said))) from None
