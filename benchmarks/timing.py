"""Measure, compare, print: ratios are results, absolute times are context."""

from __future__ import annotations

import gc
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Times:
    """Durations of one thing, in microseconds, sorted."""

    all: tuple[float, ...]

    def quantile(self, share: float) -> float:
        """Return the duration that so large a share of all does not exceed."""
        return self.all[min(len(self.all) - 1, int(share * len(self.all)))]

    @property
    def p50(self) -> float:
        """Return the median."""
        return self.quantile(0.5)

    @property
    def p99(self) -> float:
        """Return what one in a hundred exceeds."""
        return self.quantile(0.99)

    def __str__(self) -> str:
        return f"p50 {self.p50:,.0f} µs, p99 {self.p99:,.0f} µs"


def measure(act: Callable[[], object], seconds: float = 0.6) -> Times:
    """Do something again and again for so long; the collector waits outside."""
    for _ in range(WARM_UP):
        act()
    gc.collect()
    gc.disable()
    try:
        times = []
        end = time.perf_counter() + seconds
        while (begun := time.perf_counter()) < end:
            act()
            times.append((time.perf_counter() - begun) * 1e6)
    finally:
        gc.enable()
    return Times(tuple(sorted(times)))


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}")


def row(name: str, *values: object) -> None:
    """Print one line of a table."""
    print(f"  {name:<52}" + "  ".join(f"{value!s:>14}" for value in values))


def result(name: str, ratio: float, wanted: str) -> None:
    """Print a ratio, and what it should be."""
    print(f"  = {name}: {ratio:.2f}  (wanted: {wanted})")
