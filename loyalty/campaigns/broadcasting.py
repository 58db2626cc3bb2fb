"""Broadcasts: what is said on every card of a program at once, whoever it is.

A service notice: that the shop is closed tomorrow, that it has moved. It asks for no consent and
leaves nobody out, and so it is no way for offers: campaigns go member by member. It is one write on
the program, by which the version of every card rises, one request to Google, for the class that all
its cards share, and a walk that rings for phones as a new design does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from loyalty.campaigns.campaign import LONGEST_TEXT, LONGEST_TITLE
from loyalty.program import sides
from loyalty.program.by_language import faults as text_faults
from loyalty.program.by_language import worded
from loyalty.refusals import FieldRefusal, Refusal
from loyalty.store import audit_log, broadcast_book, figure_charts, member_index, program_marks
from loyalty.store.audit_log import Changed
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from loyalty.ledger.books import Books
    from loyalty.program.rules import Program
    from loyalty.store.broadcast_book import KeptBroadcast, Shown
    from loyalty.store.program_marks import Walk
    from loyalty.store.tables import Tables, Write

MOST: Final = 100
"""Broadcasts of a program."""

PHONES_PER_SECOND: Final = 40
"""Members a second whose phones are rung (functions.aws.redraw)."""

BEGINS: Final = 150
"""Seconds until the first of them is, about: until no process holds the program as it was."""

COUNTED: Final = 20_000
"""Members that are counted; of more a program's figures tell, as of last night."""

