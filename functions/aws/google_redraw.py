"""Draw all saved cards of a program anew at Google, in the background.

A change of the program or of its design is marked on the program, once. The sweeper finds the mark
and begins a walk over the table; the nightly function's queue carries it from step to step. Each
step rings for a few cards and puts the next step off for as long as those take, so that live
updates find the Google queue as good as empty; while others wait there, the walk stands still.

How far a walk has come is one item. Whoever takes a step claims it by that item's step number, so
a message that comes twice walks once, and a walk whose message was lost is taken up again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from loyalty.store import items
from loyalty.store.tables import Cancelled, Equals, Put, Update
from passes.google import quota

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from functions.aws.queues import SqsGoogleQueue, SqsNightlyQueue
    from loyalty.store.tables import Item, Tables

SETTLING: Final = 90
"""Seconds after a change until no process holds the program's older version (Programs.KEEP)."""
STALLED: Final = 900
"""Seconds without a step after which a walk's message is taken for lost."""
PROGRAMS: Final = 20
PAGE: Final = 120
"""Items read at once. A saved card is one of three items of its member at least."""
PAGES: Final = 20
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
        """Begin the walks that are due and take up those that were lost; return the programs."""
        now = self._now()
        found = self._tables.waiting(items.CHANGED_PROGRAMS, now - SETTLING, PROGRAMS)
        return [key.pk for key in found if self._begin(key.pk, now)]

    def _begin(self, program: str, now: int) -> bool:
        changed = self._tables.get(items.program_key(program))
        if changed is None or "wt" not in changed:
            return False
        walk = self._tables.get(items.google_walk_key(program))
        if walk and walk["f"] == changed["wt"] and now - walk["at"] < STALLED:
            return False
        if walk is None or walk["f"] != changed["wt"]:
            last = walk["k"] if walk else 0
            walk = items.google_walk_item(changed["wt"], now, last)
            self._tables.write(Put(items.google_walk_key(program), walk))
        self._steps.put_redraw(program, walk["f"], walk["s"])
        return True

    def step(self, program: str, since: int, number: int) -> Step | None:
        """Take one step and send for the next; None when it is not this message's to take."""
        walk = self._tables.get(items.google_walk_key(program))
        if walk is None or walk["f"] != since or walk["s"] != number:
            return None
        if self._google.waiting() > BUSY:
            self._go_on(program, walk, {}, PAUSE)
            return Step(program, 0, walk["g"], self._left(walk), ended=False)
        members, after = self._look(program, walk)
        self._google.ring(members, f"redraw:{since}")
        queued = walk["g"] + len(members)
        progress = {"g": queued, "a": list(after) if after else []}
        if after:
            self._go_on(program, walk, progress, math.ceil(len(members) / quota.REDRAW_RATE))
        else:
            self._end(program, walk, progress)
        left = self._left({**walk, **progress}) if after else 0.0
        return Step(program, len(members), queued, left, ended=after is None)

    def _look(
        self, program: str, walk: Item
    ) -> tuple[list[tuple[str, str]], tuple[str, str] | None]:
        """Return the next saved cards, and where to go on after them."""
        members: list[tuple[str, str]] = []
        after: tuple[str, str] | None = (walk["a"][0], walk["a"][1]) if walk["a"] else None
        sort_key = items.google_key(program, "").sk
        for _ in range(PAGES):
            found, after = self._tables.scan(0, 1, after, PAGE, (sort_key,))
            owners = [items.owner(item["pk"]) for item in found]
            members += [owner for owner in owners if owner[0] == program]
            if after is None or len(members) >= CARDS:
                break
        return members, after

    def _go_on(self, program: str, walk: Item, progress: dict[str, Any], delay: int) -> None:
        if self._claim(program, walk, progress):
            self._steps.put_redraw(program, walk["f"], walk["s"] + 1, delay)

    def _end(self, program: str, walk: Item, progress: dict[str, Any]) -> None:
        """Take the mark away, unless the program has changed again."""
        if not self._claim(program, walk, {**progress, "k": progress["g"]}):
            return
        key = items.program_key(program)
        try:
            unchanged = Equals("wt", walk["f"])
            self._tables.write(Update(key, remove=("wp", "wt"), condition=unchanged))
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind != "condition":
                raise

    def _claim(self, program: str, walk: Item, progress: dict[str, Any]) -> bool:
        values = {**progress, "s": walk["s"] + 1, "at": self._now()}
        key = items.google_walk_key(program)
        try:
            self._tables.write(Update(key, values, condition=Equals("s", walk["s"])))
        except Cancelled as cancelled:
            if cancelled.reasons[0].kind != "condition":
                raise
            return False
        return True

    @staticmethod
    def _left(walk: Item) -> float | None:
        """Return the seconds to the end, by the number of cards of the last walk."""
        if walk["k"] == 0:
            return None
        return float(max(0, walk["k"] - walk["g"])) / quota.REDRAW_RATE

    def _now(self) -> int:
        return int(self._clock().timestamp())
