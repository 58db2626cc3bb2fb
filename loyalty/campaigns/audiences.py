"""Segments of an owner: naming them, counting who fits, listing them.

Whoever asks waits, so a count looks at a bounded number of members. Of a larger program it is an
estimate from members drawn evenly among those looked up, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from loyalty.campaigns import reading, segment
from loyalty.campaigns.said import said
from loyalty.languages import LANGUAGES
from loyalty.refusals import Busy, Refusal
from loyalty.store import audit_log, figure_charts, member_index, segment_book
from loyalty.store.audit_log import Changed
from loyalty.store.program_versions import changed_meanwhile
from loyalty.store.tables import written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from loyalty.campaigns.profile import Profile
    from loyalty.campaigns.segment import Tree
    from loyalty.ledger.books import Books
    from loyalty.store.segment_book import NamedSegment

MOST = 100
"""Segments of a program."""

LOOKED_AT, LOOKED_UP = 1_000, 20_000
"""Members that a count reads, and whose ids it draws them from."""

COSTLY = 100
"""Members that it reads where a condition asks for what is costly to read."""

SAMPLE = 20
PAGE = 100
MOST_PAGES = 5
"""Pages that a list reads before it answers with what it has."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many fit.

    ``exact`` where everybody was looked at; else ``fitting`` is an estimate that rests on
    ``looked_at`` members. ``sample`` are some of those who fit.
    """

    fitting: int
    members: int
    looked_at: int
    exact: bool
    sample: tuple[Profile, ...]


class Audiences:
    """Names segments and says who is in them."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def all(self, program: str) -> list[NamedSegment]:
        """Return all segments, by id."""
        return segment_book.read_all(self._books.tables, program)

    def one(self, program: str, name: str) -> NamedSegment:
        """Return a segment. Raises ``segment_not_found``."""
        found = segment_book.read(self._books.tables, program, name)
        if found is None:
            raise Refusal("not_found", "segment_not_found")
        return found

    def put(
        self,
        program: str,
        sent: NamedSegment,
        seen: int,
        actor: str,
        now: datetime,
    ) -> NamedSegment:
        """Name conditions, or change what a name means; the same again changes nothing.

        ``seen``: the version that the caller has looked at, 0 for none.

        Raises
        ------
        Refusal
            ``invalid_segment``, ``too_many_segments``, ``precondition_failed``.
        """
        segment.read(sent.conditions, self._books.programs.current(program), "/conditions")
        before = segment_book.read(self._books.tables, program, sent.id)
        if (before.version if before else 0) != seen:
            raise changed_meanwhile()
        if before and (before.name, before.conditions) == (sent.name, sent.conditions):
            return before
        if before is None and len(self.all(program)) >= MOST:
            detail = f"A program has at most {MOST} segments."
            raise Refusal("conflict", "too_many_segments", detail)
        after = replace(sent, version=seen + 1)
        what = "segment.put"
        line = Changed(
            program, now, actor, what, sent.id, _told(before), _told(after), after.version
        )
        put = segment_book.put(program, after)
        if not written(self._books.tables, put, audit_log.put(line)):
            raise changed_meanwhile()
        return after

    def remove(self, program: str, name: str, actor: str, now: datetime) -> None:
        """Forget a segment. Campaigns keep the conditions that they were made with."""
        before = self.one(program, name)
        line = Changed(
            program, now, actor, "segment.removed", name, _told(before), {}, before.version
        )
        gone = segment_book.remove(program, name, before.version)
        if not written(self._books.tables, gone, audit_log.put(line)):
            raise Busy

    def tree(self, program: str, conditions: Mapping[str, Any], pointer: str) -> Tree:
        """Return what conditions say. Raises ``invalid_segment``."""
        return segment.read(conditions, self._books.programs.current(program), pointer)

    def said(self, program: str, conditions: Mapping[str, Any]) -> dict[str, str]:
        """Return them in a sentence of each language of ours.

        A segment that the program as it is now does not understand (a pot is gone) is told as it
        is: nobody.
        """
        rules = self._books.programs.current(program)
        try:
            tree = segment.read(conditions, rules)
        except Refusal:
            return {}
        return {language: said(tree, rules, language) for language in LANGUAGES}

    def count(
        self,
        program: str,
        tree: Tree,
        now: datetime,
        more: Callable[[], bool] = lambda: True,
    ) -> Count:
        """Count who fits; ``more`` tells whether there is time for another page."""
        ids, members = self._drawn(program)
        costly = bool(segment.needs(tree))
        drawn = ids[: COSTLY if costly else LOOKED_AT]
        looked_at, fitting, sample = 0, 0, []
        seen = 0
        asked = reading.asked(self._books.tables, program, tree)
        for start in range(0, len(drawn), PAGE):
            page = drawn[start : start + PAGE]
            for one in reading.profiles(self._books, program, page, asked, now):
                looked_at += 1
                if segment.fits(tree, one):
                    fitting += 1
                    sample.append(one)
            seen += len(page)
            if not more():
                break
        exact = seen == len(ids) and members <= len(ids)
        told = fitting if exact or not seen else round(fitting * max(members, len(ids)) / seen)
        everybody = looked_at if exact else max(members, len(ids))
        return Count(told, everybody, looked_at, exact, tuple(sample[:SAMPLE]))

    def page(
        self, program: str, tree: Tree, cursor: str, limit: int, now: datetime
    ) -> tuple[list[str], str | None]:
        """Return ids of the next members who fit, in order of joining, and where to go on.

        A page may be short, and even empty, before the last. Raises ``invalid_cursor``.
        """
        found: list[str] = []
        following: str | None = cursor
        asked = reading.asked(self._books.tables, program, tree)
        for _ in range(MOST_PAGES):
            page = member_index.page(self._books.tables, program, following or "", limit)
            ids = [one.id for one in page.members]
            fitting = [
                one.member
                for one in reading.profiles(self._books, program, ids, asked, now)
                if segment.fits(tree, one)
            ]
            # Whoever fits is on this page, or on the next.
            if len(found) + len(fitting) > limit:
                return found, following
            found += fitting
            following = page.next
            if following is None or len(found) == limit:
                break
        return found, following

    def _drawn(self, program: str) -> tuple[list[str], int]:
        """Return ids of members in an order that says nothing of them, and how many there are."""
        ids: list[str] = []
        cursor: str | None = ""
        while cursor is not None and len(ids) < LOOKED_UP:
            page = member_index.page(self._books.tables, program, cursor, PAGE * 20)
            ids += [one.id for one in page.members]
            cursor = page.next
        members = len(ids)
        if cursor is not None:
            summary = figure_charts.read(self._books.tables, program, "members")
            members = max(len(ids) + 1, int(summary.data) if summary else 0)
        return sorted(ids, key=lambda one: (crc32(f"drawn#{one}".encode()), one)), members


def _told(one: NamedSegment | None) -> dict[str, Any]:
    return {"name": one.name, "conditions": dict(one.conditions)} if one else {}
