"""Tables in memory behind a database that hangs, with a clock that only such waiting moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loyalty.store.deadline import Deadline
from loyalty.store.tables import Cancelled, OutcomeUnknown, Reason
from tests.support.memory import MemoryTables

if TYPE_CHECKING:
    from loyalty.store.tables import Item, Key, Write

ATTEMPT, ATTEMPTS, PAUSE = 4.0, 3, 2.0
"""As the SDK is told: seconds of an attempt, attempts of a call, its longest pause."""


class Slow(MemoryTables):
    """Tables that are slow in one way from some call on; ``late`` are writes yet to be applied."""

    def __init__(self, items: dict[Key, Item], mode: str, after: int = 0) -> None:
        super().__init__()
        self.items = {key: dict(item) for key, item in items.items()}
        self.mode, self.after = mode, after
        self.time = 0.0
        self.deadline = Deadline(lambda: self.time)
        self.late: list[tuple[Write, ...]] = []

    def wait(self, seconds: float) -> None:
        self.time += seconds

    def get(self, key: Key) -> Item | None:
        self._attempts("reads hang")
        return super().get(key)

    def write(self, *writes: Write) -> None:
        if self.mode == "late" and self.calls >= self.after:
            self.late.append(writes)
        self._attempts("late", "writes hang")
        if self.mode == "slow conflicts" and self.calls >= self.after:
            self.wait(1.0)
            raise Cancelled((*(Reason("none") for _ in writes[1:]), Reason("conflict")))
        super().write(*writes)

    def _attempts(self, *modes: str) -> None:
        """Let a call fail after all of its attempts, as the SDK would."""
        if self.mode == "slow" and self.calls >= self.after:
            self.deadline.need(ATTEMPT)
            self.wait(ATTEMPT * 0.9)
        if self.mode not in modes or self.calls < self.after:
            self.deadline.need(ATTEMPT)
            return
        for _ in range(ATTEMPTS):
            self.deadline.need(ATTEMPT)
            self.wait(ATTEMPT + PAUSE)
        self.calls += 1
        raise OutcomeUnknown("hangs") if "writes hang" in modes else ConnectionError

    def heal(self) -> None:
        self.mode = "well"
        self.deadline.end()