_PAGE, _DAY = 1000, 86_400
Standing = Literal["draft", "running", "paused", "finished", "cancelled"]


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it reaches, and what that takes.

    Attributes
    ----------
    members, exact
        All there are, consent or not; whether they were counted.
    google_requests
        For all cards there together.
    seconds
        Until the last phone is rung, about, from when it is sent.
    cost
        Minor units for carriers: cards cost nothing.
    """

    members: int
    exact: bool
    google_requests: int
    seconds: int
    cost: int = 0


@dataclass(frozen=True, slots=True)
class Told:
    """How a broadcast stands.

    ``rung``: members whose phones were rung for; None where a change of the program or of its
    design has taken that over.
    """

    one: KeptBroadcast
    standing: Standing
    rung: int | None
    left: int


class Broadcasts:
    """Makes, sends and stops broadcasts."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._tables: Tables = books.tables

    def all(self, program: str) -> list[Told]:
        """Return all broadcasts, by id."""
        shown, walk = self._standing(program)
        return [
            _told(one, shown, walk)
            for one in broadcast_book.read_all(self._tables, sides.real(program))
        ]

    def one(self, program: str, name: str) -> Told:
        """Return a broadcast, and how it stands. Raises ``broadcast_not_found``."""
        return _told(self._kept(program, name), *self._standing(program))

    def put(  # noqa: PLR0917
        self,
        program: str,
        name: str,
        document: Mapping[str, Any],
        seen: int,
        actor: str,
        now: datetime,
    ) -> Told:
        """Make a broadcast, or change one that was never sent; the same again changes nothing.

        Raises
        ------
        Refusal
            ``invalid_broadcast``, ``too_many_broadcasts``, ``broadcast_state``, ``test_side``,
            ``precondition_failed``.
        """
        _must_be_real(program)
        rules = self._books.programs.current(program)
        faults = list(_faults(document, rules))
        if faults:
            raise Refusal("invalid", "invalid_broadcast", fields=faults)
        document = worded(document, rules.languages)
        before = broadcast_book.read(self._tables, program, name)
        if (before.version if before else 0) != seen:
            raise changed_meanwhile()
        if before and before.document == document:
            return self.one(program, name)
        if before and before.state != "draft":
            detail = "It was sent, and phones have it: make another one."
            raise Refusal("conflict", "broadcast_state", detail)
        if before is None and len(broadcast_book.read_all(self._tables, program)) >= MOST:
            detail = f"A program has at most {MOST} broadcasts."
            raise Refusal("conflict", "too_many_broadcasts", detail)
        after = broadcast_book.KeptBroadcast(name, document, version=seen + 1)
        self._write(program, before, after, "broadcast.put", actor, now)
        return self.one(program, name)

    def reach(self, program: str) -> Reach:
        """Say whom a broadcast reaches, without anything happening."""
        program = sides.real(program)
        members, cursor = 0, ""
        while members < COUNTED:
            page = member_index.page(self._tables, program, cursor, _PAGE)
            members += len(page.members)
            if page.next is None:
                break
            cursor = page.next
        else:
            summary = figure_charts.read(self._tables, program, "members")
            members = max(members, int(summary.data) if summary else 0)
        seconds = BEGINS + -(-members // PHONES_PER_SECOND)
        return Reach(members, members < COUNTED, 1, seconds)

    def send(self, program: str, name: str, seen: int, actor: str, now: datetime) -> Told:
        """Let every card say it; what was said on them before goes.

        Raises
        ------
        Refusal
            ``broadcast_not_found``, ``broadcast_state``, ``test_side``, ``precondition_failed``.
        """
        before = self._seen(program, name, seen, ("draft",))
        shown, second = self._shown(program), int(now.timestamp())
        after = replace(
            before,
            state="running",
            version=seen + 1,
            started=second,
            since=second,
            members=self.reach(program).members,
        )
        notice = {
            "id": name,
            "at": second,
            "until": second + (before.document.get("shown_days") or 7) * _DAY,
            "texts": before.document["text"],
            "titles": before.document.get("title") or {},
            "link": before.document.get("link") or "",
        }
        say = broadcast_book.say(program, shown, notice, second)
        self._write(program, before, after, "broadcast.sent", actor, now, say)
        return self.one(program, name)

    def pause(self, program: str, name: str, seen: int, actor: str, now: datetime) -> Told:
        """Ring for no more phones. Who has it keeps it; cards that change show it, too.

        Raises
        ------
        Refusal
            As `send`; ``broadcast_state`` also where nobody is left, or where a change of the
            program rings for all phones anyhow.
        """
        before = self._seen(program, name, seen, ("running",))
        shown = self._shown(program)
        if shown.marked != before.since or not shown.alone:
            detail = "Nothing is left to pause: it has gone out, or goes out with another change."
            raise Refusal("conflict", "broadcast_state", detail)
        after = replace(before, state="paused", version=seen + 1)
        rest = broadcast_book.rest(program, shown)
        self._write(program, before, after, "broadcast.paused", actor, now, rest)
        return self.one(program, name)

    def resume(self, program: str, name: str, seen: int, actor: str, now: datetime) -> Told:
        """Ring for the phones that are left. Raises as `send`."""
        before = self._seen(program, name, seen, ("paused",))
        shown = self._shown(program)
        writes = []
        if shown.marked is None and shown.notice == name:
            writes = [broadcast_book.go_on(program, shown, before.since)]
            walk = program_marks.read_walk(self._tables, program)
            if walk is not None and walk.since == before.since:
                # As if its message were lost: it is taken up at once.
                program_marks.put_walk(self._tables, program, replace(walk, at=0))
        after = replace(before, state="running", version=seen + 1)
        self._write(program, before, after, "broadcast.resumed", actor, now, *writes)
        return self.one(program, name)

    def cancel(self, program: str, name: str, seen: int, actor: str, now: datetime) -> Told:
        """End it for good: nobody more is rung for, and cards that are drawn do not say it.

        Google's message is taken off. On phones the text stays until the card changes next: to
        take it off would ring again. Raises as `send`.
        """
        before = self._seen(program, name, seen, ("draft", "running", "paused"))
        shown = self._shown(program)
        after = replace(before, state="cancelled", version=seen + 1)
        said = [broadcast_book.unsay(program, shown, int(now.timestamp()))]
        gone = said if shown.notice == name else []
        self._write(program, before, after, "broadcast.cancelled", actor, now, *gone)
        return self.one(program, name)

    def _seen(
        self, program: str, name: str, seen: int, states: tuple[broadcast_book.State, ...]
    ) -> KeptBroadcast:
        _must_be_real(program)
        found = self._kept(program, name)
        if found.version != seen:
            raise changed_meanwhile()
        if found.state not in states:
            detail = f"It is {found.state}: that does not go from there."
            raise Refusal("conflict", "broadcast_state", detail)
        return found

    def _kept(self, program: str, name: str) -> KeptBroadcast:
        found = broadcast_book.read(self._tables, sides.real(program), name)
        if found is None:
            raise Refusal("not_found", "broadcast_not_found")
        return found

    def _shown(self, program: str) -> Shown:
        found = broadcast_book.shown(self._tables, program)
        if found is None:
            raise changed_meanwhile()
        return found

    def _standing(self, program: str) -> tuple[Shown | None, Walk | None]:
        real = sides.real(program)
        walk = program_marks.read_walk(self._tables, real)
        return broadcast_book.shown(self._tables, real), walk

    def _write(  # noqa: PLR0917
        self,
        program: str,
        before: KeptBroadcast | None,
        after: KeptBroadcast,
        what: str,
        actor: str,
        now: datetime,
        *writes: Write,
    ) -> None:
        was, is_ = ({"state": one.state, **one.document} if one else {} for one in (before, after))
        line = Changed(program, now, actor, what, after.id, was, is_, after.version)
        put = broadcast_book.put(program, after)
        if not written(self._tables, put, audit_log.put(line), *writes):
            raise changed_meanwhile()


def _told(one: KeptBroadcast, shown: Shown | None, walk: Walk | None) -> Told:
    """Return how a broadcast stands, by the walk that rings for it."""
    if one.state == "draft":
        return Told(one, "draft", 0, 0)
    mine = walk is not None and walk.since == one.since
    rung = walk.rung if walk and mine else None
    waits = shown is not None and shown.marked == one.since
    if waits and not mine:
        rung = 0
    standing: Standing = "finished" if one.state == "running" and not waits else one.state
    left = max(0, one.members - (rung or 0)) if waits else 0
    return Told(one, standing, rung, -(-left // PHONES_PER_SECOND))


def _must_be_real(program: str) -> None:
    if sides.is_test(program):
        detail = f"Use {sides.real(program)}: its test side has no phones of its own."
        raise Refusal("conflict", "test_side", detail)


def _faults(document: Mapping[str, Any], program: Program) -> Iterator[FieldRefusal]:
    link = document.get("link") or ""
    if link and not link.startswith("https://"):
        yield FieldRefusal("/link", "not_https", "Give an address with https://.")
    for name, longest in (("text", LONGEST_TEXT), ("title", LONGEST_TITLE)):
        texts: Mapping[str, str] = document.get(name) or {}
        yield from text_faults(texts, f"/{name}", program.languages, needed=name == "text")
        for language, text in texts.items():
            below = f"/{name}/{language}"
            if len(text) > longest:
                yield FieldRefusal(below, "too_long", f"At most {longest} characters.")
            if "{" in text or "}" in text:
                said = "Everybody reads the same: there are no fields of members."
                yield FieldRefusal(below, "unknown_text_field", said)
