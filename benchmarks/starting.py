"""How long each function takes to start: fresh interpreter, nothing but what is shipped.

The same starts as tests/functions/test_import_budgets.py, which watches what is loaded.
"""

from __future__ import annotations

import statistics
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from benchmarks.timing import result, row, title
from tests.support.deployed import handlers
from tests.support.starting import MEASURE, Starts, unpacked

if TYPE_CHECKING:
    from tests.support.starting import Start

ROUNDS = 3


def run() -> None:
    """Print a line per function."""
    title("start of each function / importing boto3 and making one client (processor time)")
    with TemporaryDirectory() as folder:
        starts = Starts(unpacked(Path(folder)))
        row("function", "handler alone", "with what is late", "bytecode", "of boto3")
        measure = starts.of(*MEASURE)
        row("boto3 and one client", "", milliseconds(measure), f"{measure.loaded / 1e6:.1f} MB")
        ratios = {}
        for name, module in handlers().items():
            # Side by side, since a machine's speed drifts: the median of what each pair says.
            pairs = [(starts.whole(module), starts.of(*MEASURE)) for _ in range(ROUNDS)]
            whole, _ = pairs[0]
            ratios[name] = statistics.median(one.seconds / boto.seconds for one, boto in pairs)
            row(
                name,
                milliseconds(starts.alone(module)),
                milliseconds(whole),
                f"{whole.loaded / 1e6:.1f} MB",
                f"= {ratios[name]:.2f}",
            )
    slowest = max(ratios, key=lambda name: ratios[name])
    result(f"slowest function ({slowest}) / boto3", ratios[slowest], "smaller is better")


def milliseconds(start: Start) -> str:
    return f"{start.seconds * 1000:.0f} ms"
