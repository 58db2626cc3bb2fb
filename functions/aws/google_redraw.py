"""Draw all saved cards of a program anew at Google, in the background.

A change of the program or of its design is marked on the program, once. The sweeper finds the mark
and begins a walk over the program's members in order of joining; the nightly function's queue
carries it from step to step. Who joins meanwhile is drawn by the new program anyhow. Each
step rings for a few cards and puts the next step off for as long as those take, so that live
updates find the Google queue as good as empty; while others wait there, the walk stands still.

How far a walk has come is one item. Whoever takes a step claims it by that item's step number, so
a message that comes twice walks once, and a walk whose message was lost is taken up again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from loyalty.store import google_saves, member_index, program_marks
from loyalty.store.program_marks import Walk
from passes.google import quota

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from functions.aws.queues import SqsGoogleQueue, SqsNightlyQueue
    from loyalty.store.tables import Tables

SETTLING: Final = 90
"""Seconds after a change until no process holds the program's older version (Programs.KEEP)."""
STALLED: Final = 900
"""Seconds without a step after which a walk's message is taken for lost."""
PROGRAMS: Final = 20
PAGE: Final = 80
"""Members looked at at once; not everybody has saved their card."""
PAGES: Final = 10
CARDS: Final = 40
"""Cards after which a step ends; one page more may come on top."""
BUSY: Final = 20
"""Messages in the Google queue, above which the walk stands back."""
PAUSE: Final = 15
"""Seconds of that."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did: cards queued for now and in all, seconds to the end where known."""

    program: str
    queued: int
    queued_in_all: int
    left: float | None
    ended: bool


class Redraw:
    """Walks over the saved cards of changed programs."""

    def __init__(
        self,
        tables: Tables,
        google: SqsGoogleQueue,
        steps: SqsNightlyQueue,
        clock: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._google = google
        self._steps = steps
        self._clock = clock

    def begin(self) -> list[str]:
        """Begin the walks that are due and take up those that were lost; return the programs.

        What fails for one program is raised once all others have had their turn.
        """
        now = self._now()
        begun, failed = [], []
        for program in program_marks.changed_programs(self._tables, now - SETTLING, PROGRAMS):
            try:
                begun += [program] if self._begin(program, now) else []
            except Exception as error:  # noqa: BLE001 - raised below
                failed.append(error)
        if failed:
            raise failed[0]
        return begun

    def _begin(self, program: str, now: int) -> bool:
        since = program_marks.changed_at(self._tables, program)
        if since is None:
            return False
        walk = program_marks.read_walk(self._tables, program)
        if walk and walk.since == since and now - walk.at < STALLED:
            return False
        if walk is None or walk.since != since:
            last = walk.last if walk else 0
            walk = Walk(since, step=0, cursor="", queued=0, at=now, last=last)
            program_marks.put_walk(self._tables, program, walk)
        self._steps.put_redraw(program, walk.since, walk.step)
        return True

    def step(self, program: str, since: int, number: int) -> Step | None:
        """Take one step and send for the next; None when it is not this message's to take."""
        walk = program_marks.read_walk(self._tables, program)
        if walk is None or walk.since != since or walk.step != number:
            return None
        if self._google.waiting() > BUSY:
            self._go_on(program, walk, PAUSE)
            return Step(program, 0, walk.queued, _left(walk), ended=False)
        members, cursor = self._next_cards(program, walk.cursor)
        self._google.ring(members, f"redraw:{since}")
        walk = replace(walk, queued=walk.queued + len(members), cursor=cursor or "")
        if cursor:
            self._go_on(program, walk, math.ceil(len(members) / quota.REDRAW_RATE))
        else:
            self._end(program, walk)
        left = _left(walk) if cursor else 0.0
        return Step(program, len(members), walk.queued, left, ended=cursor is None)

    def _next_cards(
        self, program: str, cursor: str | None
    ) -> tuple[list[tuple[str, str]], str | None]:
        """Return the next saved cards, and where to go on after them."""
        cards: list[tuple[str, str]] = []
        for _ in range(PAGES):
            page = member_index.page(self._tables, program, cursor or "", PAGE)
            members = [(program, one.id) for one in page.members]
            saved = google_saves.updated(self._tables, members)
            cards += [member for member in members if member in saved]
            cursor = page.next
            if cursor is None or len(cards) >= CARDS:
                break
        return cards, cursor

    def _go_on(self, program: str, walk: Walk, delay: int) -> None:
        if program_marks.claim_step(self._tables, program, replace(walk, at=self._now())):
            self._steps.put_redraw(program, walk.since, walk.step + 1, delay)

    def _end(self, program: str, walk: Walk) -> None:
        """Take the mark away, unless the program has changed again."""
        ended = replace(walk, at=self._now(), last=walk.queued)
        if program_marks.claim_step(self._tables, program, ended):
            program_marks.unmark_changed(self._tables, program, walk.since)

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _left(walk: Walk) -> float | None:
    """Return the seconds to the end, by the number of cards of the last walk."""
    if walk.last == 0:
        return None
    return float(max(0, walk.last - walk.queued)) / quota.REDRAW_RATE
