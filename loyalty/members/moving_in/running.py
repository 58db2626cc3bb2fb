"""Import members from a file: plan once, go on in pages, take back what was a mistake.

A file is planned as a whole, because only the whole tells how its columns are written and who is in
it twice. The plan is kept beside the file and walked through in pages; each line is one fact, so
that a page that was cut short is simply walked through again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from loyalty.core.calendar import local
from loyalty.members.contact import parse_email, parse_phone
from loyalty.members.moving_in import mapping as mappings
from loyalty.members.moving_in import plan as plans
from loyalty.members.moving_in import planning
from loyalty.members.moving_in.lines import Lines
from loyalty.members.moving_in.persons import Readers
from loyalty.refusals import Refusal
from loyalty.sheets import sheet
from loyalty.store import import_book, membership, reading
from loyalty.store.import_book import ImportHead
from loyalty.store.tables import Cancelled, OutcomeUnknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from loyalty.core.member import Member
    from loyalty.ledger.books import Books
    from loyalty.members.enrolment import NewNames
    from loyalty.members.moving_in.mapping import Mapping, Proposal
    from loyalty.members.moving_in.plan import Line, Plan
    from loyalty.sheets.kept_files import Files
    from loyalty.sheets.sheet import Sheet

PAGE = 50
"""Lines that are worked through before it is noted how far an import has come."""
READERS = Readers(parse_phone, parse_email)


@dataclass(frozen=True, slots=True)
class Judged:
    """What would become of a line, or has: in a sentence."""

    number: int
    doing: str
    sentence: str


class Imports:
    """The use case of moving in.

    Parameters
    ----------
    files
        Where plans are kept.
    names
        Makes fresh random names.
    """

    def __init__(self, books: Books, files: Files, *, names: Callable[[], NewNames]) -> None:
        self._books = books
        self._files = files
        self._lines = Lines(books, names=names)

    def propose(
        self, program_id: str, data: bytes, now: datetime, vendor: str | None = None
    ) -> tuple[Sheet, Proposal]:
        """Return a file as it was read, and how it could be mapped; nothing is kept of it.

        Raises
        ------
        Refusal
            The file cannot be read; ``unknown_vendor`` or ``unknown_program``.
        """
        program = self._books.programs.current(program_id)
        found = sheet.read(data)
        today = local(now, program.zone).date()
        return found, mappings.propose(found, program, today, vendor)

    def plan(self, program_id: str, data: bytes, mapping: Mapping, now: datetime) -> Plan:
        """Return what the import of a file would do; nothing is kept of it.

        Raises
        ------
        Refusal
            The file or the mapping cannot be used; ``ask_owner``; ``unknown_program``.
        """
        program = self._books.programs.current(program_id)
        found = sheet.read(data, encoding=mapping.encoding, sheet=mapping.sheet)
        mappings.check(mapping, found, program)
        today = local(now, program.zone).date()
        return planning.plan(found, mapping, program, today, READERS)

    def begin(
        self, program_id: str, data: bytes, mapping: Mapping, by: str, now: datetime
    ) -> tuple[ImportHead, Plan]:
        """Keep the plan of a file; members are not touched. The same again changes nothing.

        Raises
        ------
        Refusal
            As ``plan``; ``import_exists``: the file was imported with another mapping, which has to
            be undone first.
        """
        plan = self.plan(program_id, data, mapping, now)
        name = _import_id(program_id, data)
        known = import_book.read(self._books.tables, program_id, name)
        text = mappings.dump(mapping)
        if known is not None and known.state in {"running", "done", "undoing"}:
            if known.mapping != text:
                detail = "This file was imported with another mapping: undo that first."
                raise Refusal("conflict", "import_exists", detail)
            # Whoever was told that the plan has expired sends the file once more.
            self._files.put(_plan_name(known), plans.dump(plan.lines))
            return known, plan
        run = 1 if known is None else known.run + (known.state == "undone")
        head = ImportHead(program_id, name, "ready", run, text, len(plan.lines), by, now)
        head = replace(head, revision=known.revision if known else 0)
        self._files.put(_plan_name(head), plans.dump(plan.lines))
        return self._write(head), plan

    def check(self, program_id: str, mapping: Mapping, lines: Sequence[Line]) -> Iterator[Judged]:
        """Yield what would become of each line, by what is in the program now."""
        program = self._books.programs.current(program_id)
        for start in range(0, len(lines), PAGE):
            page = dict(enumerate(lines[start : start + PAGE]))
            known = self._lines.known(program, page)
            for row, line in page.items():
                yield _judged(line, known.get(row), mapping)

    def head(self, program: str, name: str) -> ImportHead:
        """Return an import.

        Raises
        ------
        Refusal
            ``not_found``.
        """
        found = import_book.read(self._books.tables, program, name)
        if found is None:
            raise Refusal("not_found", "import_not_found", "There is no import of that id.")
        return found

    def start(self, head: ImportHead) -> ImportHead:
        """Let an import run; one that runs or is done stays as it is.

        Raises
        ------
        Refusal
            ``import_undone``: it was undone; plan it again.
        """
        if head.state in {"running", "done"}:
            return head
        if head.state != "ready":
            detail = "The import was undone: plan it again to run it once more."
            raise Refusal("conflict", "import_undone", detail)
        return self._write(replace(head, state="running", position=0, counts={}))

    def start_undo(self, head: ImportHead) -> ImportHead:
        """Let an import be undone, however far it had come; once more changes nothing.

        Raises
        ------
        Refusal
            ``import_not_run``: there is nothing to be undone.
        """
        if head.state in {"undoing", "undone"}:
            return head
        if head.state == "ready":
            raise Refusal("conflict", "import_not_run", "The import has not run.")
        return self._write(replace(head, state="undoing", position=0, counts={}))

    def step(self, head: ImportHead, now: datetime) -> ImportHead:
        """Work through one page of an import that runs or is being undone.

        Whoever finds that others have gone on takes over from where they are.

        Raises
        ------
        Refusal
            ``plan_gone``: the plan has expired. Busy: the same again is safe.
        """
        if head.state not in {"running", "undoing"}:
            return head
        program = self._books.programs.current(head.program)
        page = _rows(head, head.position, PAGE)
        if head.state == "running":
            lines = plans.load(self._plan(head), head.position, PAGE)
            rows = dict(zip(page, lines, strict=True))
            came_to = self._lines.run(program, head, rows, now)
        else:
            came_to = self._lines.undo(program, head, page, now)
        counts = Counter(head.counts or {})
        counts.update(came_to)
        position = head.position + len(page)
        ended = position >= head.lines
        state = head.state if not ended else "done" if head.state == "running" else "undone"
        after = replace(head, position=position, counts=dict(counts), state=state)
        try:
            return import_book.write(self._books.tables, after)
        except (Cancelled, OutcomeUnknown):
            return self.head(head.program, head.id)

    def invited(self, head: ImportHead, start: int, limit: int) -> list[tuple[int, Member, str]]:
        """Return line, member and link of whom an import has made, of so many rows from one on.

        Whoever was merged or forgotten meanwhile has no link any more and is left out.
        """
        tables, program = self._books.tables, head.program
        found = []
        for line, member_id in self._lines.made(head, _rows(head, start, limit)):
            member = membership.read_member(tables, program, member_id)
            account = reading.read_account(tables, program, member_id)
            if member is None or account is None or account.closed:
                continue
            link = self._books.tokens.link_token(program, member.id, member.link_generation)
            found.append((line, member, link))
        return found

    def spent(self, head: ImportHead) -> Iterator[tuple[str, dict[str, int]]]:
        """Yield of whom not everything could be taken back, and what not, by pot."""
        for start in range(0, head.lines, PAGE):
            yield from self._lines.spent(head, _rows(head, start, PAGE))

    def _plan(self, head: ImportHead) -> bytes:
        found = self._files.get(_plan_name(head))
        if found is None:
            detail = "The plan of this import has expired: send the file once more, and go on."
            raise Refusal("gone", "plan_gone", detail)
        return found

    def _write(self, head: ImportHead) -> ImportHead:
        try:
            return import_book.write(self._books.tables, head)
        except (Cancelled, OutcomeUnknown):
            detail = "Somebody else goes on with this import: look how far it is."
            raise Refusal("busy", "busy", detail, retry_after=1) from None


def _import_id(program: str, data: bytes) -> str:
    content = hashlib.sha256(data).digest()
    return hashlib.sha256(program.encode() + b"\0" + content).hexdigest()[:16]


def _rows(head: ImportHead, start: int, limit: int) -> range:
    """Return the numbers of so many rows of the plan, counted from 1."""
    return range(start + 1, min(start + limit, head.lines) + 1)


def _plan_name(head: ImportHead) -> str:
    return f"imports/{head.program}/{head.id}.{head.run}.jsonl"


def _judged(line: Line, member: str | None, mapping: Mapping) -> Judged:
    if line.doing != "enrol":
        return Judged(line.number, line.doing, line.sentence)
    remarks = " ".join(("", *line.remarks))
    value = ", ".join(f"{amount} {pot}" for pot, amount in line.total.items()) or "nothing"
    if member == Lines.TWO:
        sentence = "The contacts of this row belong to two members: put that right first."
        return Judged(line.number, "wrong", sentence)
    if member is None:
        return Judged(line.number, "enrol", f"A member would be made, with {value}.{remarks}")
    if mapping.known == "skip":
        return Judged(line.number, "skip", "Is a member already: nothing would be done.")
    return Judged(line.number, "add", f"Is a member already and would get {value}.{remarks}")
