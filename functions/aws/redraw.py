"""Draw all cards of a program anew in both wallets, in the background.

A change of the program or of its design is marked on the program, once. The sweeper finds the mark
and begins a walk over the program's members in order of joining; the nightly function's queue
carries it from step to step. Who joins meanwhile is drawn by the new program anyhow. Each
step rings for a few cards and puts the next step off for as long as those take, so that live
updates find both queues as good as empty; while others wait there, the walk stands still.

A broadcast (loyalty.store.broadcast_book) takes the same way, for phones alone: Google says it by
its class, for which the first step rings.

Google's queue is rung for cards that were saved; Apple's for every member, since who pushes looks
for phones anyhow. Each phone then asks twice, for the list and for the pass.

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

    from functions.aws.queues import SqsAppleQueue, SqsGoogleQueue, SqsNightlyQueue
    from loyalty.store.tables import Tables

Member = tuple[str, str]
"""Program and member."""

SETTLING: Final = 90
"""Seconds after a change until no process holds the program's older version (Programs.KEEP)."""
STALLED: Final = 900
"""Seconds without a step after which a walk's message is taken for lost."""
PROGRAMS: Final = 20
PAGE: Final = 80
"""Members looked at at once; not everybody has saved their card."""
CARDS: Final = 40
"""Cards at Google after which a step ends; one page more may come on top."""
MEMBERS: Final = 320
"""Members after which a step ends, whatever they have."""
APPLE_RATE: Final = 40
"""Members a second whose phones are rung: 80 requests, of the 200 that the gateway lets through."""
BUSY: Final = 20
"""Messages in the Google queue, above which the walk stands back."""
APPLE_BUSY: Final = 500
"""The same of the Apple queue, which is worked off by the hundred."""
PAUSE: Final = 15
"""Seconds of that."""


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did.

    Attributes
    ----------
    rung
        Members whose phones are rung.
    queued, queued_in_all
        Cards at Google that are drawn anew by this step, and so far.
    left
        Seconds to the end, where that is known.
    """

    program: str
    rung: int
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
        apple: SqsAppleQueue,
        steps: SqsNightlyQueue,
        clock: Callable[[], datetime],
    ) -> None:
        self._tables = tables
        self._google = google
        self._apple = apple
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
        marked = program_marks.mark_of(self._tables, program)
        if marked is None:
            return False
        since = marked.since
        walk = program_marks.read_walk(self._tables, program)
        if walk and walk.since == since and now - walk.at < STALLED:
            return False
        if walk is None or walk.since != since:
            last = walk.last if walk else 0
            walk = Walk(
                since,
                step=0,
                cursor="",
                queued=0,
                at=now,
                last=last,
                reach=marked.reach,
                says=marked.says,
            )
            program_marks.put_walk(self._tables, program, walk)
        self._steps.put_redraw(program, walk.since, walk.step)
        return True

    def step(self, program: str, since: int, number: int) -> Step | None:
        """Take one step and send for the next; None when it is not this message's to take."""
        walk = program_marks.read_walk(self._tables, program)
        if walk is None or walk.since != since or walk.step != number:
            return None
        if walk.reach != "all" and program_marks.changed_at(self._tables, program) is None:
            return None  # a broadcast that its owner has paused
        if number == 0 and walk.says:
            self._google.ring_class(program, since)
        if walk.reach == "class":
            self._end(program, walk)
            return Step(program, 0, 0, 0, 0.0, ended=True)
        if self._google.waiting() > BUSY or self._apple.waiting() > APPLE_BUSY:
            self._go_on(program, walk, PAUSE)
            return Step(program, 0, 0, walk.queued, _left(walk), ended=False)
        members, saved, cursor = self._next_cards(program, walk)
        self._google.ring(saved, f"redraw:{since}")
        self._apple.ring(members)
        walk = replace(
            walk,
            queued=walk.queued + len(saved),
            cursor=cursor or "",
            rung=walk.rung + len(members),
        )
        if cursor:
            seconds = max(len(saved) / quota.REDRAW_RATE, len(members) / APPLE_RATE)
            self._go_on(program, walk, math.ceil(seconds))
        else:
            self._end(program, walk)
        left = _left(walk) if cursor else 0.0
        return Step(program, len(members), len(saved), walk.queued, left, ended=cursor is None)

    def _next_cards(
        self, program: str, walk: Walk
    ) -> tuple[list[Member], list[Member], str | None]:
        """Return the next members, whose cards are saved at Google, and where to go on after.

        A broadcast is said by Google's class, and asks for no card.
        """
        cursor: str | None = walk.cursor
        members: list[Member] = []
        cards: list[Member] = []
        while True:
            page = member_index.page(self._tables, program, cursor or "", PAGE)
            found = [(program, one.id) for one in page.members]
            saved = google_saves.updated(self._tables, found) if walk.reach == "all" else set()
            members += found
            cards += [member for member in found if member in saved]
            cursor = page.next
            if cursor is None or len(cards) >= CARDS or len(members) >= MEMBERS:
                return members, cards, cursor

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
